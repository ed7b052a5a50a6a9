"""The staff desk: work that failed, and having it tried again. It tells what and when, never of whom."""

from flask import Blueprint, abort

from ..base import due
from ..base.due import Due
from ..pages.here import require, say
from ..pages.i18n import _
from ..pages.templates import answer, see_other
from ..people.audit import audit
from .desk import owners, title_of, unsent

pages = Blueprint("failed_desk", __name__, url_prefix="/desk/failed")

N_ = str

A_PAGE = 100
HOUSE = {"nightly": N_("The work of the night"), "sweep": N_("Forgetting what is old"),
         "digest": N_("An e-mail of the day")}


@pages.get("")
def index():
    """What was due and could not be done, newest first."""
    require("core.plugins")
    rows = [row for owner in owners() for row in due.failed(owner).select(
        Due.id, Due.kind, Due.due_at, Due.tries, Due.error).order_by(Due.due_at.desc()).limit(A_PAGE).tuples()]
    return answer("desk/failed.html", rows=[(i, *_said(kind), *rest) for i, kind, *rest in rows], mails=unsent())


def _said(kind: str) -> tuple[str, str]:
    """(whose work, what) of a kind of due row."""
    owner, _dot, what = kind.partition(".")
    return (_("The portal"), _(HOUSE.get(what, what))) if owner == "core" else (_(title_of(owner)), what)


@pages.post("/<int:due_id>/again")
def again(due_id: int):
    """Has one row tried again; another site's is not there."""
    who = require("core.plugins")
    kind = next((k for owner in owners() for k, in due.failed(owner).select(Due.kind).where(
        Due.id == due_id).tuples()), None)
    if kind is None or not any(due.again(due_id, owner) for owner in owners()):
        abort(404)
    audit(who, "core.again", kind)
    say(_("It is being tried again. If it fails once more, it comes back to this list."))
    return see_other("desk/failed")
