"""The sections of a topic's page, in their order, and the one statement that reads what the page shows."""

from collections.abc import Callable
from typing import Any, NamedTuple

from markupsafe import Markup

from portal import kept, prepared, viewer

from .comments import cards as comments
from .packing import unpacked
from .promises import cards as promises
from .proposals import cards as proposals
from .subject import Subject, barred
from .topics import queries, show
from .topics.queries import Read, TopicRow


class Section(NamedTuple):
    """A part of a topic's page below its statements, the same for every reader.

    `column()` is all that it depends on, as a packed column for param("topic"); `made(topic, rows, edits)` is what its
    template shows of those rows, or None where it has nothing to say. It is called when the section is new.
    """

    template: str
    column: Callable[[], Any]
    made: Callable[[TopicRow, list, bool], dict[str, Any] | None]


SECTIONS = (
    Section("halls/polls_of.html", queries.polls, show.polls),
    Section("halls/promises/section.html", promises.column, promises.section),
)
_page = prepared(lambda: queries.reading(queries.map_of, queries.card_of, *(s.column for s in SECTIONS)))


def read(topic_id: int, participant: str) -> Read | None:
    """All that a topic's page shows to a participant, in one statement."""
    return queries.read(_page, topic_id, participant)


def of(found: Read, edits: bool) -> Markup:
    """All sections of a topic, for `found.parts` as they were read."""
    return Markup("").join(_shown(section, found.topic, seen, edits)
                           for section, seen in zip(SECTIONS, found.parts, strict=True))


def _shown(section: Section, topic: TopicRow, seen: str | None, edits: bool) -> Markup:
    values = section.made(topic, unpacked(seen), edits)
    return Markup() if values is None else kept(section.template, lambda: values, topic=topic, seen=seen, edits=edits)


def _subject(row: TopicRow) -> Subject:
    return Subject(row.id, row.title, row.state, row.stage, row.template, row.audience, row.threshold)


def proposes(row: TopicRow) -> bool:
    """Whether the viewer can write a proposal in a topic now."""
    topic = _subject(row)
    return bool(viewer) and proposals.writes(topic) and not barred(topic)


def voices(row: TopicRow) -> Markup:
    """What residents propose and say on a topic that is no draft: each reader has their own of it."""
    if row.state == "draft":
        return Markup()
    topic = _subject(row)
    return Markup("").join((proposals.section(topic), comments.section(topic)))
