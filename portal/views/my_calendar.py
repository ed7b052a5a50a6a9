"""A person's own calendar: what they have in every site and plugin, at a secret address that they can renew or end."""

import secrets
from collections.abc import Iterator

from flask import Blueprint, Response, abort, current_app, request, session

from ..base import clock, sites
from ..offers import Day
from ..pages import calendar_file
from ..pages.here import dates, require_oneself, say, site_url
from ..pages.i18n import _
from ..pages.templates import answer, see_other
from ..people.models import CalendarLink
from ..people.signin import digest

pages = Blueprint("my_calendar", __name__)

BACK, AHEAD = 31 * 86400, 2 * 366 * 86400  # how much of it a calendar holds
SHOWN_ONCE = "calendar"  # the new address on its way to the page that shows it, in the browser's own cookie


@pages.get("/me/calendar")
def link():
    """Whether there is an address, and the new one just after it was made."""
    me = require_oneself()
    row = CalendarLink.get_or_none(CalendarLink.person == me.person_id)
    address = session.pop(SHOWN_ONCE, "") if SHOWN_ONCE in session else ""
    known = row is not None and _hash(address.rpartition("/")[2].removesuffix(".ics")) == row.token
    return answer("me-calendar.html", made=dates.day(row.made_at) if row else "", address=address if known else "",
                  phone=f"webcal:{address.partition(':')[2]}")


@pages.post("/me/calendar")
def renew():
    """A new address; the one before is dead at once. Only its hash is stored, so it is shown only now."""
    me = require_oneself()
    token = secrets.token_urlsafe(32)
    values = {"token": _hash(token), "made_at": clock.now()}
    (CalendarLink.insert(person=me.person_id, **values)
     .on_conflict(conflict_target=[CalendarLink.person], update=values).execute())
    session[SHOWN_ONCE] = site_url(_district(), f"calendar/mine/{token}.ics")
    return see_other("me/calendar")


@pages.post("/me/calendar/end")
def end():
    """No address any more."""
    me = require_oneself()
    CalendarLink.delete().where(CalendarLink.person == me.person_id).execute()
    say(_("The address no longer works."))
    return see_other("me/calendar")


@pages.get("/calendar/mine/<token>.ics")
def mine(token: str):
    """The calendar itself, for whoever has its address; any other address is a page that nobody has."""
    row = CalendarLink.get_or_none(CalendarLink.token == _hash(token))
    if row is None:
        abort(404)
    district = _district()
    entries = sorted(_entries(row.person_id, district), key=lambda e: (e.starts_at, e.uid))
    body = calendar_file.write(_("My calendar"), entries, district.zone)
    response = Response(body, mimetype="text/calendar", headers={"X-Robots-Tag": "noindex"})
    response.add_etag()
    return response.make_conditional(request)


def _hash(token: str) -> str:
    return digest(f"calendar {token}")


def _district() -> sites.SiteView:
    return sites.find()


def _entries(person_id: int, district: sites.SiteView) -> Iterator[calendar_file.Entry]:
    """What the plugins have of a person, wherever they are on."""
    places = {district.id: district} | {kin.id: kin for kin in district.below}
    for plugin, ids in _on(district):
        for day in _days(plugin, ids, person_id):
            if day.site_id in ids:
                yield _entry(day, site_url(places[day.site_id], day.url))


def _on(district: sites.SiteView) -> Iterator[tuple[str, tuple[int, ...]]]:
    for name, _function, _arguments in current_app.portal.plugins.implementations("my_calendar"):
        if ids := district.where_on.get(name):
            yield name, ids


def _days(plugin: str, ids: tuple[int, ...], person_id: int) -> list[Day]:
    now = clock.now()
    with sites.within_all(ids):
        return current_app.portal.plugins.ask(plugin, "my_calendar", (), person_id=person_id, start=now - BACK,
                                              end=now + AHEAD, sites=ids)


def _entry(day: Day, url: str) -> calendar_file.Entry:
    return calendar_file.Entry(
        uid=day.uid, starts_at=day.start, ends_at=day.end, title=day.title, all_day=day.all_day, location=day.place,
        url=url, status="CANCELLED" if day.cancelled else "CONFIRMED", sequence=day.sequence,
        changed_at=day.changed_at)
