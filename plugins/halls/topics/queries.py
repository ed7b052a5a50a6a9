"""What the pages of topics ask, prepared: plain rows, never a query a row."""

from functools import cache
from typing import NamedTuple

from peewee import JOIN, Case, Tuple, fn

from portal import current, param, prepared

from ..models import Poll, Topic
from . import mapping, stages
from .models import OpinionMap, Statement, StatementVote

PAGE = 24
FIRST = (2**62, 0)


class TopicRow(NamedTuple):
    """A topic as its pages read it."""

    id: int
    title: str
    summary: str
    text: str
    picture: str
    picture_alt: str
    template: str
    stages: str
    stage: str
    state: str
    audience: str
    threshold: int
    version: int

    @property
    def steps(self) -> tuple[stages.Step, ...]:
        """Its stages with their dates."""
        return stages.read(self.stages)


class Line(NamedTuple):
    """A topic in a list."""

    id: int
    title: str
    summary: str
    stage: str
    stages: str
    state: str
    changed_at: int


class Card(NamedTuple):
    """The statement that comes next; `vote` is the reader's own, once they have answered all there are."""

    id: int
    text: str
    vote: int | None
    total: int
    mine: int


class Known(NamedTuple):
    """What a page says of the stored map before it reads it; `you` is where the reader stands."""

    version: int
    participants: int
    at: int
    you: tuple[int | None, int, int] | None


_one = prepared(lambda: Topic.select(*(getattr(Topic, name) for name in TopicRow._fields))
                .where(Topic.id == param("id")))
_listed = prepared(lambda: Topic.select(*(getattr(Topic, name) for name in Line._fields))
                   .where((Topic.state == param("state"))
                          & (Tuple(Topic.changed_at, Topic.id) < Tuple(param("at"), param("id"))))
                   .order_by(Topic.changed_at.desc(), Topic.id.desc()).limit(param("limit")))
at_desk = prepared(lambda: Topic.select(Topic.id, Topic.title, Topic.state, Topic.stage, Topic.template)
                   .where(Topic.id < param("before")).order_by(Topic.id.desc()).limit(param("limit")))
addresses = prepared(lambda: Topic.select(Topic.id).where(Topic.state != "draft").order_by(Topic.id))
polls_of = prepared(lambda: Poll.select(Poll.id, Poll.title, Poll.state, Poll.closes_at)
                    .where((Poll.topic_id == param("topic")) & (Poll.state != "draft")).order_by(Poll.id))
shown = prepared(lambda: Statement.select(Statement.id, Statement.text)
                 .where((Statement.topic_id == param("topic")) & (Statement.state == "shown")).order_by(Statement.id))


def topic(topic_id: int) -> TopicRow | None:
    """A topic of the open site."""
    found = _one.one(id=topic_id)
    return TopicRow(*found) if found else None


def listed(state: str, after: tuple[int, int] = FIRST, limit: int = PAGE + 1) -> list[Line]:
    """Topics in a state, those that moved last come first."""
    return [Line(*row) for row in _listed(state=state, at=after[0], id=after[1], limit=limit)]


def _mine():
    return ((StatementVote.statement_id == Statement.id) & (StatementVote.participant == param("participant")))


def _count(answered: bool):
    one, vote = Statement.alias(), StatementVote.alias()
    query = one.select(fn.COUNT(one.id))
    if answered:
        query = query.join(vote, on=((vote.statement_id == one.id) & (vote.participant == param("participant"))))
    return query.where((one.topic_id == param("topic")) & (one.state == "shown"))


_next = prepared(lambda: (
    Statement.select(Statement.id, Statement.text, StatementVote.vote, _count(False), _count(True))
    .join(StatementVote, JOIN.LEFT_OUTER, on=_mine())
    .where((Statement.topic_id == param("topic")) & (Statement.state == "shown"))
    .order_by(Case(None, [(StatementVote.id.is_null(), 0)], 1), Statement.seen, Statement.id).limit(1)))


def card(topic_id: int, participant: str) -> Card | None:
    """The next statement for a participant: of those not answered the one seen least, then the oldest."""
    found = _next.one(topic=topic_id, participant=participant)
    return Card(*found) if found else None


answered = prepared(lambda: (
    Statement.select(Statement.id, Statement.text, StatementVote.vote)
    .join(StatementVote, JOIN.LEFT_OUTER, on=_mine())
    .where((Statement.topic_id == param("topic")) & (Statement.state == "shown")).order_by(Statement.id)))


@cache
def _known():
    """The stored map with what stands behind a participant's letters."""
    def build():
        place = (fn.INSTR if current.obj.kind == "sqlite" else fn.STRPOS)(OpinionMap.people, param("participant"))
        behind = fn.SUBSTR(OpinionMap.people, place + mapping.LETTERS, mapping.WIDTH)
        return OpinionMap.select(OpinionMap.version, OpinionMap.participants, OpinionMap.at,
                                 Case(None, [(place > 0, behind)])).where(OpinionMap.topic_id == param("topic"))
    return {kind: prepared(build) for kind in ("sqlite", "postgresql")}


def known(topic_id: int, participant: str) -> Known | None:
    """What there is of a map, and where a participant stands on it."""
    letters = participant or " "  # which are nobody's
    found = _known()[current.obj.kind].one(topic=topic_id, participant=letters)
    return Known(*found[:3], mapping.unpacked(found[3])) if found else None


found_map = prepared(lambda: OpinionMap.select(OpinionMap.found).where(OpinionMap.topic_id == param("topic")))
