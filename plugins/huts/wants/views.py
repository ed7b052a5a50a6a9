"""What residents see of wants: the list for everybody, a want, and the forms to post one and to answer."""

import re

from flask import abort, request

from portal import _, answer, may, refused, require_viewer, say, see_other, viewer

from ..hidings import last_hiding
from ..neighbours import neighbour
from ..pages import pages
from ..refusals import Refusal
from . import acts, queries, show
from .forms import AnswerForm, MetForm, WantForm

WHAT = ("thing", "skill")


@pages.get("/wants/")
def wants():
    """What neighbours need: all, things, or help."""
    what, before = request.args.get("what", ""), request.args.get("before", "")
    what = what if what in WHAT else ""
    rows = queries.listed(what, int(before) if re.fullmatch(r"\d{1,9}", before) else queries.NEWEST)
    more = f"?what={what}&before={rows[queries.PAGE - 1].id}" if len(rows) > queries.PAGE else ""
    return answer("huts/wants/list.html", lines=show.lines(rows[:queries.PAGE]), what=what, more=more)


@pages.route("/wants/new", methods=["GET", "POST"])
def want_new():
    """Post a want."""
    me, form = neighbour(), WantForm()
    if request.method == "GET":
        form.title.data = form.category.data = request.args.get("q", "")[:40]
    if form.validate_on_submit():
        what, category = form.kind
        done = acts.post({"what": what, "category": category, "title": form.title.data.strip(),
                          "text": form.text.data.replace("\r\n", "\n").strip(), "ends_at": form.ends_at()}, me.who)
        if not isinstance(done, Refusal):
            say(_("Posted. Neighbours read it with your family name alone."))
            return see_other(f"huts/wants/{done}")
        form.title.errors = [_(done.reason)]
    page = refused if form.problems else answer
    return page("huts/wants/form.html", form=form, kinds=show.all_kinds())


@pages.get("/wants/<int:want_id>")
def want(want_id: int):
    """A want; who posted it and staff see the answers and what fits."""
    return _page(_want(want_id), AnswerForm(formdata=None))


def _want(want_id: int) -> queries.Row:
    """A want that the viewer may see: hidden ones only their own, and staff."""
    row = queries.one(want_id) or abort(404)
    return row if row.state != "hidden" or _own(row) or may("huts.edit") else abort(404)


def _own(row: queries.Row) -> bool:
    return bool(viewer) and row.person_id == viewer.person_id


def _page(row: queries.Row, form: AnswerForm, why: str = "", met: MetForm | None = None):
    own, edits = _own(row), may("huts.edit")
    page = refused if why or form.problems or (met and met.problems) else answer
    inside = {"answers": show.answers(queries.answers(row.id), own), **show.fitting(row)} if own or edits else {}
    return page("huts/wants/page.html", row=row, **show.article(row, own or edits), **inside, form=form, own=own,
                edits=edits, why=why, met=met or MetForm(formdata=None), hiding=own and last_hiding("want", row))


@pages.post("/wants/<int:want_id>/answer")
def want_answer(want_id: int):
    """Say that one has it, or can help. Who has one goes on to offer it through the hut."""
    me, row, form = neighbour(), _want(want_id), AnswerForm()
    if not form.validate_on_submit():
        return _page(row, form)
    done = acts.answer(want_id, form.how.data, " ".join(form.words.data.split()), form.phone_open.data, me.who)
    if isinstance(done, Refusal):
        return _page(row, form, _(done.reason))
    if form.how.data == "have" and row.what == "thing":
        say(_("They are told. Now say what it is, so that the hut can take it."))
        return see_other(f"huts/offers/new?want={want_id}")
    say(_("They are told. Thank you."))
    return see_other(f"huts/wants/{want_id}")


@pages.post("/wants/<int:want_id>/withdraw")
def want_withdraw(want_id: int):
    """Want it no longer."""
    _mine(want_id)
    acts.step(want_id, "withdraw", who=require_viewer().who)
    say(_("Taken back."))
    return see_other(f"huts/wants/{want_id}")


@pages.post("/wants/<int:want_id>/met")
def want_met(want_id: int):
    """Who wanted it has it now."""
    row, form = _mine(want_id), MetForm()
    if not form.validate_on_submit():
        return _page(row, AnswerForm(formdata=None), met=form)
    acts.step(want_id, "meet", form.met_with.data.strip(), who=require_viewer().who)
    say(_("How good. It stands as found."))
    return see_other(f"huts/wants/{want_id}")


def _mine(want_id: int) -> queries.Row:
    me, row = require_viewer(), queries.one(want_id)
    return row if row and row.person_id == me.person_id else abort(404)
