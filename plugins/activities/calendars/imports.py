"""Taking in a calendar file, in units of a tenth of a second.

Begun again after an interruption it does what is left; what is new is shown all at once at the end.
"""

import hashlib
import time
from collections.abc import Callable, Iterator

from portal import now, unit, within

from .. import changes, rules
from ..models import Activity, Occurrence, Source
from ..places import dues
from ..rules import N_
from . import ical, plans
from .ical_text import text_of
from .plans import KnownDate, Plan, Step

BATCH = 0.08  # seconds of one unit
CHUNK = 100  # rows of one statement
GONE = N_("It is no longer in the calendar.")
SAID = ("title", "text", "place")  # what the file says of an activity, each time
BY_COMMAND = {"actor_id": None, "person_id": None, "channel": "import"}


def take_in(data: bytes, file: str, zone: str, capacity: int | None) -> Plan:
    """Import a file into the open site, from a command: checked whole first, then applied.

    Raises ical.CalendarError, and then nothing is stored.
    """
    with unit():
        planned = plans.plan(data, zone, file)
    with unit(write=True):
        row = store(data, file, planned, BY_COMMAND, "applying", capacity)
    apply(row.id, planned, BY_COMMAND, capacity)
    return planned


def store(data: bytes, file: str, planned: Plan, who: dict, state: str, capacity: int | None) -> Source:
    """Keep a file that was read, staged or about to be applied."""
    return Source.create(
        name=planned.name[:200], file=file[:200], text=text_of(data), state=state,
        replaces_id=planned.source_id, digest=hashlib.sha256(data).hexdigest(), activity_capacity=capacity,
        **who)


def resume(site_id: int, zone: str, source_id: int) -> None:
    """Apply a stored file, or what is left of it. Call it outside of any unit."""
    with within(site_id):
        with unit():
            row = Source.get_by_id(source_id)
            planned = plans.plan(row.text.encode(), zone, row.file)
        who = {"actor_id": row.actor_id, "person_id": row.person_id, "channel": row.channel}
        apply(row.id, planned, who, row.activity_capacity)


def apply(source_id: int, planned: Plan, who: dict, capacity: int | None = None) -> None:
    """Carry a plan out for a stored file, in units of its own: call it outside of any unit, within the site.

    `source_id` is the row of the file; when the plan says that it is a new version of another, it takes that one's
    place at the end.
    """
    target = planned.source_id or source_id
    todo = [step for step in planned.steps if _has_work(step, target)]
    in_batches(op for step in todo for op in _operations(step, target, planned.until, who, capacity))
    with unit(write=True):
        fresh = _finish(source_id, target)
    in_batches(_finding(activity_id) for activity_id in fresh)
    with unit(write=True):
        changes.count_tags()
        dues.plan(Occurrence.activity_id.in_(Activity.select(Activity.id).where(Activity.source_id == target)))


def _has_work(step: Step, target: int) -> bool:
    return bool(step.differs or step.event is None or step.new or step.update or step.cancel or step.restore
                or step.retire or step.known.source_id != target or step.event.repeats)


def in_batches(operations: Iterator[Callable[[], object]]) -> None:
    """Run operations in writing units that each end after a short time."""
    operation = next(operations, None)
    while operation is not None:
        with unit(write=True):
            began = time.monotonic()
            while operation is not None and time.monotonic() - began < BATCH:
                operation()
                operation = next(operations, None)


def _operations(step: Step, target: int, until: int, who: dict,
                capacity: int | None) -> Iterator[Callable[[], object]]:
    if step.event is None:
        yield from _cancelling(step)
        yield lambda: changes.cancel(Activity.get_by_id(step.known.id), GONE, "file")
        return
    yield lambda: _store(step, target, until, who, capacity)
    for date, found in step.update:
        yield lambda date=date, found=found: _move(date, found)
    yield from _cancelling(step)
    for date in step.restore:
        yield lambda date=date: changes.restore_date(date.id)
    for n in range(0, len(step.new), CHUNK):
        yield lambda n=n: add_rows(Activity.get(Activity.uid == step.uid), step.new[n:n + CHUNK])
    if step.differs or step.new:
        yield lambda: changes.find(Activity.get(Activity.uid == step.uid))


def _cancelling(step: Step) -> Iterator[Callable[[], object]]:
    for date in step.cancel:
        yield lambda date=date: changes.cancel_date(date.id, GONE, "file")
    for date in step.retire:
        yield lambda date=date: Occurrence.update(state="cancelled", cancelled_by="file").where(
            (Occurrence.id == date.id) & (Occurrence.taken == 0)).execute()


def _store(step: Step, target: int, until: int, who: dict, capacity: int | None) -> None:
    """The activity's own row: new, or brought up to what the file says."""
    event = step.event
    values = dict(zip(SAID, step.said, strict=True)) | {
        "source_id": target, "repeats": event.repeats, "changed_at": now()}
    if step.known is None:
        Activity.insert(uid=step.uid, state="incoming", tags=rules.packed(event.categories), capacity=capacity,
                        expanded_to=until, **who, **values).on_conflict(
            conflict_target=[Activity.site, Activity.uid], action="IGNORE").execute()
        return
    if step.returns:
        values |= {"state": "published", "cancelled_by": ""}
    if step.differs:
        values["version"] = Activity.version + 1
    grown = Activity.expanded_to < until
    Activity.update(**values).where(Activity.id == step.known.id).execute()
    Activity.update(expanded_to=until).where((Activity.id == step.known.id) & grown).execute()


def _move(date: KnownDate, found: ical.Occurrence) -> None:
    """Bring a stored date up to the file; the people stay, and hear of a new time or place that lies ahead."""
    Occurrence.update(
        recurrence_key=found.recurrence_key[:40], starts_at=found.starts_at, ends_at=found.ends_at,
        all_day=found.all_day, title=found.title, place=found.location, **changes.touched()).where(
        Occurrence.id == date.id).execute()
    if date.state != "published" or found.ends_at <= now():
        return
    if (date.starts_at, date.ends_at) != (found.starts_at, found.ends_at):
        changes.tell_moved(date.id)
    if date.place != found.location:
        changes.tell_place(date.id)


def add_rows(activity: Activity, dates: list[ical.Occurrence]) -> None:
    """Store further dates of an imported activity; those that are there already are passed over."""
    shared = {name: getattr(activity, name) for name in (*changes.COPIED, "capacity")}
    listed = int(activity.state in ("published", "cancelled"))
    rows = [shared | {
        "activity_id": activity.id, "recurrence_key": each.recurrence_key[:40], "starts_at": each.starts_at,
        "ends_at": each.ends_at, "all_day": each.all_day, "title": each.title, "place": each.location,
        "listed": listed, "state": "cancelled" if each.status == "CANCELLED" else "published",
        "cancelled_by": "file" if each.status == "CANCELLED" else ""} for each in dates]
    if rows:
        Occurrence.insert_many(rows).on_conflict(
            conflict_target=[Occurrence.site, Occurrence.activity_id, Occurrence.recurrence_key],
            action="IGNORE").execute()


def _finding(activity_id: int) -> Callable[[], object]:
    return lambda: changes.find(Activity.get_by_id(activity_id))


def _finish(source_id: int, target: int) -> list[int]:
    """Show what is new, all at once, and let the file take its place; the ids of the new activities."""
    coming = Activity.select(Activity.id).where(
        (Activity.source_id == target) & (Activity.state == "incoming"))
    fresh = [i for i, in coming.tuples()]
    Occurrence.update(listed=1).where(Occurrence.activity_id.in_(coming)).execute()
    Activity.update(state="published").where(
        (Activity.source_id == target) & (Activity.state == "incoming")).execute()
    if target != source_id:
        row = Source.get_by_id(source_id)
        Source.update(text=row.text, digest=row.digest, file=row.file, imported_at=now(), actor_id=row.actor_id,
                      person_id=row.person_id, channel=row.channel, state="applied").where(
            Source.id == target).execute()
        Source.delete().where((Source.id == source_id) | (
            (Source.replaces_id == target) & (Source.state == "applying"))).execute()
    else:
        Source.update(state="applied").where(Source.id == source_id).execute()
    return fresh
