"""What polls show elsewhere: menu, front page, “me”, staff desk, calendar, feed, search engines."""

from collections.abc import Iterator

from peewee import fn

from portal import Card, Day, Link, News, _, dates, kept, may, now, param, plain, prepared, render

from ..models import Poll
from ..packing import unpacked
from . import queries, show
from .states import PUBLIC

HOME, MINE, NEWEST, MOST = 3, 10, 20, 500
_closing = prepared(lambda: (
    Poll.select(Poll.site, Poll.id, Poll.title, Poll.closes_at)
    .where((Poll.closes_at >= param("start")) & (Poll.closes_at < param("end")) & Poll.state.in_(PUBLIC))
    .order_by(Poll.closes_at, Poll.id).limit(MOST)))
_mark = prepared(lambda: Poll.select(fn.COUNT(Poll.id), fn.SUM(Poll.version)))
_newest = prepared(lambda: (
    Poll.select(Poll.id, Poll.title, Poll.state, Poll.text, Poll.opened_at, Poll.closed_at, Poll.closes_at)
    .where(Poll.state.in_(PUBLIC)).order_by(Poll.id.desc()).limit(NEWEST)))


def home(found: str | None) -> list[Card]:
    """One call to vote: the polls that wait for this viewer; `found` is packed."""
    if not found or found == "[]":
        return []
    return [Card(kept("halls/polls/mine.html", lambda: {"lines": show.calls(unpacked(found)[:HOME])}, rows=found), 1)]


def mine(person_id: int) -> list[Card]:
    """What waits for a person's vote."""
    lines = show.calls(queries.waiting(person_id, now())[:MINE])
    return [Card(render("halls/polls/my.html", lines=lines), 12)] if lines else []


def desk() -> list[Link]:
    """The entry of the staff desk."""
    return [Link("halls/desk/polls/", _("Polls"), "vote", 11)] if may("halls.edit") or may("halls.desk") else []


def calendar(start: int, end: int) -> Iterator[Day]:
    """The hours at which polls close, in the sites that are open."""
    for site_id, poll_id, title, at in _closing(start=start, end=end):
        yield Day(at, at, _("Voting closes: %(title)s", title=title), f"halls/polls/{poll_id}", site_id=site_id)


def mark() -> str:
    """What changes with every change of a poll of the open sites: the calendar's pages are kept while it stays."""
    return "-".join(str(n) for n in _mark()[0])


def news() -> Iterator[News]:
    """Polls that opened, and results."""
    for poll_id, title, state, text, opened, closed, closes in _newest():
        if state == "counted":
            yield News(closed or closes or 0, _("Counted: %(title)s", title=title), f"halls/polls/{poll_id}")
        elif state == "open" and opened:
            yield News(opened, _("Voting: %(title)s", title=title), f"halls/polls/{poll_id}",
                       "\n".join(filter(None, (_("Voting until %(until)s", until=dates.at(closes)) if closes else "",
                                               plain(text, 300)))))


def addresses() -> list[str]:
    """Every page of polls that is for everybody."""
    return ["halls/polls/", *(f"halls/polls/{row.id}" for row in queries.listed(500) if row.state in PUBLIC)]
