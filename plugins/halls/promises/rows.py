"""Promises as pages read them, and how they change."""

import json
from datetime import date
from typing import Any, NamedTuple

from peewee import fn

from portal import now, param, prepared

from ..models import Topic
from .models import Promise, PromiseChange

AT_HOME, MOST = 3, 200
BRIEF = ("id", "text", "who", "due", "state", "done_on")
KEPT_FIELDS = ("text", "who", "due", "state", "evidence", "picture", "done_on")  # whose changes are shown


class Row(NamedTuple):
    """A promise, as lists and its page show it."""

    id: int
    topic_id: int
    topic: str
    text: str
    who: str
    due: str
    state: str
    evidence: str
    picture: str
    picture_alt: str
    done_on: str
    version: int
    changes: int

    def days_late(self, today: date) -> int:
        """For how many days it has been late; 0 or less where it is not."""
        last = date.fromisoformat(self.done_on) if self.done_on else today
        return (last - date.fromisoformat(self.due)).days


def _rows():
    changes = PromiseChange.select(fn.COUNT(PromiseChange.id)).where(PromiseChange.promise_id == Promise.id)
    return (Promise.select(
        Promise.id, Promise.topic_id, Topic.title, Promise.text, Promise.who, Promise.due, Promise.state,
        Promise.evidence, Promise.picture, Promise.picture_alt, Promise.done_on, Promise.version, changes)
        .join(Topic, on=(Topic.id == Promise.topic_id)))


def _seen():
    return Topic.state != "draft"


_one = prepared(lambda: _rows().where((Promise.id == param("id")) & _seen()))
_open = prepared(lambda: _rows().where((Promise.state == "open") & _seen()).order_by(Promise.due, Promise.id)
                 .limit(param("limit")))
_ended = prepared(lambda: _rows().where((Promise.state != "open") & _seen())
                  .order_by(Promise.done_on.desc(), Promise.id.desc()).limit(param("limit")))
_changes = prepared(lambda: PromiseChange.select(PromiseChange.at, PromiseChange.was)
                    .where(PromiseChange.promise_id == param("id")).order_by(PromiseChange.version.desc()))


def _brief():
    return (Promise.select(Promise.id, Promise.text, Promise.who, Promise.due, Promise.state, Promise.done_on)
            .order_by(Promise.due, Promise.id))


def under():
    """The promises of a topic, the earliest day first: a query of BRIEF to be part of another."""
    return _brief().where(Promise.topic_id == param("topic")).limit(MOST)


def near():
    """The same of what is to be done until a day."""
    return (_brief().join(Topic, on=(Topic.id == Promise.topic_id))
            .where((Promise.state == "open") & (Promise.due <= param("last")) & _seen()).limit(param("most")))


def brief(found: list) -> Row:
    """A row of BRIEF; it has no evidence and names no topic."""
    known = dict(zip(BRIEF, found, strict=True))
    return Row(**known, topic_id=0, topic="", evidence="", picture="", picture_alt="", version=0, changes=0)


def find(promise_id: int) -> Row | None:
    """A promise that residents can see."""
    found = _one.one(id=promise_id)
    return found and Row(*found)


def open_ones(limit: int = 200) -> tuple[Row, ...]:
    """What is still to be done; so the late ones come first."""
    return tuple(Row(*r) for r in _open(limit=limit))


def ended(limit: int = 100) -> tuple[Row, ...]:
    """What was kept or dropped, the newest first."""
    return tuple(Row(*r) for r in _ended(limit=limit))


def changes(promise_id: int) -> list[tuple[int, dict[str, str]]]:
    """(when, fields as they were before) of every change, the newest first."""
    return [(at, json.loads(was)) for at, was in _changes(id=promise_id)]


def change(promise_id: int, version: int, values: dict[str, Any], actor_id: int) -> bool:
    """Store a change over `version`, with what was before; False where somebody else was quicker."""
    before = Promise.get_or_none(Promise.id == promise_id)
    if before is None:
        return False
    was = {name: getattr(before, name) for name in KEPT_FIELDS if values.get(name, getattr(before, name))
           != getattr(before, name)}
    if not was and before.version == version:
        return True
    stored = Promise.update(**values, version=version + 1, changed_at=now()).where(
        (Promise.id == promise_id) & (Promise.version == version)).execute()
    if stored and was:
        PromiseChange.create(promise_id=promise_id, version=version, was=json.dumps(was, ensure_ascii=False),
                             actor_id=actor_id)
    return bool(stored)
