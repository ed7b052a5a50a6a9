"""Personal data of every part of the plugin: told, taken out, moved to another."""

from .comments import personal as comments
from .moderation import personal as moderation
from .polls import personal as polls
from .proposals import personal as proposals
from .topics import personal as topics

PARTS = (topics, proposals, comments, moderation, polls)


def export(person_id: int) -> dict:
    """All that the parts keep of a person in the open site."""
    return {name: rows for part in PARTS for name, rows in part.export(person_id).items()}


def erase(person_id: int) -> None:
    """Take the person out of every part."""
    for part in PARTS:
        part.erase(person_id)


def merge(person_id: int, into_id: int) -> None:
    """Move the person's rows in every part."""
    for part in PARTS:
        part.merge(person_id, into_id)
