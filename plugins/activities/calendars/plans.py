"""What a calendar file would change: compared with what is stored, step by step, without touching anything."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from portal import now

from ..models import Activity, Occurrence, Source
from ..rules import N_
from . import ical

YEAR = 366 * 86400
PAST = 31 * 86400  # how far back the dates of a series are kept when it is new
EVER = (-2_000_000_000, 4_200_000_000)  # what does not repeat is kept whenever it is
MOST_DATES = 50_000


class KnownDate(NamedTuple):
    """A stored date, as the comparison needs it."""

    id: int
    key: str
    starts_at: int
    ends_at: int
    all_day: bool
    title: str
    place: str
    state: str
    cancelled_by: str
    taken: int


class Known(NamedTuple):
    """A stored activity that came from a calendar."""

    id: int
    source_id: int
    state: str
    cancelled_by: str
    said: tuple[str, ...]
    repeats: bool
    dates: dict[str, KnownDate]


class Change(NamedTuple):
    """One line of the preview: new, changed, moved, cancelled or restored; `people` are signed up."""

    kind: str
    title: str
    starts_at: int
    ends_at: int
    all_day: bool
    people: int = 0
    before: int | None = None


class Step:
    """What is to be done with one activity."""

    def __init__(self, uid: str, known: Known | None, event: ical.Event | None):
        self.uid, self.known, self.event = uid, known, event
        self.new: list[ical.Occurrence] = []
        self.update: list[tuple[KnownDate, ical.Occurrence]] = []
        self.cancel: list[KnownDate] = []
        self.restore: list[KnownDate] = []
        self.retire: list[KnownDate] = []  # past ones that the file has dropped: nobody is told

    @property
    def said(self) -> tuple[str, ...]:
        event = self.event
        return (event.title, event.description, event.location) if event else ()

    @property
    def differs(self) -> bool:
        """Whether the activity itself, not a date, is new or changed."""
        known = self.known
        return known is None or (self.event is not None and (
            known.said != self.said or known.repeats != self.event.repeats or self.returns))

    @property
    def returns(self) -> bool:
        """Cancelled when it vanished from the file, and now there again."""
        return bool(self.known and self.event and self.known.state == "cancelled"
                    and self.known.cancelled_by == "file")


class Plan(NamedTuple):
    """What a file would change in the open site."""

    name: str
    source_id: int | None  # the stored calendar that it is a new version of
    steps: list[Step]
    until: int

    def changes(self) -> list[Change]:
        """Every change, date by date, as the preview shows it."""
        return sorted((c for step in self.steps for c in _changes(step)), key=lambda c: (c.starts_at, c.title))


def plan(data: bytes, zone: str, file: str = "", until: int | None = None) -> Plan:
    """Compare a calendar file with the open site; reads, writes nothing. Raises ical.CalendarError."""
    calendar = ical.read(data, zone)
    known = stored()
    source_id = _source_of(calendar, file, known)
    at = now()
    until = until or at + YEAR
    steps = [_compared(event, known.get(event.uid), zone, at, until) for event in calendar.events]
    if sum(len(step.new) for step in steps) > MOST_DATES:
        raise ical.CalendarError(1, N_("The calendar has more than 50,000 dates in the next year."))
    there = {event.uid for event in calendar.events}
    steps += [_vanished(uid, k, at) for uid, k in known.items()
              if uid not in there and k.source_id == source_id and k.state != "cancelled"]
    return Plan(calendar.name, source_id, steps, until)


def stored() -> dict[str, Known]:
    """All activities of the open site that came from calendars, by UID, with their dates by key."""
    found = {}
    by_id: dict[int, dict[str, KnownDate]] = {}
    rows = Activity.select(Activity.id, Activity.uid, Activity.source_id, Activity.state, Activity.cancelled_by,
                           Activity.title, Activity.text, Activity.place, Activity.repeats)
    for i, uid, source, state, by, title, text, place, repeats in rows.where(
            Activity.source_id.is_null(False)).tuples():
        by_id[i] = {}
        found[uid] = Known(i, source, state, by, (title, text, place), bool(repeats), by_id[i])
    dates = (Occurrence.select(
        Occurrence.activity_id, Occurrence.id, Occurrence.recurrence_key, Occurrence.starts_at,
        Occurrence.ends_at, Occurrence.all_day, Occurrence.title, Occurrence.place, Occurrence.state,
        Occurrence.cancelled_by, Occurrence.taken + Occurrence.held)
        .join(Activity, on=(Activity.id == Occurrence.activity_id)).where(Activity.source_id.is_null(False)))
    for activity_id, *date in dates.tuples().iterator():
        by_id[activity_id][date[1]] = KnownDate(*date)
    return found


def _source_of(calendar: ical.Calendar, file: str, known: dict[str, Known]) -> int | None:
    """The stored calendar that this file is a new version of: of the same name, and sharing an event or the file."""
    rows = Source.select(Source.id, Source.name, Source.file).where(Source.state != "staged").order_by(Source.id)
    same = {i: f for i, name, f in rows.tuples() if name == calendar.name[:200]}
    shared: dict[int, int] = {}
    for event in calendar.events:
        k = known.get(event.uid)
        if k and k.source_id in same:
            shared[k.source_id] = shared.get(k.source_id, 0) + 1
    if shared:
        return max(shared, key=lambda i: (shared[i], i))
    return next((i for i, f in same.items() if f and f == file[:200]), None)


def moment(at: int, zone: str) -> datetime:
    """Epoch seconds as the calendar reader takes them."""
    return datetime.fromtimestamp(at, ZoneInfo(zone))


def expand(event: ical.Event, start: int, end: int, zone: str) -> list[ical.Occurrence]:
    """When an event takes place between two instants; each key once."""
    found = event.occurrences(moment(start, zone), moment(end, zone))
    seen: dict[str, int] = {}
    unique = []
    for each in found:
        seen[each.recurrence_key] = again = seen.get(each.recurrence_key, 0) + 1
        unique.append(each if again == 1 else each.__class__(
            f"{each.recurrence_key}#{again}", each.starts_at, each.ends_at, each.all_day, each.title,
            each.location, each.status))
    return unique


def _compared(event: ical.Event, known: Known | None, zone: str, at: int, until: int) -> Step:
    step = Step(event.uid, known, event)
    dates = known.dates if known else {}
    starts = [d.starts_at for d in dates.values()]
    ends = [d.ends_at for d in dates.values()]
    wide = (min([at, *starts]) - YEAR, max([until, *ends]) + YEAR) if event.repeats else EVER
    found = expand(event, *wide, zone)
    pairs = ical.pair({key: d.starts_at for key, d in dates.items()}, found)
    carried = {each.recurrence_key for each in pairs.values()}
    step.new = [each for each in found if each.recurrence_key not in carried and (
        not event.repeats or each.ends_at > at - PAST and each.starts_at < until)]
    for key, date in dates.items():
        _compare_date(step, date, pairs.get(key), at)
    return step


def _compare_date(step: Step, date: KnownDate, found: ical.Occurrence | None, at: int) -> None:
    takes_place = found is not None and found.status != "CANCELLED"
    if found is not None and (date.key, *_shown(date)) != (
            found.recurrence_key, found.starts_at, found.ends_at, found.all_day, found.title, found.location):
        step.update.append((date, found))
    if takes_place and date.state == "cancelled" and date.cancelled_by == "file":
        step.restore.append(date)
    elif not takes_place and date.state == "published":
        if date.ends_at > at:
            step.cancel.append(date)
        elif not date.taken:
            step.retire.append(date)


def _shown(date: KnownDate) -> tuple:
    return date.starts_at, date.ends_at, bool(date.all_day), date.title, date.place


def _vanished(uid: str, known: Known, at: int) -> Step:
    step = Step(uid, known, None)
    step.cancel = [d for d in known.dates.values() if d.state == "published" and d.ends_at > at]
    return step


def _changes(step: Step) -> Iterator[Change]:
    for each in step.new:
        kind = "cancelled" if each.status == "CANCELLED" else "new"
        yield Change(kind, each.title, each.starts_at, each.ends_at, each.all_day)
    cancelled = {d.id for d in (*step.cancel, *step.retire)}
    for date, found in step.update:
        if date.id not in cancelled:
            moved = (date.starts_at, date.ends_at) != (found.starts_at, found.ends_at)
            yield Change("moved" if moved else "changed", found.title, found.starts_at, found.ends_at, found.all_day,
                         date.taken, date.starts_at)
    for kind, dates in (("cancelled", step.cancel), ("restored", step.restore)):
        for d in dates:
            yield Change(kind, d.title, d.starts_at, d.ends_at, d.all_day, d.taken)
