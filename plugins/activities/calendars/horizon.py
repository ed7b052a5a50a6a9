"""How far dates reach: rows twelve months ahead, more when somebody asks beyond, and the file itself past that."""

from collections.abc import Iterator
from functools import lru_cache, partial
from typing import NamedTuple

from portal import Day, SiteView, after_commit, now, param, prepared, unit, within

from .. import queries
from ..models import Activity, Occurrence, Source
from . import ical, imports, plans
from .plans import YEAR

FARTHEST = 3 * YEAR  # rows are made up to here, whatever is asked
SLACK = 20 * 86400  # a row that begins this much before the horizon may be missing already
MOST = 5000

on_calendar = prepared(lambda: (
    Occurrence.select(Occurrence.site, Occurrence.audience, Occurrence.id, Occurrence.activity_id, Occurrence.title,
                      Occurrence.starts_at, Occurrence.ends_at, Occurrence.all_day, Occurrence.state, Occurrence.place)
    .where((Occurrence.listed == 1) & (Occurrence.starts_at < param("end"))
           & (Occurrence.starts_at >= param("floor"))
           & ((Occurrence.ends_at > param("start")) | (Occurrence.starts_at >= param("start"))))
    .order_by(Occurrence.starts_at, Occurrence.id).limit(MOST)))


class Series(NamedTuple):
    """An imported activity, as its file extends it."""

    id: int
    uid: str
    title: str
    source_id: int
    expanded_to: int
    state: str
    audience: str
    site_id: int


def series(repeating: bool = True) -> list[Series]:
    """The activities of the open site whose dates come from a calendar file."""
    rows = (Activity.select(Activity.id, Activity.uid, Activity.title, Activity.source_id, Activity.expanded_to,
                            Activity.state, Activity.audience, Activity.site)
            .join(Source, on=(Source.id == Activity.source_id))
            .where(Source.state == "applied", Activity.state != "incoming"))
    if repeating:
        rows = rows.where(Activity.repeats)
    return [Series(*r) for r in rows.order_by(Activity.source_id, Activity.id).tuples()]


def calendars(wanted: list[Series], zone: str) -> dict[int, dict[str, ical.Event]]:
    """The events by UID of each calendar that the activities came from."""
    ids = sorted({s.source_id for s in wanted})
    marks = Source.select(Source.id, Source.digest).where(Source.id.in_(ids or [0])).tuples()
    return {i: _read(i, digest, zone) for i, digest in list(marks)}


@lru_cache(maxsize=8)
def _read(source_id: int, digest: str, zone: str) -> dict[str, ical.Event]:
    """A stored calendar, read once for each version of its text."""
    text, = Source.select(Source.text).where(Source.id == source_id).tuples().get()
    return {event.uid: event for event in ical.read(text.encode(), zone).events}


def extend(site: SiteView, until: int | None = None) -> None:
    """Give every repeating activity its dates up to `until` (twelve months). Call it outside of any unit."""
    until = min(until or now() + YEAR, now() + FARTHEST)
    with within(site.id):
        with unit():
            short = [s for s in series() if s.expanded_to < until and s.state == "published"]
            events = calendars(short, site.zone) if short else {}
        imports.in_batches(op for s in short for op in _growing(s, events[s.source_id].get(s.uid), site.zone, until))


def _growing(one: Series, event: ical.Event | None, zone: str, until: int) -> Iterator:
    dates = plans.expand(event, one.expanded_to - SLACK, until, zone) if event else []
    dates = [d for d in dates if d.starts_at >= one.expanded_to]
    for n in range(0, len(dates), imports.CHUNK):
        yield lambda n=n: imports.add_rows(Activity.get_by_id(one.id), dates[n:n + imports.CHUNK])
    yield lambda: Activity.update(expanded_to=until).where(
        (Activity.id == one.id) & (Activity.expanded_to < until)).execute()


def tonight(site: SiteView) -> None:
    """Extend once the running unit is stored, so that reading files holds up no writer."""
    after_commit(partial(extend, site))


def counted(end: int) -> bool:
    """Whether the count of changes tells of all days until then; beyond, calendar files have a say, too."""
    return end <= now() + YEAR - SLACK


def days(site: SiteView, start: int, end: int) -> Iterator[Day]:
    """The dates of all open sites; of the sites above `site` only those that its people may join."""
    above = {kin.id for kin in site.ancestors}
    rows = on_calendar(start=start, end=end, floor=start - queries.LONGEST)
    for where, audience, row_id, activity_id, title, starts_at, ends_at, all_day, state, place in rows:
        if audience != "community" or where not in above:
            yield Day(starts_at, ends_at, title, f"activities/{activity_id}?on={row_id}", place, bool(all_day),
                      state == "cancelled", f"{row_id}@activities", where)
    if end > now() + YEAR - SLACK:
        yield from _beyond(site, start, end, above)


def _beyond(site: SiteView, start: int, end: int, above: set[int]) -> Iterator[Day]:
    """Dates that have no rows yet."""
    wanted = [s for s in series() if s.state == "published" and s.expanded_to < end
              and (s.audience != "community" or s.site_id not in above)]
    for one, date in _unstored(wanted, site.zone, start, end):
        yield Day(date.starts_at, date.ends_at, date.title, f"activities/{one.id}", date.location, date.all_day,
                  date.status == "CANCELLED", f"{one.id}.{date.recurrence_key}@activities", one.site_id)


def _unstored(wanted: list[Series], zone: str, start: int, end: int) -> Iterator[tuple[Series, ical.Occurrence]]:
    """Dates between two instants as the files have them, but for those that have a row."""
    if not wanted:
        return
    events = calendars(wanted, zone)
    rows = Occurrence.select(Occurrence.activity_id, Occurrence.recurrence_key).where(
        Occurrence.activity_id.in_(Activity.select(Activity.id).where(Activity.source_id.is_null(False))))
    stored = set(rows.tuples())
    for one in wanted:
        event = events.get(one.source_id, {}).get(one.uid)
        for date in plans.expand(event, start, end, zone) if event else ():
            if (one.id, date.recurrence_key[:40]) not in stored:
                yield one, date


def occurrences(site: SiteView, start: int, end: int) -> list[tuple]:
    """(uid, title, start, end, whole days, state, capacity, taken, waiting, id) of all dates between two instants.

    In order. Rows where there are rows; outside of their reach, past or far, what the calendar files say.
    """
    found = []
    for row in queries.between(start=start, end=end):
        one, uid, state = queries.Row(*row[:13]), row[15], row[16]
        found.append((uid, one.title, one.starts_at, one.ends_at, bool(one.all_day),
                      one.state if state in ("published", "incoming") else state, one.capacity, row[17],
                      row[18], one.id))
    for one, date in _unstored([s for s in series(False) if s.state == "published"], site.zone, start, end):
        state = "cancelled" if date.status == "CANCELLED" else "published"
        found.append((one.uid, date.title, date.starts_at, date.ends_at, date.all_day, state, None, 0, 0, None))
    return sorted(found, key=lambda f: (f[2], f[3], f[0], f[1]))
