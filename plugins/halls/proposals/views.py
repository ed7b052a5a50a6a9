"""The pages of proposals: those of a topic, one of them, what has changed in it; writing, signing, taking back."""

import re
from typing import Any

from flask import Response, abort, request, url_for
from markupsafe import Markup, escape

from portal import (
    _,
    answer,
    answer_kept,
    dates,
    hand_out,
    markdown,
    may,
    names,
    picture_url,
    refused,
    require,
    require_viewer,
    say,
    see_other,
    stale,
    unpacked,
    viewer,
)

from .. import beneath, limits, subject
from ..moderation.kinds import RULES
from ..pages import pages
from ..subject import Subject
from . import acts, queries, rules, whole
from .forms import AttachForm, ProposalForm
from .models import Attachment
from .queries import PAGE, Row

A_DAY = 10  # proposals of one person


def topic_of(topic_id: int) -> Subject:
    """A topic that residents see; else 404."""
    return subject.find(topic_id) or abort(404)


def found(proposal_id: int) -> Row:
    """A proposal that residents see or could, until it was hidden; else 404."""
    return queries.find(proposal_id) or abort(404)


def shown(proposal_id: int) -> Row:
    """A proposal that is shown; else 404."""
    row = found(proposal_id)
    return row if row.state == "shown" else abort(404)


@pages.get("/topics/<int:topic_id>/proposals")
def proposals(topic_id: int):
    """The proposals of a topic, those with the most signatures first."""
    place = re.fullmatch(r"(\d{1,9})\.(\d{1,9})", request.args.get("after", ""))
    after = (int(place[1]), int(place[2])) if place else queries.FIRST
    topic, seen = queries.sign(topic_id) or abort(404)

    def made() -> dict[str, Any]:
        rows = queries.listed(topic_id, after)
        more = f"{rows[PAGE - 1].signatures}.{rows[PAGE - 1].id}" if len(rows) > PAGE else ""
        return {"rows": rows[:PAGE], "more": more, "answers": rules.ANSWERS, "standings": rules.STANDINGS}
    return answer_kept("halls/proposals/list.html", made, topic=topic, seen=seen, after=after,
                       writes=topic.open and rules.writes(topic.stage, topic.template))


@pages.route("/topics/<int:topic_id>/proposals/new", methods=["GET", "POST"])
def proposal_new(topic_id: int):
    """Write a proposal, from nothing or from a statement; its author has signed it with that."""
    me, topic = require_viewer(), topic_of(topic_id)
    problem = subject.barred(topic)
    if not problem and not rules.writes(topic.stage, topic.template):
        problem = _("Proposals are not taken at this stage of the topic.")
    grown_from = request.args.get("statement", type=int)
    statement = queries.statement(topic_id, grown_from)
    form = ProposalForm.grown(statement)
    if problem or not form.validate_on_submit() or not limits.few("proposal", A_DAY, form.title):
        show = refused if request.method == "POST" else answer
        return show("halls/proposals/edit.html", form=form, topic=topic, row=None, problem=problem,
                    statement=statement)
    row = acts.write(topic_id, *form.values(), me.who, grown_from if statement else None)
    say(_("Your proposal is there, and you have signed it. Now ask your neighbours."))
    return see_other(f"halls/proposals/{row.id}")


@pages.get("/proposals/<int:proposal_id>")
def proposal(proposal_id: int):
    """A proposal with its answer, its signatures and its comments, kept for whoever sees the same."""
    found = whole.sign(proposal_id, viewer.person_id if viewer else 0) or abort(404)
    shown = found.state == "shown"
    signs = bool(viewer) and shown and not signing(found.topic, found.standing)
    whole_names = names.whole()
    return answer_kept("halls/proposals/page.html", lambda: _made(proposal_id, whole_names), topic=found.topic,
                       number=proposal_id, hidden=not shown, seen=found.seen, signs=signs, signed=found.signed,
                       changes=signs and found.wrote, edits=may("halls.edit"), guest=not viewer, whole=whole_names)


def _made(proposal_id: int, whole_names: bool) -> dict[str, Any]:
    """What the page shows of a proposal."""
    row, topic, parts = whole.find(proposal_id)
    return {"row": row, "rule": _(RULES.get(row.rule, "")), "body": markdown(row.text, 3),
            "authors": [names.shown(name, whole_names) for name, in unpacked(parts.authors)],
            "answers": [(_(rules.ANSWERS[status][0]), rules.ANSWERS[status][1], markdown(text, 4), dates.said_at(at))
                        for status, text, at in unpacked(parts.answers)],
            "files": [_file(proposal_id, *file) for file in unpacked(parts.files)], "earlier": parts.earlier,
            "statement": parts.statement, "standing": _(rules.STANDINGS[row.standing]),
            "comments": beneath.proposal(row.id, parts.comments, topic.open) if row.state == "shown" else ""}


def signing(topic: Subject, standing: str) -> str:
    """Why a proposal can be neither signed nor changed now, in words; empty where it can."""
    if standing != "open" or not rules.signs(topic.stage):
        return _("This proposal is not signed or changed any more.")
    return subject.barred(topic)


def _files(proposal_id: int) -> list[tuple[int, str, str, str]]:
    """(number, address, title, kind and size; empty for a picture) of what is attached."""
    return [_file(proposal_id, *file) for file in queries.files(proposal_id)]


def _file(proposal_id: int, number: int, file: str, title: str, size: int) -> tuple[int, str, str, str]:
    if not size:
        return number, picture_url(file), title, ""
    words = f"{size / 1_000_000:.1f} MB" if size >= 100_000 else f"{max(1, size // 1000)} kB"
    return number, url_for("halls.proposal_file", proposal_id=proposal_id, number=number), title, \
        _("PDF, %(size)s", size=words)


@pages.post("/proposals/<int:proposal_id>/<any(sign, unsign):move>")
def sign_proposal(proposal_id: int, move: str):
    """Sign a proposal, or take one's signature back."""
    me, row = require_viewer(), shown(proposal_id)
    problem = signing(topic_of(row.topic_id), row.standing)
    if problem:
        say(problem, "warn")
    elif move == "sign":
        acts.sign(proposal_id, me.who)
        say(_("Signed. Thank you."))
    else:
        acts.unsign(proposal_id, me.person_id)
        say(_("Your signature is taken back."))
    return see_other(f"halls/proposals/{proposal_id}")


def _own(proposal_id: int) -> tuple[Row, Subject]:
    """A proposal of the viewer's own that can still be changed; else 404."""
    require_viewer()
    row = shown(proposal_id)
    topic = topic_of(row.topic_id)
    if viewer.person_id not in queries.authors(proposal_id) or signing(topic, row.standing):
        abort(404)
    return row, topic


@pages.route("/proposals/<int:proposal_id>/edit", methods=["GET", "POST"])
def edit_proposal(proposal_id: int):
    """Change a proposal of one's own; every version stays to be read."""
    row, topic = _own(proposal_id)
    if request.method == "GET":
        return answer("halls/proposals/edit.html", form=ProposalForm(data=row._asdict()), topic=topic, row=row)
    form = ProposalForm()
    taken = form.validate() and not stale(row.version)
    if not taken or not acts.change(proposal_id, row.version, *form.values(), viewer.who):
        other = found(proposal_id) if stale(row.version) else None
        form.version.data = str(row.version)
        return refused("halls/proposals/edit.html", form=form, topic=topic, row=row, other=other)
    say(_("Saved. What has changed can be seen by everybody."))
    return see_other(f"halls/proposals/{proposal_id}")


@pages.route("/proposals/<int:proposal_id>/withdraw", methods=["GET", "POST"])
def withdraw_proposal(proposal_id: int):
    """Ask once more, then take a proposal of one's own back."""
    row, topic = _own(proposal_id)
    if request.method == "GET":
        return answer("halls/proposals/withdraw.html", row=row, topic=topic)
    acts.withdraw(proposal_id)
    say(_("Taken back. It stays to be read, and is not signed any more."))
    return see_other(f"halls/proposals/{proposal_id}")


@pages.route("/proposals/<int:proposal_id>/pictures", methods=["GET", "POST"])
def proposal_pictures(proposal_id: int):
    """Add pictures and PDF files to a proposal of one's own, or take them away."""
    row, topic = _own(proposal_id)
    form = AttachForm()
    there = _files(proposal_id)
    if request.form.get("away", "").isdecimal():
        Attachment.delete().where((Attachment.proposal_id == proposal_id)
                                  & (Attachment.id == int(request.form["away"][:9]))).execute()
        return see_other(f"halls/proposals/{proposal_id}/pictures")
    full = len(there) >= acts.MOST_FILES
    values = form.stored() if not full and form.validate_on_submit() else {}
    if not values or not acts.attach(proposal_id, values | viewer.who):
        show = refused if request.method == "POST" else answer
        return show("halls/proposals/pictures.html", form=form, row=row, topic=topic, files=there, full=full)
    return see_other(f"halls/proposals/{proposal_id}")


@pages.get("/proposals/<int:proposal_id>/files/<int:number>")
def proposal_file(proposal_id: int, number: int):
    """A PDF file of a proposal that is shown, to be saved."""
    shown(proposal_id)
    file, title = next(((file, title) for n, file, title, size in queries.files(proposal_id) if n == number and size),
                       None) or abort(404)
    return hand_out(file, title)


@pages.get("/proposals/<int:proposal_id>/changes")
def proposal_changes(proposal_id: int):
    """Every version of a proposal, with what has changed from one to the next."""
    row = shown(proposal_id)
    rows = queries.versions(proposal_id)
    pairs = [(version, dates.said_at(at), marked(before[1], title), marked(before[2], text))
             for (version, title, text, at), before in zip(rows, rows[1:], strict=False)]
    return answer("halls/proposals/changes.html", row=row, pairs=pairs, first=rows[-1])


def marked(old: str, new: str) -> Markup:
    """The way from an old text to a new one, as HTML: what is gone, and what has come."""
    return Markup("").join(
        Markup(f"<{mark}>%s</{mark}>") % text if mark else escape(text) for mark, text in rules.differences(old, new))


@pages.get("/topics/<int:topic_id>/proposals.csv")
def proposals_file(topic_id: int):
    """All proposals of a topic as a table."""
    from . import exports
    text = exports.proposals_csv(topic_of(topic_id).id)
    return Response(text, mimetype="text/csv", headers={
        "Content-Disposition": f'attachment; filename="proposals-{topic_id}.csv"'})


def staff(proposal_id: int):
    """(viewer, proposal) for who answers proposals; else 404."""
    return require("halls.edit"), shown(proposal_id)
