"""Polls in the search of their site."""

from portal import index, plain, unindex

from . import queries
from .states import PUBLIC


def keep_findable(poll_id: int) -> None:
    """Put a poll that the public sees into the search, with what can be chosen; take any other out."""
    row = queries.poll(poll_id)
    if row is None or row.state not in PUBLIC:
        unindex("halls", f"poll {poll_id}")
        return
    words = " ".join(o.title for o in queries.options(row)) if row.rule != "yesno" else ""
    index("halls", f"poll {poll_id}", row.title, f"halls/polls/{poll_id}", f"{plain(row.text, 2000)} {words}".strip())
