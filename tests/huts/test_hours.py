"""Opening hours: against an oracle that reads a wall clock minute by minute, and what staff type."""

import json
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from portal.plugins.huts import hours
from portal.plugins.huts.hours import Hours, Stretch
from portal.plugins.huts.refusals import Refusal

from portal.base.clock import WorkingTime

DAY = timedelta(days=1)
SHANGHAI = WorkingTime("Asia/Shanghai")
ALL_WEEK = [[[540, 1260]]] * 7
BUT_MONDAY = [[]] + [[[540, 1260]]] * 6
STEP = 900  # seconds: all hours below are whole quarters
# A day in each zone near which clocks change, and one where none do.
PLACES = [("Asia/Shanghai", date(2026, 9, 28)), ("Europe/Berlin", date(2026, 3, 27)),
          ("Europe/Berlin", date(2026, 10, 23)), ("America/New_York", date(2026, 10, 30)),
          ("Asia/Shanghai", date(2031, 9, 28)), ("Australia/Lord_Howe", date(2026, 10, 2))]


def stamp(day, minute=0, zone="Asia/Shanghai"):
    """The instant of a wall clock, from the library."""
    return int(datetime(day.year, day.month, day.day, *divmod(minute, 60), tzinfo=ZoneInfo(zone)).timestamp())


quarters = st.integers(16, 96).map(lambda n: n * 15)  # from 4 o'clock on, when every clock has changed


@st.composite
def times(draw):
    """Openings of a day that do not touch."""
    ends = sorted(draw(st.sets(quarters, max_size=6)))
    return [[a, b] for a, b in zip(ends[::2], ends[1::2], strict=False)]


@st.composite
def huts(draw):
    """A zone, a first day, and a hut with its special days."""
    zone, first = draw(st.sampled_from(PLACES))
    days = st.integers(0, 12).map(lambda n: (first + DAY * n).isoformat())
    special = draw(st.dictionaries(days, times(), max_size=3))
    week, rule = draw(st.lists(times(), min_size=7, max_size=7)), draw(st.sampled_from(["open", "closed"]))
    return zone, first, Hours(json.dumps(week), WorkingTime(zone), special, rule), (week, special, rule)


def slow_open(ts, zone, said):
    """Whether it is open, from what the clock on the wall and the calendar beside it show."""
    week, special, rule = said
    wall = datetime.fromtimestamp(ts, ZoneInfo(zone))
    off = rule == "closed" and SHANGHAI.holiday_name(wall.date())
    today = special.get(wall.date().isoformat(), [] if off else week[wall.weekday()])
    return any(a <= wall.hour * 60 + wall.minute < b for a, b in today)


@settings(max_examples=60, deadline=None)
@given(huts(), st.data())
def test_open_closed_and_when_next_as_the_clock_on_the_wall_says(hut, data):
    zone, first, found, said = hut
    begin = stamp(first, 0, zone)
    moments = [begin + STEP * n for n in range(12 * 96)]
    is_open = [slow_open(ts, zone, said) for ts in moments]
    for n in data.draw(st.sets(st.integers(0, len(moments) - 1), min_size=30, max_size=30)):
        assert found.open_at(moments[n]) == found.open_at(moments[n] + STEP - 1) == is_open[n]
        if True in is_open[n:]:
            assert found.next_open(moments[n]) == moments[is_open.index(True, n)]
    a, b = sorted(data.draw(st.tuples(*[st.integers(0, 200)] * 2)))
    assert found.crosses_closing(moments[a], moments[b]) == (a == b or not all(is_open[a:b]))


@settings(max_examples=60, deadline=None)
@given(huts(), st.integers(0, 4), st.integers(1, 4))
def test_closing_times_as_the_clock_on_the_wall_says(hut, days, n):
    zone, first, found, said = hut
    start, closings = first + DAY * days, []
    for day in (start + DAY * k for k in range(12 - days)):
        quarters_of = range(stamp(day, 0, zone), stamp(day + DAY, 0, zone), STEP)
        shut = [ts + STEP for ts in quarters_of if slow_open(ts, zone, said)]
        closings += shut[-1:]
    assume(len(closings) >= n)
    assert found.nth_open_closing(start, n) == closings[n - 1]
    assert found.closing(start) == closings[0]


@given(st.lists(times(), min_size=7, max_size=7))
def test_the_week_in_words_is_the_week(week):
    found = Hours(week, SHANGHAI)
    said = [s.times for s in found.stretches() for _ in range(s.first, s.last + 1)]
    assert tuple(said) == found.week and hours.week_of(hours.packed(found.week)) == found.week
    assert all(a.times != b.times for a, b in zip(found.stretches(), found.stretches()[1:], strict=False))


@given(st.lists(times(), min_size=7, max_size=7))
def test_what_a_form_shows_is_read_back(week):
    form = {name: hours.typed(hours.week_of(week)[n]) for n, name in enumerate(hours.WEEKDAYS)}
    assert hours.read(form) == (hours.week_of(week), {})


@given(st.text(alphabet="0123456789:：.，,、-－至到点半上午下晚中amp 24", max_size=30))
def test_whatever_is_typed_gives_times_of_a_day_or_a_reason(text):
    found = hours.read_day(text)
    assert isinstance(found, Refusal) or all(
        0 <= a < b <= 1440 and (not n or found[n - 1][1] < a) for n, (a, b) in enumerate(found))


def test_a_week_without_mondays_and_its_holidays():
    hut = Hours(BUT_MONDAY, SHANGHAI, {"2026-10-03": [[600, 720]], "2026-10-12": [[540, 720], [780, 1080]]})
    assert hut.stretches() == (Stretch(0, 0, ()), Stretch(1, 6, ((540, 1260),)))
    assert hut.on(date(2026, 10, 1)) == () and hut.on(date(2026, 10, 3)) == ((600, 720),)
    assert hut.on(date(2026, 10, 10)) == ((540, 1260),)  # a Saturday that makes up for a day off
    assert hut.closing(date(2026, 9, 30)) == stamp(date(2026, 9, 30), 1260)
    assert hut.closing(date(2026, 10, 1)) == stamp(date(2026, 10, 3), 720)
    assert hut.nth_open_closing(date(2026, 10, 1), 2) == stamp(date(2026, 10, 8), 1260)
    assert hut.closing(date(2026, 10, 12)) == stamp(date(2026, 10, 12), 1080)
    assert Hours(BUT_MONDAY, SHANGHAI, holidays="open").on(date(2026, 10, 1)) == ((540, 1260),)


def test_a_break_at_noon_closes():
    hut, day = Hours([[[540, 720], [840, 1260]]] * 7, SHANGHAI), date(2026, 11, 24)
    noon = stamp(day, 720)
    assert hut.open_at(noon - 1) and not hut.open_at(noon) and hut.next_open(noon) == stamp(day, 840)
    assert hut.span_at(noon - 60) == (stamp(day, 540), noon) and hut.span_at(noon) is None
    assert not hut.crosses_closing(stamp(day, 540), noon) and hut.crosses_closing(stamp(day, 540), stamp(day, 900))
    assert all(hut.crosses_closing(stamp(day, 600), stamp(day, end)) for end in (560, 600))


def test_years_without_holidays_are_marked_and_never_raise():
    hut, day = Hours(BUT_MONDAY, SHANGHAI), date(2045, 10, 1)
    assert hut.deadline(day) == (stamp(day, 1260), day, False) and not hut.announced(day)
    assert hut.deadline(date(2025, 10, 9)).announced
    assert Hours(BUT_MONDAY, SHANGHAI, holidays="open").deadline(day).announced
    assert Hours(BUT_MONDAY, SHANGHAI, {"2045-10-01": [[0, 60]]}).deadline(day).announced


def test_a_hut_that_never_opens_gives_up():
    for never in (Hours("[]", SHANGHAI), Hours("", SHANGHAI), Hours([], SHANGHAI, {"2026-01-01": []})):
        assert never.next_open(0) is never.closing(date(2026, 1, 1)) is never.deadline(date(2026, 1, 1)) is None
        assert not never.open_at(0) and never.crosses_closing(0, 1)
    once = Hours([], SHANGHAI, {"2029-05-06": "[[600, 660]]"})
    assert once.closing(date(2026, 1, 1)) == stamp(date(2029, 5, 6), 660)
    assert once.nth_open_closing(date(2026, 1, 1), 2) is None and once.closing(date(2029, 5, 7)) is None
    assert Hours(ALL_WEEK, SHANGHAI).closing(date(9999, 12, 31)) is None


def test_a_whole_year_of_days_off_is_looked_through_once():
    off = {date(2027, 1, 1) + DAY * n: ("x", True) for n in range(365)}
    hut = Hours(BUT_MONDAY, WorkingTime("Asia/Shanghai", off))
    assert hut.closing(date(2027, 1, 1)) == stamp(date(2028, 1, 1), 1260)
    off |= {date(2028, 1, 1) + DAY * n: ("x", True) for n in range(366)}
    assert Hours(BUT_MONDAY, WorkingTime("Asia/Shanghai", off)).closing(date(2027, 1, 1)) is None


def test_a_time_that_the_clock_leaps_over_is_no_opening():
    hut = Hours([[[120, 180]]] * 7, WorkingTime("Europe/Berlin"))  # from 2 to 3 at night
    leap = date(2026, 3, 29)
    assert hut.spans(leap) == () and hut.closing(leap) == stamp(leap + DAY, 180, "Europe/Berlin")
    [(start, end)] = hut.spans(date(2026, 10, 25))
    assert end - start == 7200  # the hour that comes twice


@pytest.mark.parametrize(("text", "said"), [
    ("", ""), ("休息", ""), ("关门", ""), ("Closed", ""), (" - ", ""),
    ("9:00-12:00, 14:00-21:00", "9:00-12:00, 14:00-21:00"),
    ("９：００－１２：００，１４：００－２１：００", "9:00-12:00, 14:00-21:00"),
    ("9:00至12:00、14:00到21:00", "9:00-12:00, 14:00-21:00"), ("9:00—12:00；14:00～21:00", "9:00-12:00, 14:00-21:00"),
    ("14:00-21:00 9:00 - 12:00", "9:00-12:00, 14:00-21:00"), ("9-12和14-21", "9:00-12:00, 14:00-21:00"),
    ("上午9点到12点，下午2点半到5点", "9:00-12:00, 14:30-17:00"), ("早上8時30分至晚上9點正", "8:30-21:00"),
    ("中午12:00到晚上12点", "12:00-24:00"), ("下午15:00-18:00", "15:00-18:00"), ("中午11:30-中午1点", "11:30-13:00"),
    ("9am-5pm", "9:00-17:00"), ("9:30 am to 12 pm and 2pm to 5:30pm", "9:30-12:00, 14:00-17:30"),
    ("12am-1am", "0:00-1:00"), ("0-24", "0:00-24:00"), ("09.00–21.00", "9:00-21:00"),
    ("9:00-12:00, 12:00-14:00", "9:00-14:00"),
])
def test_what_staff_type_is_understood(text, said):
    found = hours.read_day(text)
    assert not isinstance(found, Refusal), found
    assert hours.typed(found) == said


@pytest.mark.parametrize(("text", "why"), [
    ("21:00-2:00", "over midnight"), ("9:00-9:00", "over midnight"), ("9:00-0:00", "24:00"), ("9:00", "no time"),
    ("9:00-12:60", "no time"), ("9:00-25:00", "no time"), ("9:00-24:01", "no time"), ("九点到十点", "no time"),
    ("9-12-14", "no time"), ("上午13:00-14:00", "no time"), ("9:00-12:00, 11:00-13:00", "overlap"),
    ("1-2,3-4,5-6,7-8,9-10,11-12,13-14", "at most 6"), (",", "at most 6"), ("9-12" + " " * 200, "at most 6"),
    ("上午9am-10am", "no time"),
])
def test_what_cannot_be_hours_is_refused_in_words(text, why):
    found = hours.read_day(text)
    assert isinstance(found, Refusal) and why in found.reason % found.values


def test_a_form_names_the_days_that_are_wrong():
    found = hours.read({"monday": "9-12", "tuesday": "9-8", "sunday": "?"})
    assert set(found.problems) == {"tuesday", "sunday"} and found.week[0] == ((540, 720),)
    assert found.week[1:] == ((),) * 6
