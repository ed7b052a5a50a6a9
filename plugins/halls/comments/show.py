"""Comments as pieces of pages."""

from collections.abc import Iterable
from typing import Any

from markupsafe import Markup

from portal import _, dates, kept, names

from ..moderation.kinds import RULES
from . import posting
from .queries import Row


def made(rows: Iterable[Row]) -> dict[str, Any]:
    """What rows.html shows of comments, beside what it is told of its reader."""
    stances = {name: _(words) for name, words in (posting.STANCES | posting.STAFF).items() if name}
    return {"rows": rows, "stances": stances, "kinds": {"for": "ok", "staff": "warn"}, "name": names.shown,
            "when": dates.near_at, "rules": {name: _(words) for name, words in RULES.items()}}


def piece(rows: tuple[Row, ...], acts: bool) -> Markup:
    """Comments whose replies stand elsewhere; with buttons where the viewer `acts` on the topic now.

    The buttons belong to the form `support` that the page has beside it.
    """
    return kept("halls/comments/rows.html", lambda: made(rows), seen=rows, acts=acts, whole=names.whole(), alone=True)
