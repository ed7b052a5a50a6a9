"""Taking in a spreadsheet of activities: checked outside of any transaction, kept in parts, stored part by part.

Residents see nothing before the last part is stored; then they see all of it at once. Each part is a due row of its
own that leaves the next one: other work gets its turn between two parts, and what a killed worker left is gone on with.
"""

import hashlib
import json
import uuid
from collections.abc import Mapping

from portal import Due, later, now, scope_id, sheet_file, unit, within

from .. import changes
from ..calendars.imports import in_batches
from ..models import Activity, Occurrence, Sheet, SheetPart
from ..places import dues
from .rows import Checked, Date, check

STATES = ("checking", "refused", "staged", "applying", "finding", "applied")
PART = 100  # dates stored in one transaction
FOUND = 25  # activities brought into the search in one transaction
KEPT_PROBLEMS = 200
KEPT = 7 * 86400  # seconds that a spreadsheet which nobody took in is kept
KIND = "activities.sheet"
OF_DATE = ("tags", "picture", "audience", "price_fen")  # stand on the dates too


def begin(data: bytes, file: str, who: dict) -> Sheet:
    """A row for a file that is about to be checked."""
    return Sheet.create(key=uuid.uuid4().hex, file=file[:200], digest=hashlib.sha256(data).hexdigest(),
                        actor_id=who["actor_id"], person_id=who["person_id"])


def stage(site_id: int, zone: str, sheet_id: int, data: bytes, headings: Mapping[str, str],
          audiences: Mapping[str, str]) -> None:
    """Check a file and keep its rows, or what is wrong with them. Call it outside of any unit."""
    try:
        checked = check(sheet_file.read(data), zone, headings, audiences)
    except sheet_file.SheetError as e:
        checked = Checked([], [], [e.problem])
    with within(site_id):
        if checked.problems:
            with unit(write=True):
                _refuse(sheet_id, checked.problems)
            return
        in_batches(_part(sheet_id, n, part) for n, part in enumerate(parts(checked)))
        with unit(write=True):
            Sheet.update(state="staged", activities=len(checked.activities), total=len(checked.dates)).where(
                (Sheet.id == sheet_id) & (Sheet.state == "checking")).execute()


def _refuse(sheet_id: int, problems: list[sheet_file.Problem]) -> None:
    kept = json.dumps(problems[:KEPT_PROBLEMS], ensure_ascii=False)
    Sheet.update(state="refused", problems=kept, wrong=len(problems)).where(Sheet.id == sheet_id).execute()


def parts(checked: Checked) -> list[dict]:
    """The rows in portions, each with the activities that begin in it."""
    found, known = [], -1
    for n in range(0, len(checked.dates), PART):
        dates = checked.dates[n:n + PART]
        last = max(known, *(date.activity for date in dates))
        found.append({"activities": {i: checked.activities[i] for i in range(known + 1, last + 1)}, "dates": dates})
        known = last
    return found


def _part(sheet_id: int, n: int, part: dict):
    return lambda: SheetPart.create(sheet_id=sheet_id, n=n, data=json.dumps(part, ensure_ascii=False))


def first_dates(sheet_id: int, most: int) -> list[tuple[Date, str]]:
    """(date, title) of the first rows of a spreadsheet that waits."""
    titles: dict[int, str] = {}
    found: list[tuple[Date, str]] = []
    rows = SheetPart.select(SheetPart.data).where(SheetPart.sheet_id == sheet_id).order_by(SheetPart.n)
    for data, in rows.limit(-(-most // PART)).tuples():
        part = json.loads(data)
        titles |= {int(number): values["title"] for number, values in part["activities"].items()}
        found += [(Date(*date), titles[date[0]]) for date in part["dates"]]
    return found[:most]


def start(sheet: Sheet, publish: bool) -> bool:
    """Have a checked spreadsheet taken in by the worker; False when somebody else has."""
    done = Sheet.update(state="applying", publish=publish).where(
        (Sheet.id == sheet.id) & (Sheet.state == "staged")).execute()
    if done:
        go_on(sheet.id)
    return bool(done)


def go_on(sheet_id: int) -> None:
    """Leave the due row for the next step."""
    later(now(), KIND, sheet_id, scope_id(), once=True)


def drop(sheet_id: int) -> bool:
    """Throw a spreadsheet away that is not being taken in."""
    if not Sheet.update(state="refused").where(
            (Sheet.id == sheet_id) & Sheet.state.not_in(("applying", "finding", "applied"))).execute():
        return False
    SheetPart.delete().where(SheetPart.sheet_id == sheet_id).execute()
    return bool(Sheet.delete().where(Sheet.id == sheet_id).execute())


def forget_old() -> None:
    """Throw away what nobody took in for a week."""
    old = Sheet.select(Sheet.id).where(
        (Sheet.at < now() - KEPT) & Sheet.state.in_(("checking", "refused", "staged")))
    for sheet_id, in list(old.tuples()):
        drop(sheet_id)


def run(row: Due) -> None:
    """The next step of a spreadsheet that is being taken in; in its site and in a writing unit."""
    sheet_id = int(row.ref)
    Sheet.update(done=Sheet.done).where(Sheet.id == sheet_id).execute()  # held: one worker at a time
    sheet = Sheet.get_or_none((Sheet.id == sheet_id) & Sheet.state.in_(("applying", "finding")))
    if sheet is None:
        return
    if sheet.state == "applying":
        _store(sheet)
    else:
        _find(sheet)


def _store(sheet: Sheet) -> None:
    """Store the next part; behind the last one comes the switch."""
    part = SheetPart.select().where(SheetPart.sheet_id == sheet.id).order_by(SheetPart.n).first()
    if part is None:
        _switch(sheet)
        return
    found = json.loads(part.data)
    ids = _activities(sheet, found)
    rows = [ids[date.activity] | {
        "recurrence_key": f"own-{date.row}", "starts_at": date.start, "ends_at": date.end, "all_day": date.all_day,
        "place": date.place, "capacity": date.capacity} for date in (Date(*d) for d in found["dates"])]
    Occurrence.insert_many(rows).execute()
    SheetPart.delete().where(SheetPart.id == part.id).execute()
    Sheet.update(done=Sheet.done + len(rows)).where(Sheet.id == sheet.id).execute()
    go_on(sheet.id)


def _activities(sheet: Sheet, part: dict) -> dict[int, dict]:
    """Store the activities that begin in a part; what the dates of each of its activities carry, by its number."""
    new = [values | {"uid": _uid(sheet, int(number)), "state": "incoming", "channel": "import",
                     "actor_id": sheet.actor_id, "person_id": sheet.person_id}
           for number, values in part["activities"].items()]
    if new:
        Activity.insert_many(new).execute()
    wanted = {_uid(sheet, number): number for number in {date[0] for date in part["dates"]}}
    rows = Activity.select(Activity.uid, Activity.id, Activity.title, *(getattr(Activity, name) for name in OF_DATE))
    return {wanted[uid]: dict(zip(("activity_id", "title", *OF_DATE), rest, strict=True))
            for uid, *rest in rows.where(Activity.uid.in_(list(wanted))).tuples()}


def _uid(sheet: Sheet, number: int) -> str:
    return f"{sheet.key}-{number}@xiaowu"


def _mine(sheet: Sheet):
    """The activities of a spreadsheet."""
    return Activity.uid.startswith(f"{sheet.key}-") & Activity.source_id.is_null()


def _switch(sheet: Sheet) -> None:
    """Everything is stored: now it becomes drafts, or residents see it, all at once."""
    coming = _mine(sheet) & (Activity.state == "incoming")
    if sheet.publish:
        Occurrence.update(listed=1).where(
            Occurrence.activity_id.in_(Activity.select(Activity.id).where(coming))).execute()
    Activity.update(state="published" if sheet.publish else "draft").where(coming).execute()
    Sheet.update(state="finding" if sheet.publish else "applied").where(Sheet.id == sheet.id).execute()
    if sheet.publish:
        go_on(sheet.id)


def _find(sheet: Sheet) -> None:
    """Bring some of what is new into the search and plan its reminders; at the end count the tags."""
    some = list(Activity.select().where(_mine(sheet) & (Activity.id > sheet.found)).order_by(Activity.id).limit(FOUND))
    if not some:
        changes.count_tags()
        Sheet.update(state="applied").where(Sheet.id == sheet.id).execute()
        return
    for activity in some:
        changes.find(activity)
    dues.plan(Occurrence.activity_id.in_([activity.id for activity in some]))
    Sheet.update(found=some[-1].id).where(Sheet.id == sheet.id).execute()
    go_on(sheet.id)
