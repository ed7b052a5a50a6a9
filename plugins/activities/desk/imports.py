"""Taking in a calendar file on the desk: read, shown, and only then applied."""

from collections import Counter
from functools import partial

from flask import abort, request

from portal import _, after_commit, answer, audit, dates, refused, require, say, see_other, setting, site

from .. import forms
from ..calendars import ical, imports, plans
from ..models import Source
from .afterwards import pages

N_ = str
LARGEST = 1_000_000  # bytes of a file that is read while its sender waits
SHOWN = 200
KINDS = {"new": (N_("New"), "ok"), "changed": (N_("Changed"), ""), "moved": (N_("Moved"), "warn"),
         "cancelled": (N_("Cancelled"), "bad"), "restored": (N_("Takes place again"), "ok")}


@pages.route("/desk/import", methods=["GET", "POST"])
def desk_import():
    """Choose a calendar file; one that cannot be read is refused with its line, and nothing is stored."""
    me = require("activities.edit")
    form = forms.ImportForm()
    if request.method == "GET":
        form.places.data = int(setting("activities", "places", 0) or 0) or None
        return answer("activities/desk_import.html", form=form, sources=_sources())
    upload = request.files.get("file")
    data = upload.read(LARGEST + 1) if upload else b""
    form.validate()
    planned = _planned(form, data, upload.filename if upload else "") if not form.problems else None
    if planned is None:
        return refused("activities/desk_import.html", form=form, sources=_sources())
    row = imports.store(data, upload.filename or "", planned, me.who | {"channel": "import"}, "staged",
                        form.places.data)
    return see_other(f"activities/desk/import/{row.id}")


def _sources() -> list[tuple]:
    rows = Source.select(Source.id, Source.name, Source.file, Source.imported_at).where(Source.state == "applied")
    return list(rows.order_by(Source.imported_at.desc()).limit(50).tuples())


def _planned(form, data: bytes, name: str) -> plans.Plan | None:
    """What the file would change; None, and an error of the form, when it cannot be taken."""
    if not data:
        form.file.errors = [_("Please choose a file.")]
    elif len(data) > LARGEST:
        form.file.errors = [_("This file is larger than 1 MB. It can be taken in by the command line.")]
    else:
        try:
            return plans.plan(data, site.zone, name)
        except ical.CalendarError as e:
            form.file.errors = [_said(e)]
    return None


def _said(error: ical.CalendarError) -> str:
    return _("Line %(line)s: %(reason)s", line=error.line, reason=_(error.reason, **error.values))


@pages.get("/desk/import/<int:source_id>")
def desk_preview(source_id: int):
    """What a file would change, before anything is."""
    require("activities.edit")
    row = _staged(source_id)
    try:
        changes = plans.plan(row.text.encode(), site.zone, row.file).changes()
    except ical.CalendarError as e:
        say(_said(e), "bad")
        return see_other("activities/desk/import")
    counted = Counter(change.kind for change in changes)
    lines = [(_(KINDS[c.kind][0]), KINDS[c.kind][1], c.title, dates.when(c.starts_at, c.ends_at, c.all_day),
              dates.at(c.before) if c.kind == "moved" else "", c.people) for c in changes[:SHOWN]]
    return answer("activities/desk_preview.html", row=row, lines=lines, total=len(changes),
                  counted=[(_(words), kind, counted[name]) for name, (words, kind) in KINDS.items() if counted[name]])


@pages.post("/desk/import/<int:source_id>")
def desk_apply(source_id: int):
    """Take the file in, or throw it away."""
    me = require("activities.edit")
    row = _staged(source_id)
    if request.form.get("do") == "drop" and row.state == "staged":
        Source.delete().where(Source.id == row.id).execute()
        say(_("Nothing was taken in."))
        return see_other("activities/desk/import")
    Source.update(state="applying").where(Source.id == row.id).execute()
    audit(me, "activities.import", row.name or row.file)
    after_commit(partial(imports.resume, site.id, site.zone, row.id))
    say(_("The calendar has been taken in."))
    return see_other("activities/desk/")


def _staged(source_id: int) -> Source:
    """A file that waits, or whose taking in was interrupted."""
    row = Source.get_or_none((Source.id == source_id) & Source.state.in_(("staged", "applying")))
    if row is None:
        abort(404)
    return row
