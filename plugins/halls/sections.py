"""The sections of a topic's page, in their order, and the statements that read what the page shows."""

from collections.abc import Callable
from typing import Any, NamedTuple

from markupsafe import Markup

from portal import kept, param, prepared, unpacked, viewer

from . import marks, speech
from .comments import cards as comments
from .models import Topic
from .promises import cards as promises
from .proposals import cards as proposals
from .subject import Subject, barred
from .topics import queries, show
from .topics.queries import Read, TopicRow


class Reader(NamedTuple):
    """All that a section may depend on of who reads it: whether they edit topics, and see whole names."""

    edits: bool
    whole: bool


class Section(NamedTuple):
    """A part of a topic's page below its statements.

    `column()` is all that it depends on, as a packed column for param("topic") and param("thread"); the triggers of
    `marks` count each change of it. `made(topic, found, edits)` is what its template shows of what was read, or None
    where it has nothing to say.
    """

    template: str
    column: Callable[[], Any]
    made: Callable[[Subject, list, bool], dict[str, Any] | None]


def _proposals(topic: Subject, found: list, edits: bool) -> dict[str, Any] | None:
    return None if topic.state == "draft" else proposals.section(topic, found)


def _comments(topic: Subject, found: list, edits: bool) -> dict[str, Any] | None:
    return None if topic.state == "draft" else comments.section(f"topics/{topic.id}", found, topic.open)


SECTIONS = (
    Section("halls/polls_of.html", queries.polls, show.polls),
    Section("halls/promises/section.html", promises.column, promises.section),
    Section("halls/proposals/section.html", proposals.column, _proposals),
    Section(comments.TEMPLATE, comments.column, _comments),
)
_page = prepared(lambda: queries.reading(queries.map_of, queries.card_of, marks.of_topic, marks.renamings))
_parts = prepared(lambda: Topic.select(*(s.column() for s in SECTIONS)).where(Topic.id == param("topic")))


def read(topic_id: int, participant: str) -> Read | None:
    """A topic with what its reader has to do with it; its `sign` changes with every change of its sections."""
    return queries.read(_page, topic_id, participant)


def of(row: TopicRow, reader: Reader) -> Markup:
    """All sections of a topic, read in one statement."""
    topic = _subject(row)
    parts = _parts.one(topic=row.id, thread=f"topic {row.id}", me=0, locale=speech.locale())
    return Markup("").join(_shown(section, topic, seen, reader)
                           for section, seen in zip(SECTIONS, parts, strict=True))


def _shown(section: Section, topic: Subject, seen: str | None, reader: Reader) -> Markup:
    values = section.made(topic, unpacked(seen), reader.edits)
    return Markup() if values is None else kept(section.template, lambda: values, topic=topic, seen=seen,
                                                **reader._asdict())


def _subject(row: TopicRow) -> Subject:
    return Subject(row.id, row.title, row.state, row.stage, row.template, row.audience, row.threshold)


def proposes(row: TopicRow) -> bool:
    """Whether the viewer can write a proposal in a topic now."""
    topic = _subject(row)
    return bool(viewer) and proposals.writes(topic) and not barred(topic)
