"""Calendar files come in: the same dates as other programs see, again and again, and nobody is lost on the way."""

import json
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import icalendar
import pytest
import recurring_ical_events
from portal.plugins.activities import changes
from portal.plugins.activities.calendars import horizon, imports
from portal.plugins.activities.calendars.ical import CalendarError
from portal.plugins.activities.models import Activity, Occurrence, SignUp, Source
from portal.plugins.activities.places import seats
from portal.plugins.activities.rules import Party

from portal.base import clock, database, sites
from portal.people.models import Notice

ZONE = "Asia/Shanghai"
SHANGHAI = ZoneInfo(ZONE)
HEAD = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nX-WR-CALNAME:桂花里\r\n"


def calendar(*events: str, head: str = HEAD) -> bytes:
    """A calendar file of these events, each the lines of a VEVENT."""
    body = "".join(f"BEGIN:VEVENT\r\n{e.strip().replace(chr(10), chr(13) + chr(10))}\r\nEND:VEVENT\r\n" for e in events)
    return f"{head}{body}END:VCALENDAR\r\n".encode()


def event(uid: str, start: datetime, title: str = "八段锦", more: str = "", hours: float = 1) -> str:
    """The lines of a timed event."""
    end = start + timedelta(hours=hours)
    return (f"UID:{uid}\nSUMMARY:{title}\nDTSTART;TZID={ZONE}:{start:%Y%m%dT%H%M%S}\n"
            f"DTEND;TZID={ZONE}:{end:%Y%m%dT%H%M%S}\n{more}")


def soon(days: int, hour: int = 9) -> datetime:
    """A morning so many days from now."""
    return datetime.now(SHANGHAI).replace(hour=hour, minute=0, second=0, microsecond=0, tzinfo=None) + timedelta(days)


@pytest.fixture
def take_in(town):
    """`take_in(data)`: the file imported into the northern community."""
    def run(data: bytes, file: str = "cal.ics", at: str = "north", capacity: int | None = 5):
        place = {"north": town.north, "south": town.south}[at]
        with town.app.app_context(), database.use(town.db), sites.within(place.id):
            return imports.take_in(data, file, ZONE, capacity)
    return run


@pytest.fixture
def listed(town):
    """`listed(start, end)`: (uid, title, start, end, state, taken) of the northern community's dates."""
    def run(start: datetime, end: datetime, at: str = "north"):
        with town.app.app_context(), database.use(town.db):
            with database.unit():
                view = sites.find(slug=at)
            until = clock.start_of_day(end.date(), ZONE)
            horizon.extend(view, until)
            with sites.within(view.id), database.unit():
                return horizon.occurrences(view, clock.start_of_day(start.date(), ZONE), until)
    return run


def oracle(data: bytes, start: datetime, end: datetime) -> list[tuple]:
    """(uid, title, start, end) as recurring-ical-events has them."""
    found = recurring_ical_events.of(icalendar.Calendar.from_ical(data), skip_bad_series=True).between(
        start.replace(tzinfo=SHANGHAI), end.replace(tzinfo=SHANGHAI))
    return sorted((str(e["UID"]), str(e.get("SUMMARY", "")), _epoch(e.start), _epoch(e.end)) for e in found)


def _epoch(value) -> int:
    if not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day, tzinfo=SHANGHAI)
    return int((value if value.tzinfo else value.replace(tzinfo=SHANGHAI)).timestamp())


RANGES = [(datetime(2019, 1, 1), datetime(2020, 1, 1)), (datetime(2026, 1, 1), datetime(2026, 10, 15)),
          (datetime(2026, 6, 1), datetime(2029, 3, 3))]


@pytest.mark.parametrize("file", ["holiday-cn_2026", "rie_each_week_but_one_deleted", "rie_recurring_events_moved"])
def test_open_calendars_give_the_dates_that_others_see(open_data, file, take_in, listed):
    data = (Path(open_data) / "ics" / f"{file}.ics").read_bytes()
    take_in(data)
    seen = 0
    for start, end in RANGES:
        mine = sorted(row[:4] for row in listed(start, end))
        assert mine == oracle(data, start, end)
        seen += len(mine)
    assert seen


SERIES = [
    "RRULE:FREQ=WEEKLY;BYDAY=MO,WE,FR", "RRULE:FREQ=MONTHLY;BYDAY=-1SA", "RRULE:FREQ=DAILY;INTERVAL=3;COUNT=40",
    "RRULE:FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=8", "RRULE:FREQ=MONTHLY;BYMONTHDAY=31",
]


@pytest.mark.parametrize("rule", SERIES)
def test_a_series_is_the_same_now_later_and_in_the_past(rule, take_in, listed):
    data = calendar(event("s", datetime(2026, 1, 31, 9), more=rule))
    take_in(data)
    for start, end in [*RANGES, (datetime(2033, 1, 1), datetime(2034, 1, 1))]:
        assert sorted(row[:4] for row in listed(start, end)) == oracle(data, start, end)


def test_all_day_and_foreign_zones(take_in, listed):
    day = soon(10).date()
    data = calendar(
        f"UID:d\nSUMMARY:市集\nDTSTART;VALUE=DATE:{day:%Y%m%d}\nDTEND;VALUE=DATE:{day + timedelta(2):%Y%m%d}",
        f"UID:z\nSUMMARY:电话\nDTSTART;TZID=Europe/Berlin:{day:%Y%m%d}T030000\nDURATION:PT30M",
        f"UID:u\nSUMMARY:世界\nDTSTART:{day:%Y%m%d}T010000Z\nDTEND:{day:%Y%m%d}T020000Z")
    take_in(data)
    start, end = soon(0), soon(30)
    rows = listed(start, end)
    assert sorted(row[:4] for row in rows) == oracle(data, start.replace(hour=0), end.replace(hour=0))
    assert {row[0]: row[4] for row in rows} == {"d": True, "z": False, "u": False}


def test_rows_reach_twelve_months_and_grow_by_night(town, take_in):
    take_in(calendar(event("s", soon(1), more="RRULE:FREQ=WEEKLY")))
    with town.unit("north"):
        first = Occurrence.select().count()
        assert 52 <= first <= 54
    with town.app.app_context(), database.use(town.db):
        with database.unit():
            view = sites.find(slug="north")
        with clock.frozen(clock.now() + 30 * 86400):
            with database.unit(write=True), sites.within(view.id):
                town.app.portal.plugins.ask("activities", "nightly", site=view, today=None)
            with database.unit(), sites.within(view.id):
                assert first + 4 <= Occurrence.select().count() <= first + 5
                assert Occurrence.select().where(Occurrence.listed == 0).count() == 0


def sign_up(town, name: str, size: int = 1, which: int = 0) -> int:
    """Put somebody new on the `which`-th date; the id of the date."""
    person = town.person(name, home="north")
    with town.unit("north"):
        date = list(Occurrence.select().order_by(Occurrence.starts_at))[which]
        who = {"actor_id": person.id, "person_id": person.id, "channel": "web"}
        assert seats.take(date.id, Party(True, ()), who) == "joined"
    return date.id


def test_a_second_import_changes_nothing(town, take_in):
    data = calendar(event("a", soon(3)), event("b", soon(4), more="RRULE:FREQ=WEEKLY;COUNT=5"))
    take_in(data)
    with town.unit("north"):
        before = list(Occurrence.select().order_by(Occurrence.id).dicts())
    assert take_in(data).changes() == []
    with town.unit("north"):
        assert list(Occurrence.select().order_by(Occurrence.id).dicts()) == before
        assert Activity.select().count() == 2
        assert Source.select().count() == 1


def test_a_moved_date_keeps_its_people_and_tells_them(town, take_in):
    start = soon(3)
    take_in(calendar(event("a", start)))
    date_id = sign_up(town, "Ada")
    plan = take_in(calendar(event("a", start + timedelta(days=9), title="八段锦（改期）")))
    assert [(c.kind, c.people) for c in plan.changes()] == [("moved", 1)]
    with town.unit("north"):
        date = Occurrence.get_by_id(date_id)
        assert (date.taken, date.title) == (1, "八段锦（改期）")
        assert date.starts_at == _epoch(start + timedelta(days=9))
        assert SignUp.get().occurrence_id == date_id
        assert Notice.select().where(Notice.kind == "activities.changed").count() == 1


def test_one_date_of_a_series_moves_with_its_people(town, take_in, listed):
    start = soon(3)
    series = event("s", start, more="RRULE:FREQ=WEEKLY;COUNT=6")
    take_in(calendar(series))
    date_id = sign_up(town, "Ada", which=1)
    second = start + timedelta(weeks=1)
    original = f"RECURRENCE-ID;TZID={ZONE}:{second:%Y%m%dT%H%M%S}"
    moved = event("s", second + timedelta(days=2), title="改到周末", more=original)
    data = calendar(series, moved)
    take_in(data)
    with town.unit("north"):
        date = Occurrence.get_by_id(date_id)
        assert (date.starts_at, date.taken, date.title) == (_epoch(second + timedelta(days=2)), 1, "改到周末")
        assert Occurrence.select().count() == 6
    start, end = soon(0, 0), soon(90, 0)
    assert sorted(r[:4] for r in listed(start, end)) == oracle(data, start, end)


def test_a_shifted_series_carries_everybody_along(town, take_in):
    start = soon(3)
    take_in(calendar(event("s", start, more="RRULE:FREQ=WEEKLY;COUNT=4")))
    date_id = sign_up(town, "Ada", which=2)
    take_in(calendar(event("s", start + timedelta(days=1, hours=2), more="RRULE:FREQ=WEEKLY;COUNT=4")))
    with town.unit("north"):
        assert Occurrence.select().count() == 4
        assert Occurrence.get_by_id(date_id).starts_at == _epoch(start + timedelta(days=15, hours=2))
        assert Occurrence.get_by_id(date_id).taken == 1


def test_what_vanishes_is_cancelled_with_a_message_and_may_come_back(town, take_in):
    first, second = event("a", soon(3)), event("b", soon(4))
    take_in(calendar(first, second))
    sign_up(town, "Ada", which=1)
    plan = take_in(calendar(first))
    assert [(c.kind, c.people) for c in plan.changes()] == [("cancelled", 1)]
    with town.unit("north"):
        assert {a.uid: a.state for a in Activity.select()} == {"a": "published", "b": "cancelled"}
        date = Occurrence.get(Occurrence.title == "八段锦", Occurrence.state == "cancelled")
        assert (date.taken, date.cancelled_by) == (1, "file")
        assert Notice.select().where(Notice.kind == "activities.cancelled").count() == 1
    take_in(calendar(first))
    with town.unit("north"):
        assert Notice.select().count() == 1
    take_in(calendar(first, second))
    with town.unit("north"):
        assert {o.state for o in Occurrence.select()} == {"published"}
        assert {a.state for a in Activity.select()} == {"published"}
        assert Notice.select().count() == 2


def test_a_deleted_date_of_a_series_is_cancelled(town, take_in):
    start = soon(3)
    take_in(calendar(event("s", start, more="RRULE:FREQ=WEEKLY;COUNT=4")))
    gone = start + timedelta(weeks=2)
    take_in(calendar(event("s", start, more=f"RRULE:FREQ=WEEKLY;COUNT=4\nEXDATE;TZID={ZONE}:{gone:%Y%m%dT%H%M%S}")))
    with town.unit("north"):
        cancelled = Occurrence.select().where(Occurrence.state == "cancelled")
        assert [d.starts_at for d in cancelled] == [_epoch(gone)]
        assert Occurrence.select().count() == 4


def test_what_staff_cancelled_stays_cancelled(town, take_in):
    data = calendar(event("a", soon(3)))
    take_in(data)
    with town.unit("north"), town.app.app_context():
        changes.cancel_date(Occurrence.get().id, "下雨")
    take_in(data)
    with town.unit("north"):
        assert Occurrence.get().state == "cancelled"


def test_another_calendar_cancels_nothing(town, take_in):
    take_in(calendar(event("a", soon(3))), "one.ics")
    take_in(calendar(event("b", soon(4)), head=HEAD.replace("桂花里", "舞蹈队")), "two.ics")
    with town.unit("north"):
        assert {a.uid: a.state for a in Activity.select()} == {"a": "published", "b": "published"}
        assert Source.select().count() == 2


def test_a_fold_within_a_character_is_taken_in_and_extended(town, take_in, listed):
    title = "八段锦" * 20
    data = calendar(event("s", soon(1), title, "RRULE:FREQ=WEEKLY\nCATEGORIES:a\0,b\nDESCRIPTION:a\0b"))
    at = data.index("八段锦".encode()) + 70  # in the middle of a character
    data = b"\xef\xbb\xbf" + data[:at] + b"\r\n " + data[at:]
    take_in(data)
    far = soon(500)
    assert {row[1] for row in listed(far, far + timedelta(30))} == {title}
    assert not take_in(data).changes()


def test_two_communities_import_the_same_file(town, take_in):
    data = calendar(event("a", soon(3)))
    take_in(data)
    take_in(data, at="south")
    for slug in ("north", "south"):
        with town.unit(slug):
            assert Activity.select().count() == 1
    take_in(calendar(event("b", soon(5))), at="south")
    with town.unit("north"):
        assert [a.state for a in Activity.select()] == ["published"]


@pytest.mark.parametrize("body, line", [
    ("not a calendar", 1), (HEAD + "rubbish\r\nEND:VCALENDAR\r\n", 5),
    (HEAD + "BEGIN:VEVENT\r\nUID:1\r\nSUMMARY:x\r\nDTSTART:tomorrow\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n", 8)])
def test_a_bad_file_is_refused_with_its_line_and_nothing_is_stored(town, take_in, body, line):
    with pytest.raises(CalendarError) as refused:
        take_in(body.encode())
    assert refused.value.line == line
    with town.unit("north"):
        assert Activity.select().count() == Source.select().count() == 0


def test_an_interrupted_import_is_finished_by_the_next(town, take_in, monkeypatch):
    data = calendar(*(event(f"e{n}", soon(3 + n)) for n in range(20)))
    monkeypatch.setattr(imports, "BATCH", 0.0001)
    calls, whole = [], imports.add_rows

    def breaks(*given):
        calls.append(1)
        if len(calls) == 7:
            raise KeyboardInterrupt
        return whole(*given)
    monkeypatch.setattr(imports, "add_rows", breaks)
    with pytest.raises(KeyboardInterrupt):
        take_in(data)
    assert "八段锦" not in town.visitor().get("/north/activities/").text
    monkeypatch.setattr(imports, "add_rows", whole)
    take_in(data)
    with town.unit("north"):
        assert Occurrence.select().where(Occurrence.listed == 1).count() == 20
        assert {a.state for a in Activity.select()} == {"published"}
    assert "八段锦" in town.visitor().get("/north/activities/").text


@pytest.fixture
def units(town, monkeypatch):
    """`units(data)`: what each writing unit of an import does, by a clock on which an operation takes 0.6 of a unit.

    Two lists: of the units of many operations, how many dates each operation stores; of the others, how many
    statements they are.
    """
    whole, batches, time, asked = imports.unit, imports.in_batches, [0.0], []
    monkeypatch.setattr(imports, "time", SimpleNamespace(monotonic=lambda: time[0]))
    run = town.db.execute_sql
    monkeypatch.setattr(town.db, "execute_sql", lambda sql, *rest: asked.append(sql) or run(sql, *rest))

    def units(data: bytes) -> tuple[list[list[int]], list[int]]:
        stored, single = [], []

        @contextmanager
        def unit(write=False):
            with whole(write=write):
                before = len(asked)
                stored.append([])
                yield
                if write and not stored[-1]:
                    single.append(len(asked) - before)

        def measured(operation):
            def measure():
                before = Occurrence.select().count()
                operation()
                stored[-1].append(Occurrence.select().count() - before)
                time[0] += 0.6 * imports.BATCH
            return measure
        monkeypatch.setattr(imports, "unit", unit)
        monkeypatch.setattr(imports, "in_batches", lambda operations: batches(map(measured, operations)))
        with town.app.app_context(), database.use(town.db), sites.within(town.north.id):
            imports.take_in(data, f"{len(data)}.ics", ZONE, 5)
        return [unit for unit in stored if unit], single
    return units


def test_no_unit_of_an_import_is_long(town, units):
    """A unit ends with the first operation after its time, none stores many dates, and the others do not grow."""
    many = [event(f"e{n}", soon(9), more="RRULE:FREQ=DAILY") for n in range(4)]
    _stored, few_statements = units(calendar(event("f", soon(9)), head=HEAD.replace("桂花里", "舞蹈队")))
    stored, statements = units(calendar(*many))
    assert sum(map(sum, stored)) > 4 * 340 and max(map(max, stored)) == imports.CHUNK
    assert {len(unit) for unit in stored} <= {1, 2}
    assert statements == few_statements


def test_the_command(town, run_portal, call_portal, tmp_path):
    file = tmp_path / "cal.ics"
    file.write_bytes(calendar(event("a", soon(3)), event("s", soon(4), more="RRULE:FREQ=WEEKLY")))
    said = run_portal("activities", "import", str(file), "--community", "north", "--capacity", "20").stdout
    assert "2 activities, 2 of them new" in said
    first, last = soon(0).date(), soon(14).date()
    out = call_portal("activities", "occurrences", "--community", "north", "--from", first.isoformat(), "--to",
                      last.isoformat(), "--json").stdout
    rows = json.loads(out)
    assert [set(r) for r in rows] == [{"uid", "title", "start", "end", "status", "capacity", "taken",
                                      "waiting"}] * 3
    assert rows[0] == {"uid": "a", "title": "八段锦", "start": f"{soon(3):%Y-%m-%dT%H:%M:%S}+08:00",
                       "end": f"{soon(3, 10):%Y-%m-%dT%H:%M:%S}+08:00", "status": "published", "capacity": 20,
                       "taken": 0, "waiting": 0}
    file.write_text("BEGIN:VCALENDAR\nrubbish\nEND:VCALENDAR\n")
    refused = call_portal("activities", "import", str(file), "--community", "north")
    assert refused.exit_code == 1 and "line 2" in refused.stderr and "Traceback" not in refused.stderr
    assert call_portal("activities", "import", str(file), "--community", "nowhere").exit_code == 1
