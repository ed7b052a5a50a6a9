"""The calendar of a site: a month, a week or a list, with the street's and the district's days."""

from datetime import date, timedelta
from functools import partial
from typing import NamedTuple

from flask import Blueprint, current_app, g, request

from ..base import clock, sites
from ..base.holidays import working_time
from ..offers import Day
from ..pages.here import dates, site
from ..pages.i18n import _
from ..pages.templates import answer

pages = Blueprint("calendar", __name__, url_prefix="/calendar")

VIEWS = ("month", "week", "list")
LIST_DAYS = 60


class Cell(NamedTuple):
    """A day of the month's table."""

    day: date
    inside: bool
    today: bool
    holiday: str
    workday: str
    things: list[tuple[str, Day, str]]


@pages.get("/")
def index():
    """The calendar page; `view` is month, week or list, `on` a date in it."""
    view = request.args.get("view", "month")
    view = view if view in VIEWS else "month"
    today = clock.local_date(clock.now(), site.zone)
    on = _date(request.args.get("on", ""), today)
    first, last = _bounds(view, on)
    found = things(clock.start_of_day(first, site.zone), clock.start_of_day(last, site.zone))
    cells = [_cell(d, on, today, found) for d in _days(first, last)]
    shown = [c for c in cells if c.things or c.holiday or c.workday] if view != "month" else cells
    before, after = _step(view, on)
    noon = partial(clock.at_minute, minute=720, zone=site.zone)
    return answer("calendar.html", "grid", view=view, on=on, cells=shown, before=before, after=after, today=today,
                  title=dates.month_title(clock.start_of_day(on, site.zone)) if view == "month" else _("What is on"),
                  noon=noon,
                  weekdays=[dates.date_tile(clock.start_of_day(d, site.zone))[0] for d in _week_of(on)])


def things(start: int, end: int) -> dict[date, list[tuple[str, Day, str]]]:
    """(whole address, day, whose) by date, of this site and of those above it; `whose` is empty for its own."""
    found: dict[date, list[tuple[str, Day, str]]] = {}
    for root, view in _shown_sites():
        with sites.within(view.id):
            whose = view.name if view.id != site.id else ""
            for day in current_app.portal.plugins.all(view, "calendar", viewer=g.viewer, start=start, end=end):
                for on in _dates_of(day, start, end):
                    found.setdefault(on, []).append((f"{root}/{day.url}", day, whose))
    for items in found.values():
        items.sort(key=lambda item: (not item[1].all_day, item[1].start, item[1].title))
    return found


def _shown_sites():
    """(address prefix, view) of this site, its street and its district."""
    yield request.script_root, g.site
    base = request.script_root.removesuffix(f"/{site.slug}") if not site.host else ""
    for above in reversed(site.ancestors):
        yield f"{base}/{above.slug}", sites.view(above.id)


def _dates_of(day: Day, start: int, end: int):
    first = clock.local_date(max(day.start, start), site.zone)
    last = clock.local_date(max(min(day.end, end) - 1, day.start), site.zone)
    return _days(first, max(first, min(last, first + timedelta(days=62))) + timedelta(days=1))


def _cell(on: date, month: date, today: date, found: dict) -> Cell:
    working = working_time(site.zone)
    name = working.holiday_name(on)
    make_up = working.make_up_workday(on)
    return Cell(on, on.month == month.month, on == today, _(name) if name else "",
                _("Make-up workday") if make_up else "", found.get(on, []))


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


def _step(view: str, on: date) -> tuple[date, date]:
    if view == "week":
        return on - timedelta(days=7), on + timedelta(days=7)
    if view == "list":
        return on - timedelta(days=LIST_DAYS), on + timedelta(days=LIST_DAYS)
    first = on.replace(day=1)
    return (first - timedelta(days=1)).replace(day=1), (first + timedelta(days=32)).replace(day=1)


def _days(first: date, last: date):
    for n in range((last - first).days):
        yield first + timedelta(days=n)


def _week_of(on: date) -> list[date]:
    monday = on - timedelta(days=on.weekday())
    return [monday + timedelta(days=n) for n in range(7)]
