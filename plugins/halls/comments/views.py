"""The pages of comments: those of a topic or a proposal, one with its replies; saying, supporting, taking back."""

import re
from typing import NamedTuple

from flask import Response, abort, request

from portal import _, answer, may, refused, require_viewer, say, see_other, viewer

from .. import limits, subject
from ..pages import pages
from ..proposals.models import Proposal
from ..subject import Subject
from . import exports, posting, queries, show
from .forms import CommentForm, ReplyForm
from .queries import PAGE, Row

A_DAY = 40  # comments of one person
BACK = re.compile(r"(topics/\d{1,9}/comments|proposals/\d{1,9}/comments|comments/\d{1,9})(\?[a-z0-9=&.]{0,60})?")


class Place(NamedTuple):
    """Where comments stand: under a topic, or under a proposal of it. `path` is below `halls/`."""

    topic: Subject
    proposal_id: int | None
    title: str
    path: str

    @property
    def thread(self) -> str:
        return f"proposal {self.proposal_id}" if self.proposal_id else f"topic {self.topic.id}"


def _topic(topic_id: int) -> Subject:
    return subject.find(topic_id) or abort(404)


def _proposal(proposal_id: int) -> Place:
    row = Proposal.select(Proposal.topic_id, Proposal.title).where(
        (Proposal.id == proposal_id) & (Proposal.state == "shown")).tuples().first() or abort(404)
    return Place(_topic(row[0]), proposal_id, row[1], f"proposals/{proposal_id}")


@pages.route("/topics/<int:topic_id>/comments", methods=["GET", "POST"])
def topic_comments(topic_id: int):
    """The comments of a topic, and the form for one's own."""
    topic = _topic(topic_id)
    return _page(Place(topic, None, topic.title, f"topics/{topic_id}"))


@pages.route("/proposals/<int:proposal_id>/comments", methods=["GET", "POST"])
def proposal_comments(proposal_id: int):
    """The comments of a proposal, and the form for one's own."""
    return _page(_proposal(proposal_id))


def _page(place: Place):
    form, problem = None, subject.barred(place.topic)
    if request.method == "POST":
        require_viewer()
    if viewer and not problem:
        form = CommentForm()
    if form and form.validate_on_submit() and limits.few("comment", A_DAY, form.text):
        row = posting.say(place.topic.id, place.proposal_id, form.stance.data, form.text.data.strip(), viewer.who)
        say(_("Your comment is shown."))
        return see_other(f"halls/{place.path}/comments#c{row.id}")
    top, after = request.args.get("sort") == "top", _after(request.args.get("after", ""))
    rows = queries.listed(place.thread, top, after)
    more = f"{rows[PAGE - 1].support}.{rows[PAGE - 1].id}" if len(rows) > PAGE else ""
    reply = refused if request.method == "POST" else answer
    return reply("halls/comments/list.html", place=place, form=form, problem=problem, top=top, more=more,
                 number=queries.number(place.thread), most=queries.MOST, first=after == queries.FIRST,
                 rows=show.piece(tuple(rows[:PAGE]), acts=bool(form)), longest=posting.LONGEST, edits=may("halls.edit"),
                 back=f"{place.path}/comments" + (f"?{request.query_string.decode()}" if request.query_string else ""))


def _after(text: str) -> tuple[int, int]:
    """The place in the list that an address names; the first one when it names none."""
    found = re.fullmatch(r"(\d{1,9})\.(\d{1,9})", text)
    return (int(found[1]), int(found[2])) if found else queries.FIRST


@pages.route("/comments/<int:comment_id>", methods=["GET", "POST"])
def comment(comment_id: int):
    """A comment with all its replies, and the form for one's own."""
    row = queries.find(comment_id) or abort(404)
    if row.parent_id is not None:
        return see_other(f"halls/comments/{row.parent_id}#c{row.id}")
    place = _of(row)
    if request.method == "POST":
        require_viewer()
    form = ReplyForm() if viewer and row.state == "shown" and not subject.barred(place.topic) else None
    if form and form.validate_on_submit() and limits.few("comment", A_DAY, form.text):
        made = posting.reply(comment_id, "staff" if _as_staff() else "", form.text.data.strip(), viewer.who)
        return see_other(f"halls/comments/{comment_id}" + (f"#c{made.id}" if made else ""))
    after = request.args.get("after", 0, type=int)
    below = queries.replies(comment_id, min(max(after, 0), 2**31 - 1))
    reply = refused if request.method == "POST" else answer
    return reply("halls/comments/comment.html", row=row, place=place, form=form, back=f"comments/{comment_id}",
                 piece=show.piece((row,), bool(form), alone=True), longest=posting.LONGEST, edits=may("halls.edit"),
                 replies=show.piece(tuple(below[:PAGE]), bool(form), alone=True) if below else "",
                 more=below[PAGE - 1].place if len(below) > PAGE else 0)


def _as_staff() -> bool:
    return bool(request.form.get("staff")) and may("halls.edit")


def _of(row: Row) -> Place:
    if row.proposal_id is not None:
        return _proposal(row.proposal_id)
    topic = _topic(row.topic_id)
    return Place(topic, None, topic.title, f"topics/{topic.id}")


@pages.post("/comments/<int:comment_id>/<any(support, unsupport):move>")
def support_comment(comment_id: int, move: str):
    """Support a comment, or no longer; back to the page where it stood."""
    me = require_viewer()
    row = queries.find(comment_id) or abort(404)
    problem = subject.barred(_of(row).topic)
    if problem:
        say(problem, "warn")
    else:
        posting.support(comment_id, move == "support", me.who)
    back = request.form.get("back", "")
    return see_other(f"halls/{back if BACK.fullmatch(back) else f'comments/{comment_id}'}#c{comment_id}")


@pages.post("/comments/<int:comment_id>/take-back")
def take_back_comment(comment_id: int):
    """An author takes a comment back."""
    me = require_viewer()
    row = queries.find(comment_id) or abort(404)
    if row.person_id != me.person_id:
        abort(404)
    if posting.take_back(comment_id, me.person_id):
        say(_("Taken back. A line stays in its place, so that the replies can be understood."))
    return see_other(f"halls/comments/{row.parent_id or comment_id}")


@pages.get("/topics/<int:topic_id>/talk.csv")
def comments_file(topic_id: int):
    """All comments of a topic and its proposals as a table."""
    text = exports.comments_csv(_topic(topic_id).id)
    return Response(text, mimetype="text/csv", headers={
        "Content-Disposition": f'attachment; filename="comments-{topic_id}.csv"'})
