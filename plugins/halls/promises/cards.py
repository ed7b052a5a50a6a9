"""Promises elsewhere: on the front page, and as a section of a topic's page."""

from datetime import timedelta

from markupsafe import Markup

from portal import Card, clock, kept, may, render, site

from . import rows
from .views import lines

FOLLOWING = ("result", "follow")  # stages in which there is something to promise
NEAR = 60  # days before its day that a promise stands on the front page


def home() -> list[Card]:
    """What is late, and what is promised for the days ahead."""
    last = (clock.local_date(clock.now(), site.zone) + timedelta(days=NEAR)).isoformat()
    found = tuple(row for row in rows.open_ones(rows.AT_HOME) if row.due <= last)
    if not found:
        return []
    return [Card(kept("halls/promises/home.html", lambda: {"promises": lines(found)}, rows=found), 16)]


def section(topic) -> Markup:
    """The promises of a topic; staff find there how to write one down."""
    found, edits = rows.of_topic(topic.id), may("halls.edit")
    if not found and not (edits and topic.stage in FOLLOWING):
        return Markup("")
    return render("halls/promises/section.html", promises=lines(found), topic_id=topic.id, edits=edits)
