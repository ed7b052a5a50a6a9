"""Series of our own: patterns, holidays, edits of one date or more, going on, copies; and how calendars read them."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import icalendar
import pytest
import recurring_ical_events
from portal.plugins.activities.calendars import series
from portal.plugins.activities.models import Activity, Occurrence

from portal.base import clock
from portal.people.models import Notice
from tests.activities.parties import dates_of, join

ZONE = ZoneInfo("Asia/Shanghai")
NEW = "/north/activities/desk/new"


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZONE).timestamp())


def said(town, activity: int) -> list[str]:
    return [f"{datetime.fromtimestamp(d.starts_at, ZONE):%m-%d %H:%M}" for d in dates_of(town, activity)]


@pytest.fixture
def march():
    """A morning in 2028, beyond the years whose holidays come with the house."""
    with clock.frozen(at("2028-03-01T09:00")) as now:
        yield now


@pytest.fixture
def weekly(town, march, staff):
    """`weekly(until=…)`: a published series of Saturdays in March 2028, made on the desk; its id."""
    def make(**fields) -> int:
        answer = staff.submit(NEW, title="包饺子", day="2028-03-04", start="15:00", end="17:00", capacity="5",
                              **({"repeat": "week", "until": "2028-03-25"} | fields))
        assert answer.status_code == 303, answer.text
        number = int(answer.location.rsplit("/", 1)[1])
        page = f"/north/activities/desk/{number}"
        assert staff.submit(page, f"{page}/move").status_code == 303
        return number
    return make


@pytest.mark.parametrize(("pattern", "first", "until", "days"), [
    ("week", "2028-02-15", "2028-03-01", ["02-15", "02-22", "02-29"]),
    ("fortnight", "2028-02-15", "2028-03-14", ["02-15", "02-29", "03-14"]),
    ("month", "2028-03-25", "2028-06-30", ["03-25", "04-22", "05-27", "06-24"]),
    ("month", "2028-03-31", "2028-06-30", ["03-31", "04-28", "05-26", "06-30"]),  # the fifth is the last
    ("date", "2028-01-28", "2028-04-01", ["01-28", "02-28", "03-28"]),
    ("", "2028-02-29", "2028-12-31", ["02-29"])])
def test_patterns(pattern, first, until, days):
    found = series.days(pattern, date.fromisoformat(first), date.fromisoformat(until))
    assert [f"{day:%m-%d}" for day in found] == days


def test_a_series_keeps_clear_of_holidays(town, march, weekly, staff):
    with town.unit():
        from portal.base import holidays
        holidays.load({date(2028, 3, n): ("校庆", True) for n in range(11, 18)})
    assert said(town, weekly()) == ["03-04 15:00", "03-11 15:00", "03-18 15:00", "03-25 15:00"]
    assert said(town, weekly(holidays="skip")) == ["03-04 15:00", "03-18 15:00", "03-25 15:00"]
    assert said(town, weekly(holidays="move")) == ["03-04 15:00", "03-18 15:00", "03-20 15:00", "03-25 15:00"]


@pytest.mark.parametrize("wrong", [
    {"until": ""}, {"until": "2028-03-01"}, {"until": "2031-01-01"}, {"until": "2028-02-30"},
    {"day": "2027-02-29"}, {"end": "14:00"}, {"repeat": "date", "day": "2028-03-31", "until": "2028-08-01"},
    {"repeat": "always"}])
def test_a_series_that_cannot_be_is_refused_in_words(town, march, staff, wrong):
    fields = {"title": "包饺子", "day": "2028-03-04", "start": "15:00", "end": "17:00", "repeat": "week",
              "until": "2028-03-25"} | wrong
    answer = staff.submit(NEW, **fields)
    assert answer.status_code == 422 and 'class="err' in answer.text
    with town.unit("north"):
        assert not Activity.select().exists()


def test_the_smallest_edit_is_the_first_choice_and_others_follow_if_wanted(town, weekly, staff):
    activity = weekly()
    dates = dates_of(town, activity)
    page = f"/north/activities/desk/date/{dates[1].id}"
    assert staff.submit(page, start="16:00", end="18:00").status_code == 303
    assert said(town, activity) == ["03-04 15:00", "03-11 16:00", "03-18 15:00", "03-25 15:00"]
    page = f"/north/activities/desk/date/{dates[2].id}"
    staff.submit(page, scope="following", day="2028-03-19", start="10:00", end="12:30", title="包粽子", capacity="8")
    assert said(town, activity) == ["03-04 15:00", "03-11 16:00", "03-19 10:00", "03-26 10:00"]
    found = dates_of(town, activity)
    assert [(d.title, d.capacity) for d in found] == [("包饺子", 5), ("包饺子", 5), ("包粽子", 8), ("包粽子", 8)]
    assert [d.ends_at - d.starts_at for d in found] == [7200, 7200, 9000, 9000]
    page = f"/north/activities/desk/date/{dates[0].id}"
    staff.submit(page, scope="all", place="一楼")
    assert [d.place for d in dates_of(town, activity)] == ["一楼"] * 4
    assert said(town, activity) == ["03-04 15:00", "03-11 16:00", "03-19 10:00", "03-26 10:00"]


def test_fewer_places_than_taken_on_one_date_change_none(town, weekly, staff, ada):
    activity = weekly()
    first, _second, third, _last = dates_of(town, activity)
    for name in "甲乙丙":
        town_person = town.visitor(town.person(name, home="north"))
        town_person.submit(f"/north/activities/{activity}?on={third.id}", f"/north/activities/{activity}/sign-up")
    answer = staff.submit(f"/north/activities/desk/date/{first.id}", scope="all", capacity="2", place="二楼")
    assert answer.status_code == 422
    assert {(d.capacity, d.place) for d in dates_of(town, activity)} == {(5, "")}


def test_dates_with_people_are_cancelled_with_a_message_and_others_can_be_deleted(town, weekly, staff, ada):
    activity = weekly()
    visitor = town.visitor(ada)
    first, second, *_rest = dates_of(town, activity)
    join(visitor, activity, who=["me"])
    page = f"/north/activities/desk/date/{first.id}"
    assert f"{page}/delete" not in staff.get(page).text
    form = staff.form(page)
    form.action = f"{page}/delete"
    staff.send(form)
    assert len(dates_of(town, activity)) == 4
    other = f"/north/activities/desk/date/{second.id}"
    staff.submit(other, f"{other}/delete")
    assert said(town, activity) == ["03-04 15:00", "03-18 15:00", "03-25 15:00"]
    staff.submit(f"{page}/cancel", scope="following", reason="装修")
    assert {d.state for d in dates_of(town, activity)} == {"cancelled"}
    with town.unit():
        assert Notice.select().where((Notice.person == ada) & (Notice.kind == "activities.cancelled")).count() == 1


def test_a_series_goes_on_and_what_was_deleted_stays_so(town, weekly, staff):
    activity = weekly()
    last = dates_of(town, activity)[-1]
    page = f"/north/activities/desk/date/{last.id}"
    staff.submit(page, f"{page}/delete")
    desk = f"/north/activities/desk/{activity}"
    for until in ("2028-03-20", "", "2028-02-30", "2032-01-01"):
        assert staff.submit(desk, f"{desk}/continue", until=until).status_code == 422
    assert staff.submit(desk, f"{desk}/continue", until="2028-04-10").status_code == 303
    assert said(town, activity) == ["03-04 15:00", "03-11 15:00", "03-18 15:00", "04-01 15:00", "04-08 15:00"]


def test_a_series_goes_on_as_often_as_staff_want(town, weekly, staff):
    activity = weekly(until="2030-02-23")
    desk, before = f"/north/activities/desk/{activity}", len(dates_of(town, activity))
    assert staff.submit(desk, f"{desk}/continue", until="2031-02-22").status_code == 303
    assert len(dates_of(town, activity)) - before == 52 and said(town, activity)[-1] == "02-22 15:00"


def test_a_series_without_dates_does_not_go_on_and_says_why(town, weekly, staff):
    activity = weekly()
    for date_of_it in dates_of(town, activity):
        page = f"/north/activities/desk/date/{date_of_it.id}"
        staff.submit(page, f"{page}/delete")
    desk = f"/north/activities/desk/{activity}"
    refused = staff.submit(desk, f"{desk}/continue", until="2028-04-22")
    assert refused.status_code == 422 and 'class="err' in refused.text
    assert staff.submit(desk, f"{desk}/dates", day="2028-04-01", start="10:00", end="11:00").status_code == 303
    assert staff.submit(desk, f"{desk}/continue", until="2028-04-10").status_code == 303
    assert said(town, activity) == ["04-01 10:00", "04-08 10:00"]


def holidays_in_april(town) -> None:
    from portal.base import holidays
    with town.unit():
        holidays.load({date(2028, 4, n): ("校庆", True) for n in range(1, 8)})


def copied(town, staff, activity: int) -> tuple[int, list[str]]:
    """The copy of an activity and its dates."""
    desk = f"/north/activities/desk/{activity}"
    copy = int(staff.submit(desk, f"{desk}/copy").location.rsplit("/", 1)[1])
    return copy, said(town, copy)


def test_a_copy_keeps_clear_of_holidays_as_its_series_does(town, weekly, staff):
    holidays_in_april(town)
    rest = ["04-08 15:00", "04-15 15:00", "04-22 15:00"]
    assert copied(town, staff, weekly(holidays="skip"))[1] == rest
    assert copied(town, staff, weekly(holidays="move"))[1] == [rest[0], "04-10 15:00", *rest[1:]]


@pytest.mark.parametrize(("day", "dates"), [
    ("2028-04-03", ["04-08 15:00", "04-15 15:00", "04-22 15:00"]),  # what is over of a month is left out
    ("2028-11-23", ["11-25 15:00"]), ("2028-12-31", ["01-06 15:00", "01-13 15:00", "01-20 15:00", "01-27 15:00"])])
def test_a_copy_of_something_old_lies_ahead(town, weekly, staff, day, dates):
    activity = weekly()
    with clock.frozen(at(f"{day}T09:00")):
        clerk = town.visitor(town.person("Clerk", home="north", role="staff"))
        assert copied(town, clerk, activity)[1] == dates


def test_the_desk_says_which_dates_fall_on_a_holiday(town, weekly, staff):
    holidays_in_april(town)
    copy, dates = copied(town, staff, weekly())
    assert dates[0] == "04-01 15:00"
    assert staff.get(f"/north/activities/desk/{copy}").text.count("校庆") == 1


def test_a_copy_is_a_draft_with_the_same_weekdays_a_month_later(town, weekly, staff):
    activity = weekly()
    desk = f"/north/activities/desk/{activity}"
    answer = staff.submit(desk, f"{desk}/copy")
    copy = int(answer.location.rsplit("/", 1)[1])
    assert said(town, copy) == ["04-01 15:00", "04-08 15:00", "04-15 15:00", "04-22 15:00"]
    with town.unit("north"):
        row = Activity.get_by_id(copy)
        assert (row.state, row.title, row.capacity) == ("draft", "包饺子", 5)


def test_other_calendars_read_the_same_dates_after_every_edit(town, weekly, staff, ada):
    activity = weekly()
    guest = town.visitor()

    def agree() -> None:
        body = guest.get(f"/north/activities/{activity}.ics").data
        events = recurring_ical_events.of(icalendar.Calendar.from_ical(body)).between((2028, 1, 1), (2028, 12, 31))
        read = sorted((int(e["DTSTART"].dt.timestamp()), int(e["DTEND"].dt.timestamp()), str(e["SUMMARY"]),
                       e["STATUS"] == "CANCELLED") for e in events)
        assert read == sorted((d.starts_at, d.ends_at, d.title, d.state == "cancelled")
                              for d in dates_of(town, activity))
    agree()
    dates = dates_of(town, activity)
    first, second, third, _fourth = (f"/north/activities/desk/date/{d.id}" for d in dates)
    join(town.visitor(ada), activity, who=["me"])
    for edit in (lambda: staff.submit(second, day="2028-03-12", start="09:00", end="10:00"),
                 lambda: staff.submit(third, scope="following", start="18:00", end="20:00", title="夜宵"),
                 lambda: staff.submit(second, f"{second}/delete"),
                 lambda: staff.submit(f"{first}/cancel", reason="下雨"),
                 lambda: staff.submit(third, scope="all", day="2028-03-20")):
        assert edit().status_code == 303
        agree()
    with town.unit("north"):
        assert Occurrence.select().count() == 3
