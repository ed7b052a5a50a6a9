"""The desk's people: whom staff find, verify, give roles and act for, and whom they must never reach."""

import json

import pytest

from portal.people import buildings, roles
from portal.people.models import Audit, Building, Household, Membership, Notice, Person, Role, Session

EN = {"Accept-Language": "en"}


def reside(town, person, estate, building):
    with town.unit():
        Membership.update(estate=estate, building=building).where(Membership.person == person).execute()
    return person


@pytest.fixture
def ada(town):
    return reside(
        town, town.person("陈阿达", home="north", verified=False, phone="13800130426"), "桂花苑", "3栋"
    )


@pytest.fixture
def bo(town):
    return reside(
        town, town.person("李博", home="south", verified=False, phone="13900139999"), "桂花苑", "3栋"
    )


@pytest.fixture
def jing(town):
    return town.person("黄静", home="north", role="staff")


@pytest.fixture
def staff(town, jing):
    return town.visitor(jing)


def state_of(town, person, site):
    with town.unit(write=False):
        return Membership.get((Membership.person == person) & (Membership.site == site)).state


def test_found_by_name_phone_or_building(town, staff, ada, bo):
    for words in ("阿达", "0426", "138 0013 0426", "桂花苑3栋", "桂花苑 3栋"):
        page = staff.get("/north/desk/people", query_string={"q": words}).text
        assert (
            "陈阿达" in page and "李博" not in page and "13800130426" not in page and "138****0426" in page
        ), words
    for words in ("%", "_", "9999", "13900139999"):
        assert "陈阿达" not in staff.get("/north/desk/people", query_string={"q": words}).text, words


def test_filters(town, staff, ada):
    assert "陈阿达" in staff.get("/north/desk/people?show=stated").text
    assert "陈阿达" not in staff.get("/north/desk/people?show=verified").text
    assert "黄静" in staff.get("/north/desk/people?show=roles").text


def test_pages_of_24(town, staff):
    for n in range(30):
        town.person(f"居民{n:02}", home="north")
    first, second = (staff.get(f"/north/desk/people?page={n}").text for n in (1, 2))
    assert first.count("/north/desk/people/") - first.count("people/add") == 24
    assert "居民29" in first and "居民00" in second and "居民29" not in second


def test_search_by_htmx_answers_the_results(staff, ada):
    headers = {"HX-Request": "true", "HX-Request-Type": "partial"}
    page = staff.get("/north/desk/people?q=阿达", headers=headers).text
    assert "陈阿达" in page and "<html" not in page


def test_a_person_with_their_family(town, staff, ada):
    with town.unit():
        Household.create(person=ada, name="陈小明", birth_year=2015)
    page = staff.get(f"/north/desk/people/{ada.id}").text
    assert "陈小明" in page and "138****0426" in page and "桂花苑 3栋" in page and "13800130426" not in page


def test_the_whole_number_once_and_written_down(town, staff, ada):
    url = f"/north/desk/people/{ada.id}"
    assert staff.submit(url, f"{url}/phone").location == url
    assert "13800130426" in staff.get(url).text and "13800130426" not in staff.get(url).text
    with town.unit("north", write=False):
        assert [a.action for a in Audit.select()] == ["core.phone"]


def test_verify_tells_the_resident_once(town, staff, jing, ada):
    url = f"/north/desk/people/{ada.id}"
    form = staff.form(url, f"{url}/verify")
    for _tap in range(2):
        assert staff.send(form).status_code == 303
    with town.unit("north", write=False):
        row = Membership.get(Membership.person == ada)
        assert (row.state, row.verified_by_id) == ("verified", jing.id)
        assert Notice.select().where(Notice.person == ada).count() == 1
        line = Audit.get(Audit.action == "core.verified")
        assert (line.actor_id, line.thing) == (jing.id, f"person:{ada.id}")


def test_refuse_needs_a_reason_that_the_resident_reads(town, staff, ada):
    url = f"/north/desk/people/{ada.id}"
    answer = staff.submit(url, f"{url}/refuse", reason=" ", headers=EN)
    assert answer.status_code == 422 and f'href="#reason-{town.north.id}"' in answer.text
    answer = staff.submit(url, f"{url}/refuse", reason="x" * 201, headers=EN)
    assert answer.status_code == 422 and "x" * 201 in answer.text
    assert state_of(town, ada, town.north) == "stated"
    assert staff.submit(url, f"{url}/refuse", reason="门牌不对").status_code == 303
    assert state_of(town, ada, town.north) == "refused"
    with town.unit(write=False):
        assert "门牌不对" in Notice.get(Notice.person == ada).text


DOING = ("verify", "refuse", "phone", "home", "grant", "revoke", "act")


@pytest.mark.parametrize("what", DOING)
def test_another_communitys_person_is_out_of_reach(town, staff, ada, bo, what):
    assert staff.get(f"/north/desk/people/{bo.id}").status_code == 404
    form = staff.form(f"/north/desk/people/{ada.id}", f"/north/desk/people/{ada.id}/verify")
    form.action = f"/north/desk/people/{bo.id}/{what}"
    for site in (town.north.id, town.south.id):
        answer = staff.send(
            form, site=site, reason="x", role="volunteer", channel="desk", estate="新", building="1"
        )
        assert answer.status_code == 404
    assert state_of(town, bo, town.south) == "stated"
    with town.unit(write=False):
        assert not Role.select().where(Role.person == bo).exists()
        assert not Session.select().where(Session.acting_for == bo).exists()
        assert Membership.get(Membership.person == bo).estate == "桂花苑"


def test_one_persons_other_home_is_out_of_reach(town, staff, ada):
    with town.unit():
        Membership.create(person=ada, site=town.south, estate="东巷", state="stated")
    page = staff.get(f"/north/desk/people/{ada.id}").text
    assert "桂花苑" in page and "东巷" not in page
    form = staff.form(f"/north/desk/people/{ada.id}", f"/north/desk/people/{ada.id}/verify")
    assert staff.send(form, site=town.south.id).status_code == 404
    assert state_of(town, ada, town.south) == "stated"


def test_the_street_reaches_its_communities(town, ada, bo):
    street = town.visitor(town.person("苏", role="street", at="street"))
    page = street.get("/street/desk/people").text
    assert "陈阿达" in page and "李博" in page and "东巷社区" in page
    url = f"/street/desk/people/{bo.id}"
    assert street.submit(url, f"{url}/verify").status_code == 303
    assert state_of(town, bo, town.south) == "verified"
    with town.unit("south", write=False):
        assert Audit.get().action == "core.verified"


def test_grid_workers_see_their_buildings_only(town, ada):
    other = reside(town, town.person("王五", home="north", verified=False), "桂花苑", "5栋")
    worker = town.person("网格", role="grid", at="north")
    with town.unit():
        roles.grant(worker.id, town.north.id, "grid", ["桂花苑 3栋"])
    grid = town.visitor(worker)
    page = grid.get("/north/desk/people").text
    assert "陈阿达" in page and "王五" not in page
    assert "1" in grid.get("/north/desk/").text
    assert grid.get(f"/north/desk/people/{other.id}").status_code == 404
    url = f"/north/desk/people/{ada.id}"
    form = grid.form(url, f"{url}/verify")
    form.action = f"/north/desk/people/{other.id}/verify"
    assert grid.send(form).status_code == 404
    assert grid.submit(url, f"{url}/verify").status_code == 303
    page = grid.get(url).text
    assert f"{url}/act" not in page and f"{url}/grant" not in page
    form.action = f"{url}/act"
    assert grid.send(form, channel="desk", _key="other").status_code == 404


def test_roles_are_given_and_taken(town, staff, jing, ada):
    with town.unit("north"):
        Building.insert_many(
            [{"estate": "桂花苑", "building": "3栋"}, {"estate": "桂花苑", "building": "5栋"}]
        ).execute()
    url = f"/north/desk/people/{ada.id}"
    staff.submit(url, f"{url}/grant", role="grid", building=["桂花苑 3栋", "别处 1栋"])
    with town.unit(write=False):
        row = Role.get(Role.person == ada)
        assert (row.role, json.loads(row.buildings), row.granted_by_id) == ("grid", ["桂花苑 3栋"], jing.id)
    assert "桂花苑 3栋" in staff.get(url).text
    staff.submit(url, f"{url}/revoke")
    with town.unit(write=False):
        assert not Role.select().where(Role.person == ada).exists()


@pytest.mark.parametrize(
    ("role", "at", "where", "gives"),
    [
        ("staff", "north", "north", {"volunteer", "grid", "staff"}),
        ("street", "street", "north", {"volunteer", "grid", "staff"}),
        ("street", "street", "street", {"volunteer", "grid", "staff", "street"}),
        ("operator", "town", "street", {"volunteer", "grid", "staff", "street"}),
        ("operator", "town", "town", {"volunteer", "grid", "staff", "operator"}),
    ],
)
def test_nobody_gives_a_role_above_their_own(town, ada, role, at, where, gives):
    me = town.person("给", role=role, at=at)
    visitor, url = town.visitor(me), f"/{where}/desk/people/{ada.id}"
    for wanted in roles.GRANTED:
        answer = visitor.submit(url, f"{url}/grant", role=wanted)
        assert answer.status_code == (303 if wanted in gives else 404), wanted
    with town.unit(write=False):
        held = {(r.role, r.site_id) for r in Role.select().where(Role.person == ada)}
        assert held == {(wanted, town.site(where).id) for wanted in gives}


def test_nobody_takes_their_own_role(town, staff, jing):
    url = f"/north/desk/people/{jing.id}"
    assert staff.submit(url, f"{url}/revoke").status_code == 303
    assert staff.get("/north/desk/").status_code == 200


@pytest.mark.parametrize("channel", ["desk", "phone"])
def test_acting_keeps_both_names(town, staff, jing, ada, channel):
    url = f"/north/desk/people/{ada.id}"
    answer = staff.submit(url, f"{url}/act", channel=channel)
    assert (answer.status_code, answer.location) == (303, "/north/")
    with town.unit(write=False):
        row = Session.get(Session.person == jing)
        assert (row.acting_for_id, row.acting_site_id, row.acting_channel) == (ada.id, town.north.id, channel)
    assert "陈阿达" in staff.get("/north/").text
    assert staff.get("/north/desk/").status_code == 404  # the desk is not the resident's
    assert "陈阿达" not in staff.get("/south/").text
    assert staff.submit("/north/", "/north/acting/stop").location == url
    assert staff.get("/north/desk/").status_code == 200
    with town.unit("north", write=False):
        lines = [(a.action, a.actor_id) for a in Audit.select().order_by(Audit.id)]
    assert lines == [("core.act_begin", jing.id), ("core.act_end", jing.id)]


def test_acting_is_for_those_who_live_here(town, staff, jing, ada):
    helper = town.person("助手", role="volunteer", at="north")
    form = staff.form(f"/north/desk/people/{ada.id}", f"/north/desk/people/{ada.id}/act")
    for person, channel in ((helper, "desk"), (jing, "desk"), (ada, "web")):
        form.action = f"/north/desk/people/{person.id}/act"
        assert staff.send(form, channel=channel).status_code == 404
    guest = town.visitor()
    assert guest.post("/north/acting/stop").status_code in (303, 400)


def test_adding_somebody_at_the_desk(town, staff, jing):
    url = "/north/desk/people/add"
    answer = staff.submit(url, url, name="", phone="12", headers=EN)
    assert answer.status_code == 422 and 'href="#name"' in answer.text and 'href="#phone"' in answer.text
    assert 'value="12"' in answer.text
    answer = staff.submit(url, url, name="何伯", phone="138 0013 8000", estate="桂花苑", building="1栋")
    assert answer.status_code == 303
    with town.unit(write=False):
        row = Membership.get(Membership.person == Person.get(Person.name == "何伯"))
        assert (row.state, row.site_id, row.estate, row.verified_by_id) == (
            "verified",
            town.north.id,
            "桂花苑",
            jing.id,
        )
        assert row.person.phone == "13800138000"
    assert staff.submit(url, url, name="新同事", lives=None, role="staff").status_code == 303
    assert staff.submit(url, url, name="谁", lives=None).status_code == 422
    assert staff.submit(url, url, name="谁", role="operator").status_code == 422


def test_buildings_are_looked_at_then_kept(town, staff):
    url = "/north/desk/buildings"
    text = "小区\t楼栋\n桂花苑\t1栋\n桂花苑，2栋\n\n桂花苑\t1栋\n翠园\n"
    answer = staff.submit(url, url, text=text, headers=EN)
    assert answer.status_code == 200 and "3 buildings will be added" in answer.text and "翠园" in answer.text
    with town.unit("north", write=False):
        assert not Building.select().count()
    assert staff.submit(url, url, text=text, do="save").status_code == 303
    with town.unit("north", write=False):
        assert {(b.estate, b.building) for b in Building.select()} == {
            ("桂花苑", "1栋"),
            ("桂花苑", "2栋"),
            ("翠园", ""),
        }
    with town.unit("south", write=False):
        assert not Building.select().count()
    staff.submit(url, f"{url}/remove", gone=["桂花苑|2栋", "翠园|"])
    with town.unit("north", write=False):
        assert [(b.estate, b.building) for b in Building.select()] == [("桂花苑", "1栋")]


def test_a_wrong_line_keeps_the_whole_list_out(town, staff):
    url = "/north/desk/buildings"
    text = "桂花苑,1栋\n,2栋\n桂花苑,3栋,东\n" + "长" * 61
    answer = staff.submit(url, url, text=text, do="save", headers=EN)
    assert answer.status_code == 422 and "3 lines have errors" in answer.text
    assert all(f"Line {n} " in answer.text for n in (2, 3, 4)) and "桂花苑,3栋,东" in answer.text
    with town.unit("north", write=False):
        assert not Building.select().count()


def test_reading_a_list():
    assert buildings.read("a,1\r\na;2\n b\t\n").rows == (("a", "1"), ("a", "2"), ("b", ""))
    assert buildings.read("").wrong[0].reason == buildings.NOTHING
    assert buildings.read("x\n" * 3001).wrong[0].reason == buildings.TOO_MANY_LINES


def test_names_are_escaped_everywhere(town, staff):
    bad = town.person("<b>Bad</b>", home="north", verified=False)
    for path in ("desk/people", f"desk/people/{bad.id}", "desk/people?q=<script>"):
        page = staff.get(f"/north/{path}").text
        assert "<b>Bad" not in page and "<script>" not in page
