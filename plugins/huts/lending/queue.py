"""The queue of a thing: who is how far along it, and how long that may take."""

from statistics import median

from portal import param, prepared

from ..models import Item, Loan

LAST = 20  # loans of the thing whose length is looked at
USUAL = 7 * 86400  # seconds; while a thing has never been brought back


def place(loan: Loan) -> int | None:
    """How far along a loan waits, 1 being next; None where it does not wait. Derived: nobody's number changes."""
    if loan.state != "asked" or loan.number is None:
        return None
    return Loan.select(Loan.id).where((Loan.item_id == loan.item_id) & (Loan.state == "asked")
                                      & (Loan.number <= loan.number)).count()


_last = prepared(lambda: (
    Loan.select(Loan.out_at, Loan.back_at).where(
        (Loan.item_id == param("item")) & Loan.out_at.is_null(False) & Loan.back_at.is_null(False))
    .order_by(Loan.id.desc()).limit(LAST)))


def estimate(item: Item, place: int) -> int:
    """A fair guess of the days until the one at this place has a unit: the median length of the last loans, times the
    place, shared by the units; at least a day."""
    lengths = [back - out for out, back in _last(item=item.id)]
    seconds = (median(lengths) if lengths else USUAL) * place / max(1, item.units)
    return max(1, -(-int(seconds) // 86400))
