"""How skills and requests for them are said on a page. Plain values for the templates."""

from collections.abc import Iterable
from typing import NamedTuple

from markupsafe import Markup

from portal import AUDIENCES, _, dates, kept, markdown, masked_phone, names, ngettext, picture_url

from ..refusals import Refusal
from . import kinds
from .queries import Ask, Line, Row
from .states import MET, STATES, moves_of

N_ = str

SKILLS = {"asked": (N_("Staff look at it"), "warn"), "shown": (N_("Shown"), "ok"), "hidden": (N_("Not shown"), "bad"),
          "withdrawn": (N_("Withdrawn"), "")}
CHIPS = {"asked": "warn", "accepted": "ok", "done": "ok", "thanked": "ok"}


class Tile(NamedTuple):
    """A skill in a list."""

    id: int
    title: str
    meta: str
    who: str
    picture: str
    icon: str
    words: str
    kind: str


class AskLine(NamedTuple):
    """A request in a list."""

    id: int
    title: str
    meta: str
    words: str
    kind: str


def listed(lines: list[Line]) -> Markup | str:
    """Skills as residents see them, one a row; nothing where there are none."""
    whole = names.whole()
    return kept("huts/skills/rows.html", lambda: {"tiles": [tile(line, whole) for line in lines]},
                lines=tuple(lines), whole=whole) if lines else ""


def tile(line: Line, whole: bool) -> Tile:
    """A skill in the list of all."""
    meta = "·".join(filter(None, (kinds.name(line.category, dates.locale), _(kinds.PER[line.per]), line.hours)))
    thanks = ngettext("%(n)s thank-you", "%(n)s thank-yous", line.thanks) if line.thanks else ""
    return Tile(line.id, line.title, meta, names.shown(line.person, whole),
                picture_url(line.picture) if line.picture else "", kinds.icon(line.category), thanks, "ok")


def own(lines: Iterable[Line]) -> list[tuple[int, str, str, str, str]]:
    """(id, title, category, words, kind) of what the viewer offers."""
    return [(line.id, line.title, kinds.name(line.category, dates.locale), _(SKILLS[line.state][0]),
             SKILLS[line.state][1]) for line in lines]


def here(counted: Iterable[tuple[str, int]]) -> list[tuple[str, str]]:
    """(code, name) of the categories that something is offered in, in their order."""
    found = {code for code, n in counted if n}
    return [(code, kinds.name(code, dates.locale)) for code in kinds.KINDS if code in found]


def article(row: Row) -> dict:
    """What the page of a skill shows."""
    where = _(", ").join(_(kinds.PLACES[code]) for code in row.places.split(",") if code in kinds.PLACES)
    said, kind = SKILLS[row.state]
    return {"body": markdown(row.text) if row.text else "", "words": _(said), "kind": kind,
            "picture": picture_url(row.picture) if row.picture else "", "icon_name": kinds.icon(row.category),
            "facts": [(_("Who"), names.shown(row.person, names.whole())),
                      (_("Category"), kinds.name(row.category, dates.locale)), (_("Where"), where),
                      (_("When"), row.hours), (_("Hour or task"), _(kinds.PER[row.per])),
                      (_("Who may ask"), _(AUDIENCES[row.audience]))]}


def thanks(rows: Iterable[tuple[str, str | None]]) -> list[tuple[str, str]]:
    """(words, name) of thank-yous, the name as this reader sees names."""
    whole = names.whole()
    return [(text, names.shown(name, whole)) for text, name in rows]


def side(ask: Ask, person_id: int) -> str:
    """Which side of a request somebody is; empty for neither."""
    return "owner" if person_id == ask.owner_id else "asker" if person_id == ask.asker_id else ""


def ask_lines(rows: Iterable[Ask], person_id: int) -> list[AskLine]:
    """Requests as their two sides see them in a list."""
    return [AskLine(row.id, row.title, "·".join((_other(row, side(row, person_id))[0], dates.day(row.at))),
                    _(STATES[row.state]), CHIPS.get(row.state, "")) for row in rows]


def _other(row: Ask, by: str) -> tuple[str, str]:
    """(name, phone) of the other side; the phone as it is once they have met, else masked."""
    name, phone = (row.asker, row.asker_phone) if by == "owner" else (row.owner, row.owner_phone)
    return names.shown(name, True), (phone or "") if row.state in MET else masked_phone(phone)


def ask(row: Ask, by: str) -> dict:
    """What the page of a request shows to one side."""
    name, phone = _other(row, by)
    return {"words": _(STATES[row.state]), "kind": CHIPS.get(row.state, ""), "moves": moves_of(row.state, by),
            "phone": phone if row.state in MET else "", "facts": [
                (_("Who asks") if by == "owner" else _("Who helps"), name), (_("Phone"), phone),
                (_("What it is about"), row.words), (_("When would suit"), row.wished), (_("Thanks"), row.thanks)]}


def steps(rows: Iterable[tuple[str, str, int]]) -> list[tuple[str, str, str]]:
    """(what, when, why) of the steps of a request."""
    return [(_(STATES[new]), dates.at(at), why) for new, why, at in rows]


def refusal(found: Refusal) -> tuple[str, str]:
    """(why not, the address of what there is already) of a request that cannot be."""
    near = found.nearest or {}
    return _(found.reason, **found.values), f"huts/skills/asks/{near['ask']}" if "ask" in near else ""
