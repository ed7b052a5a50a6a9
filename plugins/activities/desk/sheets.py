"""Taking in a spreadsheet of activities on the desk: uploaded, checked, looked at, and only then taken in."""

import json
from functools import partial

from flask import abort, request

from portal import (
    AUDIENCES,
    Table,
    _,
    after_commit,
    answer,
    audit,
    clock,
    dates,
    meter,
    now,
    refused,
    require,
    say,
    see_other,
    site,
)

from .. import forms, rules
from ..models import Sheet
from ..sheets import parts
from ..sheets.rows import COLUMNS
from .roster_table import pages

N_ = rules.N_
LARGEST = 5_000_000  # bytes of a file
SHOWN = 200
GIVEN_UP = 120  # seconds after which nobody is checking a file any more
EXAMPLE = {"title": N_("Paper cutting"), "text": N_("For beginners. Paper is there."), "start": "14:30", "end": "16:00",
           "place": N_("Hall, ground floor"), "capacity": "12", "price": "5", "tags": N_("craft elders"),
           "bring": N_("Scissors")}


def words(text: str) -> str:
    """A text of the template in the reader's language."""
    return _(text, words=_(", ").join(_(said) for said in AUDIENCES.values()))


@pages.get("/desk/sheets/template.xlsx")
def sheet_template():
    """An empty spreadsheet with the headings, an example, and a second sheet that explains the columns."""
    require("activities.edit")
    table, heads = Table(), [_(column.name) for column in COLUMNS.values()]
    example = EXAMPLE | {"day": clock.local_date(now() + 14 * 86400, site.zone).isoformat(),
                         "audience": AUDIENCES["community"]}
    table.add(_("Activities"), _("Activities"), heads, [[_(example[key]) if key in example else "" for key in COLUMNS]])
    table.add(_("What the columns mean"), _("What the columns mean"), [_("Column"), _("What to write")],
              [(_(column.name), words(column.hint)) for column in COLUMNS.values()])
    return table.answer(_("Activities"))


@pages.route("/desk/sheets", methods=["GET", "POST"])
def desk_sheets():
    """Choose a spreadsheet; it is checked as soon as this request is stored."""
    me = require("activities.edit")
    form = forms.SheetForm()
    if request.method == "GET":
        return answer("activities/desk_sheets.html", form=form, sheets=_waiting())
    upload = request.files.get("file")
    data = upload.read(LARGEST + 1) if upload else b""
    if not data:
        form.file.errors = [_("Please choose a file.")]
    elif len(data) > LARGEST:
        form.file.errors = [_("This file is larger than 5 MB.")]
    if form.problems:
        return refused("activities/desk_sheets.html", form=form, sheets=_waiting())
    sheet = parts.begin(data, upload.filename or "", me.who)
    after_commit(partial(parts.stage, site.id, site.zone, sheet.id, data, _headings(), _audiences()))
    return see_other(f"activities/desk/sheets/{sheet.id}")


def _headings() -> dict[str, str]:
    """What headings mean, in the reader's language and in English."""
    return {said.lower(): key for key, column in COLUMNS.items() for said in (column.name, _(column.name))}


def _audiences() -> dict[str, str]:
    return {said.lower(): key for key, name in AUDIENCES.items() for said in (key, name, _(name))}


def _waiting() -> list[tuple]:
    """(id, file, state, at) of spreadsheets that are not taken in yet, the newest first."""
    rows = Sheet.select(Sheet.id, Sheet.file, Sheet.state, Sheet.at).where(Sheet.state != "applied")
    return list(rows.order_by(Sheet.id.desc()).limit(20).tuples())


@pages.get("/desk/sheets/<int:sheet_id>")
def desk_sheet(sheet_id: int):
    """How it stands with a spreadsheet: what is wrong with it, what it would bring, or how far it is."""
    require("activities.edit")
    sheet = _sheet(sheet_id)
    return answer("activities/desk_sheet.html", "progress", 422 if sheet.state == "refused" else 200, sheet=sheet,
                  problems=_problems(sheet), lines=_lines(sheet) if sheet.state == "staged" else [],
                  bar=meter(sheet.done, sheet.total), asked="HX-Request" in request.headers, before=_before(sheet),
                  given_up=sheet.state == "checking" and sheet.at < now() - GIVEN_UP)


def _problems(sheet: Sheet) -> list[tuple[str, str, str]]:
    """(row, column, what is wrong)."""
    found = json.loads(sheet.problems) if sheet.problems else []
    return [(row or "", column, _(reason, **values)) for row, column, reason, values in found]


def _lines(sheet: Sheet) -> list[tuple]:
    return [(date.row, title, dates.when(date.start, date.end, date.all_day), date.place, date.capacity)
            for date, title in parts.first_dates(sheet.id, SHOWN)]


def _before(sheet: Sheet) -> int | None:
    """When the very same file was taken in already."""
    if sheet.state != "staged":
        return None
    same = (Sheet.digest == sheet.digest) & (Sheet.id != sheet.id) & Sheet.state.in_(("applying", "finding", "applied"))
    return Sheet.select(Sheet.at).where(same).order_by(Sheet.id.desc()).scalar()


@pages.post("/desk/sheets/<int:sheet_id>")
def desk_sheet_do(sheet_id: int):
    """Take a spreadsheet in, as drafts or for everybody to see, go on with it, or throw it away."""
    me = require("activities.edit")
    sheet, what = _sheet(sheet_id), request.form.get("do", "")
    if what == "drop" and parts.drop(sheet.id):
        say(_("Nothing was taken in."))
        return see_other("activities/desk/sheets")
    if what in ("draft", "publish") and parts.start(sheet, what == "publish"):
        audit(me, "activities.import", sheet.file, str(sheet.total))
    elif what == "go" and sheet.state in ("applying", "finding"):
        parts.go_on(sheet.id)
    elif what not in ("draft", "publish", "go"):
        abort(404)
    return see_other(f"activities/desk/sheets/{sheet.id}")


def _sheet(sheet_id: int) -> Sheet:
    found = Sheet.get_or_none(Sheet.id == sheet_id)
    if found is None:
        abort(404)
    return found
