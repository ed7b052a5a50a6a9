"""Promises elsewhere: on the front page, and as a section of a topic's page."""

from datetime import timedelta

from portal import dates, packed, unpacked

from . import rows
from .views import lines

FOLLOWING = ("result", "follow")  # stages in which there is something to promise
NEAR = 60  # days before its day that a promise stands on the front page


def last_day() -> str:
    """The last day whose promises stand on the front page."""
    return (dates.today + timedelta(days=NEAR)).isoformat()


def home(found: str | None) -> list[tuple]:
    """What is late, and what is promised for the days ahead, as lists show it; `found` is packed."""
    return _lines(unpacked(found))


def column():
    """The promises of a topic, as a column of its page's statement."""
    return packed(rows.under(), *rows.BRIEF)


def section(topic, found: list, edits: bool) -> dict | None:
    """The promises of a topic; staff find there how to write one down."""
    if not found and not (edits and topic.stage in FOLLOWING):
        return None
    return {"promises": _lines(found), "topic_id": topic.id}


def _lines(found: list) -> list[tuple]:
    return lines(tuple(rows.brief(row) for row in found))
