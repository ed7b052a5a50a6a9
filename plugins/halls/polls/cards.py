"""What polls show elsewhere: menu, front page, “me”, staff desk, feed, search engines."""

from collections.abc import Iterator

from portal import Card, Link, News, _, dates, kept, may, now, plain, prepared, render, unpacked

from .. import speech
from ..models import Poll
from . import languages, queries, show
from .states import PUBLIC

HOME, MINE, NEWEST = 3, 10, 20
_newest = prepared(lambda: (
    Poll.select(Poll.id, speech.title(), Poll.state, Poll.text, Poll.texts, Poll.opened_at, Poll.closed_at,
                Poll.closes_at)
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


def news() -> Iterator[News]:
    """Polls that opened, and results."""
    for poll_id, title, state, text, texts, opened, closed, closes in _newest(locale=speech.locale()):
        if state == "counted":
            yield News(closed or closes or 0, _("Counted: %(title)s", title=title), f"halls/polls/{poll_id}")
        elif state == "open" and opened:
            yield News(opened, _("Voting: %(title)s", title=title), f"halls/polls/{poll_id}",
                       "\n".join(filter(None, (_("Voting until %(until)s", until=dates.at(closes)) if closes else "",
                                               plain(languages.text(text, texts), 300)))))


def addresses() -> list[str]:
    """Every page of polls that is for everybody."""
    return ["halls/polls/", *(f"halls/polls/{row.id}" for row in queries.listed(500) if row.state in PUBLIC)]
