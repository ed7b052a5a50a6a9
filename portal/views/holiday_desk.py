"""Official days off, on the district's desk: the years that are known, and loading another one from a file."""

from datetime import date
from typing import NamedTuple

from flask import Blueprint, abort, request

from ..base import clock, holidays
from ..base.clock import HolidaysRefused, main_year, read_holidays
from ..pages.here import dates, require, say, site
from ..pages.i18n import _
from ..pages.templates import answer, refused, see_other
from ..people.audit import audit

pages = Blueprint("holiday_desk", __name__)

LONGEST_FILE = 200_000
Days = dict[date, tuple[str, bool]]


class Line(NamedTuple):
    """A day as the preview shows it: off or a make-up workday, and what loading it changes."""

    day: str
    name: str
    off: bool
    change: str


class Preview(NamedTuple):
    """What a file would do."""

    year: int
    lines: list[Line]
    off: int
    workdays: int
    changes: int
    gone: list[str]


@pages.route("/district/holidays", methods=["GET", "POST"])
def year():
    """The years that are known; a file is shown first and loaded with the second click, or refused with its place."""
    who = require("core.holidays")
    if site.kind != "district":
        abort(404)
    text, wrong, preview = "", "", None
    if request.method == "POST":
        text = _sent_text()
        try:
            days = read_holidays(text.encode())
        except HolidaysRefused as e:
            wrong = _(e.msgid, **e.values) if e.values else _(e.msgid)
        else:
            if request.form.get("do") == "save":
                return _load(who, days)
            preview = _preview(days)
    page = refused if wrong else answer
    return page("district/holidays.html", text=text, wrong=wrong, preview=preview, years=_years())


def _sent_text() -> str:
    file = request.files.get("file")
    raw = file.read(LONGEST_FILE) if file and file.filename else b""
    return raw.decode("utf-8-sig", "replace") if raw else request.form.get("text", "")[:LONGEST_FILE]


def _load(who, days: Days):
    years = _(", ").join(map(str, holidays.load(days)))
    audit(who, "core.holidays", years, str(len(days)))
    say(_("The holidays of %(years)s are loaded.", years=years))
    return see_other("district/holidays")


def _preview(days: Days) -> Preview:
    """What loading these days changes of what is known now."""
    working, main = holidays.working_time(site.zone), main_year(days)
    lines = [Line(_said(day), _(name), off, _change(working.mark(day), name, off))
             for day, (name, off) in sorted(days.items())]
    gone = [_said(day) for day in sorted(holidays.of_year(main)) if day not in days]
    off = sum(line.off for line in lines)
    return Preview(main, lines, off, len(lines) - off, sum(bool(line.change) for line in lines) + len(gone), gone)


def _change(known: clock.Mark | None, name: str, off: bool) -> str:
    if known is None:
        return _("new")
    return "" if known == (name, off) else _("updated")


def _said(day: date) -> str:
    return dates.day(clock.start_of_day(day, site.zone))


def _years() -> list[tuple[int, bool, int]]:
    """(year, announced, days loaded by staff) from last year to next year."""
    working, this = holidays.working_time(site.zone), dates.today.year
    return [(y, working.announced(date(y, 1, 1)), len(holidays.of_year(y))) for y in (this - 1, this, this + 1)]
