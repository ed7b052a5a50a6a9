"""The calendar of a site: a month, a week or a list, with what the sites above and below it have."""

from datetime import date, timedelta
from functools import cached_property
from typing import Any, NamedTuple
from urllib.parse import urlencode

from flask import Blueprint, request

from ..base import clock
from ..base.holidays import working_time
from ..pages.here import dates, site
from ..pages.i18n import _
from ..pages.templates import answer_kept, kept, render
from . import agenda
from .agenda import Item

pages = Blueprint("calendar", __name__, url_prefix="/calendar")

VIEWS = ("month", "week", "list")
LIST_DAYS = 60
LISTED = 60  # things on a page of the list; a day is never cut
A_DAY = {"month": 3, "week": 8}  # things that a day shows before "+ n more"
KEPT_DAYS = 62  # how far from today pages are kept


class Cell(NamedTuple):
    """A day as it is shown: its things (`more` of them are on the day's own list), and whether it is a holiday."""

    day: date
    noon: int
    inside: bool
    today: bool
    holiday: str
    workday: str
    things: list[Item]
    more: int


class Asked:
    """What part of the calendar is asked for."""

    def __init__(self, given, today: date):
        self.today = today
        self.view = given.get("view") if given.get("view") in VIEWS else "month"
        self.on = _date(given.get("on", ""), today)
        self.only = given.get("only") == "1"
        self.first, self.last = _bounds(self.view, self.on)

    @property
    def near(self) -> bool:
        """Whether this is looked at often enough to be kept."""
        return abs((self.on - self.today).days) <= KEPT_DAYS

    def query(self, **changed) -> str:
        """The address of another part."""
        values = {"view": self.view, "on": self.on.isoformat(), "only": "1" if self.only else ""} | changed
        return "?" + urlencode({k: v for k, v in values.items() if v and (k, v) != ("view", "month")})

    @cached_property
    def found(self) -> dict[date, list[Item]]:
        """The things of all its days, asked for once."""
        return agenda.found(*_instants(self.first, self.last), self.only)

    @cached_property
    def working(self) -> clock.WorkingTime:
        return working_time(site.zone)

    @cached_property
    def mark(self) -> tuple[str, ...] | None:
        return agenda.mark(*_instants(self.first, self.last), self.only)


@pages.get("/")
def index():
    """The calendar page; `view` is month, week or list, `on` a date in it, `only` without other sites' things."""
    asked = Asked(request.args, dates.today)
    opened = asked.on == asked.today or asked.on.day == 1  # as menus and arrows lead to it; a chosen day seldom
    main = _piece(asked, opened, "_calendar.html", lambda: _made(asked), view=asked.view, on=asked.on)
    return answer_kept("calendar.html", main=main)


def _piece(asked: Asked, keep: bool, template: str, make, **values: Any):
    """A piece of the page, kept where the plugins can tell that nothing has changed."""
    if not keep or not asked.near or asked.mark is None:
        return render(template, **values, **make())
    return kept(template, make, **values, only=asked.only, mark=asked.mark)


def _made(asked: Asked) -> dict:
    """What the page is made from; a month's table is the same whichever of its days is chosen."""
    made = {"query": asked.query, "title": _title(asked), "only": asked.only, "unknown": _unannounced(asked),
            "others": bool(site.ancestors or site.below)}
    if asked.view != "month":
        return made | _listed(asked)
    month = asked.on.replace(day=1)
    table = _piece(asked, True, "_calendar_month.html", lambda: _table(asked), month=month)
    before, after = (month - timedelta(days=1)).replace(day=1), (month + timedelta(days=32)).replace(day=1)
    return made | {"table": table, "cells": [_alone(asked)], "before": before, "after": after}


def _table(asked: Asked) -> dict:
    return {"cells": [_cell(asked, day) for day in agenda.days(asked.first, asked.last)],
            "weekdays": _weekdays(asked.on), "query": asked.query}


def _listed(asked: Asked) -> dict:
    cells = [_cell(asked, day) for day in agenda.days(asked.first, asked.last)]
    if asked.view == "list":
        cells = _page(cells)
    step = timedelta(days=len(cells))
    return {"cells": [c for c in cells if c.things or c.holiday or c.workday], "before": asked.on - step,
            "after": asked.on + step}


def _title(asked: Asked) -> str:
    return dates.month_title(_noon(asked.on)) if asked.view == "month" else _("What is on")


def _unannounced(asked: Asked) -> str:
    """The year whose holidays nobody knows yet, if part of it is shown."""
    edges = (asked.on,) if asked.view == "month" else (asked.first, asked.last - timedelta(days=1))
    return next((str(day.year) for day in edges if not asked.working.announced(day)), "")


def _page(cells: list[Cell]) -> list[Cell]:
    """The days of a list up to the one with which it has enough."""
    n = 0
    for at, cell in enumerate(cells, 1):
        n += len(cell.things)
        if n >= LISTED:
            return cells[:at]
    return cells


def _alone(asked: Asked) -> Cell:
    """The chosen day with all its things; they were asked for already when its month was made, too."""
    if "found" not in vars(asked) and asked.mark is not None:
        asked.found = agenda.found(*_instants(asked.on, asked.on + timedelta(days=1)), asked.only)
    return _cell(asked, asked.on, whole=True)


def _cell(asked: Asked, on: date, whole: bool = False) -> Cell:
    name, make_up = asked.working.holiday_name(on), asked.working.make_up_workday(on)
    things = asked.found.get(on, [])
    most = len(things) if whole or asked.view not in A_DAY else A_DAY[asked.view]
    return Cell(on, _noon(on), asked.view != "month" or on.month == asked.on.month, on == asked.today,
                _(name) if name else "", _("Make-up workday") if make_up else "", things[:most],
                max(0, len(things) - most))


def _noon(on: date) -> int:
    return clock.at_minute(on, 720, site.zone)


def _instants(first: date, last: date) -> tuple[int, int]:
    return clock.start_of_day(first, site.zone), clock.start_of_day(last, site.zone)


def _date(text: str, default: date) -> date:
    try:
        on = date.fromisoformat(text)
    except ValueError:
        return default
    return on if 1990 <= on.year <= 2090 else default


def _bounds(view: str, on: date) -> tuple[date, date]:
    """The first day shown, and the day after the last."""
    monday = on - timedelta(days=on.weekday())
    if view == "week":
        return monday, monday + timedelta(days=7)
    if view == "list":
        return on, on + timedelta(days=LIST_DAYS)
    first = on.replace(day=1)
    start = first - timedelta(days=first.weekday())
    following = (first + timedelta(days=32)).replace(day=1)
    return start, following + timedelta(days=-following.weekday() % 7)


def _weekdays(on: date) -> list[str]:
    monday = on - timedelta(days=on.weekday())
    return [dates.date_tile(_noon(day))[0] for day in agenda.days(monday, monday + timedelta(days=7))]
