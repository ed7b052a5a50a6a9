"""What the pages of skills read: plain rows in the order of the named tuples."""

from functools import cache
from typing import NamedTuple

from peewee import JOIN, fn

from portal import Person, param, prepared

from .models import Skill, SkillAsk, SkillMove
from .states import LIVE

PAGE = 24
NEWEST = 2**31 - 1


class Line(NamedTuple):
    """A skill in a list."""

    id: int
    category: str
    title: str
    per: str
    places: str
    hours: str
    picture: str
    thanks: int
    state: str
    person: str | None


class Row(NamedTuple):
    """A skill as its page shows it."""

    id: int
    category: str
    title: str
    text: str
    per: str
    places: str
    hours: str
    picture: str
    picture_alt: str
    audience: str
    state: str
    reason: str
    thanks: int
    version: int
    person_id: int | None
    person: str | None


class Ask(NamedTuple):
    """A request with both sides."""

    id: int
    skill_id: int
    title: str
    words: str
    wished: str
    state: str
    thanks: str
    thanks_open: bool
    at: int
    asker_id: int | None
    asker: str | None
    asker_phone: str | None
    owner_id: int | None
    owner: str | None
    owner_phone: str | None


_line = [getattr(Skill, name) for name in Line._fields[:-1]]


@cache
def _listing(kind: bool, state: str):
    def build():
        query = (Skill.select(*_line, Person.name).join(Person, JOIN.LEFT_OUTER, on=(Person.id == Skill.person_id))
                 .where((Skill.state == state) & (Skill.id < param("before"))))
        if kind:
            query = query.where(Skill.category == param("kind"))
        return query.order_by(Skill.id.desc()).limit(PAGE + 1)
    return prepared(build)


def asked():
    """A column: how many offers staff have not looked at."""
    return Skill.select(fn.COUNT(Skill.id)).where(Skill.state == "asked")


def lines(kind: str = "", before: int = NEWEST, state: str = "shown") -> list[Line]:
    """A page of skills in this state, the newest first, and one more where there are more."""
    found = _listing(bool(kind), state)(before=before, **({"kind": kind} if kind else {}))
    return [Line(*row) for row in found]


def some(ids: list[int]) -> list[Line]:
    """The skills of these numbers that residents see, in the same order."""
    if not ids:
        return []
    rows = (Skill.select(*_line, Person.name).join(Person, JOIN.LEFT_OUTER, on=(Person.id == Skill.person_id))
            .where(Skill.id.in_(ids) & (Skill.state == "shown")).tuples())
    found = {row[0]: Line(*row) for row in rows}
    return [found[n] for n in ids if n in found]


_one = prepared(lambda: (
    Skill.select(*(getattr(Skill, name) for name in Row._fields[:-1]), Person.name)
    .join(Person, JOIN.LEFT_OUTER, on=(Person.id == Skill.person_id)).where(Skill.id == param("id"))))
kinds_here = prepared(lambda: (
    Skill.select(Skill.category, fn.COUNT(Skill.id)).where(Skill.state == "shown").group_by(Skill.category)))
_mine = prepared(lambda: (
    Skill.select(*_line, Person.name).join(Person, JOIN.LEFT_OUTER, on=(Person.id == Skill.person_id))
    .where(Skill.person_id == param("person")).order_by(Skill.id.desc()).limit(50)))
_thanks = prepared(lambda: (
    SkillAsk.select(SkillAsk.thanks, Person.name).join(Person, JOIN.LEFT_OUTER, on=(Person.id == SkillAsk.person_id))
    .where((SkillAsk.skill_id == param("id")) & (SkillAsk.state == "thanked") & SkillAsk.thanks_open
           & (SkillAsk.thanks != "")).order_by(SkillAsk.id.desc()).limit(12)))
_owner, _asker = Person.alias(), Person.alias()


def _asks():
    return (SkillAsk.select(SkillAsk.id, SkillAsk.skill_id, Skill.title, SkillAsk.words, SkillAsk.wished,
                            SkillAsk.state, SkillAsk.thanks, SkillAsk.thanks_open, SkillAsk.at, SkillAsk.person_id,
                            _asker.name, _asker.phone, Skill.person_id, _owner.name, _owner.phone)
            .join(Skill, on=(Skill.id == SkillAsk.skill_id))
            .join(_owner, JOIN.LEFT_OUTER, on=(_owner.id == Skill.person_id))
            .join(_asker, JOIN.LEFT_OUTER, on=(_asker.id == SkillAsk.person_id)))


_ask = prepared(lambda: _asks().where(SkillAsk.id == param("id")))
_both = prepared(lambda: (
    _asks().where((SkillAsk.person_id == param("person")) | (Skill.person_id == param("person")))
    .order_by(SkillAsk.id.desc()).limit(50)))
_live = prepared(lambda: (
    _asks().where(((SkillAsk.person_id == param("person")) | (Skill.person_id == param("person")))
                  & SkillAsk.state.in_(LIVE)).order_by(SkillAsk.id.desc()).limit(12)))
_moves = prepared(lambda: (
    SkillMove.select(SkillMove.new, SkillMove.why, SkillMove.at).where(SkillMove.ask_id == param("id"))
    .order_by(SkillMove.id.desc())))


def one(skill_id: int) -> Row | None:
    """A skill of the open site, whoever may see it."""
    found = _one.one(id=skill_id)
    return found and Row(*found)


def mine(person_id: int) -> list[Line]:
    """What somebody offers, the newest first."""
    return [Line(*row) for row in _mine(person=person_id)]


def thanks(skill_id: int) -> list[tuple[str, str | None]]:
    """(words, name) of the thank-yous that others may read, the newest first."""
    return _thanks(id=skill_id)


def ask(ask_id: int) -> Ask | None:
    """A request of the open site, whose it is or not."""
    found = _ask.one(id=ask_id)
    return found and Ask(*found)


def asks(person_id: int, live: bool = False) -> list[Ask]:
    """The requests by somebody, and those to them, the newest first."""
    return [Ask(*row) for row in (_live if live else _both)(person=person_id)]


def moves(ask_id: int) -> list[tuple[str, str, int]]:
    """(state, why, when) of the steps of a request, the latest first."""
    return _moves(id=ask_id)
