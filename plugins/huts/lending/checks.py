"""Whether units, loans, ranges and queues agree: what `portal huts check` proves of the open site."""

from collections.abc import Callable, Iterator

from peewee import JOIN, fn

from portal import Due, now, scope_id

from ..models import Code, Item, Loan, Move, Range, Unit
from . import offering, ranges
from .states import GONE, HOLDING, MOVES, UNIT_OF, UNIT_STATES

STEPS = {(old, new) for (old, _move), new in MOVES.items()} | {("", "asked")}
TURNS = ("huts.deals", "huts.starts", "huts.expires", "huts.pickup_ends")  # due rows after which somebody has a unit


def first_broken() -> str | None:
    """What is wrong first, in a sentence; None when everything is as it must be."""
    for check in CHECKS:
        for sentence in check():
            return sentence
    return None


def _overlaps() -> Iterator[str]:
    """No two ranges of a unit overlap: in the order of their begin, each begins where the one before has ended."""
    rows = Range.select(Range.unit_id, Range.starts_at, Range.ends_at).order_by(Range.unit_id, Range.starts_at)
    last: tuple[int, int] = (0, 0)
    for unit_id, start, end in rows.tuples().iterator():
        if unit_id == last[0] and start < last[1]:
            yield f"Unit {unit_id} has two ranges at {start}."
        last = unit_id, end


def _units_of_loans() -> Iterator[str]:
    """A unit is out or set aside for exactly one loan, which is out or ready, and the other way round."""
    mine: dict[int, tuple[int, str]] = {}
    for loan_id, unit_id, state in Loan.select(Loan.id, Loan.unit_id, Loan.state).where(
            Loan.state.in_(list(UNIT_OF))).order_by(Loan.id).tuples():
        if unit_id is None:
            yield f"Loan {loan_id} is {state} and has no unit."
        elif unit_id in mine:
            yield f"Unit {unit_id} is with two: loans {mine[unit_id][0]} and {loan_id}."
        mine[unit_id] = loan_id, UNIT_OF[state]
    for unit_id, state, hut_id in Unit.select(Unit.id, Unit.state, Unit.hut_id).where(
            Unit.state.in_(list(UNIT_OF.values())) | Unit.id.in_(list(mine))).order_by(Unit.id).tuples():
        loan_id, wanted = mine.get(unit_id, (0, ""))
        if state != wanted:
            yield f"Unit {unit_id} is {state}, its loan {loan_id} says {wanted}." if loan_id else \
                f"Unit {unit_id} is {state} for nobody."
        elif (state == "out") != (hut_id is None):
            yield f"Unit {unit_id} is {state} and lies in {hut_id}."


def _units() -> Iterator[str]:
    """A unit that nobody has lies in its own hut; its label is known in the whole house as this site's."""
    lying = Unit.select(Unit.id, Unit.state, Unit.hut_id, Unit.home_id).where(
        (Unit.state == "in") & (Unit.hut_id.is_null() | (Unit.hut_id != Unit.home_id)))
    for unit_id, state, hut_id, home_id in lying.order_by(Unit.id).tuples():
        yield f"Unit {unit_id} is {state} and lies in {hut_id}, not in {home_id}."
    strange = Unit.select(Unit.id, Unit.state).where(Unit.state.not_in(list(UNIT_STATES)))
    for unit_id, state in strange.order_by(Unit.id).tuples():
        yield f"Unit {unit_id} is {state}, which is no state."
    known = Unit.select(Unit.id, Unit.code).join(
        Code, JOIN.LEFT_OUTER, on=((Code.code == Unit.code) & (Code.site_id == scope_id()))).where(Code.id.is_null())
    for unit_id, code in known.order_by(Unit.id).tuples():
        yield f"The label {code} of unit {unit_id} is not known as this site's."


def _loans() -> Iterator[str]:
    """A loan says what its state needs: a unit of its own thing, and until when."""
    needs = (("asked", Loan.unit_id.is_null(False), "a unit"),
             ("asked", Loan.number.is_null(False) & Loan.starts_at.is_null(False), "days and a place in the queue"),
             ("ready", Loan.ready_until.is_null(), "no end of the time to pick it up"),
             ("out", Loan.out_at.is_null() | Loan.due_at.is_null(), "no begin or no due time"))
    for state, wrong, what in needs:
        for loan_id, in Loan.select(Loan.id).where((Loan.state == state) & wrong).order_by(Loan.id).tuples():
            yield f"Loan {loan_id} is {state} and has {what}."
    rows = (Loan.select(Loan.id, Loan.state, Loan.item_id, Unit.id, Unit.item_id, Unit.state)
            .join(Unit, on=(Unit.id == Loan.unit_id)).where(
                (Unit.item_id != Loan.item_id) | (Loan.state == "back") & (Unit.state != "transit")
                | Loan.state.in_(HOLDING) & Unit.state.in_(GONE)))
    for loan_id, state, item_id, unit_id, of_item, is_ in rows.order_by(Loan.id).tuples():
        yield f"Loan {loan_id} of item {item_id} is {state}, its unit {unit_id} of item {of_item} is {is_}."


def _ranges_of_loans() -> Iterator[str]:
    """Every loan that holds a unit has one range, of that unit, and no loan that never went out keeps one."""
    rows = (Loan.select(Loan.id, Loan.state, Loan.unit_id, fn.COUNT(Range.id), fn.MIN(Range.unit_id))
            .join(Range, JOIN.LEFT_OUTER, on=(Range.loan_id == Loan.id)).where(Loan.state.in_(HOLDING))
            .group_by(Loan.id, Loan.state, Loan.unit_id).order_by(Loan.id))
    for loan_id, state, unit_id, n, of_unit in rows.tuples():
        if n != 1 or of_unit != unit_id:
            yield f"Loan {loan_id} is {state} with unit {unit_id} and has {n} ranges of unit {of_unit}."
    left = (Range.select(Range.loan_id).join(Loan, on=(Loan.id == Range.loan_id))
            .where(Loan.state.not_in(HOLDING) & (Loan.out_at.is_null() | (Range.ends_at > now())))
            .order_by(Range.loan_id))
    for loan_id, in left.tuples():
        yield f"Loan {loan_id} holds nothing and has a range."


def _ranges() -> Iterator[str]:
    """A range is of the item of its unit, and of a loan if it says so; a hold's keeps to the time that was asked for.
    """
    rows = (Range.select(Range.id, Range.unit_id, Range.starts_at, Range.ends_at)
            .join(Unit, on=(Unit.id == Range.unit_id)).where(
                (Range.starts_at >= Range.ends_at) | (Range.item_id != Unit.item_id)
                | (Range.loan_id.is_null() == (Range.kind == "loan"))))
    for range_id, unit_id, start, end in rows.order_by(Range.id).tuples():
        yield f"Range {range_id} of unit {unit_id}, from {start} to {end}, is of no loan or of another item."
    moved = (Range.select(Range.loan_id, Range.starts_at, Range.ends_at)
             .join(Loan, on=(Loan.id == Range.loan_id)).where(
                 Loan.state.in_(("approved", "ready")) & Loan.ends_at.is_null(False)
                 & ((Range.ends_at != Loan.ends_at) | (Loan.state == "approved") & (Range.starts_at < Loan.starts_at))))
    for loan_id, start, end in moved.order_by(Range.loan_id).tuples():
        yield f"Loan {loan_id} has a range from {start} to {end}, and was asked for other times."


def _moves() -> Iterator[str]:
    """Every move leads on from the one before, by the table, to the state in which the loan is."""
    rows = (Move.select(Move.loan_id, Move.old, Move.new, Loan.state).join(Loan, on=(Loan.id == Move.loan_id))
            .order_by(Move.loan_id, Move.id))
    loan_id, was, state = 0, "", ""
    for of_loan, old, new, now_ in rows.tuples().iterator():
        if of_loan != loan_id:
            if was != state:
                yield f"Loan {loan_id} is {state}, its last move says {was}."
            loan_id, was, state = of_loan, "", now_
        if old != was or (old, new) not in STEPS:
            yield f"Loan {loan_id} went from {was or 'nothing'} by {old or 'nothing'} to {new}."
        was = new
    if was != state:
        yield f"Loan {loan_id} is {state}, its last move says {was}."
    bare = Loan.select(Loan.id).join(Move, JOIN.LEFT_OUTER, on=(Move.loan_id == Loan.id)).where(Move.id.is_null())
    for of_loan, in bare.limit(1).tuples():
        yield f"Loan {of_loan} has no move."


def _counts() -> Iterator[str]:
    """Units and waiting of every item are what is counted; numbers of a queue are one for each."""
    units = dict(Unit.select(Unit.item_id, fn.COUNT(Unit.id)).where(Unit.state.not_in(GONE))
                 .group_by(Unit.item_id).tuples())
    queues: dict[int, list[int]] = {}
    for item_id, number in Loan.select(Loan.item_id, Loan.number).where(
            (Loan.state == "asked") & Loan.number.is_null(False)).order_by(Loan.item_id, Loan.number).tuples():
        queues.setdefault(item_id, []).append(number)
    for item_id, n, waiting, last in Item.select(Item.id, Item.units, Item.waiting, Item.queue).order_by(
            Item.id).tuples().iterator():
        numbers = queues.get(item_id, [])
        if n != units.get(item_id, 0):
            yield f"Item {item_id} counts {n} units and has {units.get(item_id, 0)}."
        if waiting != len(numbers):
            yield f"Item {item_id} counts {waiting} who wait and has {len(numbers)}."
        if len(set(numbers)) != len(numbers) or numbers and not 0 < numbers[0] <= numbers[-1] <= last:
            yield f"The queue of item {item_id} is not in order: {numbers} of {last}."


def _idle() -> Iterator[str]:
    """No unit lies free for somebody who waits and could have it; unless a worker has yet to do what is due."""
    if Due.select().where((Due.site_id == scope_id()) & Due.kind.in_(TURNS) & (Due.state == "waiting")
                          & (Due.due_at <= now())).exists():
        return
    begun = (Loan.state == "approved") & (Loan.starts_at <= now())
    some = Loan.select(Loan.item_id).where(begun | (Loan.state == "asked") & Loan.number.is_null(False)).distinct()
    for item in Item.select().where(Item.id.in_(some)).order_by(Item.id):
        shelf, found = offering.Shelf(item), ranges.stock(item.id)
        for loan in offering.waiting(item.id):
            unit_id = offering.fitting(shelf, found, loan)
            if unit_id is not None:
                yield f"Unit {unit_id} of item {item.id} lies free while loan {loan.id} waits for it."


CHECKS: tuple[Callable[[], Iterator[str]], ...] = (
    _overlaps, _units_of_loans, _ranges_of_loans, _units, _loans, _ranges, _moves, _counts, _idle)
