"""Promises elsewhere: on the front page, and as a section of a topic's page."""

from datetime import timedelta

from markupsafe import Markup

from portal import clock, kept, may, render, site

from . import rows
from .views import lines

NEAR = 60  # days before its day that a promise stands on the front page


def home() -> Markup | None:
    """What is late, and what is promised for the days ahead; None where there is neither."""
    last = (clock.local_date(clock.now(), site.zone) + timedelta(days=NEAR)).isoformat()
    found = tuple(row for row in rows.open_ones(rows.AT_HOME) if row.due <= last)
    return kept("halls/promises/home.html", lambda: {"promises": lines(found)}, rows=found) if found else None


def section(topic_id: int) -> Markup | str:
    """The promises of a topic; staff find there how to write one down."""
    found, edits = rows.of_topic(topic_id), may("halls.edit")
    if not found and not edits:
        return ""
    return render("halls/promises/section.html", promises=lines(found), topic_id=topic_id, edits=edits)
