"""What a resident has borrowed, on the page “me”."""

from portal import Card, render

from ..lending import queries
from . import show


def mine(person_id: int) -> list[Card]:
    """What somebody has, holds or waits for; nothing where there is nothing."""
    rows = queries.mine(person_id)
    return [Card(render("huts/my.html", lines=show.lines(rows)), 25)] if rows else []
