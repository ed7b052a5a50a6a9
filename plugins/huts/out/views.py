"""Addresses for other programs: a hut's calendar file, and what is free as JSON. Anybody may read them."""

import json
from datetime import date, timedelta
from typing import Any

from flask import Response, abort, request

from portal import clock, now, site

from ..lending.opening import opening
from ..pages import pages
from ..shelf import queries
from ..shelf.views import after_of
from . import feeds

DAYS = 14  # of an item, where nobody says up to when
SECONDS = 60  # that what is free now may be kept elsewhere


@pages.get("/<int:hut_id>/calendar.ics")
def hut_ics(hut_id: int):
    """When a hut is open in the next eight weeks, to subscribe to."""
    row = queries.house(hut_id)
    if row is None or row.state == "draft":
        abort(404)
    return _told(Response(feeds.hut_calendar(row), mimetype="text/calendar", headers={
        "Content-Disposition": f'inline; filename="hut-{hut_id}.ics"'}), 3600)


@pages.get("/items/<int:item_id>/availability.json")
def item_availability(item_id: int):
    """How many units of an item are free, day by day; `from` and `to` are days, both counted."""
    row = queries.thing(item_id)
    if row is None or row.state != "shown" or row.hut_state == "draft":
        abort(404)
    first = _day("from", clock.local_date(now(), site.zone))
    last = _day("to", first and first + timedelta(days=DAYS - 1))
    if first is None or last is None or not 0 <= (last - first).days < feeds.MOST_DAYS:
        return _json({"error": f"from and to are days like 2026-03-01, at most {feeds.MOST_DAYS} of them"}, 400)
    return _json(feeds.days_of(row, first, last, opening(row.hut_id)))


@pages.get("/availability.json")
def availability():
    """What lies in all huts of the site now; `next` is the address of the next page."""
    return _json(feeds.shelf_of(after_of(request.args.get("after", ""))))


def _day(name: str, otherwise: date | None) -> date | None:
    """The day that the address names; None where it is none."""
    typed = request.args.get(name)
    if typed is None:
        return otherwise
    try:
        return date.fromisoformat(typed) if "2000" <= typed <= "2999" and len(typed) == 10 else None
    except ValueError:
        return None


def _json(found: dict[str, Any], status: int = 200) -> Response:
    return _told(Response(json.dumps(found, ensure_ascii=False), status, mimetype="application/json"), SECONDS)


def _told(response: Response, seconds: int) -> Response:
    """The same with what lets others keep it, or nothing sent where they have it."""
    response.cache_control.public, response.cache_control.max_age = True, seconds
    response.add_etag()
    return response.make_conditional(request)
