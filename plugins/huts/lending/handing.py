"""Handing over at the desk: units by their labels, for a person with or without a hold. All of them, or none."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from portal import now

from .. import codes
from ..models import Borrower, Item, Loan, Unit
from ..refusals import Refusal
from . import asking, dues, limits, loans, offering, ranges
from .offering import Shelf

N_ = str

NO_UNIT = N_("No label %(code)s is known here.")
AWAY = N_("%(code)s is not in this hut. Please take it back first.")
BROKEN = N_("%(code)s is not being lent just now.")
SET_ASIDE = N_("%(code)s is set aside for a neighbour.")
HELD = N_("%(code)s is held for a neighbour from then on.")
RESTS = N_("%(code)s rests, or is being repaired, until a later hour.")
UNSHOWN = N_("Residents do not see “%(name)s”: it is a draft, or was withdrawn.")

EARLY = 2 * 86400  # seconds that somebody may come for a hold before it begins


class Handed(NamedTuple):
    """What somebody took along. `again`: it had been handed over to them before."""

    loan_id: int
    unit_id: int
    code: str
    due_at: int | None
    again: bool = False


class Handing(NamedTuple):
    """A unit that may be handed over: for which loan (none: a new one), and up to when."""

    unit: Unit
    shelf: Shelf
    loan: Loan | None
    end: int


class Desk(NamedTuple):
    """Who borrows, who hands over, and what was said about it."""

    person_id: int
    who: Mapping[str, Any]
    until: int | None
    reason: str
    key: str
    values: Mapping[str, Any]  # further fields of the loan: answers, photos, deposit_fen, kin_id


def lend(labels: Sequence[str], person_id: int, who: Mapping[str, Any], *, until: int | None = None, reason: str = "",
         key: str = "", **values: Any) -> list[Handed] | Refusal:
    """Hand units over to a person: what they have now, or why nothing was handed over.

    Who holds a unit of the same thing, or waits for one, gets this one for it. `until`: the first moment of the day it
    is brought back, in place of the usual days. Staff go past the limits of a person with a `reason`, which is kept;
    nobody goes past the hold of somebody else.
    """
    borrower = limits.take(person_id)
    desk = Desk(person_id, who, until, reason.strip(), key, values)
    units = _units(labels)
    if isinstance(units, Refusal):
        return units
    held = loans.items(unit.item_id for unit in units)
    units = list(loans.units(unit.id for unit in units).values())
    return _hand_over(units, {i: Shelf(item) for i, item in held.items()}, borrower, desk)


def look(labels: Sequence[str], person_id: int, *, until: int | None = None,
         reason: str = "") -> tuple[list[Handing | Refusal], Refusal | None]:
    """What `lend` would say of each label, and which limit of the person stands against it. Locks and changes nothing;
    the labels are known."""
    borrower = Borrower.get_or_none(Borrower.person_id == person_id) or Borrower(person_id=person_id)
    desk, shelves = Desk(person_id, {}, until, reason.strip(), "", {}), {}
    found, planned = [], []
    for label in labels:
        unit = Unit.get(Unit.code == code_of(label))
        shelf = shelves.setdefault(unit.item_id, Shelf(Item.get_by_id(unit.item_id)))
        found.append(_plan(unit, shelf, desk, planned))
        planned += [found[-1]] if isinstance(found[-1], Handing) else []
    return found, None if desk.reason or not planned else _over(borrower, planned)


def _units(labels: Sequence[str]) -> list[Unit] | Refusal:
    """The units of labels as they were typed or scanned, each once."""
    found = []
    for label in labels:
        unit = Unit.get_or_none(Unit.code == code_of(label))
        if unit is None:
            return Refusal(NO_UNIT, {"code": label.strip()[:20]})
        found += [] if unit in found else [unit]
    return found


def code_of(label: str) -> str:
    """The code of a label; what cannot be one stays as it was typed."""
    return codes.read(label) or label.strip().upper()[:12]


def _hand_over(units: Iterable[Unit], shelves: Mapping[int, Shelf], borrower: Borrower,
               desk: Desk) -> list[Handed] | Refusal:
    """Look at every unit first; hand over when all can be."""
    before, planned = [], []
    for unit in units:
        mine = _has(unit, desk)
        found = None if mine else _plan(unit, shelves[unit.item_id], desk, planned)
        if isinstance(found, Refusal):
            return found
        before += [mine] if mine else []
        planned += [found] if found else []
    no = _over(borrower, planned) if planned and not desk.reason else None
    return no or before + [_hand(one, desk) for one in planned]


def _has(unit: Unit, desk: Desk) -> Handed | None:
    """What a person has already of what is handed to them a second time."""
    loan = Loan.get_or_none((Loan.unit_id == unit.id) & (Loan.state == "out") & (Loan.person_id == desk.person_id))
    return Handed(loan.id, unit.id, unit.code, loan.due_at, True) if loan is not None else None


def _over(borrower: Borrower, planned: Sequence[Handing]) -> Refusal | None:
    """Which limit stands against it; what the person had on hold is counted already, and stays granted."""
    new = [one for one in planned if one.loan is None]
    no = limits.barred(borrower) or next(filter(None, (_unshown(one.shelf.item) for one in new)), None)
    for one in planned:
        no = no or _too_long(one, borrower)
    for one in new:
        terms = limits.terms_of(one.shelf.item, one.unit.hut_id, borrower.person_id,
                                one.shelf.opening(one.unit.hut_id))
        no = no or limits.full(borrower, terms, len(new))
    return no


def _unshown(item: Item) -> Refusal | None:
    """Whether a thing is none that residents could ask for."""
    return None if item.state == "shown" else Refusal(UNSHOWN, {"name": item.name})


def _too_long(one: Handing, borrower: Borrower) -> Refusal | None:
    """Whether somebody wants a unit for longer than they may have it; dates that were granted stay granted."""
    if one.loan is not None and one.end == one.loan.ends_at:
        return None
    hours = one.shelf.opening(one.unit.hut_id)
    days = limits.terms_of(one.shelf.item, one.unit.hut_id, borrower.person_id, hours).days
    last = hours.ahead(now(), days)
    return Refusal(asking.TOO_LONG, {"days": days}, {"until": last}) if one.end > last else None


def _plan(unit: Unit, shelf: Shelf, desk: Desk, planned: Sequence[Handing]) -> Handing | Refusal:
    """Whether a unit can be handed to a person, and for which of their holds."""
    said = {"code": codes.shown(unit.code)}
    if unit.state in ("out", "transit") or unit.hut_id is None and unit.state in ("in", "set"):
        return Refusal(AWAY, said)
    if unit.state not in ("in", "set"):
        return Refusal(BROKEN, said)
    loan = _of_person(unit, desk, [one.loan.id for one in planned if one.loan])
    if unit.state == "set" and (loan is None or loan.unit_id != unit.id):
        return Refusal(SET_ASIDE, said, _free_ones(shelf.item.id, unit.hut_id))
    end, found = _end(unit, shelf, loan, desk), ranges.stock(shelf.item.id)
    own = loan.id if loan is not None else None
    if end <= found.at:
        return Refusal(asking.BACKWARDS)
    if found.stretch(unit.id, found.at, end, own) is None:
        next_ = found.first(unit.id, own)
        said_why = HELD if next_ is None or next_.kind == "loan" else RESTS
        return Refusal(said_why, said, {"until": next_ and next_.start} | _free_ones(shelf.item.id, unit.hut_id))
    return Handing(unit, shelf, loan, end)


def _of_person(unit: Unit, desk: Desk, but: Sequence[int]) -> Loan | None:
    """The hold of a person that a unit is handed over for: the one it is set aside for, else what began first."""
    rows = Loan.select().where(
        (Loan.item_id == unit.item_id) & (Loan.person_id == desk.person_id) & Loan.id.not_in(but)
        & Loan.state.in_(("ready", "approved", "asked"))
        & (Loan.starts_at.is_null() | (Loan.starts_at <= now() + EARLY)))
    order = {"ready": 1, "approved": 2, "asked": 3}
    return min(rows, key=lambda loan: (loan.unit_id != unit.id, order[loan.state], loan.id), default=None)


def _end(unit: Unit, shelf: Shelf, loan: Loan | None, desk: Desk) -> int:
    """Up to when a unit is lent: as was said at the desk, as was asked for, else the usual days."""
    if desk.until is not None:
        return desk.until
    if loan is not None and loan.ends_at is not None:
        return loan.ends_at
    hours = shelf.opening(unit.hut_id)
    return hours.ahead(now(), limits.terms_of(shelf.item, unit.hut_id, desk.person_id, hours).days)


def _free_ones(item_id: int, hut_id: int | None) -> dict[str, Any]:
    """The labels of units of a thing that lie there free."""
    rows = Unit.select(Unit.code).where((Unit.item_id == item_id) & (Unit.state == "in") & (Unit.hut_id == hut_id))
    found = [code for code, in rows.order_by(Unit.id).limit(5).tuples()]
    return {"codes": found} if found else {}


def _hand(one: Handing, desk: Desk) -> Handed:
    """Hand a unit over, with every step up to there."""
    unit, item = one.unit, one.shelf.item
    loan = one.loan or loans.new(desk.who, item_id=item.id, hut_id=unit.hut_id, person_id=desk.person_id, key=desk.key)
    _give_unit(loan, unit, one.end, desk)
    if loan.state == "approved":
        loans.step(loan, "ready", desk.who)
    due_at = one.shelf.opening(unit.hut_id).due(one.end)
    further = {**desk.values, **({"reason": desk.reason[:200]} if desk.reason else {})}
    if item.gives:
        _give(loan, unit, desk, further)
        due_at = None
    else:
        loans.turn(unit, "lend", hut_id=None)
        loans.step(loan, "lend", desk.who, desk.reason, out_at=now(), due_at=due_at, **further)
        dues.plan_reminder(loan)
    loans.noted(desk.who, "huts.lend", f"loan {loan.id}", desk.reason)
    offering.deal(item)
    return Handed(loan.id, unit.id, unit.code, due_at)


def _give_unit(loan: Loan, unit: Unit, end: int, desk: Desk) -> None:
    """Make the unit the loan's, set aside, with a range from now on."""
    at = now()
    if loan.state == "asked":
        offering.leave_queue(loan)
        offering.approve(loan, unit.id, at, end, desk.who, desk.reason)
    elif loan.unit_id != unit.id:
        offering.reassign(loan, unit.id, at, end, desk.who)
    else:
        ranges.move(loan.id, unit.id, loan.item_id, at, end)
    if unit.state == "in":
        loans.turn(unit, "set")


def _give(loan: Loan, unit: Unit, desk: Desk, further: Mapping[str, Any]) -> None:
    """A gift: who takes it keeps it."""
    loans.turn(unit, "give", hut_id=None)
    loans.step(loan, "give", desk.who, desk.reason, out_at=now(), **further)
    ranges.drop(loan.id)
    Item.update(units=Item.units - 1).where(Item.id == loan.item_id).execute()
