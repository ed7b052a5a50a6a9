"""Taking in a spreadsheet of items on the desk: uploaded, checked, looked at, and only then taken in."""

import json
from functools import partial

from flask import abort, request
from wtforms import FileField
from wtforms.validators import Optional

from portal import (
    Form,
    Table,
    _,
    after_commit,
    answer,
    audit,
    lazy,
    meter,
    now,
    refused,
    require,
    say,
    see_other,
    site,
)

from .. import categories
from ..models import ItemSheet
from ..pages import pages
from ..shelf import queries, show
from . import parts, pictures
from .rows import COLUMNS, headings

N_ = str  # marks a text that is translated where it is shown
LARGEST = 5_000_000  # bytes of what comes by a form
SHOWN = 200
GIVEN_UP = 120  # seconds after which nobody is checking a file any more
EXAMPLE = {"name": N_("Folding ladder, six steps"), "category": "tool.ladder", "units": "2", "value": "230",
           "condition": N_("In good order"), "summary": N_("Aluminium, 1.6 m to the top step"),
           "rules": N_("Two people set it up")}


class ItemSheetForm(Form):
    """A spreadsheet of items, and a ZIP file with their pictures."""

    file = FileField(lazy("Spreadsheet"), description=lazy("XLSX or CSV, at most 10,000 rows"))
    pictures = FileField(lazy("Pictures"), [Optional()], description=lazy(
        "A ZIP file; the rows name the pictures. Together at most 5 MB; more can be taken in by the command line."))


@pages.get("/desk/sheets/template.xlsx")
def item_template():
    """An empty spreadsheet with the headings and an example, the kinds of things, and what the columns mean."""
    require("huts.edit")
    table, locale = Table(), show.locale()
    example = {key: _(said) for key, said in EXAMPLE.items()} | {"category": categories.name("tool.ladder", locale)}
    table.add(_("Items"), _("Items"), [_(column.name) for column in COLUMNS.values()],
              [[example.get(key, "") for key in COLUMNS]])
    table.add(_("Kinds"), _("Kinds"), [_("Kind"), _("Group"), _("Other words for it")], [
        (categories.name(code, locale), categories.name(categories.path(code)[0], locale),
         _(", ").join(categories.tree()[code].others)) for code in categories.leaves()])
    table.add(_("What the columns mean"), _("What the columns mean"), [_("Column"), _("What to write")],
              [(_(column.name), _(column.hint)) for column in COLUMNS.values()])
    return table.answer(_("Items"))


@pages.route("/desk/sheets", methods=["GET", "POST"])
def desk_item_sheets():
    """Choose a spreadsheet; it is checked as soon as this request is stored."""
    me = require("huts.edit")
    form, typed = ItemSheetForm(), request.form.get("hut", "")
    houses = [(str(row[0]), row[2]) for row in queries.desk_houses()]
    if request.method == "GET":
        return _upload(answer, form, houses, request.args.get("hut", ""))
    data, packed = (_sent(name) for name in ("file", "pictures"))
    if not data:
        form.file.errors = [_("Please choose a file.")]
    elif len(data) + len(packed) > LARGEST:
        form.file.errors = [_("This is more than 5 MB.")]
    if form.problems or typed not in dict(houses):
        return _upload(refused, form, houses, typed)
    sheet = parts.begin(data, request.files["file"].filename or "", int(typed), me.who)
    source = partial(pictures.stored, packed, site.id) if packed else None
    after_commit(partial(parts.stage, site.id, sheet.id, data, source, headings(_)))
    return see_other(f"huts/desk/sheets/{sheet.id}")


def _sent(name: str) -> bytes:
    upload = request.files.get(name)
    return upload.read(LARGEST + 1) if upload else b""


def _upload(how, form: ItemSheetForm, houses: list[tuple[str, str]], chosen: str):
    rows = ItemSheet.select(ItemSheet.id, ItemSheet.file, ItemSheet.at).where(ItemSheet.state != "applied")
    waiting = list(rows.order_by(ItemSheet.id.desc()).limit(20).tuples())
    return how("huts/desk_sheets.html", form=form, houses=houses, chosen=chosen, sheets=waiting)


@pages.get("/desk/sheets/<int:sheet_id>")
def desk_item_sheet(sheet_id: int):
    """How it stands with a spreadsheet: what is wrong with it, what it would bring, or how far it is."""
    require("huts.edit")
    sheet = _sheet(sheet_id)
    return answer("huts/desk_sheet.html", "progress", 422 if sheet.state == "refused" else 200, sheet=sheet,
                  problems=_problems(sheet), lines=_lines(sheet) if sheet.state == "staged" else [],
                  bar=meter(sheet.done, sheet.total), asked="HX-Request" in request.headers, before=_before(sheet),
                  given_up=sheet.state == "checking" and sheet.at < now() - GIVEN_UP)


def _problems(sheet: ItemSheet) -> list[tuple[str, str, str]]:
    """(row, column, what is wrong)."""
    found = json.loads(sheet.problems) if sheet.problems else []
    return [(row or "", column, _(reason, **values)) for row, column, reason, values in found]


def _lines(sheet: ItemSheet) -> list[tuple]:
    """(row, name, kind, units, hut) of the first rows."""
    huts = {row[0]: row[2] for row in queries.desk_houses()}
    return [(line.row, line.item["name"], categories.name(line.item["category"], show.locale()), line.units,
             huts.get(line.item["hut_id"], "")) for line in parts.first_lines(sheet.id, SHOWN)]


def _before(sheet: ItemSheet) -> int | None:
    """When the very same file was taken in already."""
    if sheet.state != "staged":
        return None
    same = (ItemSheet.digest == sheet.digest) & (ItemSheet.id != sheet.id) & ItemSheet.state.in_(
        ("applying", "finding", "applied"))
    return ItemSheet.select(ItemSheet.at).where(same).order_by(ItemSheet.id.desc()).limit(1).scalar()


@pages.post("/desk/sheets/<int:sheet_id>")
def desk_item_sheet_do(sheet_id: int):
    """Take a spreadsheet in, as drafts or for residents to see, go on with it, or throw it away."""
    me = require("huts.edit")
    sheet, what = _sheet(sheet_id), request.form.get("do", "")
    if what == "drop" and parts.drop(sheet.id):
        say(_("Nothing was taken in."))
        return see_other("huts/desk/sheets")
    if what in ("draft", "show") and parts.start(sheet.id, what == "show"):
        audit(me, "huts.import", sheet.file, str(sheet.total))
    elif what == "go" and sheet.state in ("applying", "finding"):
        parts.go_on(sheet.id)
    elif what not in ("draft", "show", "go", "drop"):
        abort(404)
    return see_other(f"huts/desk/sheets/{sheet.id}")


def _sheet(sheet_id: int) -> ItemSheet:
    return ItemSheet.get_or_none(ItemSheet.id == sheet_id) or abort(404)
