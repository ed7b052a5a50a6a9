"""The front page's sections of polls, topics and promises, in one statement."""

from typing import Any

from peewee import Select, fn

from portal import Card, changes, kept, now, packed, prepared, remembered

from . import speech
from .models import Poll
from .polls import cards as polls
from .polls.queries import waiting_column
from .promises import cards as promises
from .promises import rows
from .topics import cards, queries

_waiting = prepared(lambda: Select(columns=[waiting_column()]))
_closes = prepared(lambda: Poll.select(fn.MAX(Poll.closes_at)).where(Poll.state == "open"))
_cards = prepared(lambda: Select(columns=[packed(queries.newest(), *queries.Line._fields),
                                          packed(rows.near(), *rows.BRIEF)]))


def home(viewer: Any):
    """The polls that wait for this viewer, asked together with what other plugins ask; the topics that go on, what is
    late, and what is promised for the days ahead."""
    if viewer is None or now() >= remembered("halls", "open", _last_close):
        return _everybodys()
    return _waiting.asked(_sections, person=viewer.person_id, now=now(), locale=speech.locale())


def _last_close() -> tuple[int, None]:
    """When the last of the open polls closes; until then some may wait for a viewer."""
    return _closes.one()[0] or 0, None


def _sections(found: list[tuple]) -> list[Card]:
    (waiting,), = found
    return [*polls.home(waiting), *_everybodys()]


def _everybodys() -> list[Card]:
    html = kept("halls/home.html", _made, seen=changes("halls"))
    return [Card(html, 15)] if html.strip() else []


def _made() -> dict[str, Any]:
    topics, promised = _cards.one(state="open", at=queries.FIRST[0], id=0, limit=cards.HOME, most=rows.AT_HOME,
                                  last=promises.last_day())
    return {"lines": cards.home(topics), "promises": promises.home(promised), "topics": False}
