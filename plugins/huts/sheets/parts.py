"""Taking in a spreadsheet of items: checked outside of any transaction, kept in parts, stored part by part.

What is stored is a draft until the last part is there; then residents see all of it at once. Each step is a due row of
its own that leaves the next one: the desk gets its turn between two, and what a killed worker left is gone on with.
"""

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping

from portal import Due, bulk, current, later, now, scope_id, unit, within

from ..models import Code, Hut, Item, ItemSheet, ItemSheetLine, ItemSheetPart, Unit
from ..shelf import keeping
from .reading import Problem, SheetError, read
from .rows import Checked, Known, Line, check

STATES = ("checking", "refused", "staged", "applying", "finding", "applied")
ITEMS, UNITS = 100, 300  # of a part, about
FOUND = 100  # items brought into the search at a time
SHOWN = 1000  # items that a statement of the switch names
BATCH = 0.06  # seconds of work in one transaction
KEPT_PROBLEMS = 200
KEPT = 7 * 86400  # seconds that a spreadsheet which nobody took in is kept
KIND = "huts.sheet"
N_ = str  # marks a text that is translated where it is shown
ITEM = ("hut_id", "category", "name", "summary", "text", "rules", "inside", "picture", "picture_alt",
        "more_pictures", "owner", "owner_name", "value_fen", "deposit_fen")
UNIT = ("item_id", "hut_id", "home_id", "code", "condition")


def begin(data: bytes, file: str, hut_id: int, who: Mapping[str, int | None]) -> ItemSheet:
    """A row for a file that is about to be checked."""
    return ItemSheet.create(hut_id=hut_id, file=file[:200], digest=hashlib.sha256(data).hexdigest(),
                        actor_id=who["actor_id"], person_id=who["person_id"])


def known(hut_id: int) -> Known:
    """What the rows of a spreadsheet may name in the open site."""
    return Known({code: number for code, number in Hut.select(Hut.code, Hut.id).tuples()}, hut_id)


def stage(site_id: int, sheet_id: int, data: bytes, pictures: Callable[[], Mapping[str, str]] | None,
          meaning: Mapping[str, str] | None = None) -> None:
    """Check a file and keep its rows, or what is wrong with them. Call it outside of any unit.

    `pictures` stores those that came along and gives their names: it runs once the rest of the file is right.
    """
    with within(site_id):
        with unit():
            found = known(ItemSheet.get_by_id(sheet_id).hut_id)
        checked = _checked(data, found, pictures, meaning)
        if checked.problems:
            with unit(write=True):
                _refuse(sheet_id, checked.problems)
            return
        _keep(sheet_id, checked)


def _checked(data: bytes, found: Known, pictures: Callable[[], Mapping[str, str]] | None,
             meaning: Mapping[str, str] | None) -> Checked:
    """Check everything; with pictures a second time, for what they are called."""
    try:
        rows = read(data)
        checked = check(rows, found._replace(pictures=_Any() if pictures else None), meaning)
        if not checked.problems and pictures:
            checked = check(rows, found._replace(pictures=pictures()), meaning)
        return checked if checked.problems else Checked(checked.lines, _known_labels(checked.lines))
    except SheetError as e:
        return Checked([], [e.problem])


class _Any(dict):
    """Pictures before they are looked at: every name counts as one."""

    def get(self, key, default=None):
        return key


def _known_labels(lines: Iterable[Line]) -> list[Problem]:
    """Labels of the file that are on something already."""
    rows = {code: line.row for line in lines for code in line.labels}
    problems, codes = [], list(rows)
    for n in range(0, len(codes), 500):
        with unit():
            taken = [code for code, in Code.select(Code.code).where(Code.code.in_(codes[n:n + 500])).tuples()]
        problems += [Problem(rows[code], "", N_("The label %(code)s is on another thing already."), {"code": code})
                     for code in taken]
    return sorted(problems)


def _refuse(sheet_id: int, problems: list[Problem]) -> None:
    kept = json.dumps(problems[:KEPT_PROBLEMS], ensure_ascii=False)
    ItemSheet.update(state="refused", problems=kept, wrong=len(problems)).where(ItemSheet.id == sheet_id).execute()


def _keep(sheet_id: int, checked: Checked) -> None:
    """Keep the rows in parts, in short transactions."""
    for n, part in enumerate(parts(checked.lines)):
        with unit(write=True):
            ItemSheetPart.create(sheet_id=sheet_id, n=n, data=json.dumps(part, ensure_ascii=False))
    units = sum(line.units for line in checked.lines)
    with unit(write=True):
        ItemSheet.update(state="staged", total=len(checked.lines), units=units).where(
            (ItemSheet.id == sheet_id) & (ItemSheet.state == "checking")).execute()


def parts(lines: Iterable[Line]) -> Iterator[list[Line]]:
    """The rows in portions that are stored in one go."""
    part: list[Line] = []
    for line in lines:
        if part and (len(part) == ITEMS or sum(one.units for one in part) + line.units > UNITS):
            yield part
            part = []
        part.append(line)
    if part:
        yield part


def first_lines(sheet_id: int, most: int) -> list[Line]:
    """The first rows of a spreadsheet that waits."""
    rows = ItemSheetPart.select(ItemSheetPart.data).where(ItemSheetPart.sheet_id == sheet_id).order_by(ItemSheetPart.n)
    found: list[Line] = []
    for data, in rows.limit(most).tuples():
        found += [Line(*line) for line in json.loads(data)]
        if len(found) >= most:
            break
    return found[:most]


def start(sheet_id: int, shows: bool) -> bool:
    """Have a checked spreadsheet taken in by the worker; False when somebody else has."""
    done = ItemSheet.update(state="applying", shows=shows).where(
        (ItemSheet.id == sheet_id) & (ItemSheet.state == "staged")).execute()
    if done:
        go_on(sheet_id)
    return bool(done)


def go_on(sheet_id: int) -> None:
    """Leave the due row for the next step."""
    later(now(), KIND, sheet_id, scope_id(), once=True)


def drop(sheet_id: int) -> bool:
    """Throw a spreadsheet away that is not being taken in."""
    if not ItemSheet.update(state="refused").where(
            (ItemSheet.id == sheet_id) & ItemSheet.state.not_in(("applying", "finding", "applied"))).execute():
        return False
    ItemSheetPart.delete().where(ItemSheetPart.sheet_id == sheet_id).execute()
    return bool(ItemSheet.delete().where(ItemSheet.id == sheet_id).execute())


def forget_old() -> None:
    """Throw away what nobody took in for a week."""
    old = ItemSheet.select(ItemSheet.id).where(
        (ItemSheet.at < now() - KEPT) & ItemSheet.state.in_(("checking", "refused", "staged")))
    for sheet_id, in list(old.tuples()):
        drop(sheet_id)


def run(row: Due) -> None:
    """Some steps of a spreadsheet that is being taken in; in its site and in a writing unit."""
    step(int(row.ref), go_on)


def step(sheet_id: int, leave: Callable[[int], None] = lambda sheet_id: None) -> bool:
    """The next steps of a spreadsheet, for a short time; False when it is all done. `leave` has it gone
    on with."""
    ItemSheet.update(done=ItemSheet.done).where(ItemSheet.id == sheet_id).execute()  # held: one worker at a time
    sheet = ItemSheet.get_or_none((ItemSheet.id == sheet_id) & ItemSheet.state.in_(("applying", "finding")))
    if sheet is None:
        return False
    _plan_anew()
    began, before = time.monotonic(), sheet.state
    while sheet.state == before:  # the switch is alone in its transaction with what came before it
        (_store if before == "applying" else _find)(sheet)
        if time.monotonic() - began >= BATCH:
            break
    if sheet.state != "applied":
        leave(sheet_id)
    return sheet.state != "applied"


def _plan_anew() -> None:
    """Have PostgreSQL forget how it looks up what rows point at: planned for the first rows, it reads all there are."""
    if current.obj.kind == "postgresql":
        current.obj.execute_sql("DISCARD PLANS")


def _store(sheet: ItemSheet) -> None:
    """Store the next part; behind the last one comes the switch."""
    part = ItemSheetPart.select().where(ItemSheetPart.sheet_id == sheet.id).order_by(ItemSheetPart.n).first()
    if part is None:
        _switch(sheet)
        return
    lines = [Line(*line) for line in json.loads(part.data)]
    at = now()
    # Rows that were uploaded to an older house know nothing of its newer columns.
    rows = [(*(line.item.get(name, "") for name in ITEM), line.units, sheet.actor_id, sheet.person_id, "import", at, at)
            for line in lines]
    ids = bulk(Item, (*ITEM, "units", "actor_id", "person_id", "channel", "created_at", "changed_at"), rows)
    bulk(Unit, UNIT, _units(list(zip(ids, lines, strict=True))))
    bulk(ItemSheetLine, ("sheet_id", "item_id"), [(sheet.id, item_id) for item_id in ids])
    ItemSheetPart.delete().where(ItemSheetPart.id == part.id).execute()
    sheet.done += len(lines)
    ItemSheet.update(done=sheet.done).where(ItemSheet.id == sheet.id).execute()


def _units(numbered: list[tuple[int, Line]]) -> list[tuple]:
    """The units of rows, with their own labels where nobody has taken one of them meanwhile."""
    wanted = [(item_id, line, label) for item_id, line in numbered
              for label in [*line.labels, *[""] * line.units][:line.units]]
    own = _kept([label for _item, _line, label in wanted if label])
    fresh = iter(keeping.new_labels(sum(label not in own for _item, _line, label in wanted)))
    return [(item_id, line.item["hut_id"], line.item["hut_id"], label if label in own else next(fresh),
             line.condition) for item_id, line, label in wanted]


def _kept(labels: list[str]) -> set[str]:
    """Those of these labels that are on nothing else, kept for the open site."""
    rows = [{"code": label, "site_id": scope_id()} for label in labels]
    done = Code.insert_many(rows).on_conflict_ignore().returning(Code.code).execute() if rows else ()
    return {row.code for row in done}


def _switch(sheet: ItemSheet) -> None:
    """Everything is stored: residents see it, all at once, or it stays drafts."""
    mine = ItemSheetLine.select(ItemSheetLine.item_id).where(ItemSheetLine.sheet_id == sheet.id)
    ids = [item_id for item_id, in mine.tuples()] if sheet.shows else []
    for n in range(0, len(ids), SHOWN):  # by number: joined with rows that are new, it is planned for a few
        Item.update(state="shown").where(Item.id.in_(ids[n:n + SHOWN]) & (Item.state == "draft")).execute()
    sheet.state = "finding"
    ItemSheet.update(state=sheet.state).where(ItemSheet.id == sheet.id).execute()


def _find(sheet: ItemSheet) -> None:
    """Bring the next items into the search; they are the spreadsheet's no longer."""
    rows = ItemSheetLine.select(ItemSheetLine.item_id).where(ItemSheetLine.sheet_id == sheet.id)
    some = [item_id for item_id, in rows.order_by(ItemSheetLine.item_id).limit(FOUND).tuples()]
    if not some:
        sheet.state = "applied"
        ItemSheet.update(state=sheet.state).where(ItemSheet.id == sheet.id).execute()
        return
    keeping.find_many(some)
    ItemSheetLine.delete().where((ItemSheetLine.sheet_id == sheet.id) & ItemSheetLine.item_id.in_(some)).execute()
