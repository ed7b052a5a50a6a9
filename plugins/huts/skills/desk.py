"""What staff do with skills: look at offers, show them to whom, or hide them with a reason."""

import re

from flask import abort, request

from portal import _, answer, refused, require, say, see_other

from ..pages import pages
from . import acts, queries, show
from .forms import HideForm, ShowForm

FILTERS = ("asked", "shown", "hidden", "withdrawn")


@pages.get("/desk/skills/")
def desk_skills():
    """Offers in a state; first those that staff have not looked at."""
    require("huts.edit")
    state, before = request.args.get("state", ""), request.args.get("before", "")
    state = state if state in FILTERS else "asked"
    lines = queries.lines("", int(before) if re.fullmatch(r"\d{1,9}", before) else queries.NEWEST, state)
    more = f"?state={state}&before={lines[queries.PAGE - 1].id}" if len(lines) > queries.PAGE else ""
    return answer("huts/skills/desk.html", tiles=[show.tile(line, True) for line in lines[:queries.PAGE]], state=state,
                  states=show.SKILLS, more=more)


@pages.get("/desk/skills/<int:skill_id>")
def desk_skill(skill_id: int):
    """An offer, with what staff can do."""
    require("huts.edit")
    row = _skill(skill_id)
    return _page(row, ShowForm(formdata=None, data={"audience": row.audience}), HideForm(formdata=None))


@pages.post("/desk/skills/<int:skill_id>/show")
def desk_skill_show(skill_id: int):
    """Show an offer to residents; who may ask is staff's to say."""
    me, row, form = require("huts.edit"), _skill(skill_id), ShowForm()
    if not form.validate_on_submit():
        return _page(row, form, HideForm(formdata=None))
    done = acts.show(skill_id, form.audience.data, me)
    say(_("Residents see it now.") if done else _(acts.NOT_NOW), "ok" if done else "bad")
    return see_other("huts/desk/skills/")


@pages.post("/desk/skills/<int:skill_id>/hide")
def desk_skill_hide(skill_id: int):
    """Hide an offer; who made it reads why."""
    me, row, form = require("huts.edit"), _skill(skill_id), HideForm()
    if not form.validate_on_submit():
        return _page(row, ShowForm(formdata=None, data={"audience": row.audience}), form)
    done = acts.hide(skill_id, form.reason.data.strip(), me)
    say(_("Not shown. Who offers it reads why.") if done else _(acts.NOT_NOW), "ok" if done else "bad")
    return see_other("huts/desk/skills/")


def _skill(skill_id: int) -> queries.Row:
    return queries.one(skill_id) or abort(404)


def _page(row: queries.Row, shows: ShowForm, hides: HideForm):
    page = refused if shows.problems or hides.problems else answer
    return page("huts/skills/desk_page.html", row=row, **show.article(row), shows=shows, hides=hides)
