"""What the pages of residents' things read: plain rows in the order of the named tuples."""

from typing import NamedTuple

from peewee import JOIN, fn

from portal import Person, param, prepared

from ..models import Hut, Item, Loan, Unit
from .models import Offer

PAGE = 24
NEWEST = 2**31 - 1


class Row(NamedTuple):
    """An offer with its item, its hut and its owner."""

    id: int
    state: str
    reason: str
    person_id: int | None
    at: int
    item_id: int
    name: str
    category: str
    summary: str
    picture: str
    gives: bool
    value_fen: int
    days: int
    item_state: str
    hut_id: int
    hut: str
    person: str | None


def waiting():
    """A column: how many things are to be taken in or given back."""
    return Offer.select(fn.COUNT(Offer.id)).where(Offer.state.in_(("asked", "back")))


def _rows():
    return (Offer.select(Offer.id, Offer.state, Offer.reason, Offer.person_id, Offer.at, Item.id, Item.name,
                         Item.category, Item.summary, Item.picture, Item.gives, Item.value_fen, Item.days, Item.state,
                         Hut.id, Hut.name, Person.name)
            .join(Item, on=(Item.id == Offer.item_id)).join(Hut, on=(Hut.id == Item.hut_id))
            .join(Person, JOIN.LEFT_OUTER, on=(Person.id == Offer.person_id)))


_one = prepared(lambda: _rows().where(Offer.id == param("id")))
_mine = prepared(lambda: _rows().where(Offer.person_id == param("person")).order_by(Offer.id.desc()).limit(50))
_in_state = prepared(lambda: (
    _rows().where((Offer.state == param("state")) & (Offer.id < param("before"))).order_by(Offer.id.desc())
    .limit(PAGE + 1)))
where = prepared(lambda: (
    Unit.select(Unit.code, Unit.state, Hut.name, Loan.due_at)
    .join(Hut, JOIN.LEFT_OUTER, on=(Hut.id == Unit.hut_id))
    .join(Loan, JOIN.LEFT_OUTER, on=((Loan.unit_id == Unit.id) & (Loan.state == "out")))
    .where(Unit.item_id == param("item")).order_by(Unit.id)))


def one(offer_id: int) -> Row | None:
    """An offer of the open site, whosever it is."""
    found = _one.one(id=offer_id)
    return found and Row(*found)


def mine(person_id: int) -> list[Row]:
    """What somebody lends or gives, the newest first."""
    return [Row(*row) for row in _mine(person=person_id)]


def in_state(state: str, before: int = NEWEST) -> list[Row]:
    """A page of offers in a state, and one more where there are more."""
    return [Row(*row) for row in _in_state(state=state, before=before)]
