"""The front page's sections of topics and promises, in one statement."""

from peewee import Select

from portal import Card, prepared

from .packing import packed
from .promises import cards as promises
from .promises import rows
from .topics import cards, queries

_front = prepared(lambda: Select(columns=[
    packed(queries.newest(), *queries.Line._fields), packed(rows.near(), *rows.BRIEF)]))


def home() -> list[Card]:
    """The topics that go on, what is late, and what is promised for the days ahead."""
    topics, promised = _front.one(state="open", at=queries.FIRST[0], id=0, limit=cards.HOME, most=rows.AT_HOME,
                                  last=promises.last_day())
    return [*cards.home(topics), *promises.home(promised)]
