"""How wants are said on a page, and what fits them. Plain values for the templates."""

from collections.abc import Iterable
from typing import NamedTuple

from portal import _, dates, masked_phone, names, ngettext

from .. import categories
from ..shelf import queries as shelf
from ..shelf import show as shelf_show
from ..skills import kinds
from ..skills import queries as skills
from ..skills import show as skills_show
from .queries import Row
from .states import STATES

N_ = str

HOW = {"have": N_("Has one"), "help": N_("Can help")}
FITTING = 6


class Line(NamedTuple):
    """A want in a list."""

    id: int
    title: str
    meta: str
    who: str
    words: str
    kind: str


def lines(rows: Iterable[Row], own: bool = False) -> list[Line]:
    """Wants in a list: whose, by the family name alone; for one's own how each stands."""
    found = []
    for row in rows:
        meta = "·".join((kind_name(row), _("until %(day)s", day=dates.day(row.ends_at))))
        said = (_(STATES[row.state][0]), STATES[row.state][1]) if own or row.state != "open" else (
            ngettext("%(n)s answer", "%(n)s answers", row.answers) if row.answers else "", "ok")
        found.append(Line(row.id, row.title, meta, "" if own else names.shown(row.person, False), *said))
    return found


def kind_name(row: Row) -> str:
    """The kind of thing or the category of skill that is wanted."""
    return kinds.name(row.category, dates.locale) if row.what == "skill" else \
        categories.name(row.category, dates.locale)


def all_kinds() -> list[str]:
    """The names of all that can be wanted: skills first."""
    return [kinds.name(code, dates.locale) for code in kinds.KINDS] + shelf_show.kinds()


def kind_of(text: str) -> tuple[str, str] | None:
    """(what, category) that somebody means with the name of a kind; None where it is in neither list."""
    wanted = categories.plain(text)
    skill = next((code for code, kind in kinds.KINDS.items()
                  if wanted and wanted in (code, *map(categories.plain, kind.names))), None)
    if skill:
        return "skill", skill
    thing = categories.found(text).code
    return ("thing", thing) if thing else None


def article(row: Row, whole: bool) -> dict:
    """What the page of a want shows; whole names for who wants it and for staff."""
    said, kind = STATES[row.state]
    return {"words": _(said), "kind": kind, "kind_name": kind_name(row),
            "facts": [(_("Who"), names.shown(row.person, whole)), (_("Kind"), kind_name(row)),
                      (_("Wanted until"), dates.day(row.ends_at)), (_("Found"), row.met_with), (_("Why"), row.reason)]}


def answers(rows: Iterable[tuple], own: bool) -> list[tuple[str, str, str, str]]:
    """(name, how, words, phone) of the answers; the phone whole only for who wants it, where it was opened to them."""
    return [(names.shown(name, True), _(HOW[how]), words, (phone or "") if own and phone_open else masked_phone(phone))
            for how, words, phone_open, name, phone in rows]


def fitting(row: Row) -> dict:
    """What there is that fits: things of the kind in all huts of the site, or skills of the category."""
    if row.what == "skill":
        return {"things": "", "skills": skills_show.listed(skills.lines(row.category)[:FITTING])}
    found = shelf.some(shelf.listed(kinds=categories.below(row.category))[:FITTING])
    return {"things": shelf_show.things(found), "skills": ""}
