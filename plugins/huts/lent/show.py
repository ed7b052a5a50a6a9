"""How residents' things are said on a page. Plain values for the templates."""

from collections.abc import Iterable
from typing import NamedTuple

from portal import _, dates, ngettext, picture_url

from .. import categories, codes
from ..shelf import show as shelf
from ..shelf import words
from . import queries
from .queries import Row
from .states import STATES


class Line(NamedTuple):
    """An offer in a list."""

    id: int
    name: str
    meta: str
    words: str
    kind: str


def lines(rows: Iterable[Row], owners: bool = False) -> list[Line]:
    """Offers in a list; for staff with their owners."""
    return [Line(row.id, row.name, "·".join(filter(None, (way(row), row.hut, row.person if owners else ""))),
                 *chip(row)) for row in rows]


def chip(row: Row) -> tuple[str, str]:
    """(words, kind) of where an offer stands."""
    said, kind = STATES[row.state]
    return _(said), kind


def way(row: Row) -> str:
    """Lent or given."""
    return _("To give away") if row.gives else _("Lent")


def article(row: Row) -> dict:
    """What the page of an offer shows."""
    said, kind = chip(row)
    long = ngettext("At most %(n)s day", "At most %(n)s days", row.days) if row.days and not row.gives else ""
    worth = _("%(yuan)s yuan", yuan=shelf.yuan(row.value_fen)) if row.value_fen else ""
    return {"words": said, "kind": kind, "picture": picture_url(row.picture) if row.picture else "",
            "facts": [(_("Lend or give?"), way(row)), (_("Kind"), categories.name(row.category, dates.locale)),
                      (_("In a line"), row.summary), (_("How long"), long), (_("What it is worth"), worth),
                      (_("Hut"), row.hut), (_("Why"), row.reason)]}


def where(row: Row) -> list[tuple[str, str, str, str]]:
    """(label, words, kind, more) of where each unit is now; never who has it."""
    found = []
    for code, state, hut, due_at in queries.where(item=row.item_id):
        said, kind = shelf.state(words.UNITS[state])
        more = _("Back by %(when)s", when=dates.near_at(due_at)) if due_at else hut or ""
        found.append((codes.shown(code), said, kind, more))
    return found
