"""What the pages of topics ask, prepared: plain rows, never a query a row."""

import json
from typing import NamedTuple

from peewee import JOIN, Case, Select, Tuple, Value, fn

from portal import current, packed, param, prepared

from .. import speech
from ..models import Poll, Topic
from . import mapping, stages
from .models import OpinionMap, Statement, StatementVote

PAGE, MOST = 24, 200
WIDE = 2**31  # larger than any id
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
    """The statement that comes next, no id once all are answered; how many there are, and how many are answered."""

    id: int | None
    text: str | None
    total: int
    mine: int


class Known(NamedTuple):
    """What a page says of the stored map before it reads it; `you` is where the reader stands."""

    version: int
    participants: int
    at: int
    you: tuple[int | None, int, int] | None


class Read(NamedTuple):
    """A topic with what its page shows: `card` where it takes answers by its stage, `sign` of further columns."""

    topic: TopicRow
    known: Known | None
    card: Card | None
    sign: tuple


def newest():
    """Topics in a state from a place on, those that moved last come first."""
    return (Topic.select(*(getattr(Topic, name) for name in Line._fields))
            .where((Topic.state == param("state"))
                   & (Tuple(Topic.changed_at, Topic.id) < Tuple(param("at"), param("id"))))
            .order_by(Topic.changed_at.desc(), Topic.id.desc()).limit(param("limit")))


def polls():
    """The polls of a topic that the public sees, in the reader's words: a packed column."""
    return packed(Poll.select(Poll.id, speech.title(), Poll.state, Poll.closes_at)
                  .where((Poll.topic_id == param("topic")) & Poll.state.not_in(("draft", "withdrawn")))
                  .order_by(Poll.id).limit(MOST),
                  "id", "title", "state", "closes_at")


_one = prepared(lambda: Topic.select(*(getattr(Topic, name) for name in TopicRow._fields))
                .where(Topic.id == param("id")))
_listed = prepared(newest)
at_desk = prepared(lambda: Topic.select(Topic.id, Topic.title, Topic.state, Topic.stage, Topic.template)
                   .where(Topic.id < param("before")).order_by(Topic.id.desc()).limit(param("limit")))
addresses = prepared(lambda: Topic.select(Topic.id).where(Topic.state != "draft").order_by(Topic.id))
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


def card_of():
    """The next statement of a topic for a participant, one packed column; null where its stage takes no answers.

    Of those not answered it is the one seen least, then the oldest: both in one number, so that one pass finds it.
    """
    one, vote, text = Statement.alias(), StatementVote.alias(), Statement.alias()
    place = Case(None, [(vote.id.is_null(), one.seen * WIDE + one.id)])
    counts = (one.select(fn.COUNT(one.id).alias("total"), fn.COUNT(vote.id).alias("mine"),
                         fn.MIN(place).alias("place"))
              .join(vote, JOIN.LEFT_OUTER, on=((vote.statement_id == one.id)
                                               & (vote.participant == param("participant"))))
              .where((one.topic_id == param("topic")) & (one.state == "shown")))
    number = counts.c.place.bin_and(WIDE - 1)
    values = number, text.select(text.text).where(text.id == number), counts.c.total, counts.c.mine
    row = fn.JSON_ARRAY(*values) if current.obj.kind == "sqlite" else fn.JSON_BUILD_ARRAY(*values).cast("text")
    spoken = (Topic.state == "open") & Topic.stage.in_(stages.SPOKEN_IN)
    return Case(None, [(spoken, Select([counts], [row]))])


answered = prepared(lambda: (
    Statement.select(Statement.id, Statement.text, StatementVote.vote)
    .join(StatementVote, JOIN.LEFT_OUTER, on=_mine())
    .where((Statement.topic_id == param("topic")) & (Statement.state == "shown")).order_by(Statement.id)))


def map_of():
    """What there is of a map, and a participant's letters on it with what stands behind; any others where there is
    none."""
    place = (fn.INSTR if current.obj.kind == "sqlite" else fn.STRPOS)(OpinionMap.people, param("participant"))
    return (OpinionMap.version, OpinionMap.participants, OpinionMap.at,
            fn.SUBSTR(OpinionMap.people, place, mapping.LETTERS + mapping.WIDTH))


def no_map():
    """In the place of `map_of` where a page shows none."""
    return (Value(None),) * 4


def no_card():
    """In the place of `card_of`."""
    return Value(None)


def reading(known, card, *columns):
    """The query of a topic with its map, its next card and further columns, each given as a function."""
    query = Topic.select(*(getattr(Topic, name) for name in TopicRow._fields), *known(), card(),
                         *(column() for column in columns)).where(Topic.id == param("topic"))
    if known is map_of:
        query = query.join(OpinionMap, JOIN.LEFT_OUTER, on=(OpinionMap.topic_id == Topic.id))
    return query


def read(query, topic_id: int, participant: str) -> Read | None:
    """What such a query finds; without letters it is what everybody sees."""
    row = query.one(topic=topic_id, participant=participant or " ", locale=speech.locale())  # which are nobody's
    if row is None:
        return None
    version, people, at, line, card = row[TOPIC:TOPIC + 5]
    you = line[mapping.LETTERS:] if participant and line and line.startswith(participant) else None
    known = Known(version, people, at, mapping.unpacked(you)) if version else None
    return Read(TopicRow(*row[:TOPIC]), known, Card(*json.loads(card)) if card else None, row[TOPIC + 5:])


TOPIC = len(TopicRow._fields)
with_card = prepared(lambda: reading(no_map, card_of))
with_map = prepared(lambda: reading(map_of, no_card))
found_map = prepared(lambda: OpinionMap.select(OpinionMap.found).where(OpinionMap.topic_id == param("topic")))
