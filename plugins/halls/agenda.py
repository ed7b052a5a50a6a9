"""The days of the hall in calendars: polls open and close, stages of topics end. One statement for all of them."""

from collections.abc import Iterator
from typing import Any

from flask import Response
from peewee import Case, Select

from portal import (
    Day,
    _,
    calendar_file,
    clock,
    now,
    packed,
    param,
    prepared,
    public_url,
    scope_id,
    site,
    site_view,
    unpacked,
)

from . import speech
from .models import Poll, Topic, Voter
from .pages import pages
from .polls.states import PUBLIC
from .topics import stages

MOST = 500
AHEAD, BACK = 400 * 86400, 60 * 86400  # how much of it the file holds
TOLD = '"told":'  # in a draft's flight: those on the roll know of it


def _polls():
    """Polls that open or close between two instants: those that the public sees, and drafts that were announced."""
    opens = Case(None, [(Poll.state == "draft", Poll.opens_at)], Poll.opened_at)
    told = (Poll.state == "draft") & (Poll.opens_at > param("now")) & Poll.flight.contains(TOLD)
    start, end = param("start"), param("end")
    within = (Poll.closes_at >= start) & (Poll.closes_at < end) | (opens >= start) & (opens < end)
    columns = (Poll.site.alias("at"), Poll.id, speech.title(), opens.alias("opens"), Poll.closes_at, Poll.state,
               Poll.version)
    return (Poll.select(*columns).where((Poll.state.in_(PUBLIC) | told) & within)
            .order_by(Poll.closes_at, Poll.id).limit(MOST))


def _topics():
    """Topics that go on and have days: in seconds these end in two noughts, in every zone."""
    return (Topic.select(Topic.site.alias("at"), Topic.id, Topic.title, Topic.stages, Topic.version)
            .where((Topic.state == "open") & Topic.stages.contains("00")).order_by(Topic.id.desc()).limit(MOST))


_days = prepared(lambda: Select(columns=[
    packed(_polls(), "at", "id", "title", "opens", "closes_at", "state", "version"),
    packed(_topics(), "at", "id", "title", "stages", "version")]))
_mine = prepared(lambda: _polls().join(
    Voter, on=((Voter.poll_id == Poll.id) & (Voter.person_id == param("person")))))


def days(start: int, end: int) -> Iterator[Day]:
    """What is between two instants, in the sites that are open."""
    polls, topics = _days.one(start=start, end=end, now=now(), locale=speech.locale())
    for row in unpacked(polls):
        yield from (day for day in _of_poll(*row) if start <= day.start < end)
    for row in unpacked(topics):
        yield from (day for day in _of_topic(*row) if day.end > start and day.start < end)


def of(person_id: int, start: int, end: int) -> Iterator[Day]:
    """When the polls open and close on whose roll somebody is, in the sites that are open."""
    for row in _mine(person=person_id, start=start, end=end, now=now(), locale=speech.locale()):
        yield from (day._replace(uid=f"{day.uid}@halls") for day in _of_poll(*row) if start <= day.start < end)


def _of_poll(at: int, poll_id: int, title: str, opens: int | None, closes: int | None, state: str,
             version: int) -> Iterator[Day]:
    url = "halls/polls/" if state == "draft" else f"halls/polls/{poll_id}"
    more: dict[str, Any] = {"site_id": at, "sequence": version}
    if opens:
        yield Day(opens, opens, _("Voting opens: %(title)s", title=title), url, uid=f"poll-{poll_id}-opens", **more)
    if closes:
        yield Day(closes, closes, _("Voting closes: %(title)s", title=title), url, uid=f"poll-{poll_id}-closes", **more)


def _of_topic(at: int, topic_id: int, title: str, text: str, version: int) -> Iterator[Day]:
    steps = stages.read(text)
    for step in steps:
        end = stages.ends_at(steps, step.stage)
        if end is None:
            continue
        first = clock.start_of_day(clock.local_date(end - 1, site_view(at).zone), site_view(at).zone)
        said = _("Last day of “%(stage)s”: %(title)s", stage=_(stages.NAMES[step.stage]), title=title)
        yield Day(first, end, said, f"halls/topics/{topic_id}", all_day=True, site_id=at, sequence=version,
                  uid=f"topic-{topic_id}-{step.stage}")


@pages.get("/calendar.ics")
def calendar_ics():
    """The hall's days, to subscribe to."""
    entries = [_entry(day) for day in days(now() - BACK, now() + AHEAD)]
    body = calendar_file.write(_("%(place)s: hall", place=site.name), entries, site.zone)
    return Response(body, mimetype="text/calendar", headers={
        "Content-Disposition": f'inline; filename="{site.slug}-halls.ics"', "Cache-Control": "private, max-age=300"})


def _entry(day: Day) -> calendar_file.Entry:
    uid = f"{day.uid}@{site.slug}.{scope_id()}.halls"
    return calendar_file.Entry(uid, day.start, day.end, day.title, all_day=day.all_day, url=public_url(day.url),
                               sequence=day.sequence)
