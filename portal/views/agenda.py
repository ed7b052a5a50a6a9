"""What the plugins have for the calendar of a site, of those above it and of those below it, by date."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import chain
from typing import NamedTuple

from flask import current_app, g, request

from ..base import clock, sites
from ..base.changes import changes
from ..offers import Day
from ..pages.here import site

LONGEST = 62  # days that one thing is shown on


class Item(NamedTuple):
    """One thing on a day: its whole address, what it is, and whose (empty for the site's own)."""

    url: str
    day: Day
    whose: str


def mark(start: int, end: int, only: bool) -> tuple | None:
    """The same as long as `found` would find the same; None when some plugin cannot tell."""
    plugins, said = _plugins(), []
    for name, ids in _asked(only):
        with sites.within_all(ids):
            one = plugins.ask(name, "calendar_mark", site=g.site, start=start, end=end, sites=ids)
        if one is None:
            return None
        said.append((name, one))
    return (*said, _counted(only)) if any(one is True for _, one in said) else tuple(said)


def _counted(only: bool) -> int:
    near = () if only else (*g.site.ancestors, *g.site.below)
    with sites.within_all((g.site.id, *(kin.id for kin in near))):
        return changes()


def found(start: int, end: int, only: bool) -> dict[date, list[Item]]:
    """Things by date, in their order; with `only` this site's own, else also of the sites above and below it."""
    by_date: dict[date, list[Item]] = {}
    places = _places()
    for day in _days(start, end, only):
        root, whose = places.get(day.site_id or site.id, (None, ""))
        if root is None:
            continue
        item = Item(f"{root}/{day.url}", day, whose)
        for on in _dates_of(day, start, end):
            by_date.setdefault(on, []).append(item)
    for items in by_date.values():
        items.sort(key=lambda item: (not item.day.all_day, item.day.start, item.day.title))
    return by_date


def _plugins():
    return current_app.portal.plugins


def _asked(only: bool) -> Iterator[tuple[str, tuple[int, ...]]]:
    """(plugin, sites where it is on) of each plugin with a calendar: this one, those above, those below."""
    view = g.site
    on = dict.fromkeys(view.plugins, (view.id,)) if only else view.where_on
    for name, _function, _arguments in _plugins().implementations("calendar"):
        if ids := on.get(name):
            yield name, ids


def _days(start: int, end: int, only: bool) -> Iterator[Day]:
    wide = {name for name, _function, arguments in _plugins().implementations("calendar") if "sites" in arguments}
    for name, ids in _asked(only):
        yield from _at_once(name, start, end, ids) if name in wide else _one_by_one(name, start, end, ids)


def _at_once(name: str, start: int, end: int, ids: tuple[int, ...]) -> list[Day]:
    with sites.within_all(ids):
        return _ask(name, g.site, start, end, ids)


def _ask(name: str, view: sites.SiteView, start: int, end: int, ids: tuple[int, ...]) -> list[Day]:
    return _plugins().ask(name, "calendar", (), site=view, viewer=g.viewer, start=start, end=end, sites=ids)


def _one_by_one(name: str, start: int, end: int, ids: tuple[int, ...]) -> list[Day]:
    """From a plugin that knows one site at a time: of this site and of those above it."""
    found = []
    for where in (site.id, *(a.id for a in site.ancestors)):
        if where in ids:
            with sites.within(where):
                view = g.site if where == site.id else sites.view(where)
                found += (day._replace(site_id=where) for day in _ask(name, view, start, end, (where,)))
    return found


def _places() -> dict[int, tuple[str, str]]:
    """(address before a path, whose) of this site, of those above and of those below it."""
    places = {site.id: (request.script_root, "")}
    for kin in chain(site.ancestors, site.below):
        places[kin.id] = (root_of(kin), kin.name)
    return places


def root_of(kin: sites.Kin) -> str:
    """How addresses of another site begin; whole where it or this one has a host of its own."""
    if kin.host:
        return f"{request.scheme}://{kin.host}"
    base = "" if "portal.slug" in request.environ else current_app.portal.settings.base_url.rstrip("/")
    return f"{base}/{kin.slug}"


def _dates_of(day: Day, start: int, end: int) -> Iterator[date]:
    first = clock.local_date(max(day.start, start), site.zone)
    last = clock.local_date(max(min(day.end, end) - 1, day.start), site.zone)
    return days(first, max(first, min(last, first + timedelta(days=LONGEST))) + timedelta(days=1))


def days(first: date, last: date) -> Iterator[date]:
    """Each day from the first up to, not with, the last."""
    for n in range((last - first).days):
        yield first + timedelta(days=n)
