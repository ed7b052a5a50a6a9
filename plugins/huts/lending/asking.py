"""Asking for a thing: with days, a unit is held for them; without, one is taken now, or the queue is joined."""

from collections.abc import Mapping
from typing import Any

from portal import now, param, prepared

from ..models import Hut, Item, Loan, Unit
from ..refusals import Refusal
from . import limits, loans, nearest, offering, ranges
from .offering import Shelf
from .opening import Opening
from .rules import Terms
from .stock import Stock
from .telling import tell

N_ = str

NO_ITEM = N_("There is no such thing here.")
NOT_LENT = N_("This is not being lent just now.")
HUT_SHUT = N_("This hut does not lend at the moment.")
BACKWARDS = N_("The end lies before the start. Please choose the days anew.")
PAST = N_("These days are over. Please choose later ones.")
TOO_FAR = N_("That is too far ahead: %(days)s days at most.")
TOO_LONG = N_("That is too long: %(days)s days at most.")
CROSSES = N_("The hut is not open all that time. Please choose hours of one opening, or whole days.")
SHUT = N_("The hut does not open on any of these days. Please choose others.")
TAKEN = N_("It is not free on all of these days.")
WAITING = N_("You have asked for this already.")
NOT_NOW = N_("This can no longer be done: it has moved on meanwhile.")


def ask(item_id: int, person_id: int, who: Mapping[str, Any], *, start: int | None = None, end: int | None = None,
        hut_id: int | None = None, kin_id: int | None = None, key: str = "") -> int | Refusal:
    """Ask for a thing: the id of the loan, or why not.

    `start` and `end` are instants, [start, end); for days the first moment of the day it is fetched and of the day it
    is brought back. Without them a unit that lies in the hut is set aside at once, or the loan waits in the queue.
    Asked again with the same `key`, it is the same loan. Where the terms want it, staff say yes first.
    """
    item = loans.look(item_id)
    if item is None:
        return Refusal(NO_ITEM)
    shelf, hut_id = Shelf(item), item.hut_id if hut_id is None else hut_id
    hours, days = shelf.opening(hut_id), (start, end) if start is not None and end is not None else None
    terms = limits.terms_of(item, hut_id, person_id, hours)
    no = _closed(item, hut_id) or (bad_range(*days, terms, hours) if days else _again(item_id, person_id))
    no = no or limits.problem(limits.look(person_id), terms) or (_taken(shelf, *days, hut_id) if days else None)
    if no is not None:  # before anything is written or held: who is refused lets the others go on
        return _asked(person_id, key) or no
    borrower = limits.take(person_id)
    again = _asked(person_id, key)
    if again is not None:
        return again
    no = (None if days else _again(item_id, person_id)) or limits.problem(borrower, terms)
    if no is not None:
        return no
    shelf.item = loans.item(item_id)
    asked = {"item_id": item_id, "hut_id": hut_id, "person_id": person_id, "kin_id": kin_id, "key": key}
    if not days:
        return _wait(shelf.item, asked, who, terms.approval)
    return _taken(shelf, *days, hut_id) or _hold(shelf, asked, who, *days, terms.approval)


_by_key = prepared(lambda: (
    Loan.select(Loan.id).where((Loan.person_id == param("person")) & (Loan.key == param("key"))).limit(1)))


def _asked(person_id: int, key: str) -> int | None:
    """The loan that somebody has asked for with this key before."""
    found = _by_key.one(person=person_id, key=key) if key else None
    return found and found[0]


_state = prepared(lambda: Hut.select(Hut.state).where(Hut.id == param("hut")))


def _closed(item: Item, hut_id: int) -> Refusal | None:
    """Why nobody can ask for a thing in a hut."""
    hut = _state.one(hut=hut_id)
    if item.state != "shown" or item.units < 1:
        return Refusal(NOT_LENT, {}, nearest.elsewhere(item))
    return None if hut == ("open",) else Refusal(HUT_SHUT, {}, nearest.elsewhere(item))


def _again(item_id: int, person_id: int) -> Refusal | None:
    """One who waits for a thing, or has it set aside, does not ask for it a second time."""
    mine = Loan.select(Loan.id).where(
        (Loan.item_id == item_id) & (Loan.person_id == person_id) & Loan.starts_at.is_null()
        & Loan.state.in_(("asked", "approved", "ready"))).scalar()
    return Refusal(WAITING, {}, {"loan": mine}) if mine is not None else None


def bad_range(start: int, end: int, terms: Terms, hours: Opening) -> Refusal | None:
    """What is wrong with [start, end), whatever is free then."""
    at = now()
    if end <= start:
        return Refusal(BACKWARDS)
    if start < hours.ahead(at, 0) or end <= at:
        return Refusal(PAST, {}, {"from": hours.ahead(at, 0)})
    if start > hours.ahead(at, terms.ahead_days):
        return Refusal(TOO_FAR, {"days": terms.ahead_days}, {"until": hours.ahead(at, terms.ahead_days)})
    if end > hours.ahead(start, terms.days):
        return Refusal(TOO_LONG, {"days": terms.days}, {"until": hours.ahead(start, terms.days)})
    if not hours.is_day(end) and hours.hours.crosses_closing(max(start, at), end):
        return Refusal(CROSSES, {}, {"from": hours.hours.next_open(start)})
    opens = hours.hours.next_open(max(start, at))
    if opens is not None and opens >= end:
        first = hours.ahead(opens, 0)
        return Refusal(SHUT, {}, {"from": first, "to": hours.ahead(first, (hours.day(end) - hours.day(start)).days)})
    return None


def _wait(item: Item, asked: Mapping[str, Any], who: Mapping[str, Any], approval: bool) -> int:
    """Ask without days: wait for staff, or in the queue, which may be empty."""
    if approval:
        return loans.new(who, **asked).id
    loan = loans.new(who, **asked, number=item.queue + 1)
    join(loan)
    offering.deal(item)
    return loan.id


def join(loan: Loan) -> None:
    """Count one more who waits, under the number that the loan has."""
    Item.update(waiting=Item.waiting + 1, queue=loan.number).where(Item.id == loan.item_id).execute()


def _taken(shelf: Shelf, start: int, end: int, hut_id: int) -> Refusal | None:
    """Why a thing cannot be had on these days, with what can be had instead; None where a unit is free."""
    found = ranges.stock(shelf.item.id)
    if unit_for(found, start, end, hut_id) is not None:
        return None
    return Refusal(TAKEN, {}, nearest.of(shelf, found, start, end, hut_id))


def _hold(shelf: Shelf, asked: Mapping[str, Any], who: Mapping[str, Any], start: int, end: int,
          approval: bool) -> int:
    """Ask for days that are free: a unit is held for them at once, unless staff have to say yes first."""
    loan = loans.new(who, **asked, starts_at=start, ends_at=end)
    if approval:
        closes = shelf.opening(loan.hut_id).due(shelf.opening(loan.hut_id).ahead(start, 0))
        offering.plan("huts.expires", loan.id, min(end, closes))
    else:
        grant(shelf, loan, unit_for(ranges.stock(loan.item_id), start, end, loan.hut_id), who)
    return loan.id


def unit_for(found: Stock, start: int, end: int, hut_id: int) -> int | None:
    """The unit that is free for these dates and leaves the smallest gap; what has begun is asked for from now on."""
    return next(iter(found.free(max(start, found.at), end, hut_id)), None)


def grant(shelf: Shelf, loan: Loan, unit_id: int, who: Mapping[str, Any], why: str = "") -> None:
    """Hold a unit for the dates of a loan; ready at once where they have begun and the unit lies in the hut."""
    at = now()
    offering.approve(loan, unit_id, max(loan.starts_at, at), loan.ends_at, who, why)
    offering.plan("huts.expires", loan.id, loan.ends_at)
    if loan.starts_at > at:
        offering.plan("huts.starts", loan.id, loan.starts_at)
        return
    unit = Unit.get_by_id(unit_id)
    if unit.state == "in" and unit.hut_id == loan.hut_id:
        offering.make_ready(shelf, loan, unit_id, who)
        tell(loan, "ready", loan.ready_until)


def approve(loan_id: int, who: Mapping[str, Any], why: str = "") -> str | Refusal:
    """Staff say yes to one who asked: the state of the loan now; "approved" again where they did already."""
    loan, item = loans.held(loan_id)
    if loan is None:
        return Refusal(NO_ITEM)
    if loan.state != "asked" or loan.number is not None:
        return loan.state if loan.state in ("approved", "ready", "asked") else Refusal(NOT_NOW)
    no = _say_yes(Shelf(item), loan, who, why)
    if no is not None:
        return no
    loans.noted(who, "huts.approve", f"loan {loan.id}", why)
    return Loan.get_by_id(loan_id).state


def _say_yes(shelf: Shelf, loan: Loan, who: Mapping[str, Any], why: str) -> Refusal | None:
    if loan.starts_at is None:
        number = shelf.item.queue + 1
        Loan.update(number=number).where(Loan.id == loan.id).execute()
        loan.number = number
        join(loan)
        offering.deal(shelf.item)
        return None
    if loan.ends_at <= now():
        return Refusal(PAST)
    no = _taken(shelf, loan.starts_at, loan.ends_at, loan.hut_id)
    if no is not None:
        return no
    grant(shelf, loan, unit_for(ranges.stock(loan.item_id), loan.starts_at, loan.ends_at, loan.hut_id), who, why)
    if loan.state == "approved":
        tell(loan, "held", loan.starts_at, day=True)
    return None
