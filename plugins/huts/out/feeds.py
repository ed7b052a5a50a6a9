"""A hut's opening hours as a calendar file, and what is free on which days, as plain values for JSON."""

from datetime import date, timedelta
from typing import Any

from portal import _, calendar_file, clock, now, public_url, site

from ..lending import ranges
from ..lending.opening import Opening
from ..shelf import queries, show

WEEKS = 8
MOST_DAYS, MOST_ITEMS = 92, 500


def hut_calendar(row: queries.House) -> bytes:
    """The calendar file of a hut: each opening of the next eight weeks, and the special days on which it is closed.

    An opening is known by its times: one that moves is another one, and the one before is gone.
    """
    today = clock.local_date(now(), site.zone)
    special = queries.special_days(row.id, today.isoformat())
    found, entries = show.hours_of(row, special), []
    for day in (today + timedelta(days=n) for n in range(7 * WEEKS)):
        spans = found.spans(day)
        why = special.get(day.isoformat(), ((), ""))[1]
        entries += [_entry(row, f"{start}-{end}", start, end, row.name, False, why) for start, end in spans]
        if not spans and day.isoformat() in special:
            start, end = clock.start_of_day(day, site.zone), clock.start_of_day(day + timedelta(days=1), site.zone)
            entries.append(_entry(row, f"{day}-closed", start, end, _("%(hut)s is closed", hut=row.name), True, why))
    return calendar_file.write(row.name, entries, site.zone)


def _entry(row: queries.House, key: str, start: int, end: int, title: str, whole: bool,
           why: str) -> calendar_file.Entry:
    return calendar_file.Entry(uid=f"hut-{row.id}-{key}.{site.id}@huts", starts_at=start, ends_at=end, title=title,
                               all_day=whole, location=row.address, description=why, url=public_url(f"huts/{row.id}"),
                               changed_at=row.changed_at)


def days_of(row: queries.Thing, first: date, last: date, opening: Opening) -> dict[str, Any]:
    """How many units of an item are free on each day from `first` to `last`; counts only."""
    found = ranges.days(row.id, first, (last - first).days + 1, opening)
    return {"item": row.id, "name": row.name, "hut": row.hut_id, "units": row.units, "free_now": row.free,
            "waiting": row.waiting,
            "days": [{"day": day.day.isoformat(), "free": day.free, "open": day.open} for day in found]}


def shelf_of(after: tuple[str, int]) -> dict[str, Any]:
    """What lies in the site's huts now, by name, and where the next page begins; counts only."""
    rows = queries.feed(after, MOST_ITEMS + 1)
    items = [{"item": line.id, "name": line.name, "category": line.category, "hut": line.hut, "units": line.units,
              "free_now": line.free, "waiting": line.waiting, "next_end": line.back} for line in rows[:MOST_ITEMS]]
    last = rows[MOST_ITEMS - 1] if len(rows) > MOST_ITEMS else None
    return {"items": items, "next": last and show.after(last.name, last.id)}
