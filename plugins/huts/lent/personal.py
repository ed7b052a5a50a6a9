"""What is kept of a person who lends or gives through the hut: told, taken out, moved to another."""

from typing import Any

from ..lending import loans
from ..models import Item
from . import acts
from .models import Offer


def export(person_id: int) -> dict[str, Any]:
    """What a person has offered to the huts of the open site."""
    rows = (Offer.select(Offer.id, Item.name, Item.category, Item.summary, Item.gives, Item.value_fen, Item.days,
                         Offer.state, Offer.reason, Offer.channel, Offer.at)
            .join(Item, on=(Item.id == Offer.item_id)).where(Offer.person_id == person_id).order_by(Offer.id))
    return {"offers": list(rows.dicts())}


def erase(person_id: int) -> None:
    """What staff have not taken is withdrawn; what lies in a hut stays there, without a name."""
    waiting = Offer.select(Offer.id).where((Offer.person_id == person_id) & (Offer.state == "asked"))
    for number, in list(waiting.order_by(Offer.id).tuples()):
        acts.withdraw(number, loans.CLOCK)
    Offer.update(reason="").where(Offer.person_id == person_id).execute()
    _renamed(person_id, None)


def merge(person_id: int, into_id: int) -> None:
    """Move what a person lends to another."""
    _renamed(person_id, into_id)


def _renamed(person_id: int, into_id: int | None) -> None:
    for field in (Offer.actor_id, Offer.person_id):
        Offer.update({field: into_id}).where(field == person_id).execute()
