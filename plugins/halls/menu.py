"""The hall's entries in the menu of staff, with what waits in each, in one statement."""

from peewee import Select

from portal import Link, prepared

from .moderation import cards as moderation
from .moderation import queries as reports
from .polls import cards as polls
from .proposals import cards as proposals
from .proposals.queries import unanswered
from .topics import cards as topics
from .topics import moderating

_waiting = prepared(lambda: Select(columns=[moderating.waiting(), unanswered(), reports.waiting()]))


def of_staff():
    """The entries for what the viewer may do; asked together with those of other plugins."""
    return _waiting.asked(_entries)


def _entries(found: list[tuple]) -> list[Link]:
    (statements, unanswered, reported), = found
    return [*topics.desk(statements), *polls.desk(), *proposals.desk(unanswered), *moderation.desk(reported)]
