"""The one row that a vote and a close agree on: the poll's own. Held until the unit ends.

Many may vote at once, so they share it; who closes, freezes or opens has it alone. On SQLite a writing unit is alone
from its first statement on, so there is nothing to hold.
"""

from peewee import Query

from portal import current, param, prepared

from ..models import Poll

_shared = prepared(lambda: Poll.select(Poll.id).where(Poll.id == param("id")).for_update("FOR SHARE"))


def share(poll_id: int) -> None:
    """Hold a poll open: nobody closes it until this unit ends. Waits for who is closing it."""
    if current.obj.kind != "sqlite":
        _shared(id=poll_id)


def take(poll_id: int) -> Poll | None:
    """A poll for oneself alone, as it is once everybody who voted just now is done; None where there is none."""
    Poll.update(version=Poll.version).where(Poll.id == poll_id).execute()
    return Poll.get_or_none(Poll.id == poll_id)


def row(query: Query) -> Query:
    """A query whose rows nobody else changes until this unit ends."""
    return query if current.obj.kind == "sqlite" else query.for_update()
