"""Whose turn it is: setting a unit aside for the first who can use it, and only for that one.

Every function runs in the caller's writing unit, with the item held.
"""

from collections.abc import Mapping
from typing import Any

from portal import later, now, scope_id

from ..models import Item, Loan, Unit
from . import limits, loans, ranges
from .opening import Opening, opening
from .rules import Terms
from .stock import Stock
from .telling import tell


class Shelf:
    """An item that is held, with what an offer needs to know of it: hours and terms, each read once."""

    def __init__(self, item: Item):
        self.item, self._openings, self._terms = item, {}, {}

    def opening(self, hut_id: int) -> Opening:
        """The opening of a hut."""
        if hut_id not in self._openings:
            self._openings[hut_id] = opening(hut_id)
        return self._openings[hut_id]

    def terms(self, loan: Loan) -> Terms:
        """The terms of a loan's borrower."""
        key = loan.hut_id, loan.person_id
        if key not in self._terms:
            self._terms[key] = limits.terms_of(self.item, loan.hut_id, loan.person_id, self.opening(loan.hut_id))
        return self._terms[key]

    def span(self, loan: Loan) -> tuple[int, int]:
        """[from now on, up to when) a loan takes a unit that becomes ready now: its own dates, or the time to pick it
        up and the days of a loan."""
        at, hours, terms = now(), self.opening(loan.hut_id), self.terms(loan)
        if loan.ends_at is not None:
            return at, loan.ends_at
        return at, hours.ahead(hours.kept_until(at, terms.pickup_days), terms.days)


def deal(item: Item) -> list[int]:
    """Set free units of a held item aside for those whose turn it is; the loans that became ready.

    First come holds whose time has begun, in the order of their begin, then the queue by number. Who cannot use any
    unit that lies in their hut, since another hold of it begins too soon, is passed over and keeps the number.
    """
    shelf, done = Shelf(item), []
    found = ranges.stock(item.id)
    for loan in waiting(item.id):
        unit_id = fitting(shelf, found, loan)
        if unit_id is not None:
            make_ready(shelf, loan, unit_id, loans.CLOCK)
            done.append(loan)
            found = ranges.stock(item.id)
    _look_again(item, found)
    for loan in sorted(done, key=lambda loan: (loan.person_id or 0, loan.id)):
        tell(loan, "ready", loan.ready_until)
    return [loan.id for loan in done]


def waiting(item_id: int) -> list[Loan]:
    """Those who could take a unit of an item now if there were one, in the order of their turn."""
    begun = (Loan.state == "approved") & (Loan.starts_at <= now())
    dated = Loan.select().where((Loan.item_id == item_id) & begun & (Loan.ends_at > now())).order_by(
        Loan.starts_at, Loan.id)
    return [*dated, *queued(item_id)]


def queued(item_id: int) -> list[Loan]:
    """The queue of an item."""
    return list(Loan.select().where((Loan.item_id == item_id) & (Loan.state == "asked") & Loan.number.is_null(False))
                .order_by(Loan.number))


def fitting(shelf: Shelf, found: Stock, loan: Loan) -> int | None:
    """A unit that a loan can have now: its own if that lies there, else one that is free for as long as it needs."""
    start, end = shelf.span(loan)
    if loan.unit_id is not None and found.lies(loan.unit_id, loan.hut_id) and found.stretch(
            loan.unit_id, start, end, loan.id):
        return loan.unit_id
    return next(iter(found.free(start, end, loan.hut_id, here=True)), None)


def make_ready(shelf: Shelf, loan: Loan, unit_id: int, who: Mapping[str, Any]) -> None:
    """Set a unit that lies in the hut aside for a loan; the pick-up time begins. Its borrower is yet to be told."""
    start, end = shelf.span(loan)
    if loan.state == "asked":
        leave_queue(loan)
        approve(loan, unit_id, start, end, who)
    elif loan.unit_id != unit_id:
        reassign(loan, unit_id, start, end, who)
    loans.turn(Unit.get_by_id(unit_id), "set")
    until = shelf.opening(loan.hut_id).kept_until(now(), shelf.terms(loan).pickup_days)
    until = until if loan.ends_at is None else min(until, loan.ends_at)
    loans.step(loan, "ready", who, ready_until=until)
    plan("huts.pickup_ends", loan.id, until)


def approve(loan: Loan, unit_id: int, start: int, end: int, who: Mapping[str, Any], why: str = "") -> None:
    """Give a loan that was asked for its unit and its range."""
    ranges.put(unit_id, loan.item_id, "loan", start, end, loan.id)
    loans.step(loan, "approve", who, why, unit_id=unit_id)


def reassign(loan: Loan, unit_id: int, start: int, end: int, who: Mapping[str, Any]) -> None:
    """Give a loan another unit; its range follows. One that was set aside is free again."""
    before = Unit.get_by_id(loan.unit_id)
    if before.state == "set" and loan.state == "ready":
        put_back(before)
    ranges.move(loan.id, unit_id, loan.item_id, start, end)
    loans.step(loan, "reassign", who, unit_id=unit_id)


def put_back(unit: Unit) -> None:
    """Set a unit aside no longer; one whose home is another hut by now is on its way there."""
    loans.turn(unit, "unset")
    if unit.hut_id != unit.home_id:
        loans.turn(unit, "send")


def leave_queue(loan: Loan) -> None:
    """Count one who waited no longer."""
    if loan.state == "asked" and loan.number is not None:
        Item.update(waiting=Item.waiting - 1).where(Item.id == loan.item_id).execute()


def let_go(loan: Loan, move: str, who: Mapping[str, Any], reason: str = "") -> None:
    """End a loan that never went out: its place in the queue, its unit and its range are free. The item is held."""
    leave_queue(loan)
    if loan.state == "ready":
        put_back(Unit.get_by_id(loan.unit_id))
    ranges.drop(loan.id)
    loans.step(loan, move, who, reason, **({"reason": reason[:200]} if reason else {}))


def _look_again(item: Item, found: Stock) -> None:
    """Have the queue looked at when a buffer or a repair ends: nobody does anything then that would."""
    end = found.next_end()
    if end is not None and waiting(item.id):
        plan("huts.deals", item.id, end)


def plan(kind: str, ref: int, at: int) -> None:
    """Leave a due row. Its hour is part of its name: a worker that does what is due waits for the item, and who holds
    the item must not wait for that worker's row."""
    later(at, kind, f"{ref} {at}", scope_id(), once=True)
