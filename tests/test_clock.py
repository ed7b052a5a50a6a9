"""The clock, local days, open days and deadlines."""

import json
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from portal.base import clock
from portal.base.clock import HolidaysRefused, WorkingTime, read_holidays

SHANGHAI = ZoneInfo("Asia/Shanghai")
TIME = WorkingTime("Asia/Shanghai")
NINE_TO_SIX = 18 * 60


def days_of(year):
    first = date(year, 1, 1)
    return [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]


def stamp(zone, *parts, fold=0):
    return int(datetime(*parts, tzinfo=ZoneInfo(zone), fold=fold).timestamp())


def test_now_stands_still_only_inside_frozen():
    before = clock.now()
    with clock.frozen(1000):
        assert clock.now() == 1000
        with clock.frozen(2000):
            assert clock.now() == 2000
        assert clock.now() == 1000
    assert isinstance(before, int) and clock.now() >= before > 1000


@pytest.mark.parametrize(("zone", "day", "first"), [
    ("Asia/Shanghai", date(2026, 11, 22), "2026-11-22T00:00:00+08:00"),
    ("Europe/Berlin", date(2026, 3, 29), "2026-03-29T00:00:00+01:00"),
    ("Europe/Berlin", date(2026, 3, 30), "2026-03-30T00:00:00+02:00"),
    ("America/Sao_Paulo", date(2018, 11, 4), "2018-11-04T01:00:00-02:00"),  # midnight is leapt over
    ("America/Havana", date(2026, 11, 1), "2026-11-01T00:00:00-04:00"),  # midnight comes twice
    ("Asia/Kathmandu", date(2026, 1, 1), "2026-01-01T00:00:00+05:45"),
])
def test_the_first_moment_of_a_day(zone, day, first):
    start = clock.start_of_day(day, zone)
    assert start == int(datetime.fromisoformat(first).timestamp())
    assert clock.local_date(start, zone) == day
    assert clock.local_date(start - 1, zone) == day - timedelta(days=1)


@pytest.mark.parametrize(("zone", "day", "minute", "moment"), [
    ("Asia/Shanghai", date(2026, 11, 22), 570, "2026-11-22T09:30:00+08:00"),
    ("Asia/Shanghai", date(2026, 12, 31), 1440, "2027-01-01T00:00:00+08:00"),
    ("Europe/Berlin", date(2026, 3, 29), 150, "2026-03-29T03:30:00+02:00"),  # 2:30 is leapt over
    ("Europe/Berlin", date(2026, 10, 25), 150, "2026-10-25T02:30:00+02:00"),  # 2:30 comes twice: the first
    ("Europe/Berlin", date(2026, 10, 25), 1080, "2026-10-25T18:00:00+01:00"),
])
def test_a_minute_of_a_day(zone, day, minute, moment):
    assert clock.at_minute(day, minute, zone) == int(datetime.fromisoformat(moment).timestamp())


@pytest.mark.parametrize(("zone", "moment", "hours"), [
    ("Asia/Shanghai", (2026, 11, 22, 23, 59), 168),
    ("Asia/Shanghai", (2026, 11, 16, 0, 0), 168),
    ("Europe/Berlin", (2026, 3, 25, 12, 0), 167),
    ("Europe/Berlin", (2026, 10, 25, 2, 30), 169),
])
def test_weeks_begin_on_monday_and_know_the_change_of_clocks(zone, moment, hours):
    ts = stamp(zone, *moment)
    first, after = clock.week_bounds(ts, zone)
    assert first <= ts < after
    assert after - first == hours * 3600
    assert clock.local(first, zone).weekday() == clock.local(after, zone).weekday() == 0


@pytest.mark.parametrize(("moment", "first", "after"), [
    ((2026, 2, 28, 23, 59), (2026, 2, 1), (2026, 3, 1)),
    ((2024, 2, 29, 0, 0), (2024, 2, 1), (2024, 3, 1)),
    ((2026, 12, 31, 12, 0), (2026, 12, 1), (2027, 1, 1)),
    ((2026, 1, 1, 0, 0), (2026, 1, 1), (2026, 2, 1)),
])
def test_months(moment, first, after):
    moment, first, after = (stamp("Asia/Shanghai", *parts) for parts in (moment, first, after))
    assert clock.month_bounds(moment, SHANGHAI) == (first, after)


def test_a_day_of_a_changing_clock_has_23_hours():
    first, after = clock.day_bounds(stamp("Europe/Berlin", 2026, 3, 29, 12), "Europe/Berlin")
    assert after - first == 23 * 3600


@pytest.mark.parametrize("year", [2025, 2026])
def test_open_days_are_those_that_the_state_council_published(year, open_data):
    raw = (open_data / "holidays" / f"holiday-cn_{year}.json").read_bytes()
    published = {date.fromisoformat(d["date"]): d["isOffDay"] for d in json.loads(raw)["days"]}
    loaded = WorkingTime("Asia/Shanghai", read_holidays(raw))
    for day in days_of(year):
        open_ = not published[day] if day in published else day.weekday() < 5
        assert TIME.is_open(day) is open_, day
        assert loaded.is_open(day) is open_, day
        off, work = published.get(day) is True, published.get(day) is False
        assert (TIME.holiday_name(day) is not None) is off, day
        assert (TIME.make_up_workday(day) is not None) is work, day


@pytest.mark.parametrize("year", [2025, 2026])
def test_names_of_holidays_agree_with_the_published_ones(year, open_data):
    raw = (open_data / "holidays" / f"holiday-cn_{year}.json").read_bytes()
    for day, (name, off) in read_holidays(raw).items():
        known = TIME.holiday_name(day) if off else TIME.make_up_workday(day)
        assert known and known in name, day


@pytest.mark.parametrize(("day", "name"), [
    (date(2026, 1, 1), "New Year's Day"),
    (date(2026, 2, 17), "Spring Festival"),
    (date(2026, 4, 5), "Tomb-Sweeping Day"),
    (date(2026, 5, 1), "Labour Day"),
    (date(2026, 6, 19), "Dragon Boat Festival"),
    (date(2026, 9, 25), "Mid-Autumn Festival"),
    (date(2026, 10, 1), "National Day"),
    (date(2026, 2, 14), None),  # a Saturday at work
    (date(2026, 11, 21), None),  # a plain Saturday
    (date(2027, 10, 1), None),
])
def test_holiday_name(day, name):
    assert TIME.holiday_name(day) == name


def test_make_up_workdays_are_open_weekends():
    assert TIME.make_up_workday(date(2026, 2, 14)) == "Spring Festival"
    assert TIME.is_open(date(2026, 2, 14))
    assert TIME.make_up_workday(date(2026, 2, 13)) is None
    assert TIME.make_up_workday(date(2026, 2, 17)) is None


def test_outside_the_published_years_only_weekends_are_closed_and_it_says_so():
    for day in [*days_of(2027), *days_of(2000), *days_of(2090)]:
        assert TIME.is_open(day) is (day.weekday() < 5)
        assert not TIME.announced(day)
        assert TIME.mark(day) is None
    assert TIME.announced(date(2026, 12, 31))


def test_loaded_rows_lie_over_the_published_ones():
    rows = {date(2026, 11, 24): ("Moving house", True), date(2026, 10, 1): ("We stay open", False)}
    place = WorkingTime("Asia/Shanghai", rows)
    assert not place.is_open(date(2026, 11, 24)) and place.holiday_name(date(2026, 11, 24)) == "Moving house"
    assert place.is_open(date(2026, 10, 1)) and not place.is_open(date(2026, 10, 2))


def test_a_year_is_announced_by_its_list_but_not_by_one_closed_day():
    one = WorkingTime("Asia/Shanghai", {date(2027, 3, 1): ("Moving house", True)})
    assert not one.announced(date(2027, 5, 1)) and not one.is_open(date(2027, 3, 1))
    listed = {date(2027, 2, 5) + timedelta(days=n): ("Spring Festival", True) for n in range(8)}
    assert WorkingTime("Asia/Shanghai", listed).announced(date(2027, 5, 1))


@pytest.mark.parametrize(("start", "n", "day", "announced"), [
    (date(2026, 11, 23), 0, date(2026, 11, 23), True),
    (date(2026, 11, 23), 3, date(2026, 11, 26), True),
    (date(2026, 11, 23), 5, date(2026, 11, 30), True),  # Saturday moves to Monday
    (date(2026, 2, 7), 7, date(2026, 2, 14), True),  # a Saturday that is worked
    (date(2026, 2, 13), 2, date(2026, 2, 24), True),  # through Spring Festival
    (date(2026, 9, 28), 5, date(2026, 10, 8), True),
    (date(2025, 9, 30), 1, date(2025, 10, 9), True),
    (date(2026, 12, 30), 2, date(2027, 1, 1), False),  # nobody has said yet
    (date(2026, 12, 30), 1, date(2026, 12, 31), True),
    (date(2027, 1, 30), 0, date(2027, 2, 1), False),
])
def test_deadlines_end_at_closing_time_of_an_open_day(start, n, day, announced):
    due = TIME.deadline(start, n, NINE_TO_SIX)
    assert (due.day, due.announced) == (day, announced)
    assert due.at == stamp("Asia/Shanghai", day.year, day.month, day.day, 18)


def test_a_place_that_is_always_closed_still_has_an_answer():
    every = {date(2027, 1, 1) + timedelta(days=n): ("Closed", True) for n in range(800)}
    assert WorkingTime("Asia/Shanghai", every).next_open(date(2027, 1, 2)) == date(2027, 1, 2)


def test_reading_a_year_gives_rows_by_date():
    raw = json.dumps({"days": [
        {"name": "春节", "date": "2027-02-05", "isOffDay": True},
        {"name": "春节", "date": "2027-02-14", "isOffDay": False},
        {"name": "镇庙会", "date": "2027-03-03", "isOffDay": True},
    ]}).encode()
    assert read_holidays(b"\xef\xbb\xbf" + raw) == {
        date(2027, 2, 5): ("Spring Festival", True),
        date(2027, 2, 14): ("Spring Festival", False),
        date(2027, 3, 3): ("镇庙会", True),
    }


def day_row(**changes):
    return {"name": "春节", "date": "2027-02-05", "isOffDay": True, **changes}


@pytest.mark.parametrize(("content", "says"), [
    (b"", "no list of days"),
    (b"\xff\xfe\x00", "no list of days"),
    (b"[" * 100_000, "no list of days"),
    (b"[]", "no list of days"),
    (b'"days"', "no list of days"),
    (b'{"days": [\n{"name": "a"},,\n]}', "Line 2 is no JSON"),
    ({"days": [day_row(), day_row(date="2029-01-01")]}, "Day 2: 2029-01-01 is far from 2027"),
    ({"days": {}}, "no list of days"),
    ({"days": []}, "no list of days"),
    ({"days": [day_row(), 7]}, "Day 2 has no date"),
    ({"days": [day_row(date="5 February")]}, "Day 1 has no date"),
    ({"days": [day_row(date="2027-02-30")]}, "Day 1 has no date"),
    ({"days": [day_row(date=20270205)]}, "Day 1 has no date"),
    ({"days": [day_row(name=" ")]}, "Day 1 has no name"),
    ({"days": [day_row(isOffDay="yes")]}, "Day 1 does not say"),
    ({"days": [day_row(), day_row(isOffDay=False)]}, "Day 2: 2027-02-05 is there twice"),
])
def test_a_file_that_is_no_holiday_list_is_refused_with_the_place(content, says):
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    with pytest.raises(HolidaysRefused, match=says) as refused:
        read_holidays(raw)
    assert str(refused.value) == refused.value.msgid % refused.value.values
