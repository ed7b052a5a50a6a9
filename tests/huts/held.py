"""Handing over what somebody has on hold, as the counter does with the label of its unit."""

from collections.abc import Mapping
from typing import Any

from portal.plugins.huts.lending import handing
from portal.plugins.huts.models import Loan, Unit
from portal.plugins.huts.refusals import Refusal


def lend_hold(loan_id: int, who: Mapping[str, Any], label: str = "") -> list[handing.Handed] | Refusal:
    """The unit that was set aside goes to whom it was set aside for, or any free one of the thing by its label."""
    person_id, unit_id = Loan.select(Loan.person_id, Loan.unit_id).where(Loan.id == loan_id).tuples().first()
    code = label or Unit.select(Unit.code).where(Unit.id == unit_id).scalar()
    return handing.lend([code], person_id, who) if code else Refusal("There is nothing to hand over for this hold.")
