"""What borrowers are told, and by which kind of notice."""

from collections.abc import Callable
from typing import Any, NamedTuple

from portal import notify

from ..models import Hut, Item, Loan

N_ = str


class Told(NamedTuple):
    """A notice: its kind, its title and its text. The texts may name %(item)s, %(hut)s, %(when)s and %(reason)s."""

    kind: str
    title: str
    text: str


TEXTS = {
    "ready": Told("huts.ready", N_("Ready for you: %(item)s"),
                  N_("%(item)s lies ready for you in %(hut)s until %(when)s.")),
    "held": Told("huts.changed", N_("Held for you: %(item)s"),
                 N_("%(item)s is held for you in %(hut)s. You can pick it up from %(when)s on.")),
    "reject": Told("huts.changed", N_("Not this time: %(item)s"),
                   N_("%(item)s cannot be lent to you this time. %(reason)s")),
    "cancel": Told("huts.changed", N_("Hold cancelled: %(item)s"),
                   N_("Your hold of %(item)s was cancelled. %(reason)s")),
    "miss": Told("huts.changed", N_("Not picked up: %(item)s"),
                 N_("%(item)s was kept for you in %(hut)s until %(when)s. It goes to the next neighbour now; "
                    "you are welcome to ask for it again.")),
    "expire": Told("huts.changed", N_("Hold lapsed: %(item)s"),
                   N_("%(item)s could not be had in time. We are sorry; you are welcome to ask for it again.")),
    "late": Told("huts.late", N_("A little later: %(item)s"),
                 N_("%(item)s has not been brought back yet. You are told as soon as it lies ready for you.")),
    "broken": Told("huts.late", N_("A little later: %(item)s"),
                   N_("%(item)s has to be repaired first. We look for another one, and you are told.")),
    "-1": Told("huts.due", N_("To be back tomorrow: %(item)s"),
               N_("%(item)s is to be back by %(when)s. Any hut takes it. If nobody waits, you can extend it.")),
    "0": Told("huts.due", N_("To be back today: %(item)s"),
              N_("%(item)s is to be back by %(when)s. Any hut takes it.")),
    "3": Told("huts.overdue", N_("Still with you: %(item)s"),
              N_("%(item)s was to be back by %(when)s. Please bring it to any hut; a neighbour may need it.")),
    "7": Told("huts.overdue", N_("Please bring it back: %(item)s"),
              N_("%(item)s was to be back by %(when)s. Please bring it back, or call %(hut)s if something is wrong.")),
    "pause": Told("huts.overdue", N_("Borrowing pauses until %(when)s"),
                  N_("Thank you for bringing %(item)s back. It came very late, so borrowing pauses until %(when)s, "
                     "and then goes on by itself.")),
}


def tell(loan: Loan, what: str, at: int | None = None, reason: str = "", day: bool = False) -> None:
    """Tell the borrower of a loan, once for each state that it is in; nothing where they have no account any more."""
    if loan.person_id is None:
        return
    said = TEXTS[what]
    item, hut = (Item.select(Item.name, Hut.name).join(Hut, on=(Hut.id == loan.hut_id))
                 .where(Item.id == loan.item_id).tuples().get())
    values: dict[str, Any] = {"item": item, "hut": hut, "reason": reason, "when": _when(at, day)}
    notify(loan.person_id, said.kind, f"{what} {loan.id} {at or loan.changed_at}", said.title, said.text, values,
           f"huts/loans/{loan.id}")


def _when(at: int | None, day: bool) -> Callable[..., str] | str:
    if at is None:
        return ""
    return (lambda dates: dates.said(at)) if day else (lambda dates: dates.said_at(at))
