"""When a unit cannot be had any more: whose holds it breaks, and what becomes of them."""

from collections.abc import Mapping
from typing import Any

from portal import now

from ..models import Item, Loan, Range, Unit
from . import loans, offering, ranges
from .telling import tell


def withdraw(unit_id: int, who: Mapping[str, Any], why: str = "", until: int | None = None) -> list[int]:
    """Move the holds of a unit that breaks, is lost or retired to other units; the loans for whom there was none.

    Those without days wait again, with the number that they had; those with days are asked for anew, so that staff
    look at them. Each is told. `until`: only those that begin before, since it is back by then. Call it before the
    unit's own state changes; afterwards it is set aside for nobody.
    """
    item_id = Unit.select(Unit.item_id).where(Unit.id == unit_id).scalar()
    item = loans.item(item_id)
    left = []
    for loan in Loan.select().where((Loan.unit_id == unit_id) & Loan.state.in_(("ready", "approved"))).order_by(
            Loan.starts_at.is_null(), Loan.starts_at, Loan.id):
        if until is not None and _starts(loan) >= until:
            continue
        if not _moved(loan, unit_id, who):
            _release(loan, item, who, why)
            left.append(loan)
    for loan in sorted(left, key=lambda loan: (loan.person_id or 0, loan.id)):
        tell(loan, "broken")
    return [loan.id for loan in left]


def _starts(loan: Loan) -> int:
    return Range.select(Range.starts_at).where(Range.loan_id == loan.id).scalar()


def _moved(loan: Loan, unit_id: int, who: Mapping[str, Any]) -> bool:
    """Whether another unit was free for all of a hold, and is its now."""
    start, end = Range.select(Range.starts_at, Range.ends_at).where(Range.loan_id == loan.id).tuples().get()
    start = max(start, now())
    found = ranges.stock(loan.item_id).free(start, end, loan.hut_id, here=loan.state == "ready") if end > start else []
    other = next((i for i in found if i != unit_id), None)
    if other is None:
        return False
    offering.reassign(loan, other, start, end, who)
    if loan.state == "ready":
        loans.turn(Unit.get_by_id(other), "set")
    return True


def _release(loan: Loan, item: Item, who: Mapping[str, Any], why: str) -> None:
    if loan.state == "ready":
        offering.put_back(Unit.get_by_id(loan.unit_id))
    ranges.drop(loan.id)
    loans.step(loan, "release", who, why, unit_id=None, ready_until=None)
    if loan.number is not None:
        Item.update(waiting=Item.waiting + 1).where(Item.id == item.id).execute()
