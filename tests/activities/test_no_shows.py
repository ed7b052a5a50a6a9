"""Who did not come: staff alone say so, three in 90 days mean waiting first, and an appeal can lift it."""

import json

import pytest
from portal.plugins.activities import personal, rules
from portal.plugins.activities.attendance import missed
from portal.plugins.activities.models import Appeal, Occurrence, SignUp
from portal.plugins.activities.places import checks, seats
from portal.plugins.activities.rules import Party

from portal.base import clock
from portal.people.models import Audit, Notice
from tests.activities.parties import NOON, dates_of, join

HOUR, DAY = 3600, 86400


@pytest.fixture
def missed_dates(town, announce):
    """`missed_dates(person, 3, days_ago=10)`: dates of the past that the person had a place on; their ids."""
    def make(person, n: int, days_ago: int = 10, mark: str = "no-show") -> list[int]:
        found = []
        for k in range(n):
            date = dates_of(town, announce(f"过去{k}", [-days_ago - k], capacity=5))[0]
            with town.unit("north"):
                SignUp.create(occurrence_id=date.id, person_id=person.id, size=1, missed=mark)
                Occurrence.update(taken=1).where(Occurrence.id == date.id).execute()
            found.append(date.id)
        return found
    return make


def absent(date_id: int) -> str:
    return f"/north/activities/desk/date/{date_id}/absent"


def mark_of(town, person, date_id: int) -> str:
    with town.unit("north"):
        return SignUp.get((SignUp.person_id == person.id) & (SignUp.occurrence_id == date_id)).missed


def state_of(town, person, activity: int) -> str:
    with town.unit("north"):
        found = SignUp.get_or_none((SignUp.person_id == person.id) & SignUp.occurrence_id.in_(
            Occurrence.select(Occurrence.id).where(Occurrence.activity_id == activity)))
        return found.state if found else ""


def told(town, person) -> list[str]:
    with town.unit():
        return [n.title for n in Notice.select().where((Notice.person == person)
                                                       & (Notice.kind == "activities.missed")).order_by(Notice.id)]


def test_the_rule():
    assert [bool(rules.waits_first(n)) for n in range(5)] == [False, False, False, True, True]


def test_staff_mark_one_by_one_and_all_others_and_take_it_back(noon, town, missed_dates, ada, staff):
    date, = missed_dates(ada, 1, mark="")
    second, third = (town.person(name, home="north") for name in ("乙", "丙"))
    with town.unit("north"):
        for n, person in enumerate((second, third)):
            SignUp.create(occurrence_id=date, person_id=person.id, size=1, came=n or None, came_at=n or None)
        SignUp.create(occurrence_id=date, guest_name="来宾", guest_phone="13900001111")
        ids = {s.person_id: str(s.id) for s in SignUp.select()}
        Occurrence.update(taken=4).where(Occurrence.id == date).execute()
    page = absent(date)
    assert "丙" not in staff.get(page).text
    staff.submit(page, page, excused=ids[ada.id])
    assert mark_of(town, ada, date) == "excused"
    staff.submit(page, page, rest="no-show")
    assert [mark_of(town, p, date) for p in (ada, second, third)] == ["excused", "no-show", ""]
    staff.submit(page, page, back=ids[second.id])
    assert mark_of(town, second, date) == ""
    staff.submit(page, page, no_show=ids[second.id])
    assert mark_of(town, second, date) == "no-show"
    form = staff.form(page, page)
    assert staff.send(form, no_show=ids[third.id]).status_code == 422 and mark_of(town, third, date) == ""
    assert staff.send(form, no_show="x").status_code == 404
    assert staff.submit(page, page, rest="no-show").status_code == 422
    with town.unit("north"):
        assert SignUp.select().where(SignUp.missed == "no-show").count() == 2
        assert Audit.select().where(Audit.action == "activities.missed").count() == 4 and checks.broken() == []


def test_nobody_is_marked_before_it_begins_nor_who_has_cancelled(noon, town, announce, ada, staff):
    activity = announce("讲座", [2], capacity=5)
    visitor, page = town.visitor(ada), f"/north/activities/{activity}"
    join(visitor, activity, who=["me"])
    date = dates_of(town, activity)[0].id
    with town.unit("north"):
        number = str(SignUp.get().id)
    form = staff.form(absent(date), absent(date))
    assert staff.send(form, no_show=number).status_code == 422
    visitor.submit(page, f"{page}/leave")
    with clock.frozen(NOON + 3 * DAY):
        assert staff.send(form, no_show=number).status_code == 422
        assert staff.send(form, rest="no-show").status_code == 422
    assert mark_of(town, ada, date) == ""


@pytest.mark.parametrize("role", ["volunteer", "grid", "", "guest"])
def test_nobody_else_sees_or_marks_it(noon, town, missed_dates, ada, role):
    date, = missed_dates(ada, 1, mark="")
    missed_dates(ada, 3, days_ago=20)
    who = town.visitor() if role == "guest" else town.visitor(town.person("别人", home="north", role=role))
    gone = 303 if role == "guest" else 404
    assert who.get(absent(date)).status_code == gone
    assert who.get("/north/activities/desk/appeals").status_code == gone
    form = who.form("/north/sign-in" if role == "guest" else "/north/me")
    for path, fields in ((absent(date), {"rest": "no-show"}),
                         ("/north/activities/desk/appeals", {"appeal": "1", "do": "lift"})):
        form.action = path
        assert who.send(form, **fields).status_code == gone
    assert mark_of(town, ada, date) == ""
    if role in ("volunteer", "grid"):
        door = who.get(f"/north/activities/desk/date/{date}/door").text
        with town.unit("north"):
            SignUp.update(missed="no-show").where(SignUp.occurrence_id == date).execute()
        assert _still(who.get(f"/north/activities/desk/date/{date}/door").text) == _still(door)


def _still(page: str) -> str:
    return page.split("<main")[1].split('name="_key" value="">')[0]


def test_three_in_ninety_days_wait_first(noon, town, announce, missed_dates, ada):
    missed_dates(ada, 2)
    missed_dates(ada, 1, days_ago=91)
    missed_dates(ada, 2, mark="excused", days_ago=30)
    visitor = town.visitor(ada)
    free = announce("剪纸", [5], capacity=3)
    assert join(visitor, free, who=["me"]).status_code == 303 and state_of(town, ada, free) == "joined"
    missed_dates(ada, 1, days_ago=50)
    other = announce("书法", [6], capacity=3)
    page = visitor.get(f"/north/activities/{other}").text
    assert "90天内有3次没来" in page and "/activities/appeal" in page and 'name="wait"' in page
    refused = join(visitor, other, who=["me"])
    assert refused.status_code == 422 and "90天内有3次没来" in refused.text and state_of(town, ada, other) == ""
    assert "90天" not in town.visitor().get(f"/north/activities/{other}").text
    assert join(visitor, other, who=["me"], wait="1").status_code == 303
    assert state_of(town, ada, other) == "offered"  # a place is free, and it is day
    visitor.submit(f"/north/activities/{other}", f"/north/activities/{other}/accept")
    assert state_of(town, ada, other) == "joined"
    with town.unit("north"):
        assert checks.broken() == []


def test_it_is_kept_where_places_are_taken(noon, town, announce, missed_dates, ada):
    """Whatever the page has checked beforehand, and in the other site it does not count."""
    missed_dates(ada, 3)
    date = dates_of(town, announce("剪纸", [5], capacity=3, helpers=2))[0].id
    south = dates_of(town, announce("象棋", [5], at="south", capacity=3), "south")[0].id
    who = {"actor_id": ada.id, "person_id": ada.id, "channel": "web"}

    def enter(at, occurrence, wait=False, role="participant"):
        with town.app.app_context(), town.unit(at):
            return seats.sign_up(occurrence, seats.Wish(Party(True), role), who, wait)
    assert enter("north", date) == "full" and dates_of(town, 4)[0].taken == 0
    assert enter("south", south) == "joined"
    assert enter("north", date, role="helper") == "asked"
    with town.app.app_context(), town.unit("north"):
        seats.give_back(date, who)
    assert enter("north", date, wait=True) == "offered"


def test_the_command_line_keeps_it_too(noon, town, announce, missed_dates, ada, call_portal):
    missed_dates(ada, 3, days_ago=2)
    date = str(dates_of(town, announce("插花", [5], capacity=3))[0].id)
    here = "--community", "north", "--json", "--no-wait"
    done = call_portal("activities", "sign-up", date, "--as", str(ada.id), *here)
    assert done.exit_code == 1 and "90" in json.loads(done.stdout)["refused"]


def test_the_third_is_told_and_an_appeal_lifts_it(noon, town, announce, missed_dates, ada, staff):
    missed_dates(ada, 2)
    date, = missed_dates(ada, 1, days_ago=1, mark="")
    visitor, appeal = town.visitor(ada), "/north/activities/appeal"
    ahead = announce("甲", [5], capacity=3)
    form = visitor.form(f"/north/activities/{ahead}")
    form.action = appeal
    assert visitor.send(form, text="我去了").status_code == 422
    staff.submit(absent(date), absent(date), rest="no-show")
    assert len(told(town, ada)) == 1
    assert visitor.submit(appeal, appeal, text="  ").status_code == 422
    assert visitor.submit(appeal, appeal, text="我去了，没签到").status_code == 303
    assert visitor.send(form, text="再说一次").status_code == 422
    assert visitor.get(appeal).text.count("我去了，没签到") == 1
    desk = "/north/activities/desk/appeals"
    page = staff.get(desk).text
    assert "我去了，没签到" in page and "陈爱莲" in page
    assert "/desk/appeals" in staff.get("/north/activities/desk/").text
    form = staff.form(desk, desk)
    staff.send(form, do="keep", answer="名单上没有")
    assert "名单上没有" in visitor.get(appeal).text and len(told(town, ada)) == 2
    assert join(visitor, ahead, who=["me"]).status_code == 422
    with clock.frozen(NOON + 60):
        visitor.submit(appeal, appeal, text="邻居可以作证")
        assert staff.send(form, do="keep", answer="没读过", _key=None).status_code == 303 and len(told(town, ada)) == 2
    form = staff.form(desk, desk)
    staff.send(form, do="lift", answer="谢谢")
    again = staff.send(form, do="keep", answer="", _key=None)
    assert again.status_code == 303 and len(told(town, ada)) == 3
    free = announce("乙", [5], capacity=3)
    assert join(visitor, free, who=["me"]).status_code == 303 and state_of(town, ada, free) == "joined"
    with town.unit("north"):
        assert Audit.select().where(Audit.action.startswith("activities.appeal")).count() == 2
        assert missed.count_of(ada.id) == 0


def test_whoever_comes_late_is_no_longer_marked(noon, town, announce, ada, staff):
    activity = announce("包饺子", [1 / 24], capacity=3)
    join(town.visitor(ada), activity, who=["me"])
    date = dates_of(town, activity)[0].id
    with clock.frozen(NOON + 2 * HOUR):
        staff.submit(absent(date), absent(date), rest="no-show")
        assert mark_of(town, ada, date) == "no-show"
        door = f"/north/activities/desk/date/{date}/door"
        with town.unit("north"):
            number = str(SignUp.get().id)
        staff.submit(door, door, here=number)
    assert mark_of(town, ada, date) == ""


def test_what_is_kept_of_a_person_goes_with_them(noon, town, missed_dates, ada):
    missed_dates(ada, 3)
    into = town.person("陈爱莲", home="north")
    with town.app.app_context(), town.unit("north"):
        Appeal.create(person_id=ada.id, text="我去了", actor_id=ada.id)
        kept = personal.export(ada.id)
        assert [s["missed"] for s in kept["sign_ups"]] == ["no-show"] * 3 and kept["appeals"][0]["text"] == "我去了"
        personal.merge(ada.id, into.id)
        assert missed.count_of(into.id) == 3 and Appeal.get().person_id == into.id == Appeal.get().actor_id
        Appeal.create(person_id=ada.id, text="另一个")
        personal.merge(ada.id, into.id)
        assert [a.text for a in Appeal.select()] == ["我去了"]
        personal.erase(into.id)
        assert Appeal.select().count() == 0 and missed.count_of(into.id) == 0
        assert str(into.id) not in json.dumps(personal.export(into.id))
