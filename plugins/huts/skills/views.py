"""What residents see of skills: the list, an offer, and the form to offer one."""

import re

from flask import abort, request

from portal import (
    AUDIENCES,
    _,
    answer,
    found,
    may,
    picture_url,
    refused,
    require_viewer,
    say,
    see_other,
    stale,
    takes_part,
    viewer,
)

from ..hidings import last_hiding
from ..neighbours import LIVES_HERE, checked, neighbour
from ..pages import pages
from ..refusals import Refusal
from . import acts, kinds, queries, show
from .forms import AskForm, SkillForm

COPIED = ("title", "category", "text", "per", "hours", "picture_alt")
MOST_FOUND = 48


@pages.get("/skills/")
def skills():
    """What neighbours can do: all, of a category, or what a search finds."""
    words, kind = request.args.get("q", "").strip()[:60], request.args.get("k", "")
    if words:
        return answer("huts/skills/list.html", rows=show.listed(_found(words)), kinds=(), kind="", words=words, more="")
    before = request.args.get("before", "")
    lines = queries.lines(kind if kind in kinds.KINDS else "",
                          int(before) if re.fullmatch(r"\d{1,9}", before) else queries.NEWEST)
    more = f"?k={kind if kind in kinds.KINDS else ''}&before={lines[queries.PAGE - 1].id}" \
        if len(lines) > queries.PAGE else ""
    return answer("huts/skills/list.html", rows=show.listed(lines[:queries.PAGE]), kind=kind, words="", more=more,
                  kinds=show.here(queries.kinds_here()))


def _found(words: str) -> list[queries.Line]:
    urls = [url for _title, url, _summary in found("huts", words, MOST_FOUND)]
    return queries.some([int(url.rpartition("/")[2]) for url in urls if url.startswith("huts/skills/")])


@pages.get("/skills/<int:skill_id>")
def skill(skill_id: int):
    """What a neighbour offers, and the form to ask for it."""
    return _page(_skill(skill_id), AskForm(formdata=None))


def _skill(skill_id: int) -> queries.Row:
    """A skill that the viewer may see: others only what is shown."""
    row = queries.one(skill_id) or abort(404)
    mine = viewer and row.person_id == viewer.person_id
    return row if row.state == "shown" or mine or may("huts.edit") else abort(404)


def _page(row: queries.Row, form: AskForm, refusal: Refusal | None = None):
    page = refused if refusal or form.problems else answer
    return page("huts/skills/page.html", row=row, **show.article(row), form=form, barred=_barred(row),
                mine=_own(row), edits=may("huts.edit"), hiding=_own(row) and last_hiding("skill", row),
                thanks=show.thanks(queries.thanks(row.id)) if row.thanks else (),
                refusal=show.refusal(refusal) if refusal else None)


def _own(row: queries.Row) -> bool:
    return bool(viewer) and row.person_id == viewer.person_id


def _barred(row: queries.Row) -> str:
    """Why the viewer cannot ask at all, in words; empty where they can try."""
    if row.state != "shown":
        return _(acts.GONE)
    if viewer and not takes_part(row.audience):
        return _("It is for: %(who)s.", who=_(AUDIENCES[row.audience]))
    if viewer and row.audience != "anyone" and not checked():
        return _(LIVES_HERE)
    return ""


@pages.post("/skills/<int:skill_id>/ask")
def skill_ask(skill_id: int):
    """Ask a neighbour for what they offer."""
    me, row = require_viewer(), _skill(skill_id)
    form = AskForm()
    if _barred(row):
        return _page(row, form, Refusal(acts.GONE))
    if not form.validate_on_submit():
        return _page(row, form)
    done = acts.ask(skill_id, me.person_id, me.who, _plain(form.words.data), form.wished.data.strip(),
                    request.form.get("_key", "")[:64])
    if isinstance(done, Refusal):
        return _page(row, form, done)
    say(_("Sent. You are told what they say; your phone is not shown until they agree."))
    return see_other(f"huts/skills/asks/{done}")


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


@pages.route("/skills/new", methods=["GET", "POST"])
def skill_new():
    """Offer a skill."""
    me, form = neighbour(), SkillForm()
    values = _values(form) if form.validate_on_submit() else None
    if values is None:
        return _form(form, None)
    number = acts.offer(values, me.who)
    say(_("Thank you. Staff look at it, and then neighbours see it."))
    return see_other(f"huts/skills/{number}")


@pages.route("/skills/<int:skill_id>/edit", methods=["GET", "POST"])
def skill_edit(skill_id: int):
    """Say one's own offer anew; staff look at it again."""
    me, row = require_viewer(), _mine(skill_id)
    data = row._asdict() | {"picture": None, "places": row.places.split(",")}
    form = SkillForm(data=data) if request.method == "GET" else SkillForm()
    values = _values(form, row.picture) if form.validate_on_submit() else None
    if values is not None and (stale(row.version) or not acts.change(skill_id, row.version, values, me.who)):
        form.version.data = str(row.version)
        form.title.errors = [_("Someone changed this meanwhile. Look it over, and save again.")]
        values = None
    if values is None:
        return _form(form, row)
    say(_("Saved. Staff look at it again, and then neighbours see it."))
    return see_other(f"huts/skills/{skill_id}")


@pages.post("/skills/<int:skill_id>/withdraw")
def skill_withdraw(skill_id: int):
    """Offer it no longer."""
    _mine(skill_id)
    acts.withdraw(skill_id, require_viewer().who)
    say(_("Withdrawn. Whoever has asked and had no answer yet is told."))
    return see_other(f"huts/skills/{skill_id}")


def _mine(skill_id: int) -> queries.Row:
    me, row = require_viewer(), queries.one(skill_id)
    return row if row and row.person_id == me.person_id else abort(404)


def _values(form: SkillForm, before: str = "") -> dict | None:
    """What was filled in; None where the picture cannot be taken."""
    picture = form.stored_picture(before)
    return None if form.problems else {name: form[name].data for name in COPIED} | {
        "text": _plain(form.text.data), "places": ",".join(form.places.data or ()), "picture": picture}


def _form(form: SkillForm, row: queries.Row | None):
    page = refused if form.problems else answer
    return page("huts/skills/form.html", form=form, row=row,
                picture=picture_url(row.picture) if row and row.picture else "")
