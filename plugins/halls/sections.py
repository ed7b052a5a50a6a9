"""The sections of a topic's page, in their order. Each part adds a function: a topic's row in, its section out."""

from collections.abc import Callable

from markupsafe import Markup

from .comments import cards as comments
from .promises import cards as promises
from .proposals import cards as proposals
from .topics import show
from .topics.queries import TopicRow

SECTIONS: tuple[Callable[[TopicRow], Markup], ...] = (
    show.statements,
    lambda row: proposals.section(row.id),
    show.polls,
    promises.section,
    lambda row: comments.section(row.id),
)


def of(row: TopicRow) -> Markup:
    """All sections of a topic; a part that has nothing to say answers with nothing."""
    return Markup("").join(part(row) for part in SECTIONS)
