"""The front page's sections of polls, topics and promises, in one statement."""

from typing import Any

from peewee import Select

from portal import Card, kept, now, prepared

from . import marks, speech
from .packing import packed
from .polls import cards as polls
from .polls.queries import waiting_column
from .promises import cards as promises
from .promises import rows
from .topics import cards, queries

_front = prepared(lambda: Select(columns=[marks.changes(marks.HALL), waiting_column()]))
_cards = prepared(lambda: Select(columns=[packed(queries.newest(), *queries.Line._fields),
                                          packed(rows.near(), *rows.BRIEF)]))


def home(viewer: Any):
    """The polls that wait for this viewer, the topics that go on, what is late, and what is promised for the days
    ahead; asked together with what other plugins ask."""
    return _front.asked(_sections, person=viewer.person_id if viewer else 0, now=now(), locale=speech.locale())


def _sections(found: list[tuple]) -> list[Card]:
    (seen, waiting), = found
    everybodys = Card(kept("halls/home.html", _made, seen=seen), 15)
    return [*polls.home(waiting), *([everybodys] if everybodys.html.strip() else [])]


def _made() -> dict[str, Any]:
    topics, promised = _cards.one(state="open", at=queries.FIRST[0], id=0, limit=cards.HOME, most=rows.AT_HOME,
                                  last=promises.last_day())
    return {"lines": cards.home(topics), "promises": promises.home(promised), "topics": False}
