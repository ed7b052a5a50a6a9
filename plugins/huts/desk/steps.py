"""What staff do with a loan by hand, beside lending and taking back: set aside, not picked up, deposit."""

from collections.abc import Mapping
from typing import Any

from portal import now

from ..lending import loans, offering, ranges
from ..lending.asking import NO_ITEM, NOT_NOW
from ..lending.telling import tell
from ..models import Loan
from ..refusals import Refusal

N_ = str

NOT_HERE = N_("Its unit does not lie in the hut yet.")
NOT_FREE = N_("A neighbour holds it until then.")


def ready(loan_id: int, who: Mapping[str, Any]) -> str | Refusal:
    """Set the unit of a hold aside before its time begins; "ready" again where it is already."""
    loan, item = loans.held(loan_id)
    if loan is None or loan.state != "approved":
        return "ready" if loan is not None and loan.state == "ready" else Refusal(NO_ITEM if loan is None else NOT_NOW)
    found, at, end = ranges.stock(item.id), now(), ranges.end_of(loan.id)
    lying = found.free(at, end, loan.hut_id, True, loan.id)
    if not lying:
        return Refusal(NOT_FREE if found.lies(loan.unit_id, loan.hut_id) else NOT_HERE)
    if loan.unit_id in lying:
        ranges.move(loan.id, loan.unit_id, item.id, at, end)
    offering.make_ready(offering.Shelf(item), loan, loan.unit_id if loan.unit_id in lying else lying[0], who)
    tell(loan, "ready", loan.ready_until)
    loans.noted(who, "huts.ready", f"loan {loan.id}")
    return loan.state


def miss(loan_id: int, who: Mapping[str, Any]) -> str | Refusal:
    """What lies ready is not picked up: the next one has it set aside."""
    loan, item = loans.held(loan_id)
    if loan is None or loan.state != "ready":
        return loan.state if loan is not None and loan.state == "noshow" else Refusal(NOT_NOW)
    offering.let_go(loan, "miss", who)
    tell(loan, "miss", loan.ready_until)
    loans.noted(who, "huts.miss", f"loan {loan.id}")
    offering.deal(item)
    return loan.state


def deposit(loan_id: int, fen: int, who: Mapping[str, Any]) -> int | Refusal:
    """Note how much lies at the desk for a loan; 0: it was given back. A record, no money moves here."""
    loan, _item = loans.held(loan_id)
    if loan is None:
        return Refusal(NO_ITEM)
    if loan.deposit_fen != fen:
        Loan.update(deposit_fen=fen, version=Loan.version + 1, changed_at=now()).where(Loan.id == loan.id).execute()
        loans.noted(who, "huts.deposit", f"loan {loan.id}", f"{loan.deposit_fen / 100:.2f} > {fen / 100:.2f}")
    return fen
