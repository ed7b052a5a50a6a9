"""What activities show elsewhere: on the front page, on “me”, on the staff desk, to search engines."""

from typing import Any

from flask import request
from markupsafe import Markup
from peewee import fn

from portal import Card, Figure, _, changes, clock, dates, kept, now, render

from . import queries, rules, show
from .attendance import afterwards
from .models import Activity, Occurrence
from .places import seats

HOME, MINE = 6, 5


def home():
    """This week's activities, or the next ones where this week has none; nothing where nothing is ahead. Asked
    together with what other plugins ask."""
    at = now()
    return queries.first_signs(_sections, at, at + show.YEARS, limit=HOME)


def _sections(signs: tuple) -> list[Card]:
    return [Card(kept("activities/home.html", _made, signs=signs, seen=changes("activities")), 20)] if signs else []


def _made() -> dict[str, Any]:
    at = now()
    ahead = queries.rows(None, at, at + show.YEARS, limit=HOME)
    week_end = clock.week_bounds(at, dates.zone)[1]
    week = [row for row in ahead if row.starts_at < week_end]
    shown = week or ahead[:3]
    return {"heading": _("This week") if week else _("Coming soon"), "lines": _lines(shown),
            "pictured": any(row.picture for row in shown)}


def _lines(rows: list[queries.Row]) -> list[tuple]:
    """(address, title, when, place, words, kind, cancelled, picture, srcset) of each row."""
    found = []
    for row in rows:
        line = show.line(row, request.script_root, now())
        when = dates.when(row.starts_at, row.ends_at, row.all_day)
        found.append((line.url, line.title, when, row.place, line.chip, line.kind, line.cancelled,
                      *show.picture(row.picture)))
    return found


def mine(person_id: int) -> Markup | None:
    """The next dates that a person is signed up for."""
    found = [queries.Row(*r) for r in queries.mine(person=person_id, since=now(), limit=MINE)]
    lines = [show.line(row, request.script_root, now()) for row in found]
    helped = sum(row["minutes"] for row in afterwards.helped_by(person_id))
    return render("activities/my.html", lines=lines, helped=rules.hours(helped) if helped else "",
                  as_guest=seats.as_guest(person_id).count())


def ahead_figure() -> Figure:
    """How many dates residents can see ahead."""
    n = Occurrence.select(fn.COUNT(Occurrence.id)).where(
        (Occurrence.listed == 1) & (Occurrence.state == "published") & (Occurrence.starts_at > now())).scalar()
    return Figure(_("Dates ahead"), n)


def addresses() -> list[str]:
    """Every page that is for everybody."""
    shown = Activity.select(Activity.id).where(Activity.state == "published").order_by(Activity.id).tuples()
    return ["activities/", *(f"activities/{i}" for i, in shown)]
