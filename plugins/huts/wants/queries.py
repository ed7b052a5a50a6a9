"""What the pages of wants read: plain rows in the order of the named tuples."""

from functools import cache
from typing import NamedTuple

from peewee import JOIN

from portal import Person, param, prepared

from .models import Want, WantAnswer

PAGE = 24
NEWEST = 2**31 - 1


class Row(NamedTuple):
    """A want as lists and its page show it."""

    id: int
    what: str
    category: str
    title: str
    text: str
    state: str
    met_with: str
    reason: str
    answers: int
    ends_at: int
    person_id: int | None
    person: str | None


def _rows():
    return (Want.select(*(getattr(Want, name) for name in Row._fields[:-1]), Person.name)
            .join(Person, JOIN.LEFT_OUTER, on=(Person.id == Want.person_id)))


@cache
def _listing(what: bool):
    def build():
        query = _rows().where((Want.state == param("state")) & (Want.id < param("before")))
        if what:
            query = query.where(Want.what == param("what"))
        return query.order_by(Want.id.desc()).limit(PAGE + 1)
    return prepared(build)


_one = prepared(lambda: _rows().where(Want.id == param("id")))
_mine = prepared(lambda: _rows().where(Want.person_id == param("person")).order_by(Want.id.desc()).limit(50))
_answers = prepared(lambda: (
    WantAnswer.select(WantAnswer.how, WantAnswer.words, WantAnswer.phone_open, Person.name, Person.phone)
    .join(Person, JOIN.LEFT_OUTER, on=(Person.id == WantAnswer.person_id))
    .where(WantAnswer.want_id == param("id")).order_by(WantAnswer.id)))


def listed(what: str = "", before: int = NEWEST, state: str = "open") -> list[Row]:
    """A page of wants in a state, the newest first, and one more where there are more."""
    found = _listing(bool(what))(state=state, before=before, **({"what": what} if what else {}))
    return [Row(*row) for row in found]


def one(want_id: int) -> Row | None:
    """A want of the open site, in whatever state."""
    found = _one.one(id=want_id)
    return found and Row(*found)


def mine(person_id: int) -> list[Row]:
    """What somebody has wanted, the newest first."""
    return [Row(*row) for row in _mine(person=person_id)]


def answers(want_id: int) -> list[tuple]:
    """(how, words, whether the phone is open, name, phone) of each answer, the first one first."""
    return _answers(id=want_id)
