"""What leaves the site: calendar files and schema.org data."""

import json
from urllib.parse import urljoin

from markupsafe import Markup

from portal import calendar_file, dates, now, picture_url, plain, public_url, site

from .. import queries, rules
from ..queries import Thing

PAST, MOST = 31 * 86400, 2000  # what a calendar holds: the last month, and so many dates

STATUS = {"published": "https://schema.org/EventScheduled", "cancelled": "https://schema.org/EventCancelled"}
_HTML = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


def calendar(name: str, zone: str, activity_id: int = 0) -> bytes:
    """The calendar file of one activity, or of everything that residents see."""
    ask = queries.activity_feed if activity_id else queries.site_feed
    rows = ask(id=activity_id, floor=now() - PAST, limit=MOST)
    return calendar_file.write(name, [_entry(*row) for row in rows], zone)


def _entry(row_id, activity_id, uid, key, start, end, all_day, title, place, state, tags, sequence, changed,
           text) -> calendar_file.Entry:
    return calendar_file.Entry(
        uid=f"{row_id}.{uid}" if key else uid, starts_at=start, ends_at=end, title=title, all_day=bool(all_day),
        location=place, description=plain(text, 800), url=public_url(f"activities/{activity_id}?on={row_id}"),
        status="CANCELLED" if state == "cancelled" else "CONFIRMED", sequence=sequence, changed_at=changed,
        categories=tuple(rules.unpacked(tags)))


def linked_data(thing: Thing) -> Markup | str:
    """The date as a schema.org Event, for search engines."""
    if not thing.on or thing.state not in STATUS:
        return ""
    state = thing.on_state if thing.state == "published" else "cancelled"
    stamp = dates.iso_day if thing.all_day else dates.iso
    place = {"@type": "Place", "name": thing.on_place or thing.place or site.name,
             "address": site.brand.get("address") or site.name}
    data = {
        "@context": "https://schema.org", "@type": "Event", "name": thing.on_title,
        "startDate": stamp(thing.starts_at), "endDate": stamp(thing.ends_at - (1 if thing.all_day else 0)),
        "eventStatus": STATUS[state], "location": place, "description": plain(thing.text, 300),
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "url": public_url(f"activities/{thing.id}?on={thing.on}"),
        "organizer": {"@type": "Organization", "name": thing.organiser or site.name, "url": public_url()},
        "isAccessibleForFree": thing.price_fen == 0,
    }
    if thing.capacity is not None:
        data |= {"maximumAttendeeCapacity": thing.capacity,
                 "remainingAttendeeCapacity": max(0, thing.capacity - thing.taken)}
    if thing.picture:
        data["image"] = urljoin(public_url(), picture_url(thing.picture))
    return Markup(json.dumps(data, ensure_ascii=False).translate(_HTML))
