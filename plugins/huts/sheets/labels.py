"""Labels on paper: which units, on which paper, from which label on."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import segno
from flask import request
from markupsafe import Markup

from portal import _, answer, audit, bulk, public_url, require, say, see_other

from .. import categories, codes
from ..models import Hut, Item, PrintedLabel, Unit
from ..pages import pages
from ..shelf import queries, show
from ..shelf.keeping import GONE
from .papers import PAPERS, Paper, sheets, size

MOST = 1000  # labels of a page
MASK = 3  # of the QR codes: any is right, and to try all eight takes most of the time


class Label(NamedTuple):
    """A label as its page prints it: `size` names the size of its letters."""

    name: str
    hut: str
    code: str
    qr: Markup
    size: str


class Wish(NamedTuple):
    """Which labels somebody wants."""

    hut: int | None
    kind: str
    item: int | None
    new: bool
    paper: str
    first: int


@pages.get("/desk/labels")
def desk_labels():
    """Choose units and a paper."""
    require("huts.edit")
    wish = _wish(request.args)
    houses = [("", _("All huts")), *((str(row[0]), row[2]) for row in queries.desk_houses())]
    kinds = [("", _("All kinds")), *((code, categories.name(code, show.locale())) for code in categories.children())]
    return answer("huts/desk_labels.html", wish=wish, houses=houses, kinds=kinds, most=MOST,
                  papers=[(name, _(paper.label)) for name, paper in PAPERS.items()],
                  item=queries.thing(wish.item) if wish.item else None)


@pages.get("/desk/labels/sheet")
def desk_label_sheet():
    """The labels, ready to print: a section for each sheet of paper."""
    require("huts.edit")
    wish = _wish(request.args)
    rows, paper = _units(wish), PAPERS[wish.paper]
    made = [_label(row, paper) for row in rows[:MOST]]
    return answer("huts/labels.html", wish=wish, paper=paper, sheets=sheets(made, paper, wish.first), n=len(made),
                  more=len(rows) > MOST, words=_(paper.label))


@pages.post("/desk/labels/sheet")
def desk_labels_printed():
    """Note that the labels of the page are on the things."""
    me = require("huts.edit")
    wish = _wish(request.form)
    units = [row[0] for row in _units(wish)[:MOST]]
    known = {number for number, in PrintedLabel.select(PrintedLabel.unit_id).where(
        PrintedLabel.unit_id.in_(units)).tuples()}
    bulk(PrintedLabel, ("unit_id",), [(number,) for number in units if number not in known])
    audit(me, "huts.labels", str(len(units)))
    say(_("Noted. They no longer come with the labels that are yet to be printed."))
    return see_other("huts/desk/labels")


def _wish(given: Mapping[str, str]) -> Wish:
    """What was asked for; what makes no sense is as if it had not been said."""
    paper = given.get("paper", "")
    paper = paper if paper in PAPERS else next(iter(PAPERS))
    first = _number(given.get("first", "")) or 1
    kind = given.get("k", "")
    return Wish(_number(given.get("hut", "")), kind if kind in categories.tree() else "",
                _number(given.get("item", "")), bool(given.get("new")), paper, min(first, PAPERS[paper].n))


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 and int(text) else None


def _units(wish: Wish) -> list[tuple[int, str, str, str]]:
    """(id, code, name, hut) of the units that are meant, in the order of the shelves, and one more than is shown."""
    query = (Unit.select(Unit.id, Unit.code, Item.name, Hut.name)
             .join(Item, on=(Item.id == Unit.item_id)).join(Hut, on=(Hut.id == Unit.home_id))
             .where(Unit.state.not_in(GONE)))
    for wanted, field in ((wish.hut, Unit.home_id), (wish.item, Unit.item_id)):
        query = query.where(field == wanted) if wanted else query
    if wish.kind:
        query = query.where(Item.category.in_(categories.below(wish.kind)))
    if wish.new:
        printed = PrintedLabel.select(PrintedLabel.unit_id)
        query = query.where(Unit.id.not_in(printed))
    return list(query.order_by(Hut.name, Item.name, Item.id, Unit.id).limit(MOST + 1).tuples())


def _label(row: tuple[int, str, str, str], paper: Paper) -> Label:
    _id, code, name, hut = row
    letters = f"f{round(size(name, paper) * 10)}"
    return Label(name, hut, codes.shown(code), qr(public_url(f"huts/u/{code}")), letters)


def qr(url: str) -> Markup:
    """An address as a QR code, with a quiet zone that the label's edge adds to."""
    made: Any = segno.make_qr(url, error="m", mask=MASK)
    return Markup(made.svg_inline(border=2, omitsize=True, svgclass="qr", lineclass=None))
