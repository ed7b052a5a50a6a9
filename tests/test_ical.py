"""Calendar files: what is read from them, when it takes place, what is refused, what is written.

The judge of every expansion is recurring-ical-events, which shares no code with the reader.
"""

import warnings
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
import recurring_ical_events
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from portal.plugins.activities.calendars import ical

from portal.pages import calendar_file

ZONE = "Asia/Shanghai"
HERE = ZoneInfo(ZONE)
START, END = datetime(2025, 1, 1, tzinfo=HERE), datetime(2027, 1, 1, tzinfo=HERE)

BERLIN = """BEGIN:VTIMEZONE|TZID:X-Uferweg|BEGIN:DAYLIGHT|TZOFFSETFROM:+0100|TZOFFSETTO:+0200|DTSTART:19700329T020000|\
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3|END:DAYLIGHT|BEGIN:STANDARD|TZOFFSETFROM:+0200|TZOFFSETTO:+0100|\
DTSTART:19701025T030000|RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10|END:STANDARD|END:VTIMEZONE"""

# name -> properties of the calendar, then one VEVENT after the other
CALENDARS = {
    "daily with COUNT": ("", "UID:a|SUMMARY:晨练|DTSTART:20260301T070000|DURATION:PT1H|RRULE:FREQ=DAILY;COUNT=30"),
    "UNTIL as a date": ("", "UID:a|DTSTART;TZID=Asia/Shanghai:20260301T070000|RRULE:FREQ=DAILY;UNTIL=20260310"),
    "UNTIL in UTC": ("", "UID:a|DTSTART;TZID=Asia/Shanghai:20260301T070000|RRULE:FREQ=DAILY;UNTIL=20260309T230000Z"),
    "UNTIL of an all-day series": ("", "UID:a|DTSTART;VALUE=DATE:20260301|RRULE:FREQ=WEEKLY;UNTIL=20260322"),
    "UNTIL before the start": ("", "UID:a|DTSTART:20260301T070000|RRULE:FREQ=DAILY;UNTIL=20260201T000000"),
    "last workday of the month": (
        "", "UID:a|DTSTART:20260130T180000|RRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"),
    "every other week from Sunday": (
        "", "UID:a|DTSTART:20260303T090000|RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=SU;COUNT=12"),
    "the same from Monday": (
        "", "UID:a|DTSTART:20260303T090000|RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=MO;COUNT=12"),
    "start off the rule": ("", "UID:a|DTSTART:20260302T090000|RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=3"),
    "last of February": ("", "UID:a|DTSTART;VALUE=DATE:20240229|RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1"),
    "weeks of the year": ("", "UID:a|DTSTART:20250101T090000|RRULE:FREQ=YEARLY;BYWEEKNO=1,20,-1;BYDAY=MO"),
    "days of the year": ("", "UID:a|DTSTART:20250101T090000|RRULE:FREQ=YEARLY;BYYEARDAY=1,100,-1"),
    "every 20 minutes of an afternoon": (
        "", "UID:a|DTSTART:20260305T140000|RRULE:FREQ=MINUTELY;INTERVAL=20;BYHOUR=14,15;COUNT=60"),
    "two rules": (
        "", "UID:a|DTSTART:20260301T070000|RRULE:FREQ=MONTHLY;COUNT=4|RRULE:FREQ=WEEKLY;BYDAY=FR;COUNT=5"),
    "RDATE, one as a period": (
        "", "UID:a|DTSTART;TZID=Asia/Shanghai:20260301T070000|DURATION:PT1H|RDATE;TZID=Asia/Shanghai:20260304T080000,"
        "20260306T080000|RDATE;VALUE=PERIOD:20260308T000000Z/PT3H,20260309T000000Z/20260309T013000Z"),
    "EXDATE as time and as day": (
        "", "UID:a|DTSTART;TZID=Asia/Shanghai:20260301T070000|RRULE:FREQ=DAILY;COUNT=9|"
        "EXDATE:20260302T230000Z|EXDATE;VALUE=DATE:20260305,20260306"),
    "moved, cancelled, retold": (
        "", "UID:a|SUMMARY:书法|DTSTART;TZID=Asia/Shanghai:20260302T150000|DURATION:PT2H|RRULE:FREQ=WEEKLY;COUNT=5",
        "UID:a|SUMMARY:书法|RECURRENCE-ID;TZID=Asia/Shanghai:20260309T150000|DTSTART;TZID=Asia/Shanghai:20260310T100000|"
        "DURATION:PT2H",
        "UID:a|SUMMARY:停课|STATUS:CANCELLED|RECURRENCE-ID:20260316T070000Z|DTSTART;TZID=Asia/Shanghai:20260316T150000",
        "UID:a|SUMMARY:另加|RECURRENCE-ID;TZID=Asia/Shanghai:20260317T150000|DTSTART;TZID=Asia/Shanghai:20260317T150000"),
    "this and all that follow": (
        "", "UID:a|SUMMARY:A|DTSTART:20260302T150000|DURATION:PT2H|RRULE:FREQ=DAILY;COUNT=9",
        "UID:a|SUMMARY:B|RECURRENCE-ID;RANGE=THISANDFUTURE:20260305T150000|DTSTART:20260305T163000|DURATION:PT1H"),
    "no master": ("", "UID:a|SUMMARY:B|RECURRENCE-ID:20260305T150000|DTSTART:20260305T163000|DURATION:PT1H"),
    "several days, all day": ("", "UID:a|DTSTART;VALUE=DATE:20260501|DTEND;VALUE=DATE:20260506"),
    "no length": ("", "UID:a|DTSTART:20260501T100000", "UID:b|DTSTART:20260502T100000|DTEND:20260502T100000"),
    "day beside time": ("", "UID:a|DTSTART;VALUE=DATE:20260501|DTEND:20260502T100000Z"),
    "floating beside UTC": ("", "UID:a|DTSTART:20260501T100000|DTEND:20260501T110000Z"),
    "clocks change": (
        "", "UID:a|DTSTART;TZID=Europe/Berlin:20260326T023000|DTEND;TZID=Europe/Berlin:20260326T033000|"
        "RRULE:FREQ=DAILY;COUNT=6",
        "UID:b|DTSTART;TZID=America/New_York:20261030T013000|DURATION:PT90M|RRULE:FREQ=DAILY;COUNT=4"),
    "a zone of its own": (
        BERLIN, "UID:a|DTSTART;TZID=X-Uferweg:20260327T100000|DURATION:PT1H|RRULE:FREQ=DAILY;COUNT=5"),
    "a zone by its Windows name": ("", "UID:a|DTSTART;TZID=\"China Standard Time\":20260327T100000|DURATION:PT1H"),
    "a zone as Exchange shows it": ("", "UID:a|DTSTART;TZID=\"(UTC+08:00) Beijing, Chongqing\":20260327T100000"),
    "a zone with a vendor": ("", "UID:a|DTSTART;TZID=/example.org/2026/Asia/Hong_Kong:20260327T100000"),
    "X-WR-TIMEZONE": (
        "X-WR-TIMEZONE:America/New_York", "UID:a|DTSTART:20260306T230000Z|RRULE:FREQ=WEEKLY;BYDAY=FR;COUNT=4",
        "UID:b|DTSTART:20260306T090000|DURATION:PT1H"),
    "newer versions win": (
        "", "UID:a|SUMMARY:alt|SEQUENCE:1|DTSTART:20260306T090000|RRULE:FREQ=DAILY;COUNT=3",
        "UID:a|SUMMARY:neu|SEQUENCE:2|DTSTART:20260306T100000|RRULE:FREQ=DAILY;COUNT=2",
        "UID:a|SUMMARY:1|SEQUENCE:3|RECURRENCE-ID:20260307T100000|DTSTART:20260307T110000",
        "UID:a|SUMMARY:2|SEQUENCE:4|RECURRENCE-ID:20260307T100000|DTSTART:20260307T120000"),
    "escapes and alarms": (
        "X-WR-CALNAME:石湾\\, 公园", "UID:a|SUMMARY:a\\, b\\; c\\\\ d\\ne|STATUS:Tentative|DTSTART:20260306T090000Z|"
        "BEGIN:VALARM|TRIGGER:-PT5M|SUMMARY:no|DTSTART:20200101T000000|END:VALARM"),
}

REFUSED = {
    "nothing": ("", 1, "This is not a calendar file."),
    "a page": ("<html>|<body>", 1, "This is not a calendar file."),
    "cut off": ("BEGIN:VCALENDAR|BEGIN:VEVENT|UID:a|DTSTART:2026", 4, "The file stops before VEVENT ends."),
    "crossed": ("BEGIN:VCALENDAR|BEGIN:VEVENT|END:VCALENDAR|END:VEVENT", 3, "VEVENT is not closed here."),
    "rubbish": ("BEGIN:VCALENDAR|rubbish|END:VCALENDAR", 2, "This is not a line of a calendar: rubbish"),
    "other calendar": ("BEGIN:VCALENDAR|CALSCALE:CHINESE|END:VCALENDAR", 2, "Only the Gregorian"),
    "no start": ("E|UID:a", 2, "This event has no start."),
    "no date": ("E|UID:a|DTSTART:20260230T100000", 4, "Not a date or time: 20260230T100000"),
    "bad exception": ("E|UID:a|DTSTART:20260228|EXDATE:never", 5, "Not a date or time: never"),
    "backwards": ("E|UID:a|DTSTART:20260228T100000|DTEND:20260228T090000", 5, "The event ends before it starts."),
    "unknown zone": ("E|UID:a|DTSTART;TZID=Mars/Base:20260228T100000", 4, "Unknown time zone: Mars/Base"),
    "zone as a path": ("E|UID:a|DTSTART;TZID=../../etc/passwd:20260228T100000", 4, "Unknown time zone: "),
    "unknown rule": ("E|DTSTART:20260228|RRULE:FREQ=SOMETIMES", 4, "The repeat rule cannot be understood: SOMETIMES"),
    "misspelt rule": ("E|DTSTART:20260228|RRULE:FREQ=DAILY;UNTL=20260301", 4, "The repeat rule cannot be understood"),
    "far apart": ("E|DTSTART:20260228|DURATION:P99999W", 2, "The times of this event lie too far apart."),
    "too often": ("E|DTSTART:20260228T000000Z|RRULE:FREQ=SECONDLY", 4, "This event repeats too often."),
}


def file(head: str, *events: str) -> bytes:
    """A calendar with these properties and events, written with | between the lines."""
    wrapped = [f"BEGIN:VEVENT|{event}|END:VEVENT" for event in events]
    lines = filter(None, ["BEGIN:VCALENDAR", head, *wrapped, "END:VCALENDAR"])
    return ("|".join(lines) + "|").replace("|", "\r\n").encode()


def epoch(value) -> int:
    if not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day)
    return int((value if value.tzinfo else value.replace(tzinfo=HERE)).timestamp())


def judged(data: bytes, start: datetime, end: datetime) -> list[tuple]:
    """What recurring-ical-events finds: (uid, title, start, end, all day, status)."""
    found = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for calendar in icalendar.Calendar.from_ical(data, multiple=True):
            for event in recurring_ical_events.of(calendar).between(start, end):
                begin = event["DTSTART"].dt
                found.append((str(event["UID"]), str(event.get("SUMMARY", "")), epoch(begin), epoch(event["DTEND"].dt),
                              not isinstance(begin, datetime), str(event.get("STATUS", "")).upper()))
    return sorted(found)


def ours(data: bytes, start: datetime, end: datetime) -> list[tuple]:
    return sorted((event.uid, each.title, each.starts_at, each.ends_at, each.all_day, each.status)
                  for event in ical.read(data, ZONE).events for each in event.occurrences(start, end))


@pytest.mark.parametrize("name", CALENDARS)
def test_own_calendars_agree_with_the_judge(name):
    data = file(*CALENDARS[name])
    found = ours(data, START, END)
    assert found == judged(data, START, END)
    assert found or name == "UNTIL before the start"


def test_real_calendars_agree_with_the_judge(open_data):
    files = sorted((open_data / "ics").glob("*.ics"))
    assert files
    for path in files:
        data = path.read_bytes()
        for year in range(2015, 2028):
            start, end = datetime(year, 1, 1, tzinfo=HERE), datetime(year + 1, 1, 1, tzinfo=HERE)
            assert ours(data, start, end) == judged(data, start, end), (path.name, year)


def test_line_ends_folds_and_marks_do_not_matter():
    data = file("X-WR-CALNAME:石湾", "UID:a|SUMMARY:石湾公园晨练八段锦|DTSTART:20260306T090000Z")
    cut = data.index("公".encode()) + 1
    folded = b"\xef\xbb\xbf" + data[:cut] + b"\r\n " + data[cut:].replace(b"\r\n", b"\n")
    read = ical.read(folded, ZONE)
    assert (read.name, [event.title for event in read.events]) == ("石湾", ["石湾公园晨练八段锦"])


def test_two_calendars_in_one_file_are_read_together():
    both = file("", "UID:a|DTSTART:20260306T090000Z|RRULE:FREQ=DAILY;COUNT=2") + file(
        "", "UID:a|SUMMARY:moved|RECURRENCE-ID:20260307T090000Z|DTSTART:20260307T100000Z", "UID:b|DTSTART:20260308")
    found = ours(both, START, END)
    assert [(uid, title) for uid, title, *_ in found] == [("a", ""), ("a", "moved"), ("b", "")]


def test_a_zone_described_in_one_file_is_unknown_to_the_next():
    ical.read(file(*CALENDARS["a zone of its own"]), ZONE)
    with pytest.raises(ical.CalendarError, match="Unknown time zone: X-Uferweg"):
        ical.read(file("", CALENDARS["a zone of its own"][1]), ZONE)


@pytest.mark.parametrize("name", REFUSED)
def test_a_bad_file_is_refused_with_its_line(name):
    lines, number, reason = REFUSED[name]
    data = file("", lines[2:]) if lines.startswith("E|") else lines.replace("|", "\n").encode()
    with pytest.raises(ical.CalendarError) as refusal:
        ours(data, START, END)
    assert refusal.value.line == number
    assert (refusal.value.reason % refusal.value.values).startswith(reason)


def test_too_large_too_many_and_not_utf8_are_refused():
    many = file("", *["UID:a|DTSTART:20260101"] * (ical.MAX_EVENTS + 1))
    for data, reason in ((b"x" * (ical.MAX_BYTES + 1), "larger"), (many, "more than"), (b"X:\xd6\xd0\n", "UTF-8")):
        with pytest.raises(ical.CalendarError, match=reason):
            ical.read(data, ZONE)


def test_an_event_says_what_it_is():
    event, = ical.read(file("", "UID:a|SUMMARY:T|DESCRIPTION:D\\nE|LOCATION:L|URL:https://a.example/|CATEGORIES:x\\,y,z|"
                            "SEQUENCE:4|STATUS:confirmed|DTSTART:20260306|RRULE:FREQ=DAILY"), ZONE).events
    assert (event.uid, event.title, event.description, event.location) == ("a", "T", "D\nE", "L")
    assert (event.url, event.categories, event.sequence) == ("https://a.example/", ["x,y", "z"], 4)
    assert (event.all_day, event.status, event.repeats, event.endless) == (True, "CONFIRMED", True, True)


def test_events_without_uid_are_found_again():
    data = file("", "SUMMARY:T|DTSTART:20260306", "SUMMARY:T|DTSTART:20260306", "SUMMARY:U|DTSTART:20260306")
    uids = [event.uid for event in ical.read(data, ZONE).events]
    assert len(set(uids)) == 3
    assert uids == [event.uid for event in ical.read(data, ZONE).events]


def keys(*events: str) -> dict[str, int]:
    event, = ical.read(file("", *events), ZONE).events
    return {each.recurrence_key: each.starts_at for each in event.occurrences(START, END)}


def test_a_key_stays_when_its_occurrence_moves():
    series = "UID:a|DTSTART;TZID=Asia/Shanghai:20260302T150000|RRULE:FREQ=WEEKLY;COUNT=3"
    before = keys(series)
    after = keys(series, "UID:a|RECURRENCE-ID:20260309T070000Z|DTSTART:20260312T150000")
    assert list(before) == ["20260302T070000Z", "20260309T070000Z", "20260316T070000Z"]
    assert list(after) == list(before)
    assert after["20260309T070000Z"] - before["20260309T070000Z"] == 3 * 86400
    assert list(keys("UID:a|DTSTART:20260302T150000")) == list(keys("UID:a|DTSTART:20260504T150000")) == [""]
    assert list(keys("UID:a|DTSTART;VALUE=DATE:20260302|RRULE:FREQ=DAILY;COUNT=2")) == ["20260302", "20260303"]


def found(*events: str) -> list[ical.Occurrence]:
    return ical.read(file("", *events), ZONE).events[0].occurrences(START, END)


def test_stored_occurrences_find_theirs_again():
    series = "UID:a|DTSTART:20260302T150000|RRULE:FREQ=WEEKLY;COUNT=4"
    stored = keys(series)
    same = ical.pair(stored, found(series + "|EXDATE:20260316T150000"))
    assert list(stored)[2] not in same and len(same) == 3
    shifted = ical.pair(stored, found("UID:a|DTSTART:20260304T193000|RRULE:FREQ=WEEKLY;COUNT=4"))
    assert [shifted[key].starts_at - at for key, at in stored.items()] == [2 * 86400 + 4.5 * 3600] * 4
    assert ical.pair(stored, found("UID:a|DTSTART:20260601T150000|RRULE:FREQ=WEEKLY;COUNT=4")) == {}
    assert ical.pair({"": 0}, found("UID:a|DTSTART:20260601T150000"))[""].recurrence_key == ""


def test_long_series_are_counted_not_walked():
    for rule in ("FREQ=DAILY", "FREQ=DAILY;COUNT=999999999999", "FREQ=DAILY;COUNT=99999999;BYHOUR=9"):
        assert len(keys(f"UID:a|DTSTART:19700101T090000|RRULE:{rule}")) == 730
    assert len(keys("UID:a|DTSTART:19700101T090000|RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30")) == 0
    with pytest.raises(ical.CalendarError, match="too often"):
        keys("UID:a|DTSTART:20250101T090000|RRULE:FREQ=SECONDLY;COUNT=999999999;BYDAY=MO")


def test_neighbours_are_not_taken_for_each_other():
    """15:00 in Shanghai is 07:00 in UTC: calling it off must leave the occurrence at 07:00 alone."""
    data = "UID:a|DTSTART;TZID=Asia/Shanghai:20260302T070000|RRULE:FREQ=DAILY;BYHOUR=7,15;COUNT=4"
    assert len(keys(data + "|EXDATE;TZID=Asia/Shanghai:20260302T150000")) == 3


WEEKDAY = st.sampled_from(ical.WEEKDAYS)
NTH = st.builds("{}{}".format, st.sampled_from([1, 2, 3, 4, -1, -2]), WEEKDAY)
ZONES = {"": "", "Z": "Z", "Asia/Shanghai": "", "Europe/Berlin": "", "America/New_York": ""}


def listed(values, most: int):
    return st.lists(values, min_size=1, max_size=most, unique=True).map(lambda each: ",".join(map(str, each)))


@st.composite
def rules(draw, start: datetime) -> str:
    """A repeat rule that finds a day soon: the judge would search an impossible one to the year 9999."""
    freq = draw(st.sampled_from(["YEARLY", "MONTHLY", "WEEKLY", "DAILY"]))
    parts = {"FREQ": freq, "INTERVAL": draw(st.sampled_from([1, 1, 2, 3]))}
    if draw(st.booleans()):
        parts["WKST"] = draw(WEEKDAY)
    if draw(st.booleans()):
        parts["BYDAY"] = draw(listed(NTH if freq in ("YEARLY", "MONTHLY") else WEEKDAY, 3))
    elif freq in ("YEARLY", "MONTHLY") and draw(st.booleans()):
        parts["BYMONTHDAY"] = draw(listed(st.sampled_from([1, 5, 15, 28, -1, -3]), 3))
    if freq == "YEARLY":
        parts["BYMONTH"] = draw(listed(st.integers(1, 12), 4))
    if draw(st.booleans()):
        parts["BYSETPOS"] = draw(listed(st.sampled_from([1, -1]), 2)) if "BYDAY" in parts else 1
    ending = draw(st.sampled_from(["", "COUNT", "UNTIL"]))
    if ending == "COUNT":
        parts["COUNT"] = draw(st.integers(1, 30))
    elif ending:
        until = start + timedelta(draw(st.integers(0, 500)), hours=draw(st.integers(-3, 3)))
        parts["UNTIL"] = until.strftime(draw(st.sampled_from(["%Y%m%d", "%Y%m%dT%H%M%SZ"])))
    return ";".join(f"{name}={value}" for name, value in parts.items())


@st.composite
def series(draw) -> bytes:
    """A series, perhaps with a day left out, one moved and one called off."""
    start = datetime(2025, 1, 1) + timedelta(draw(st.integers(0, 400)), hours=draw(st.sampled_from([0, 2, 9, 23])))
    zone = draw(st.sampled_from(list(ZONES)))
    mark, z = (f";TZID={zone}" if "/" in zone else ""), ZONES[zone]

    def stamp(name: str, at: datetime) -> str:
        return f"{name}{mark}:{at:%Y%m%dT%H%M%S}{z}"
    hours = draw(st.sampled_from([0, 1, 30]))
    rule = draw(rules(start))
    master = f"UID:a|SUMMARY:A|{stamp('DTSTART', start)}|DURATION:PT{hours}H|RRULE:{rule}"
    starts = [at.astimezone(UTC if z else ZoneInfo(zone or ZONE)).replace(tzinfo=None) for at in (
        datetime.fromtimestamp(at, UTC) for at in keys(master).values())]
    events = []
    if starts:
        out, moved, off = (draw(st.sampled_from(starts)) for _ in range(3))
        master += f"|{stamp('EXDATE', out)}"
        later = moved + timedelta(draw(st.sampled_from([-3, 0, 1, 40])), hours=draw(st.sampled_from([-2, 0, 5])))
        events = [f"UID:a|SUMMARY:B|{stamp('RECURRENCE-ID', moved)}|{stamp('DTSTART', later)}",
                  f"UID:a|SUMMARY:C|STATUS:CANCELLED|{stamp('RECURRENCE-ID', off)}|{stamp('DTSTART', off)}"]
    return file("", *draw(st.permutations([master, *events])))


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(series(), st.integers(0, 600), st.sampled_from([7, 31, 366]))
def test_any_series_agrees_with_the_judge(data, day, length):
    start = START + timedelta(day)
    assert ours(data, start, start + timedelta(length)) == judged(data, start, start + timedelta(length))


ENTRIES = [
    calendar_file.Entry("o-1@x.example", epoch(datetime(2026, 3, 2, 15)), epoch(datetime(2026, 3, 2, 17)),
                   "书法, 国画; \\ 茶\n与" + "诗" * 80, location="石湾公园", description="第一行\r\n第二行\x00",
                   url="https://x.example/\r\nATTENDEE:a", changed_at=1_770_000_000, sequence=2),
    calendar_file.Entry("o-2", epoch(datetime(2026, 5, 1)), epoch(datetime(2026, 5, 4)), "五一", all_day=True,
                   status="CANCELLED", categories=("节, 日",)),
    calendar_file.Entry("o-3", epoch(datetime(2026, 6, 1)), epoch(datetime(2026, 6, 1)), "一天", all_day=True),
    calendar_file.Entry("o-4", epoch(datetime(2026, 6, 2, 8)), epoch(datetime(2026, 6, 2, 8)), "钟声"),
]


@pytest.mark.parametrize("zone", [ZONE, "Europe/Berlin", "America/New_York", "UTC"])
def test_what_is_written_reads_back_the_same(zone):
    changes = [epoch(datetime(2026, month, day, hour, tzinfo=UTC)) for month, day, hour in (
        (3, 8, 5), (3, 28, 23), (10, 24, 22), (11, 1, 4))]
    clocks = [calendar_file.Entry(f"c-{at}", at, at + 1800, "c") for change in changes
              for at in range(change, change + 4 * 3600, 1800)]
    entries = [each for each in ENTRIES if zone == ZONE or not each.all_day] + clocks
    data = calendar_file.write("石湾 活动", entries, zone)
    lasts = {each.uid: each.ends_at + 86400 * (each.all_day and each.ends_at == each.starts_at) for each in entries}
    title = {each.uid: each.title.replace("\r\n", "\n") for each in entries}
    wanted = sorted((each.uid, title[each.uid], each.starts_at, lasts[each.uid], each.all_day, each.status)
                    for each in entries)
    assert judged(data, START, END) == wanted
    assert ours(data, START, END) == wanted
    assert ours(data.replace(zone.encode(), b"X-Hidden"), START, END) == wanted, "the VTIMEZONE alone must say the same"


def test_written_lines_are_short_and_whole():
    data = calendar_file.write("石湾", ENTRIES, ZONE)
    assert data == calendar_file.write("石湾", ENTRIES, ZONE)
    assert data.endswith(b"END:VCALENDAR\r\n") and b"\n" not in data.replace(b"\r\n", b"")
    for line in data.split(b"\r\n"):
        assert len(line) <= 75
        line.decode()
    assert b"\r\nATTENDEE" not in data and b"\x00" not in data
    event = icalendar.Calendar.from_ical(data).walk("VEVENT")[0]
    assert (event["LOCATION"], event["DESCRIPTION"], event["SEQUENCE"]) == ("石湾公园", "第一行\n第二行", 2)
