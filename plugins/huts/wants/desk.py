"""What staff do with wants: see what fits, mark one as met, hide one."""

import re

from flask import abort, request

from portal import _, answer, refused, require, say, see_other

from ..pages import pages
from ..refusals import Refusal
from ..skills.forms import HideForm
from . import acts, queries, show
from .forms import MetForm
from .states import STATES


@pages.get("/desk/wants/")
def desk_wants():
    """Wants in a state; first those that are open."""
    require("huts.edit")
    state, before = request.args.get("state", ""), request.args.get("before", "")
    state = state if state in STATES else "open"
    rows = queries.listed("", int(before) if re.fullmatch(r"\d{1,9}", before) else queries.NEWEST, state)
    more = f"?state={state}&before={rows[queries.PAGE - 1].id}" if len(rows) > queries.PAGE else ""
    return answer("huts/wants/desk.html", lines=show.lines(rows[:queries.PAGE]), state=state, states=STATES, more=more)


@pages.get("/desk/wants/<int:want_id>")
def desk_want(want_id: int):
    """A want, with what fits it and what staff can do."""
    require("huts.edit")
    return _page(_want(want_id), MetForm(formdata=None), HideForm(formdata=None))


def _want(want_id: int) -> queries.Row:
    return queries.one(want_id) or abort(404)


def _page(row: queries.Row, met: MetForm, hides: HideForm):
    page = refused if met.problems or hides.problems else answer
    return page("huts/wants/desk_page.html", row=row, **show.article(row, True), **show.fitting(row), met=met,
                answers=show.answers(queries.answers(row.id), False), hides=hides)


@pages.post("/desk/wants/<int:want_id>/<any(meet, hide, show):move>")
def desk_want_step(want_id: int, move: str):
    """Mark a want as met and with what, hide it with a reason, or show it again."""
    me, row = require("huts.edit"), _want(want_id)
    met, hides = (MetForm() if move == "meet" else MetForm(formdata=None)), (
        HideForm() if move == "hide" else HideForm(formdata=None))
    form = {"meet": met, "hide": hides}.get(move)
    if form is not None and not form.validate_on_submit():
        return _page(row, met, hides)
    said = {"meet": met.met_with.data, "hide": hides.reason.data}.get(move) or ""
    done = acts.step(want_id, move, said.strip(), me)
    if isinstance(done, Refusal):
        say(_(done.reason), "bad")
    else:
        say(_("Saved. Who posted it is told."))
    return see_other(f"huts/desk/wants/{want_id}")
