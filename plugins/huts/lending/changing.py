"""What becomes of a loan between asking and return: turned down, given up, passed over, extended, gone, cleared up."""

from collections.abc import Mapping
from typing import Any

from portal import now

from ..models import Item, Loan
from ..refusals import Refusal
from . import dues, limits, loans, offering, ranges
from .asking import NO_ITEM, NOT_NOW
from .states import moved
from .telling import tell

N_ = str

OTHERS_WAIT = N_("Neighbours wait for this, so it cannot be extended.")
HELD_NEXT = N_("A neighbour holds it from then on, so it cannot be extended.")
OFTEN = N_("It has been extended as often as possible.")
LATE = N_("It is overdue, so it cannot be extended. Please bring it back.")
WHY = N_("Please give a reason.")
ENDED = {"reject": "rejected", "cancel": "cancelled"}


def reject(loan_id: int, reason: str, who: Mapping[str, Any]) -> str | Refusal:
    """Staff turn down one who asked, with a reason that the person reads."""
    return _end(loan_id, "reject", who, reason) if reason.strip() else Refusal(WHY)


def cancel(loan_id: int, who: Mapping[str, Any], reason: str = "") -> str | Refusal:
    """Give up what was asked for or held. Whose it is, the caller has looked at; staff give a reason, which is told."""
    return _end(loan_id, "cancel", who, reason)


def _end(loan_id: int, move: str, who: Mapping[str, Any], reason: str) -> str | Refusal:
    loan, item = loans.held(loan_id)
    if loan is None:
        return Refusal(NO_ITEM)
    if loan.state == ENDED[move]:
        return loan.state
    if moved(loan.state, move) is None:
        return Refusal(NOT_NOW)
    offering.let_go(loan, move, who, reason.strip())
    if reason.strip():
        tell(loan, move, reason=reason.strip())
        loans.noted(who, f"huts.{move}", f"loan {loan.id}", reason)
    offering.deal(item)
    return loan.state


def extend(loan_id: int, who: Mapping[str, Any]) -> int | Refusal:
    """Keep a thing for some days more: the instant by which it is to be back now, or why not."""
    loan, item = loans.held(loan_id)
    if loan is None or loan.state != "out":
        return Refusal(NO_ITEM if loan is None else NOT_NOW)
    shelf = offering.Shelf(item)
    terms, hours, at = shelf.terms(loan), shelf.opening(loan.hut_id), now()
    if loan.due_at < at:
        return Refusal(LATE)
    if loan.extended >= terms.extends:
        return Refusal(OFTEN, {}, {"due": loan.due_at})
    if offering.waiting(item.id):
        return Refusal(OTHERS_WAIT, {}, {"due": loan.due_at})
    found = ranges.stock(item.id)
    end = hours.ahead(max(loan.due_at, ranges.end_of(loan.id)), terms.extend_days)
    following = found.first(loan.unit_id, loan.id)
    if following is not None and following.start < end:
        return Refusal(HELD_NEXT, {}, {"due": loan.due_at})
    ranges.move(loan.id, loan.unit_id, item.id, loan.out_at, end)
    loans.step(loan, "extend", who, due_at=hours.due(end), extended=loan.extended + 1)
    dues.plan_reminder(loan)
    return loan.due_at


def lose(loan_id: int, reason: str, who: Mapping[str, Any]) -> str | Refusal:
    """Note that a thing that is out, or argued about, is gone. It turns up when somebody takes it back."""
    return _astray(loan_id, "lose", reason, who)


def dispute(loan_id: int, reason: str, who: Mapping[str, Any]) -> str | Refusal:
    """Note that borrower and hut do not agree: that it was brought back, or how it was. No reminders meanwhile."""
    return _astray(loan_id, "dispute", reason, who)


def settle(loan_id: int, reason: str, who: Mapping[str, Any]) -> str | Refusal:
    """Staff end what was argued about, with what was agreed on."""
    return _astray(loan_id, "settle", reason, who)


def _astray(loan_id: int, move: str, reason: str, who: Mapping[str, Any]) -> str | Refusal:
    if not reason.strip():
        return Refusal(WHY)
    person_id = Loan.select(Loan.person_id).where(Loan.id == loan_id).scalar()
    if person_id is not None:
        limits.take(person_id)
    loan, item = loans.held(loan_id)
    if loan is None:
        return Refusal(NO_ITEM)
    state = moved(loan.state, move)
    if state is None:
        return loan.state if loan.state == {"lose": "lost", "dispute": "disputed", "settle": "closed"}[move] \
            else Refusal(NOT_NOW)
    if loan.state == "out":
        _gone(loan, item)
    loans.step(loan, move, who, reason, reason=reason.strip()[:200])
    loans.noted(who, f"huts.{move}", f"loan {loan.id}", reason)
    return state


def _gone(loan: Loan, item: Item) -> None:
    """The unit of a loan that was out counts no longer, and blocks nothing."""
    loans.turn(loans.units([loan.unit_id])[loan.unit_id], "lose", hut_id=None)
    ranges.cut(loan.id, now())
    Item.update(units=Item.units - 1).where(Item.id == item.id).execute()
