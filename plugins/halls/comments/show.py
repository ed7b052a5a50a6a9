"""Comments as pieces of pages."""

from flask import request
from markupsafe import Markup

from portal import _, dates, kept, viewer

from .. import names
from ..moderation.kinds import RULES
from . import posting, queries
from .queries import Row


def piece(rows: tuple[Row, ...], acts: bool, alone: bool = False) -> Markup:
    """Comments with their first replies; with buttons for support where the viewer `acts` on the topic now.

    Its buttons belong to the form `support` that the page has beside it.
    """
    below = () if alone else queries.first_replies(list(rows))
    shown = [row.id for row in (*rows, *below)]
    mine = [n for at in range(0, len(shown), queries.PAGE) for n in queries.supported(
        viewer.person_id, shown[at:at + queries.PAGE])] if acts else []
    return kept("halls/comments/rows.html", lambda: _made(rows, below), rows=rows, below=below, acts=acts,
                mine=tuple(mine), me=viewer.person_id if acts else None, whole=names.whole(), alone=alone,
                root=request.script_root)


def _made(rows: tuple[Row, ...], below: tuple[Row, ...]) -> dict:
    replies: dict[int, list[Row]] = {}
    for row in below:
        replies.setdefault(row.parent_id, []).append(row)
    stances = {name: _(words) for name, words in (posting.STANCES | posting.STAFF).items() if name}
    return {"replies": replies, "stances": stances, "kinds": {"for": "ok", "staff": "warn"}, "name": names.shown,
            "when": dates.near_at, "rules": {name: _(words) for name, words in RULES.items()}}
