"""What becomes of things that residents lend or give. Whoever changes one holds the row of its item first."""

from collections.abc import Mapping
from random import Random
from typing import Any

from portal import Viewer, audit, notify, now

from ..codes import shown
from ..lending import changing, loans
from ..models import Item, Loan, Range, Unit
from ..refusals import Refusal
from ..shelf import keeping
from .models import Offer
from .states import moved

N_ = str

KIND = "huts.lent"  # of the notices
MOST = 10  # offers of one person that staff have not looked at
MANY = N_("Staff have not looked at what you offered before. Please wait for them.")
NOT_NOW = N_("This can no longer be done: it has moved on meanwhile.")
GIFT = N_("It was given away, and stays with whoever took it.")
STILL_OUT = N_("Somebody has it or holds it. It ends once it is in.")
WANTED = N_("Its owner needs it back. We are sorry.")
TEXTS = {
    "accepted": (N_("The hut has taken it: %(item)s"), N_("Thank you. Its labels: %(said)s")),
    "declined": (N_("Not taken: %(item)s"), N_("Thank you for the offer. The hut cannot take it: %(said)s")),
    "returned": (N_("Yours again: %(item)s"), N_("Thank you for sharing it. It lies ready for you in the hut.")),
}


def offer(values: Mapping[str, Any], who: Mapping[str, Any]) -> int | Refusal:
    """A thing that a resident would lend or give; the number of the offer. Nobody sees it before staff take it."""
    mine = (Offer.person_id == who["person_id"]) & (Offer.state == "asked")
    if Offer.select().where(mine).count() >= MOST:
        return Refusal(MANY)
    item = Item.create(**values, state="asked", owner="resident", owner_id=who["person_id"], **who)
    return Offer.create(item_id=item.id, **who).id


def held(offer_id: int) -> tuple[Offer, Item] | tuple[None, None]:
    """An offer as it is once its item is held."""
    item_id = Offer.select(Offer.item_id).where(Offer.id == offer_id).scalar()
    item = loans.item(item_id) if item_id else None
    return (Offer.get_by_id(offer_id), item) if item else (None, None)


def accept(offer_id: int, hut_id: int, number: int, condition: str, viewer: Viewer,
           random: Random = keeping.RANDOM) -> list[str] | Refusal:
    """Staff take a thing into a hut: it is shown, and each unit gets a label; the labels."""
    row, item = held(offer_id)
    if row is None or moved(row.state, "accept") is None:
        return Refusal(NOT_NOW)
    Item.update(state="shown", hut_id=hut_id, version=Item.version + 1, changed_at=now()).where(
        Item.id == item.id).execute()
    labels = keeping.add_units(item.id, hut_id, number, condition, random)
    keeping.find(item.id)
    _step(row, item, "accept", viewer, said=", ".join(map(shown, labels)))
    return labels


def decline(offer_id: int, reason: str, viewer: Viewer) -> str | Refusal:
    """Staff do not take it; its owner reads why."""
    row, item = held(offer_id)
    if row is None or moved(row.state, "decline") is None:
        return Refusal(NOT_NOW)
    _hide(item)
    _step(row, item, "decline", viewer, said=reason, reason=reason[:200])
    return row.state


def withdraw(offer_id: int, who: Mapping[str, Any]) -> str | Refusal:
    """Its owner thinks again, before staff have taken it."""
    return _by_owner(offer_id, "withdraw", who)


def want_back(offer_id: int, why: str, who: Mapping[str, Any]) -> str | Refusal:
    """Its owner asks for it: nobody new gets it; holds that do not lie ready end, and are told `why`."""
    row, item = held(offer_id)
    if item is not None and item.gives:
        return Refusal(GIFT)
    done = _by_owner(offer_id, "want_back", who)
    if not isinstance(done, Refusal):
        for state in ("asked", "approved"):  # the queue first, so that no hold goes to somebody of it
            rows = Loan.select(Loan.id).where((Loan.item_id == item.id) & (Loan.state == state))
            for loan_id, in list(rows.order_by(Loan.person_id, Loan.id).tuples()):
                changing.cancel(loan_id, loans.CLOCK, why)
    return done


def _by_owner(offer_id: int, move: str, who: Mapping[str, Any]) -> str | Refusal:
    """A step of the owner; written down where somebody takes it for them."""
    row, item = held(offer_id)
    if row is None or moved(row.state, move) is None:
        return Refusal(NOT_NOW)
    _hide(item)
    _step(row, item, move, None)
    loans.noted(who, f"huts.offer_{row.state}", item.name)
    return row.state


def end(offer_id: int, viewer: Viewer) -> str | Refusal:
    """Staff give a thing back once all of it is in: its units are retired, and nobody sees it any more."""
    row, item = held(offer_id)
    if row is None or moved(row.state, "end") is None:
        return Refusal(NOT_NOW)
    here = (Unit.item_id == item.id) & Unit.state.not_in(keeping.GONE)
    units = loans.units([number for number, in list(Unit.select(Unit.id).where(here).tuples())])
    promised = Range.select().where((Range.item_id == item.id) & (Range.ends_at > now())).exists()
    if promised or any(unit.state not in keeping.IDLE for unit in units.values()):
        return Refusal(STILL_OUT)
    for unit_id in units:
        keeping.retire(unit_id, {**viewer.who, "channel": "desk"})
    _hide(item)
    _step(row, item, "end", viewer)
    return row.state


def _hide(item: Item) -> None:
    Item.update(state="withdrawn", version=Item.version + 1, changed_at=now()).where(Item.id == item.id).execute()
    keeping.find(item.id)


def _step(row: Offer, item: Item, move: str, viewer: Viewer | None, said: str = "", **values: Any) -> None:
    """Take an offer to its next state; what staff do is written down, and its owner is told."""
    row.state = moved(row.state, move)
    Offer.update(state=row.state, changed_at=now(), **values).where(Offer.id == row.id).execute()
    if viewer is None:
        return
    audit(viewer, f"huts.offer_{row.state}", item.name, said)
    if row.person_id is not None:
        notify(row.person_id, KIND, f"{row.state} {row.id}", *TEXTS[row.state], {"item": item.name, "said": said},
               f"huts/offers/{row.id}")
