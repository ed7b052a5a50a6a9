"""The pages of comments: those of a topic or a proposal, one with its replies; saying, supporting, taking back."""

import re
from typing import Any

from flask import Response, abort, request

from portal import _, answer, answer_kept, may, names, refused, require_viewer, say, see_other, viewer

from .. import limits, subject
from ..pages import pages
from . import posting, queries, show
from .forms import CommentForm, ReplyForm
from .queries import PAGE, Found, Place

A_DAY = 40  # comments of one person
BACK = re.compile(r"(topics/\d{1,9}/comments|proposals/\d{1,9}/comments|comments/\d{1,9})(\?[a-z0-9=&.]{0,60})?")


@pages.route("/topics/<int:topic_id>/comments", methods=["GET", "POST"])
def topic_comments(topic_id: int):
    """The comments of a topic, and the form for one's own."""
    return _page("topic", topic_id)


@pages.route("/proposals/<int:proposal_id>/comments", methods=["GET", "POST"])
def proposal_comments(proposal_id: int):
    """The comments of a proposal, and the form for one's own."""
    return _page("proposal", proposal_id)


def _page(under: str, of: int) -> Response:
    """A page of comments, kept for whoever sees the same; a comment that is sent is stored first."""
    top, after = request.args.get("sort") == "top", _after(request.args.get("after", ""))
    found = queries.sign(under, of, viewer.person_id if viewer else 0) or abort(404)
    problem = subject.barred(found.place.topic)
    form = _sent(found.place, problem) if request.method == "POST" else None
    if isinstance(form, Response):
        return form
    acts = bool(viewer) and not problem

    def made() -> dict[str, Any]:
        rows, number = queries.page(found.place.thread, found.reader if acts else 0, top, after)
        more = f"{rows[PAGE - 1].support}.{rows[PAGE - 1].id}" if len(rows) > PAGE else ""
        return {"number": number, "most": queries.MOST, "more": more, "longest": posting.LONGEST,
                "form": form or CommentForm(), "back": _back(found.place, top, after), **show.made(rows[:PAGE])}
    values = {"place": found.place, "seen": found.seen, "reader": found.reader, "top": top, "after": after,
              "first": after == queries.FIRST, "known": bool(viewer), "problem": problem, "acts": acts,
              "edits": may("halls.edit"), "whole": names.whole()}
    if request.method == "POST":
        return refused("halls/comments/list.html", **values, **made())
    return answer_kept("halls/comments/list.html", made, **values)


def _sent(place: Place, problem: str) -> Response | CommentForm | None:
    """Keep the comment that was sent and show it; else the form with what is wrong, None for who can say nothing."""
    me = require_viewer()
    if problem:
        return None
    form = CommentForm()
    if not form.validate_on_submit() or not limits.few("comment", A_DAY, form.text):
        return form
    row = posting.say(place.topic.id, place.proposal_id, form.stance.data, form.text.data.strip(), me.who)
    say(_("Your comment is shown."))
    return see_other(f"halls/{place.path}/comments#c{row.id}")


def _back(place: Place, top: bool, after: tuple[int, int]) -> str:
    """The address of a page of comments, below `halls/`."""
    asked = [*(["sort=top"] if top else []), *([f"after={after[0]}.{after[1]}"] if after != queries.FIRST else [])]
    return f"{place.path}/comments" + ("?" + "&".join(asked) if asked else "")


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
    after = min(max(request.args.get("after", 0, type=int), 0), 2**31 - 1)
    one, below = queries.with_replies(comment_id, viewer.person_id if viewer else 0, after)
    reply = refused if request.method == "POST" else answer
    return reply("halls/comments/comment.html", row=row, place=place, form=form, back=f"comments/{comment_id}",
                 piece=show.piece(tuple(one), bool(form)), longest=posting.LONGEST, edits=may("halls.edit"),
                 replies=show.piece(tuple(below[:PAGE]), bool(form)) if below else "",
                 more=below[PAGE - 1].place if len(below) > PAGE else 0)


def _as_staff() -> bool:
    return bool(request.form.get("staff")) and may("halls.edit")


def _of(row: Found) -> Place:
    """Where a comment stands; else 404."""
    under = ("topic", row.topic_id) if row.proposal_id is None else ("proposal", row.proposal_id)
    return queries.place(*under) or abort(404)


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
    from . import exports
    text = exports.comments_csv((subject.find(topic_id) or abort(404)).id)
    return Response(text, mimetype="text/csv", headers={
        "Content-Disposition": f'attachment; filename="comments-{topic_id}.csv"'})
