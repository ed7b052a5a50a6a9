"""What a resident does with a thing of their own: offer it, see where it is, ask for it back."""

import re

from flask import abort, request

from portal import _, answer, dates, refused, require_viewer, say, see_other

from .. import categories
from ..neighbours import neighbour
from ..pages import pages
from ..refusals import Refusal
from ..shelf import queries as shelf
from ..shelf import show as shelf_show
from ..wants import queries as wants
from . import acts, queries, show
from .forms import OfferForm


@pages.route("/offers/new", methods=["GET", "POST"])
def offer_new():
    """Offer a thing to a hut."""
    me, form, huts = neighbour(), OfferForm(), _huts()
    if request.method == "GET":
        form.category.data = form.name.data = _wanted(request.args.get("want", ""))
    hut_id = next((number for number, _name in huts if number == request.form.get("hut")), None)
    values = _values(form, hut_id) if form.validate_on_submit() and hut_id else None
    if values is None:
        return _form(form, huts, hut_id)
    done = acts.offer(values, me.who)
    if isinstance(done, Refusal):
        form.name.errors = [_(done.reason)]
        return _form(form, huts, hut_id)
    say(_("Thank you. Staff look at it and tell you when to bring it."))
    return see_other(f"huts/offers/{done}")


def _wanted(number: str) -> str:
    """The kind of thing that a neighbour wants, for who has one."""
    row = wants.one(int(number)) if re.fullmatch(r"\d{1,9}", number) else None
    return categories.name(row.category, dates.locale) if row and row.what == "thing" else ""


def _huts() -> list[tuple[str, str]]:
    """(number, name) of the huts that take things."""
    return [(str(row[0]), row[1]) for row in shelf.houses() if row[7] == "open"]


def _values(form: OfferForm, hut_id: str) -> dict | None:
    picture = form.stored_picture()
    if form.problems:
        return None
    return {"hut_id": int(hut_id), "category": form.kind, "name": form.name.data, "summary": form.summary.data,
            "gives": form.way.data == "give", "days": form.days.data or 0, "value_fen": form.value_fen,
            "picture": picture, "picture_alt": form.picture_alt.data}


def _form(form: OfferForm, huts: list[tuple[str, str]], hut_id: str | None):
    missing = [("hut-0", _("Choose the hut you bring it to."))] if request.method == "POST" and not hut_id else []
    page = refused if form.problems or missing else answer
    return page("huts/lent/form.html", form=form, huts=huts, hut_id=hut_id or (huts[0][0] if huts else ""),
                extra=missing, kinds=shelf_show.kinds())


@pages.get("/offers/<int:offer_id>")
def offer(offer_id: int):
    """A thing of the viewer's: where it stands, and where each of it is."""
    row = _mine(offer_id)
    return answer("huts/lent/page.html", row=row, **show.article(row), units=show.where(row))


@pages.post("/offers/<int:offer_id>/<any(withdraw, back):move>")
def offer_step(offer_id: int, move: str):
    """Think again, or ask for it back."""
    me, _row = require_viewer(), _mine(offer_id)
    done = acts.withdraw(offer_id, me.who) if move == "withdraw" else \
        acts.want_back(offer_id, _(acts.WANTED), me.who)
    if isinstance(done, Refusal):
        say(_(done.reason), "bad")
    else:
        say(_("Taken back.") if move == "withdraw" else _("Staff know. You are told as soon as it lies ready for you."))
    return see_other(f"huts/offers/{offer_id}")


def _mine(offer_id: int) -> queries.Row:
    me, row = require_viewer(), queries.one(offer_id)
    return row if row and row.person_id == me.person_id else abort(404)
