"""The shelf list of a hut: what should be there, unit by unit, with boxes to tick at stock-taking."""

from flask import abort

from portal import Table, _, answer, audit, dates, now, require

from .. import categories, codes
from ..models import Item, Unit
from ..pages import pages
from ..shelf import queries, show, words
from ..shelf.keeping import GONE

N_ = str  # marks a text that is translated where it is shown
HEADS = (N_("Item"), N_("Kind"), N_("Code"), N_("Condition"), N_("State"), N_("Is it there?"), N_("Note"))


@pages.get("/desk/<int:hut_id>/list")
def desk_list(hut_id: int):
    """The list on paper: an item a line, with a box for each of its units."""
    require("huts.edit")
    hut = queries.house(hut_id) or abort(404)
    lines: list[tuple[str, str, list[tuple[str, str]]]] = []
    last = None
    for item, name, category, code, _condition, state in _rows(hut_id):
        if item != last:
            lines.append((name, categories.name(category, show.locale()), []))
        lines[-1][2].append((codes.shown(code), "" if state == "in" else _(words.UNITS[state][0])))
        last = item
    return answer("huts/shelf_list.html", hut=hut, lines=lines, day=dates.day(now()),
                  units=sum(len(line[2]) for line in lines))


@pages.post("/desk/<int:hut_id>/list.xlsx")
def desk_list_table(hut_id: int):
    """The list as a spreadsheet: a unit a row, with an empty column for what was found."""
    me = require("huts.edit")
    hut = queries.house(hut_id) or abort(404)
    table = Table()
    heads = [_(head) for head in HEADS]
    table.add(hut.name, f"{hut.name} {dates.day(now())}", heads, [
        (name, categories.name(category, show.locale()), codes.shown(code), _(words.CONDITIONS[condition]),
         _(words.UNITS[state][0]), "", "") for _id, name, category, code, condition, state in _rows(hut_id)])
    audit(me, "huts.list", hut.name)
    return table.answer(f"{hut.name} {_('Shelf list')}")


def _rows(hut_id: int) -> list[tuple]:
    """(item, name, category, code, condition, state) of the units whose home a hut is."""
    query = (Unit.select(Item.id, Item.name, Item.category, Unit.code, Unit.condition, Unit.state)
             .join(Item, on=(Item.id == Unit.item_id)).where((Unit.home_id == hut_id) & Unit.state.not_in(GONE)))
    return list(query.order_by(Item.name, Item.id, Unit.id).tuples())
