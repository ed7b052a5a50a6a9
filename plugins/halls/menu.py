"""The hall's entries in the menu of staff, with what waits in each, in one statement."""

from peewee import Select

from portal import Link, prepared, remembered

from .moderation import cards as moderation
from .moderation import queries as reports
from .polls import cards as polls
from .proposals import cards as proposals
from .proposals.queries import unanswered
from .topics import cards as topics
from .topics import moderating

_waiting = prepared(lambda: Select(columns=[moderating.waiting(), unanswered(), reports.waiting()]))


def of_staff() -> list[Link]:
    """The entries for what the viewer may do, with what waits; that is counted anew once some of it has changed."""
    statements, unanswered, reported = remembered("halls.desk", "waiting", lambda: (_waiting.one(), None))
    return [*topics.desk(statements), *polls.desk(), *proposals.desk(unanswered), *moderation.desk(reported)]
