"""The desk's estates and buildings: typed or pasted, looked at, then kept all or not at all."""

from flask import Blueprint, request

from ..pages.here import require, say
from ..pages.i18n import _, ngettext
from ..pages.templates import answer, refused, see_other
from ..people import buildings as lists
from ..people.audit import audit
from ..people.models import Building

pages = Blueprint("building_desk", __name__)


@pages.route("/desk/buildings", methods=["GET", "POST"])
def buildings():
    """Estates and buildings: the list, and adding to it by typing or pasting, looked at before it is kept."""
    who = require("core.roles")
    text = request.form.get("text", "")
    known = set(Building.select(Building.estate, Building.building).tuples())
    if request.method == "GET":
        return answer("desk/buildings.html", text="", wrong=(), fresh=None, estates=_by_estate(known))
    found = lists.read(text)
    fresh = [row for row in found.rows if row not in known]
    if found.wrong:
        wrong = [_(reason, n=line) for line, reason in found.wrong[:20]]
        title = ngettext(
            "%(n)s line has an error. Nothing is saved yet.",
            "%(n)s lines have errors. Nothing is saved yet.",
            len(found.wrong),
        )
        return refused(
            "desk/buildings.html", text=text, wrong=wrong, title=title, fresh=None, estates=_by_estate(known)
        )
    if request.form.get("do") != "save":
        return answer(
            "desk/buildings.html",
            text=text,
            wrong=(),
            fresh=fresh,
            old=len(found.rows) - len(fresh),
            estates=_by_estate(known),
        )
    if fresh:
        rows = [{"estate": estate, "building": building} for estate, building in fresh]
        for at in range(0, len(rows), 200):
            Building.insert_many(rows[at : at + 200]).on_conflict(
                action="IGNORE", conflict_target=[Building.site, Building.estate, Building.building]
            ).execute()
        audit(who, "core.buildings", str(len(fresh)))
    say(ngettext("%(n)s building is added.", "%(n)s buildings are added.", len(fresh)))
    return see_other("desk/buildings")


def _by_estate(rows: set[tuple[str, str]]) -> list[tuple[str, list[str]]]:
    estates: dict[str, list[str]] = {}
    for estate, building in sorted(rows, key=lambda row: (row[0], len(row[1]), row[1])):
        estates.setdefault(estate, []).append(building)
    return list(estates.items())


@pages.post("/desk/buildings/remove")
def remove_buildings():
    """Take buildings off the list; residents keep what they stated."""
    who = require("core.roles")
    gone = 0
    for text in request.form.getlist("gone"):
        estate, _tab, building = text.partition("|")
        gone += (
            Building.delete().where((Building.estate == estate) & (Building.building == building)).execute()
        )
    if gone:
        audit(who, "core.buildings_gone", str(gone))
    say(ngettext("%(n)s building is removed.", "%(n)s buildings are removed.", gone))
    return see_other("desk/buildings")
