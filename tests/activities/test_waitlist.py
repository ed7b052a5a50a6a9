"""The waitlist: nobody passes by it, freed places are offered by day, held for a time, and go on to the next."""

import json
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from portal.plugins.activities.models import Occurrence, SignUp
from portal.plugins.activities.places import dues, offering, seats, waitlist
from portal.plugins.activities.rules import Party

from portal.base import clock
from portal.base.due import Due
from portal.people.models import Household, Notice
from tests.activities.parties import dates_of, join, sound, state_of, work

ZONE = "Asia/Shanghai"
HOUR = 3600


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(ZONE)).timestamp())


@pytest.mark.parametrize(("now", "start", "hours", "until"), [
    ("2028-03-01T10:00", "2028-03-05T15:00", 4, "2028-03-01T14:00"),
    ("2028-03-01T08:00", "2028-03-05T15:00", 4, "2028-03-01T12:00"),
    ("2028-03-01T19:00", "2028-03-05T15:00", 4, "2028-03-02T10:00"),  # stands still from nine to eight
    ("2028-03-01T21:00", "2028-03-05T15:00", 4, None), ("2028-03-01T07:59", "2028-03-05T15:00", 4, None),
    ("2028-03-01T10:00", "2028-03-01T14:00", 4, "2028-03-01T12:00"),  # half the time left
    ("2028-03-01T20:00", "2028-03-02T09:00", 4, "2028-03-01T21:00"),
    ("2028-03-01T20:40", "2028-03-02T07:00", 4, "2028-03-01T20:50"),
    ("2028-03-01T20:55", "2028-03-02T07:00", 4, None),
    ("2028-02-28T20:00", "2028-03-05T15:00", 3, "2028-02-29T10:00"),
])
def test_how_long_a_place_is_held(now, start, hours, until):
    found = waitlist.held_until(at(now), at(start), hours * HOUR, ZONE)
    assert found == (at(until) if until else None)


def test_by_day_means_by_day_where_the_clock_changes():
    for zone, day in (("Europe/Berlin", "2028-03-25T20:00"), ("Europe/Berlin", "2028-10-28T20:00")):
        start = int(datetime.fromisoformat(day).replace(tzinfo=ZoneInfo(zone)).timestamp())
        until = waitlist.held_until(start, start + 5 * 86400, 4 * HOUR, zone)
        assert datetime.fromtimestamp(until, ZoneInfo(zone)).hour == 11


def test_a_full_date_has_a_waitlist_that_nobody_passes(town, announce, neighbours, noon):
    activity = announce("剪纸", [5], capacity=1)
    first, second, third = (town.visitor(p) for p in neighbours(3))
    assert join(first, activity, who=["me"]).status_code == 303
    refused = join(second, activity, who=["me"])
    assert refused.status_code == 422 and 'name="wait"' in refused.text
    assert join(second, activity, who=["me"], wait="1").status_code == 303
    page = second.get(f"/north/activities/{activity}").text
    assert "1" in page.split('id="s-h"')[1].split("</h2>")[0] and f"/activities/{activity}/leave" in page
    first.submit(f"/north/activities/{activity}", f"/north/activities/{activity}/leave")
    date = dates_of(town, activity)[0]
    assert (date.taken, date.held, date.waiting) == (0, 1, 0)
    assert join(third, activity, who=["me"]).status_code == 422  # the place is held for the second
    page = second.get(f"/north/activities/{activity}").text
    assert f"/activities/{activity}/accept" in page and "4:00" in page
    answer = second.submit(f"/north/activities/{activity}", f"/north/activities/{activity}/accept")
    assert answer.status_code == 303
    date = dates_of(town, activity)[0]
    assert (date.taken, date.held, date.waiting) == (1, 0, 0)
    sound(town)


def test_a_party_that_does_not_fit_keeps_its_place(town, announce, neighbours, ada, noon):
    activity = announce("包饺子", [5], capacity=4)
    people = neighbours(4)
    with town.unit():
        for name in ("一", "二", "三"):
            Household.create(person=ada, name=name)
        family = [str(h.id) for h in Household.select().where(Household.person == ada)]
    seated = [town.visitor(p) for p in people[:3]]
    for visitor in seated:
        assert join(visitor, activity, who=["me"]).status_code == 303
    family_of_four, single = town.visitor(ada), town.visitor(people[3])
    page = f"/north/activities/{activity}"
    assert join(family_of_four, activity, who=["me", *family[:3]], wait="1").status_code == 303
    assert state_of(town, ada, activity) == "waiting"
    assert join(single, activity, who=["me"]).status_code == 422  # one place is free, but somebody waits
    assert join(single, activity, who=["me"], wait="1").status_code == 303
    assert state_of(town, people[3], activity) == "offered"  # the next that fits
    seated[0].submit(page, f"{page}/leave")
    assert state_of(town, ada, activity) == "waiting"
    sound(town)
    for visitor in (*seated[1:], single):
        visitor.submit(page, f"{page}/leave")
    assert state_of(town, ada, activity) == "offered"
    date = dates_of(town, activity)[0]
    assert (date.taken, date.held, date.waiting) == (0, 4, 0)
    sound(town)


def test_at_night_nothing_is_offered_and_at_eight_it_is(town, announce, neighbours):
    with clock.frozen(at("2028-03-01T20:00")):
        activity = announce("象棋", [5], capacity=1)
        one, two = neighbours(2)
        assert join(town.visitor(one), activity, who=["me"]).status_code == 303
        assert join(town.visitor(two), activity, who=["me"], wait="1").status_code == 303
    page = f"/north/activities/{activity}"
    with clock.frozen(at("2028-03-01T23:00")):
        town.visitor(one).submit(page, f"{page}/leave")
        assert state_of(town, two, activity) == "waiting"
        work(town)
        assert state_of(town, two, activity) == "waiting"
    with clock.frozen(at("2028-03-02T08:00")):
        work(town)
        assert state_of(town, two, activity) == "offered"
        with town.unit("north"):
            assert SignUp.get(SignUp.person_id == two.id).offered_until == at("2028-03-02T12:00")
            assert Notice.select().where((Notice.person == two) & (Notice.kind == "activities.offered")).count() == 1
    sound(town)


def test_an_offer_ends_by_the_clock_whether_or_not_the_worker_has_run(town, announce, neighbours):
    with clock.frozen(at("2028-03-01T08:00")):
        activity = announce("书法", [5], capacity=1)
        one, two, three = neighbours(3)
        join(town.visitor(one), activity, who=["me"])
        join(town.visitor(two), activity, who=["me"], wait="1")
        join(town.visitor(three), activity, who=["me"], wait="1")
        page = f"/north/activities/{activity}"
        town.visitor(one).submit(page, f"{page}/leave")
        late = town.visitor(two)
        form = late.form(page, f"{page}/accept")
    with clock.frozen(at("2028-03-01T11:59")):
        work(town)
        assert state_of(town, two, activity) == "offered"
    with clock.frozen(at("2028-03-01T12:00")):
        answer = late.send(form)
        assert answer.status_code == 422
        assert (state_of(town, two, activity), state_of(town, three, activity)) == ("expired", "offered")
        work(town)
        work(town)
        assert state_of(town, three, activity) == "offered"
        with town.unit("north"):
            assert SignUp.get(SignUp.person_id == three.id).offered_until == at("2028-03-01T16:00")
            assert Notice.select().where((Notice.person == two) & Notice.kind.startswith("activities.")).count() == 2
    sound(town)


def test_more_places_and_a_date_that_comes_back_are_offered(town, announce, neighbours, noon):
    activity = announce("合唱", [5], capacity=1)
    people = neighbours(4)
    join(town.visitor(people[0]), activity, who=["me"])
    for person in people[1:]:
        join(town.visitor(person), activity, who=["me"], wait="1")
    date = dates_of(town, activity)[0]
    with town.app.app_context(), town.unit("north"):
        assert seats.set_capacity(date.id, 3)
        assert not seats.set_capacity(date.id, 2)  # two of three are held
    assert [state_of(town, p, activity) for p in people] == ["joined", "offered", "offered", "waiting"]
    from portal.plugins.activities import changes
    with town.app.app_context(), town.unit("north"):
        assert changes.cancel_date(date.id) == 4
    assert [state_of(town, p, activity) for p in people] == ["joined", "waiting", "waiting", "waiting"]
    with town.app.app_context(), town.unit("north"):
        changes.restore_date(date.id)
    assert [state_of(town, p, activity) for p in people] == ["joined", "offered", "offered", "waiting"]
    sound(town)


def test_commands_act_under_the_rules_and_the_check_finds_what_is_wrong(town, announce, neighbours, run_portal,
                                                                      call_portal):
    activity = announce("插花", [5], capacity=1)
    one, two = neighbours(2)
    date = str(dates_of(town, activity)[0].id)
    here = ["--community", "north", "--json"]
    def run(*arguments):
        return call_portal("activities", *arguments)
    done = run_portal("activities", "sign-up", date, "--as", str(one.id), *here)
    assert json.loads(done.stdout)["state"] == "joined"
    done = run("sign-up", date, "--as", two.phone, "--no-wait", *here)
    assert done.exit_code == 1 and json.loads(done.stdout)["refused"]
    done = run("sign-up", date, "--as", two.phone, *here)
    assert (json.loads(done.stdout)["state"], json.loads(done.stdout)["number"]) == ("waiting", 1)
    assert run("offer-accept", date, "--as", two.phone, *here).exit_code == 1
    assert run("leave", date, "--as", str(one.id), *here).exit_code == 0
    said = json.loads(run("sign-up", date, "--as", two.phone, *here).stdout)
    assert (said["number"] is None) == (said["state"] == "offered")  # between 08 and 21 h; at night it waits
    assert run("check", "north").exit_code == 0
    with town.unit("north"):
        Occurrence.update(taken=1 - Occurrence.taken).where(Occurrence.id == int(date)).execute()
    wrong = run("check", "north")
    assert wrong.exit_code == 1 and "taken" in wrong.stderr and "Traceback" not in wrong.stderr


def test_a_guest_may_come_where_staff_allow_it_and_later_finds_it(town, announce, noon):
    closed = announce("不对外", [5], capacity=2, audience="anyone")
    free = announce("开放日", [5], capacity=2, guests=True)
    guest = town.visitor()
    assert 'name="phone"' not in guest.get(f"/north/activities/{closed}").text
    page = f"/north/activities/{free}"
    form = guest.form(page, f"{page}/sign-up")
    form.action = f"/north/activities/{closed}/sign-up"
    answer = guest.send(form, on=dates_of(town, closed)[0].id, name="何阿姨", phone="13900003333")
    assert answer.status_code == 303 and "/sign-in" in answer.location and dates_of(town, closed)[0].taken == 0
    assert guest.submit(page, f"{page}/sign-up", name="", phone="13900001111").status_code == 422
    answer = guest.submit(page, f"{page}/sign-up", name="何阿姨", phone="139 0000 1111")
    assert answer.status_code == 303 and "/activities/guest/" in answer.location
    assert "何阿姨" in guest.get(answer.location).text
    assert guest.submit(page, f"{page}/sign-up", name="何阿姨", phone="13900001111").status_code == 422
    assert dates_of(town, free)[0].taken == 1
    assert guest.get("/north/activities/guest/nonsense").status_code == 404
    resident = town.person("何阿姨", home="north", phone="13900001111")
    visitor = town.visitor(resident)
    assert "guest-joins" in visitor.get("/north/me").text
    visitor.submit("/north/me", "/north/activities/guest-joins")
    assert state_of(town, resident, free) == "joined" and "开放日" in visitor.get("/north/activities/mine").text
    assert guest.get(answer.location).status_code == 404
    sound(town)


def test_who_finds_no_room_hears_of_the_neighbours(town, announce, neighbours, noon):
    here = announce("缝纫", [5], capacity=1, tags=",手艺,")
    announce("自家的缝纫", [5], at="south", capacity=9, tags=",手艺,")
    theirs = announce("邻居的缝纫", [6], at="south", capacity=9, tags=",手艺,", audience="street")
    one, two = neighbours(2)
    join(town.visitor(one), here, who=["me"])
    page = town.visitor(two).get(f"/north/activities/{here}").text
    assert "邻居的缝纫" in page and "自家的缝纫" not in page and f"/south/activities/{theirs}?on=" in page


def test_guests_are_limited_by_phone(town, announce, noon):
    guest, codes = town.visitor(), []
    for n in range(6):
        page = f"/north/activities/{announce(f'开放日{n}', [5], capacity=2, guests=True)}"
        codes.append(guest.submit(page, f"{page}/sign-up", name="何阿姨", phone="13900001111").status_code)
    assert codes == [303] * 5 + [422]


def test_another_phone_takes_nothing_over(town, announce, noon):
    activity = announce("开放日", [5], capacity=2, guests=True)
    page = f"/north/activities/{activity}"
    town.visitor().submit(page, f"{page}/sign-up", name="何阿姨", phone="13900001111")
    for phone in ("13900002222", None):
        stranger = town.person("陌生人", home="north", phone=phone)
        visitor = town.visitor(stranger)
        assert "guest-joins" not in visitor.get("/north/me").text
        form = visitor.form("/north/activities/" + str(announce("别的", [3], capacity=2)))
        form.action = "/north/activities/guest-joins"
        visitor.send(form)
        assert state_of(town, stranger, activity) == ""


def test_a_decision_is_for_its_own_date(town, announce, noon, ada, staff):
    asked, other = (announce(name, [5], capacity=1, approval=True) for name in ("甲", "乙"))
    join(town.visitor(ada), asked, who=["me"])
    with town.unit("north"):
        number = SignUp.get().id
    join(town.visitor(ada), other, who=["me"])
    date = dates_of(town, other)[0]
    roster, decide = (f"/north/activities/desk/date/{date.id}/{name}" for name in ("roster", "decide"))
    assert staff.submit(roster, decide, sign_up=number, do="approve").status_code == 404
    assert state_of(town, ada, asked) == "asked"


def test_the_queue_is_kept_under_the_lock(town, announce, neighbours, noon):
    """What the form checks beforehand is decided once more with the row counted up."""
    activity = announce("围棋", [5], capacity=2)
    date_id = dates_of(town, activity)[0].id
    one, two, three, four = ({"actor_id": p.id, "person_id": p.id, "channel": "web"} for p in neighbours(4))

    def enter(who, size=1, wait=False):
        with town.app.app_context(), town.unit("north"):
            return seats.sign_up(date_id, seats.Wish(Party(True, (), size - 1)), who, wait)
    assert [enter(one), enter(one), enter(one, wait=True)] == ["joined", "already", "already"]
    assert enter(two, 2, wait=True) == "waiting" and enter(three) == "full"
    assert enter(three, 3, wait=True) == "closed"
    with town.app.app_context(), town.unit("north"):
        seats.give_back(date_id, one)
    assert enter(four) == "full"  # nobody waits, but both places are held
    date = dates_of(town, activity)[0]
    assert (date.taken, date.held, date.waiting) == (0, 2, 0)
    sound(town)


def test_staff_look_first_where_they_want_to(town, announce, noon, ada, staff):
    activity = announce("夜市", [5], capacity=1, approval=True, questions="几点来？*\n备注")
    visitor, page = town.visitor(ada), f"/north/activities/{activity}"
    assert join(visitor, activity, who=["me"], answer=["", "无"]).status_code == 422
    assert join(visitor, activity, who=["me"], answer=["五点", ""]).status_code == 303
    date = dates_of(town, activity)[0]
    assert (date.taken, date.asked) == (0, 1) and state_of(town, ada, activity) == "asked"
    roster = f"/north/activities/desk/date/{date.id}/roster"
    assert "五点" in staff.get(roster).text
    with town.unit("north"):
        number = SignUp.get().id
    decide = f"/north/activities/desk/date/{date.id}/decide"
    assert visitor.post(decide, {"sign_up": number, "do": "approve"}).status_code in (400, 404)
    assert staff.submit(roster, decide, sign_up=number, do="approve").status_code == 303
    assert state_of(town, ada, activity) == "joined"
    staff.submit(roster, decide, sign_up=number, do="remove", reason="重复报名")
    assert state_of(town, ada, activity) == "refused"
    with town.unit():
        assert any("重复报名" in n.text for n in Notice.select().where(Notice.person == ada))
    assert "sign-up" in visitor.get(page).text
    sound(town)


def test_helpers_have_places_of_their_own(town, announce, neighbours, ada, noon):
    activity = announce("义剪", [5], capacity=1, helpers=1)
    one, two = neighbours(2)
    assert join(town.visitor(ada), activity, who=["me"], role="helper").status_code == 303
    assert join(town.visitor(one), activity, who=["me"], role="helper").status_code == 422
    helper, two_forms = town.visitor(ada), town.visitor(two)
    form = two_forms.form(f"/north/activities/{activity}", f"/north/activities/{activity}/sign-up")
    assert join(town.visitor(one), activity, who=["me"]).status_code == 303
    assert helper.send(form, who=["me"]).status_code in (400, 422)  # helps here already
    date = dates_of(town, activity)[0]
    assert (date.taken, date.helping) == (1, 1)
    sound(town)


def test_companions_count_and_have_a_limit(town, announce, ada, noon):
    activity = announce("茶话会", [5], capacity=5, companions=3)
    visitor = town.visitor(ada)
    for wrong in ("4", "-1", "x", "9999999999999999999", "0000000004"):
        assert join(visitor, activity, who=["me"], companions=wrong).status_code == 422
    assert join(visitor, activity, who=["me"], companions="3").status_code == 303
    assert dates_of(town, activity)[0].taken == 4


def test_leaving_late_is_said_and_told(town, announce, noon, ada, staff):
    activity = announce("讲座", [1], capacity=5, leave_hours=48)
    organiser = town.person("组织者", home="north", role="staff")
    from portal.plugins.activities.models import Activity
    with town.unit("north"):
        Activity.update(actor_id=organiser.id).where(Activity.id == activity).execute()
    visitor, page = town.visitor(ada), f"/north/activities/{activity}"
    join(visitor, activity, who=["me"])
    visitor.submit(page, f"{page}/leave")
    with town.unit("north"):
        assert SignUp.get().late
        assert Notice.select().where((Notice.person == organiser) & (Notice.kind == "activities.late")).count() == 1


def test_reminders_come_once_a_day_and_an_hour_before(town, announce, ada, noon):
    activity = announce("早操", [1.5], capacity=5)
    join(town.visitor(ada), activity, who=["me"])
    start = dates_of(town, activity)[0].starts_at

    def told() -> int:
        with town.unit():
            return Notice.select().where((Notice.person == ada) & (Notice.kind == "activities.reminder")).count()
    work(town)
    assert told() == 0
    for when, wanted in ((start - 24 * HOUR, 1), (start - 23 * HOUR, 1), (start - HOUR, 2), (start, 2)):
        with clock.frozen(when):
            work(town)
            work(town)
            assert told() == wanted
    with town.app.app_context(), town.unit("north"):
        dues.plan(Occurrence.id > 0)
        assert Due.select().where(Due.kind == "activities.remind").count() == 2


def test_a_moved_date_is_reminded_of_at_its_new_time(town, announce, noon, ada, staff):
    activity = announce("早操", [1.5], capacity=5)
    join(town.visitor(ada), activity, who=["me"])
    date = dates_of(town, activity)[0]
    from portal.plugins.activities import changes
    with town.app.app_context(), town.unit("north"):
        Occurrence.update(starts_at=date.starts_at + 6 * HOUR, ends_at=date.ends_at + 6 * HOUR).where(
            Occurrence.id == date.id).execute()
        changes.tell_moved(date.id)
    for when, wanted in ((date.starts_at - 24 * HOUR, 0), (date.starts_at - 18 * HOUR, 1)):
        with clock.frozen(when):
            work(town)
            with town.unit():
                assert Notice.select().where((Notice.person == ada)
                                             & (Notice.kind == "activities.reminder")).count() == wanted


def test_offers_are_made_in_portions(town, announce, noon):
    activity = announce("大会", [20], capacity=1)
    date = dates_of(town, activity)[0]
    with town.app.app_context(), town.unit("north"):
        for n in range(26):
            who = {"actor_id": None, "person_id": 1000 + n, "channel": "web"}
            assert seats.sign_up(date.id, seats.Wish(Party(True)), who, wait=True) in ("joined", "waiting")
        seats.set_capacity(date.id, 25)
        assert Occurrence.get_by_id(date.id).held == offering.AT_ONCE
    work(town)
    date = dates_of(town, activity)[0]
    assert (date.taken, date.held, date.waiting) == (1, 24, 1)
    sound(town)
