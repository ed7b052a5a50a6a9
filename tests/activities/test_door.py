"""The door: codes, checking a family in at once, taking it back, counting, and who may see any of it."""

import gzip
import re

import pytest
from playhouse.migrations import Runner
from playhouse.schema_diff import diff_models
from portal.plugins.activities.attendance import codes
from portal.plugins.activities.models import MODELS, Occurrence, SignUp
from portal.plugins.activities.places import checks

from portal.app import create_app
from portal.base import clock, database, sites
from portal.house import folder
from tests.activities.parties import dates_of, family_ids, join

HOUR, DAY = 3600, 86400


@pytest.fixture
def party(town, announce, ada):
    """A family of three with places on a date in two hours; (activity, date, sign-up)."""
    activity = announce("包饺子", [2 / 24], capacity=8)
    assert join(town.visitor(ada), activity, who=["me", *family_ids(town, ada)]).status_code == 303
    date = dates_of(town, activity)[0]
    return activity, date, sign_up_of(town, ada, date)


@pytest.fixture
def helper_at_the_door(town):
    return town.visitor(town.person("志愿者", home="north", role="volunteer"))


def sign_up_of(town, person, date) -> SignUp:
    with town.unit("north"):
        return SignUp.get((SignUp.person_id == person.id) & (SignUp.occurrence_id == date.id))


def code_of(town, row: SignUp, at: str = "north") -> str:
    with town.app.app_context(), town.unit(at):
        return codes.code_of(row.id)


def door(date) -> str:
    return f"/north/activities/desk/date/{date.id}/door"


def test_codes_are_short_differ_and_lead_back(town):
    with town.app.app_context(), town.unit("north"):
        found = [codes.code_of(n) for n in range(1, 3000)]
        assert [codes.number_of(code) for code in found] == list(range(1, 3000))
        assert len(set(found)) == len(found) and all(re.fullmatch(r"[2-9A-HJ-NP-Z]{6}", c) for c in found)
        typed = f" {found[6][:3].lower()}-{found[6][3:]} "
        assert codes.number_of(typed) == 7
        assert codes.code_of(0) == codes.code_of(1 << 30) == "" and codes.code_of((1 << 30) - 1)
        assert [codes.number_of(t) for t in ("", "ABC", "ABCDE0", "ABCDE!", "陈爱莲陈爱莲")] == [None] * 5
    with town.app.app_context(), town.unit("south"):
        assert codes.code_of(7) != found[6]


def test_a_family_is_here_with_one_tap_and_the_second_says_since_when(town, party, ada, helper_at_the_door):
    _activity, date, row = party
    page = helper_at_the_door.get(door(date))
    assert page.status_code == 200 and "陈乐" in page.text and "0/3" in page.text.replace(" ", "")
    with clock.frozen(clock.now()):
        assert helper_at_the_door.submit(door(date), door(date), here=str(row.id)).status_code == 303
        said = helper_at_the_door.get(door(date)).text
        assert "陈爱莲" in said and "3/3" in said.replace(" ", "")
        before = sign_up_of(town, ada, date)
        assert before.came == 3
    with clock.frozen(clock.now() + 900):
        helper_at_the_door.submit(door(date), door(date), here=str(row.id))
        assert "已经到了" in helper_at_the_door.get(door(date)).text
    after = sign_up_of(town, ada, date)
    assert (after.came, after.came_at) == (before.came, before.came_at)
    with town.unit("north"):
        assert Occurrence.get_by_id(date.id).taken == 3 and checks.broken() == []


def test_some_of_them_and_undo(town, party, ada, helper_at_the_door):
    _activity, date, row = party
    for wrong in ("0", "4", "-1", "x", "99999999999999999999", "１"):
        refused = helper_at_the_door.submit(door(date), door(date), here=str(row.id), **{f"n{row.id}": wrong})
        assert refused.status_code == 422 and "1" in refused.text
        assert sign_up_of(town, ada, date).came is None
    helper_at_the_door.submit(door(date), door(date), here=str(row.id), **{f"n{row.id}": "2"})
    assert sign_up_of(town, ada, date).came == 2
    assert "2/3" in helper_at_the_door.get(f"{door(date)}/count").text.replace(" ", "")
    helper_at_the_door.submit(door(date), door(date), undo=str(row.id))
    assert (sign_up_of(town, ada, date).came, sign_up_of(town, ada, date).came_at) == (None, None)


def test_found_by_code_and_by_name(town, announce, party, helper_at_the_door, ada):
    _activity, date, row = party
    other = town.person("何叔", home="north")
    other_activity = announce("象棋", [3 / 24], capacity=8)
    join(town.visitor(other), other_activity, who=["me"])
    elsewhere = sign_up_of(town, other, dates_of(town, other_activity)[0])
    join(town.visitor(other), _activity, who=["me"])
    def at(words):
        return helper_at_the_door.get(f"{door(date)}?q={words}")
    for words in (code_of(town, row).lower(), "陈爱", "陈乐"):
        found = at(words).text
        assert "陈爱莲" in found and "何叔" not in found
    refused = at(code_of(town, elsewhere))
    assert refused.status_code == 422 and "象棋" in refused.text and "何叔" not in refused.text
    assert at("没有").status_code == 422
    form = helper_at_the_door.form(door(date), door(date))
    refused = helper_at_the_door.send(form, here=str(elsewhere.id))
    assert refused.status_code == 422 and "象棋" in refused.text
    assert sign_up_of(town, other, dates_of(town, other_activity)[0]).came is None


def test_a_scan_shows_and_only_a_button_checks_in(town, party, ada, helper_at_the_door):
    activity, date, row = party
    visitor, code = town.visitor(ada), code_of(town, row)
    page = visitor.get(f"/north/activities/{activity}").text
    assert f"{code[:3]} {code[3:]}" in page and "data:image/svg+xml" in page
    address = f"/north/activities/d/{date.id}/{code}"
    shown = helper_at_the_door.get(address)
    assert shown.status_code == 200 and "陈爱莲" in shown.text and f'value="{row.id}"' in shown.text
    own = visitor.get(address)
    assert own.status_code == 303 and f"/activities/{activity}?on={date.id}" in own.location
    nobody = town.visitor(town.person("邻居", home="north"))
    for who in (nobody, town.visitor()):
        gone = who.get(address)
        assert gone.status_code == 404
        assert re.sub(r"\w{6}\b", "", gone.text) == re.sub(
            r"\w{6}\b", "", who.get(f"/north/activities/d/{date.id}/ABCDEF").text)
        assert "陈爱莲" not in gone.text and "包饺子" not in gone.text
    assert sign_up_of(town, ada, date).came is None
    helper_at_the_door.submit(address, door(date), here=str(row.id))
    assert sign_up_of(town, ada, date).came == 3
    assert "已签到" in visitor.get(f"/north/activities/{activity}").text
    again = helper_at_the_door.get(address).text
    assert "已经到了" in again and f'name="here" value="{row.id}"' not in again
    assert 'class="qr"' not in visitor.get(f"/north/activities/{activity}").text


def test_a_code_of_another_occurrence_is_refused_in_words(town, announce, ada, helper_at_the_door):
    activity = announce("早操", [2 / 24, 1], capacity=8)
    first, second = dates_of(town, activity)
    page = f"/north/activities/{activity}?on={second.id}"
    town.visitor(ada).submit(page, f"/north/activities/{activity}/sign-up", who=["me"])
    code = code_of(town, sign_up_of(town, ada, second))
    refused = helper_at_the_door.get(f"/north/activities/d/{first.id}/{code}")
    assert refused.status_code == 422 and "陈爱莲" not in refused.text and "早操" in refused.text
    assert town.visitor(ada).get(f"/north/activities/d/{first.id}/{code}").status_code == 404


@pytest.mark.parametrize(("days", "state"), [(1.5, ""), (2 / 24, "cancelled")])
def test_the_door_is_shut_before_its_day_and_when_cancelled(town, announce, ada, helper_at_the_door, days, state):
    activity = announce("讲座", [days], capacity=8)
    join(town.visitor(ada), activity, who=["me"])
    date = dates_of(town, activity)[0]
    if state:
        with town.unit("north"):
            Occurrence.update(state=state).where(Occurrence.id == date.id).execute()
    row = sign_up_of(town, ada, date)
    assert helper_at_the_door.submit(door(date), door(date), here=str(row.id)).status_code == 422
    assert sign_up_of(town, ada, date).came is None


def test_who_waits_or_has_left_is_not_let_in_as_one_who_has_a_place(town, announce, ada, helper_at_the_door):
    activity = announce("书法", [2 / 24], capacity=1)
    first, second = town.visitor(town.person("甲", home="north")), town.visitor(ada)
    join(first, activity, who=["me"])
    join(second, activity, who=["me"], wait="1")
    date = dates_of(town, activity)[0]
    row = sign_up_of(town, ada, date)
    assert 'class="qr"' not in second.get(f"/north/activities/{activity}").text
    form = helper_at_the_door.form(door(date), door(date))
    refused = helper_at_the_door.send(form, here=str(row.id))
    assert refused.status_code == 422 and "候补" in refused.text
    second.submit(f"/north/activities/{activity}", f"/north/activities/{activity}/leave")
    refused = helper_at_the_door.send(form, here=str(row.id))
    assert refused.status_code == 422 and "取消" in refused.text
    assert sign_up_of(town, ada, date).came is None


def test_only_those_at_the_door_see_it(town, party, ada):
    activity, date, row = party
    for home, who in (("north", town.visitor(ada)),
                      ("south", town.visitor(town.person("南", home="south", role="staff")))):
        assert who.get(door(date)).status_code == 404
        assert who.get(f"{door(date)}/count").status_code == 404
        form = who.form(f"/{home}/me")
        form.action = door(date)
        assert who.send(form, here=str(row.id)).status_code == 404
    assert town.visitor().get(f"{door(date)}/count").status_code == 404
    assert sign_up_of(town, ada, date).came is None
    for role in ("grid", "staff", "volunteer"):
        who = town.visitor(town.person(role, home="north", role=role))
        assert who.get(door(date)).status_code == 200 and "13800000001" not in who.get(door(date)).text
        assert f"/activities/desk/date/{date.id}/door" in who.get(f"/north/activities/{activity}").text


def test_a_guest_has_a_code_too(town, announce, helper_at_the_door):
    activity = announce("开放日", [2 / 24], capacity=2, guests=True)
    page, guest = f"/north/activities/{activity}", town.visitor()
    answer = guest.submit(page, f"{page}/sign-up", name="何阿姨", phone="13900001111")
    date = dates_of(town, activity)[0]
    with town.unit("north"):
        row = SignUp.get()
    code = code_of(town, row)
    own = guest.get(answer.location).text
    assert f"{code[:3]} {code[3:]}" in own and "data:image/svg+xml" in own
    assert guest.get(f"/north/activities/d/{date.id}/{code}").status_code == 404
    assert "何阿姨" in helper_at_the_door.get(f"/north/activities/d/{date.id}/{code}").text


def test_the_page_is_light(town, announce, helper_at_the_door):
    """A hundred parties on the page of a slow line, and whoever is beyond it is found by name."""
    activity = announce("大会", [2 / 24], capacity=500)
    date = dates_of(town, activity)[0]
    with town.unit("north"):
        for n in range(130):
            SignUp.create(occurrence_id=date.id, guest_name=f"来宾{n:03d}", guest_phone=str(n), size=1 + n % 4)
    page = helper_at_the_door.get(door(date))
    assert page.text.count('name="here"') == 100 and len(gzip.compress(page.data)) < 6000
    assert "<img" not in page.text and "来宾129" not in page.text
    assert "来宾129" in helper_at_the_door.get(f"{door(date)}?q=129").text
    part = helper_at_the_door.get(f"{door(date)}/count")
    assert len(part.data) < 400 and "hx-get" in part.text and "<html" not in part.text


def test_rows_of_before_come_along(empty_settings):
    """Sign-ups of an earlier version are kept, nobody is marked, and they have codes."""
    owner = database.connect(empty_settings.database_owner)
    no = "false" if owner.kind == "postgresql" else "0"
    yes = "true" if owner.kind == "postgresql" else "1"
    with database.use(owner), database.unit(write=True):
        Runner(owner, str(folder("portal") / "migrations"), table_name="migrations_portal").up()
        Runner(owner, str(folder("portal.plugins.activities") / "migrations"),
               table_name="migrations_activities").up("0002_waiting")
        site = sites.add("old", "旧社区").id
        for row in OLD:
            owner.execute_sql(row.format(site=site, no=no, yes=yes))
    owner.close()
    app = create_app(empty_settings, raising=True)
    with app.app_context(), database.use(app.portal.db), database.unit(write=True), sites.within(site):
        assert not str(diff_models(app.portal.db, list(MODELS)) or "")
        row = SignUp.get()
        assert (row.came, row.came_at, row.missed, row.minutes, row.size) == (None, None, "", None, 3)
        assert codes.number_of(codes.code_of(row.id)) == row.id and checks.broken() == []
    app.portal.db.close()


OLD = (
    "INSERT INTO activities_activity (site_id, uid, title, text, place, organiser, tags, picture, picture_alt, "
    "audience, state, price_fen, cancelled_by, expanded_to, repeats, version, channel, created_at, changed_at) VALUES "
    "({site}, 'u', 'x', '', '', '', '', '', '', 'community', 'published', 0, '', 0, {no}, 1, 'desk', 1, 1)",
    "INSERT INTO activities_occurrence (site_id, activity_id, recurrence_key, starts_at, ends_at, all_day, capacity, "
    "taken, state, cancelled_by, listed, note, title, place, tags, picture, audience, price_fen, sequence, changed_at) "
    "VALUES ({site}, 1, '', 10, 20, {no}, 5, 3, 'published', '', 1, '', 'x', '', '', '', 'community', 0, 0, 1)",
    "INSERT INTO activities_sign_up (site_id, occurrence_id, person_id, size, oneself, state, channel, at) "
    "VALUES ({site}, 1, 7, 3, {yes}, 'joined', 'web', 1)",
)
