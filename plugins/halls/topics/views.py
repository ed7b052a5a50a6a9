"""What everybody sees of topics: the list, a topic, one card at a time, the map, the files."""

import re
from typing import Any

from flask import Response, abort, request

from portal import (
    AUDIENCES,
    TooMany,
    _,
    answer,
    answer_kept,
    changes,
    count,
    names,
    ngettext,
    refused,
    require_viewer,
    say,
    see_other,
    takes_part,
    viewer,
)

from .. import sections
from ..pages import pages
from . import mapping, queries, saying, show, stages
from .queries import PAGE, TopicRow


@pages.get("/")
def index():
    """Topics that go on, or those that have ended; what moved last comes first."""
    state = "ended" if request.args.get("state") == "ended" else "open"
    after = _place(request.args.get("after", ""))

    def made() -> dict[str, Any]:
        rows = queries.listed(state, after)
        more = f"?state={state}&after={rows[PAGE - 1].changed_at}.{rows[PAGE - 1].id}" if len(rows) > PAGE else ""
        return {"lines": show.lines(rows[:PAGE]), "more": more}
    return answer_kept("halls/list.html", made, seen=changes("halls"), state=state, after=after,
                       first=after == queries.FIRST, edits=show.edits())


def _place(text: str) -> tuple[int, int]:
    """The place in the list that an address names; the first one when it names none."""
    found = re.fullmatch(r"(\d{1,12})\.(\d{1,9})", text)
    return (int(found[1]), int(found[2])) if found else queries.FIRST


def found(topic_id: int) -> TopicRow:
    """A topic that the viewer may see; else 404."""
    return seen(queries.topic(topic_id))


def seen(row: TopicRow | None) -> TopicRow:
    """The same of a row that was read."""
    if row is None or (row.state == "draft" and not show.edits()):
        abort(404)
    return row


def heard(topic_id: int) -> TopicRow:
    """A topic that has statements, for somebody who is signed in; else 404, or the way to sign in."""
    row = found(topic_id)
    if row.state == "draft" or not stages.hears(row.steps):
        abort(404)
    require_viewer()
    return row


@pages.get("/topics/<int:topic_id>")
def topic_page(topic_id: int):
    """A topic with all its sections, kept but for the reader's card and place on the map."""
    me = show.me(topic_id)
    found = sections.read(topic_id, me) or abort(404)
    row, reader, known = seen(found.topic), sections.Reader(show.edits(), names.whole()), show.public(found.known)
    kind, own = show.card(row, found.card, bool(me))

    def made() -> dict:
        drawn = show.of_map(row.id) if known and stages.hears(row.steps) else {}
        return show.article(row) | {"parts": sections.of(row, reader), "longest": saying.LONGEST} | drawn
    return answer_kept("halls/topic.html", made, own | show.own_map(row, found.known), topic=row, sign=found.sign,
                       seen=known, kind=kind, say=bool(me) and kind in show.SAYS, **reader._asdict())


@pages.get("/topics/<int:topic_id>/card")
def card_page(topic_id: int):
    """One statement alone; the same part that a topic's page shows."""
    me = show.me(topic_id)
    found = queries.read(queries.with_card, topic_id, me) or abort(404)
    row = seen(found.topic)
    if not stages.hears(row.steps):
        abort(404)
    kind, own = show.card(row, found.card, bool(me))
    if "HX-Request" in request.headers:
        return answer("halls/card_page.html", "card", topic=row, kind=kind, **own, **_card(row))
    return answer_kept("halls/card_page.html", lambda: _card(row), own, topic=row, kind=kind)


def _card(row: TopicRow) -> dict:
    return {"audience": show.audience(row), "alone": True}


@pages.post("/topics/<int:topic_id>/card")
def card_answer(topic_id: int):
    """Keep what the viewer thinks of a statement, then show the next one."""
    row = heard(topic_id)
    value = saying.VOTES.get(request.form.get("v", ""))
    statement = request.form.get("statement", type=int) or 0
    why = _barred(row)
    if value is None or not 0 < statement < 2**31:
        why = why or _("Choose one of the three buttons.")
    elif not why and not saying.vote(topic_id, statement, show.me(topic_id), value):
        why = _("This statement is no longer shown.")
    if why:
        return _unkept(row, why)
    if request.form.get("back") == "mine":
        say(_("Changed."))
        return see_other(f"halls/topics/{topic_id}/mine")
    return see_other(f"halls/topics/{topic_id}/card")


def _unkept(row: TopicRow, why: str) -> Response:
    """The next card, below the reason why an answer was not kept."""
    kind, own = show.card(row, queries.read(queries.with_card, row.id, show.me(row.id)).card, True)
    return refused("halls/card_page.html", "card", topic=row, kind=kind, **own, **_card(row), problem=why)


def _barred(row: TopicRow) -> str:
    """Why the viewer cannot answer or add statements now; empty where they can."""
    if not saying.hears(row):
        return _("Statements are no longer taken here.")
    if not takes_part(row.audience):
        return _("This topic is for: %(who)s.", who=_(AUDIENCES[row.audience]))
    return ""


@pages.get("/topics/<int:topic_id>/mine")
def my_answers(topic_id: int):
    """What the viewer thinks of each statement, to be changed while the topic takes answers."""
    row = heard(topic_id)
    rows = queries.answered(topic=topic_id, participant=show.me(topic_id))
    return answer("halls/mine.html", topic=row, rows=rows, words=saying.WORDS, hears=not _barred(row))


@pages.route("/topics/<int:topic_id>/statements/new", methods=["GET", "POST"])
def statement_new(topic_id: int):
    """Say something oneself; staff look at it before others see it."""
    row = heard(topic_id)
    text = " ".join(request.form.get("text", "").split())
    problem = _barred(row)
    if request.method == "POST" and not problem:
        problem = _unfit(text) or _kept(row, text)
        if not problem:
            return see_other(f"halls/topics/{topic_id}")
    show_it = refused if request.method == "POST" else answer
    return show_it("halls/statement_new.html", topic=row, text=text, problem=problem, longest=saying.LONGEST)


def _unfit(text: str) -> str:
    if not text:
        return _("Write what you think.")
    if len(text) > saying.LONGEST:
        return ngettext("It is %(n)s sign too long.", "It is %(n)s signs too long.", len(text) - saying.LONGEST)
    return ""


def _kept(row: TopicRow, text: str) -> str:
    """Keep a statement; what is wrong where it cannot be."""
    try:
        count(f"halls statement {row.id} {viewer.person_id}", saying.A_DAY, 86400)
    except TooMany:
        return _("That was a lot for one day. Please go on tomorrow.")
    if saying.say(row.id, text, viewer.who) is None:
        return _("Somebody has said the same in the same words.")
    say(_("Thank you. Staff look at it, mostly on the same day; then others can answer it."))
    return ""


@pages.get("/topics/<int:topic_id>/map")
def map_page(topic_id: int):
    """The opinion map with all figures: first what all groups share, then what each of them holds."""
    found = queries.read(queries.with_map, topic_id, show.me(topic_id)) or abort(404)
    row, known = seen(found.topic), show.public(found.known)
    if known is None or not stages.hears(row.steps):
        abort(404)
    edits = show.edits() and row.state == "open"
    proposes = sections.proposes(row)

    def made() -> dict:
        drawn = show.of_map(topic_id)
        shared = drawn["shared"] if proposes else ()
        return drawn | {"proposals": {n: show.proposal_form(topic_id, n) for n, *_rest in shared}}
    return answer_kept("halls/map.html", made, show.own_map(row, found.known), topic=row, seen=known,
                       final=show.final(row), edits=edits, proposes=proposes)


@pages.get("/topics/<int:topic_id>/participants-votes.csv", defaults={"name": "participants-votes"})
@pages.get("/topics/<int:topic_id>/comments.csv", defaults={"name": "comments"})
def polis_file(topic_id: int, name: str):
    """The answers in the form of Polis, once they are final: before, two files would tell who answered between them."""
    row = found(topic_id)
    if not stages.hears(row.steps) or not show.final(row):
        abort(404)
    from . import polis
    statements, votes = mapping.answers(topic_id)
    if len({participant for participant, _s, _v in votes}) < show.FEWEST:
        abort(404)
    text = polis.votes_csv(statements, votes) if name == "participants-votes" else polis.comments_csv(
        queries.shown(topic=topic_id), votes)
    return Response(text, mimetype="text/csv", headers={
        "Content-Disposition": f'attachment; filename="{name}.csv"'})
