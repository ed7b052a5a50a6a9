"""What comes due: holds that begin or lapse, pick-up times that end, reminders, another look at a queue."""

from collections.abc import Iterator

from portal import Due, now

from ..models import Item, Loan
from . import loans, offering
from .opening import Opening, opening
from .telling import tell

REMINDERS = (-1, 0, 3, 7)  # days from the one on which it is due
HOUR = 9 * 3600 + 1800  # seconds after midnight at which people are reminded


def run(row: Due) -> None:
    """Do one due row, in its site and in a writing unit."""
    acts = {"huts.deals": _deal, "huts.starts": starts, "huts.expires": expires, "huts.pickup_ends": pickup_ends,
            "huts.reminder": remind}
    acts[row.kind](*map(int, row.ref.split()))


def _deal(item_id: int, _at: int = 0) -> None:
    item = loans.item(item_id)
    if item is not None:
        offering.deal(item)


def starts(loan_id: int, _at: int = 0) -> None:
    """The time of a hold begins: a unit is set aside for it, or its borrower is told that it comes later."""
    loan, item = loans.held(loan_id)
    if loan is None or loan.state != "approved" or loan.starts_at is None or loan.starts_at > now():
        return
    if loan.id not in offering.deal(item):
        tell(loan, "late")


def expires(loan_id: int, _at: int = 0) -> None:
    """The time of a hold is over, or staff have not said yes before it began: it lapses if nobody has it by then."""
    loan, item = loans.held(loan_id)
    if loan is None or loan.state not in ("asked", "approved") or loan.starts_at is None:
        return
    if loan.state == "approved" and loan.ends_at > now():
        return
    offering.let_go(loan, "expire", loans.CLOCK)
    tell(loan, "expire")
    offering.deal(item)


def pickup_ends(loan_id: int, _at: int = 0) -> None:
    """Nobody has picked it up: the next one, and only that one, has it set aside."""
    loan, item = loans.held(loan_id)
    if loan is None or loan.state != "ready" or loan.ready_until > now():
        return
    offering.let_go(loan, "miss", loans.CLOCK)
    tell(loan, "miss", loan.ready_until)
    offering.deal(item)


def plan_reminder(loan: Loan) -> None:
    """Leave a due row for the next reminder of a loan that is out; after an extension the earlier one says nothing."""
    at = next((at for at, _step in _times(loan, opening(loan.hut_id)) if at > now()), None)
    if at is not None:
        offering.plan("huts.reminder", loan.id, at)


def _times(loan: Loan, hours: Opening) -> Iterator[tuple[int, int]]:
    """When a borrower is reminded, in the morning, and with which words."""
    for step in REMINDERS:
        yield hours.ahead(loan.due_at, step) + HOUR, step


def remind(loan_id: int, at: int) -> None:
    """Remind the borrower of what is still out, with the words of that day, and plan the next time."""
    loan, _item = loans.held(loan_id)
    if loan is None or loan.state != "out":
        return
    step = dict(_times(loan, opening(loan.hut_id))).get(at)
    if step is not None:
        tell(loan, str(step), loan.due_at)
        plan_reminder(loan)


def tonight() -> None:
    """Have every queue looked at once a night: hours, holidays and rules may have changed."""
    for item_id, in list(Item.select(Item.id).where(Item.waiting > 0).order_by(Item.id).tuples()):
        offering.plan("huts.deals", item_id, now())
