"""The one row that a vote and a close agree on: the poll's own. Held until the unit ends.

Many may vote at once, so they share it; who closes, freezes or opens has it alone. On SQLite a writing unit is alone
from its first statement on, so there is nothing to hold. PostgreSQL lets whoever shares a row go before who wants it
alone: under 16 who vote without a pause a poll was never closed. So all queue up first, by an advisory lock of the
transaction, which goes by turns.
"""

from peewee import Query, Select, fn

from portal import current, param, prepared

from ..models import Poll

QUEUE = 0x706F6C6C  # the advisory locks of polls, each by its number

_queued = prepared(lambda: Select(columns=[fn.PG_ADVISORY_XACT_LOCK_SHARED(QUEUE, param("id"))]))
_alone = prepared(lambda: Select(columns=[fn.PG_ADVISORY_XACT_LOCK(QUEUE, param("id"))]))
_shared = prepared(lambda: Poll.select(Poll.id).where(Poll.id == param("id")).for_update("FOR SHARE"))


def share(poll_id: int) -> None:
    """Hold a poll open: nobody closes it until this unit ends. Waits for who is closing it."""
    if current.obj.kind != "sqlite":
        _queued(id=poll_id)
        _shared(id=poll_id)


def take(poll_id: int) -> Poll | None:
    """A poll for oneself alone, as it is once everybody who voted just now is done; None where there is none."""
    if current.obj.kind != "sqlite":
        _alone(id=poll_id)
    Poll.update(version=Poll.version).where(Poll.id == poll_id).execute()
    return Poll.get_or_none(Poll.id == poll_id)


def row(query: Query) -> Query:
    """A query whose rows nobody else changes until this unit ends."""
    return query if current.obj.kind == "sqlite" else query.for_update()
