"""The pages of the bulletins: what everybody reads, then what staff do."""

import re

from flask import Blueprint, abort, request

from portal import (
    _,
    answer,
    answer_kept,
    audit,
    kept,
    later,
    markdown,
    may,
    now,
    picture_url,
    refused,
    remembered,
    require,
    say,
    see_other,
    site,
    stale,
)

from .forms import BulletinForm
from .models import FIRST, MOVES, ROWS, Bulletin, Row, at_desk, change, find, keep_findable, listed

pages = Blueprint("bulletin", __name__)


@pages.get("/")
def index():
    """Announcements, pinned ones first, and the pages that stay."""
    after = _place(request.args.get("after", ""))
    rows, standing = remembered("bulletin", after, lambda: listed(after))
    last = rows[ROWS - 1] if len(rows) > ROWS else None
    return answer("bulletin/list.html", "rows", rows=tuple(rows[:ROWS]), newest=after == FIRST,
                  standing=standing,
                  older=f"?after={last[3]:d}.{last[4]}.{last[0]}" if last else "")


@pages.get("/<int:number>")
def show(number: int):
    """One bulletin; a draft is for staff only."""
    row = _found(number)
    editable = may("bulletin.edit")
    if row.state != "published" and not editable:
        abort(404)
    picture = picture_url(row.picture) if row.picture else ""
    article = kept("bulletin/article.html", lambda: {"body": markdown(row.text)}, row=row, listed=row.listed,
                   picture=picture)
    show = answer if editable else answer_kept
    return show("bulletin/page.html", row=row, article=article, editable=editable, picture=picture)


@pages.get("/desk")
def desk():
    """All bulletins for staff, the newest first."""
    require("bulletin.edit")
    before = request.args.get("before", "")
    rows = at_desk(before=int(before) if re.fullmatch(r"\d{1,12}", before) else 2**62)
    older = f"?before={rows[ROWS - 1][0]}" if len(rows) > ROWS else ""
    return answer("bulletin/desk.html", rows=rows[:ROWS], older=older)


@pages.route("/new", methods=["GET", "POST"])
def new():
    """Write a bulletin; it begins as a draft."""
    viewer = require("bulletin.edit")
    form = BulletinForm()
    if request.method == "GET":
        return answer("bulletin/edit.html", form=form, row=None)
    values = form.values() if form.validate() else None
    if values is None:
        return refused("bulletin/edit.html", form=form, row=None)
    row = Bulletin.create(**values, **viewer.who)
    audit(viewer, "bulletin.write", row.title)
    say(_("Saved as a draft. Residents see it once you publish it."))
    return see_other(f"bulletin/{row.id}")


@pages.route("/<int:number>/edit", methods=["GET", "POST"])
def edit(number: int):
    """Change a bulletin, unless somebody else has meanwhile."""
    viewer = require("bulletin.edit")
    row = _found(number)
    if request.method == "GET":
        return answer("bulletin/edit.html", form=BulletinForm.of(row), row=row)
    form = BulletinForm()
    values = form.values() if form.validate() and not stale(row.version) else None
    if values is None or not change(row, **values):
        return _edit_again(form, number)
    _settle(row.id, values["until"])
    audit(viewer, "bulletin.change", values["title"])
    say(_("Saved."))
    return see_other(f"bulletin/{number}")


@pages.post("/<int:number>/<any(publish, withdraw):move>")
def move(number: int, move: str):
    """Publish or withdraw a bulletin."""
    viewer = require("bulletin.edit")
    row = _found(number)
    allowed, state = MOVES[move]
    if row.state in allowed and change(row, state=state, published_at=row.published_at or now()):
        _settle(number, row.until)
        audit(viewer, f"bulletin.{move}", row.title)
        say(_("Published. Everybody can read it now.") if state == "published" else
            _("Withdrawn. Residents no longer see it; the text is kept."))
    return see_other(f"bulletin/{number}")


@pages.route("/<int:number>/delete", methods=["GET", "POST"])
def delete(number: int):
    """Ask once more, then delete for good."""
    viewer = require("bulletin.edit")
    row = _found(number)
    if request.method == "GET":
        return answer("bulletin/delete.html", row=row)
    Bulletin.delete().where(Bulletin.id == number).execute()
    keep_findable(number)
    audit(viewer, "bulletin.delete", row.title)
    say(_("Deleted."))
    return see_other("bulletin/desk")


def _found(number: int) -> Row:
    return find(number) or abort(404)


def _place(text: str) -> tuple[bool, int, int]:
    """The place in the list that an address names; the first one when it names none."""
    found = re.fullmatch(r"([01])\.(\d{1,12})\.(\d{1,12})", text)
    return (found[1] == "1", int(found[2]), int(found[3])) if found else FIRST


def _edit_again(form: BulletinForm, number: int):
    """The form with what was typed; where somebody else was faster, beside what is stored now."""
    row = _found(number)
    other = row if stale(row.version) else None
    if other:
        form.version.data = str(row.version)
    return refused("bulletin/edit.html", form=form, row=row, other=other, body=markdown(row.text))


def _settle(number: int, until: int | None) -> None:
    """Bring the search up to date, now and when the bulletin has passed."""
    keep_findable(number)
    if until and until > now():
        later(until, "bulletin.passed", number, site.id)
