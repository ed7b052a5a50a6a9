"""What neighbours need: posted, answered, met, and over by itself."""

import pytest
from portal.plugins.huts import categories
from portal.plugins.huts.skills.models import Skill
from portal.plugins.huts.wants import acts, personal
from portal.plugins.huts.wants.models import Want, WantAnswer

from portal.base import clock
from portal.people.models import Notice
from tests.huts.conftest import DAY, at, who, worked

NEW = "/north/huts/wants/new"
WANT = {"title": "想借人字梯", "category": "人字梯", "text": "换灯泡"}


@pytest.fixture
def staff(town):
    return town.visitor(town.person("梁姐", home="north", role="staff"))


@pytest.fixture
def ada_bo(town, neighbours):
    """Two neighbours, and a visitor for each."""
    people = neighbours(2)
    return people, list(map(town.visitor, people))


def posted(visitor, **values) -> str:
    """The address of a new want."""
    done = visitor.submit(NEW, **WANT | values)
    assert done.status_code == 303, done.text
    return done.location.removeprefix("http://localhost")


def test_a_want_is_read_by_everybody_with_the_family_name_alone(town, ada_bo, staff):
    _people, (ada, bo) = ada_bo
    page = posted(ada)
    for visitor in (town.visitor(), bo):
        listed, whole = visitor.get("/north/huts/wants/").text, visitor.get(page).text
        main = whole.partition("<main")[2]
        assert "想借人字梯" in listed and "邻**" in listed and "邻**" in main and "邻居0" not in main
    assert "邻居0" in staff.get(page.replace("/wants/", "/desk/wants/")).text
    assert page in bo.get("/north/huts/wants/?what=thing").text
    assert page not in bo.get("/north/huts/wants/?what=skill").text
    assert "想借人字梯" in ada.get("/north/huts/mine").text


def test_what_fits_is_shown_to_who_wants_it_and_to_staff(town, ada_bo, staff, shelf):
    (one, _two), (ada, bo) = ada_bo
    kind = categories.found("人字梯").code
    _hut, item, _labels = shelf(units=1, category=kind, name="铝合金梯")
    page = posted(ada)
    link = f"/north/huts/items/{item}"
    assert link in ada.get(page).text and link in staff.get(page.replace("/wants/", "/desk/wants/")).text
    assert link not in bo.get(page).text
    with town.app.app_context(), town.unit("north"):
        skill = Skill.create(title="教老人用手机", category="digital", state="shown", **who(one)).id
    page = posted(bo, title="学手机", category="手机电脑")
    assert f"/north/huts/skills/{skill}" in bo.get(page).text


def test_a_neighbour_who_has_one_goes_on_to_offer_it(town, ada_bo):
    (_one, two), (ada, bo) = ada_bo
    page = posted(ada)
    done = bo.submit(page, f"{page}/answer", how="have", words="周末拿过去")
    assert f"/huts/offers/new?want={page.rpartition('/')[2]}" in done.location
    text = ada.get(page).text
    assert "邻居1" in text and "周末拿过去" in text and "138****0001" in text and two.phone not in text
    again = bo.submit(page, f"{page}/answer", how="help", words="还是打电话吧", phone_open="1")
    assert again.status_code == 303 and two.phone in ada.get(page).text
    with town.unit("north"):
        assert (Want.get().answers, WantAnswer.select().count()) == (1, 1)
        assert Notice.select().where(Notice.kind == "huts.want").count() == 1
    assert "周末" not in bo.get(page).text and "打电话吧" not in bo.get(page).text


def test_staff_mark_it_met_hide_it_and_show_it_again(town, ada_bo, staff):
    _people, (ada, bo) = ada_bo
    page = posted(ada)
    desk = page.replace("/wants/", "/desk/wants/")
    assert staff.submit(desk, f"{desk}/hide", reason="").status_code == 422
    staff.submit(desk, f"{desk}/hide", reason="请写得客气些")
    assert bo.get(page).status_code == 404 and "请写得客气些" in ada.get(page).text
    staff.submit(desk, f"{desk}/show")
    assert bo.get(page).status_code == 200
    assert staff.submit(desk, f"{desk}/meet", met_with="").status_code == 422
    staff.submit(desk, f"{desk}/meet", met_with="小屋新买的梯子")
    assert "小屋新买的梯子" in bo.get(page).text and "小屋新买的梯子" in ada.get("/north/inbox").text
    assert page not in bo.get("/north/huts/wants/").text
    with town.app.app_context(), town.unit("north"):
        number = Want.get().id
        assert acts.step(number, "withdraw").reason == acts.CLOSED
        assert acts.answer(number, "have", "", False, {"person_id": 0}).reason == acts.CLOSED


def test_it_ends_by_itself_after_sixty_days_or_on_its_day(town, ada_bo, noon):
    _people, (ada, _bo) = ada_bo
    late, soon = posted(ada), posted(ada, until="2026-03-10")
    assert posted(ada, title="第三个", until="2030-01-01")
    states = {late: "open", soon: "open"}

    def found() -> dict[str, str]:
        with town.unit("north"):
            return {page: Want.get_by_id(int(page.rpartition("/")[2])).state for page in states}

    with clock.frozen(at(10, 23)):
        worked(town)
        assert found() == {late: "open", soon: "open"}
    with clock.frozen(at(11)):
        worked(town)
        assert found() == {late: "open", soon: "ended"}
    with clock.frozen(at(3, 12) + 60 * DAY):
        worked(town)
        assert found() == {late: "ended", soon: "ended"}
        with town.unit("north"):
            assert not Want.select().where(Want.state == "open").exists()


def test_what_cannot_be_read_is_refused_by_its_field_and_a_second_tap_is_one_want(town, ada_bo, noon):
    _people, (ada, _bo) = ada_bo
    done = ada.submit(NEW, **WANT | {"category": "飞碟", "until": "2026-03-01"})
    assert done.status_code == 422 and 'href="#category' in done.text and 'href="#until' in done.text
    form = ada.form(NEW)
    assert len({ada.send(form, **WANT).location for _ in range(2)}) == 1
    for n in range(4):
        posted(ada, title=f"第{n}个")
    assert ada.submit(NEW, **WANT).status_code == 422
    with town.unit("north"):
        assert Want.select().count() == 5


def test_only_who_lives_here_posts_and_only_the_own_and_staff_change_it(town, ada_bo, neighbours):
    (one, _two), (ada, bo) = ada_bo
    page = posted(ada)
    for visitor in (town.visitor(town.person("Fremd", home="south")),
                    town.visitor(town.person("Neu", home="north", verified=False))):
        assert visitor.get(NEW).status_code == 303
        stolen = visitor.form("/north/me/profile")
        stolen.action = f"{page}/answer"
        visitor.send(stolen, how="help")
    for action in ("withdraw", "met"):
        stolen = bo.form("/north/me/profile")
        stolen.action = f"{page}/{action}"
        assert bo.send(stolen, met_with="x").status_code == 404
    south = town.visitor(town.person("Chen", home="south", role="staff"))
    for path in (page, page.replace("/wants/", "/desk/wants/")):
        assert south.get(path.replace("/north/", "/south/")).status_code == 404
    assert bo.get(page.replace("/wants/", "/desk/wants/")).status_code == 404
    with town.unit("north"):
        assert Want.get().state == "open" and not WantAnswer.select().exists()
    assert ada.submit(page, f"{page}/withdraw").status_code == 303
    with town.unit("north"):
        assert Want.get().state == "withdrawn"


def test_a_person_is_told_taken_out_and_moved(town, ada_bo):
    (one, two), (ada, bo) = ada_bo
    page = posted(ada)
    bo.submit(page, f"{page}/answer", how="help", words="我来", phone_open="1")
    with town.app.app_context(), town.unit("north"):
        assert personal.export(one.id)["wants"][0]["title"] == "想借人字梯"
        assert personal.export(two.id)["want_answers"][0]["words"] == "我来"
        third = town.person("Chen", home="north")
        number = Want.get().id
        acts.answer(number, "have", "我有", False, who(third))
        personal.merge(third.id, two.id)
        assert (Want.get().answers, WantAnswer.select().count()) == (1, 1)
        for person in (one, two):
            personal.erase(person.id)
        row, said = Want.get(), WantAnswer.get()
        assert (row.title, row.person_id, row.state) == ("", None, "withdrawn")
        assert (said.words, said.phone_open, said.person_id) == ("", False, None)


def test_a_search_in_vain_leads_to_a_want(town, ada_bo, shelf):
    _people, (ada, _bo) = ada_bo
    shelf(units=1)
    assert "/north/huts/wants/new?q=" in ada.get("/north/huts/items/?q=时光机").text
    assert 'value="时光机"' in ada.get(f"{NEW}?q=时光机").text
