"""What staff do with residents' things: take them in, decline, and give them back."""

import re

from flask import abort, request

from portal import _, answer, ngettext, refused, require, say, see_other

from ..pages import pages
from ..refusals import Refusal
from ..shelf import queries as shelf
from ..skills.forms import HideForm
from . import acts, queries, show
from .forms import AcceptForm
from .states import STATES


@pages.get("/desk/offers/")
def desk_offers():
    """Residents' things in a state; first those that wait for staff."""
    require("huts.edit")
    state, before = request.args.get("state", ""), request.args.get("before", "")
    state = state if state in STATES else "asked"
    rows = queries.in_state(state, int(before) if re.fullmatch(r"\d{1,9}", before) else queries.NEWEST)
    more = f"?state={state}&before={rows[queries.PAGE - 1].id}" if len(rows) > queries.PAGE else ""
    return answer("huts/lent/desk.html", lines=show.lines(rows[:queries.PAGE], True), state=state, states=STATES,
                  more=more)


@pages.get("/desk/offers/<int:offer_id>")
def desk_offer(offer_id: int):
    """A resident's thing, with what staff can do."""
    require("huts.edit")
    return _page(_offer(offer_id), AcceptForm(formdata=None), HideForm(formdata=None))


def _offer(offer_id: int) -> queries.Row:
    return queries.one(offer_id) or abort(404)


def _page(row: queries.Row, takes: AcceptForm, declines: HideForm, hut: str = "", missing: bool = False):
    page = refused if takes.problems or declines.problems or missing else answer
    huts = [(str(number), name) for number, _code, name, *_more in shelf.desk_houses()]
    return page("huts/lent/desk_page.html", row=row, **show.article(row), units=show.where(row), takes=takes,
                declines=declines, huts=huts, hut_id=hut or str(row.hut_id),
                extra=[("hut-0", _("Choose the hut that is its home."))] if missing else ())


@pages.post("/desk/offers/<int:offer_id>/accept")
def desk_offer_accept(offer_id: int):
    """Take a thing into a hut: its units get labels."""
    me, row, form, hut = require("huts.edit"), _offer(offer_id), AcceptForm(), request.form.get("hut", "")
    known = hut in {str(found[0]) for found in shelf.desk_houses()}
    if not form.validate_on_submit() or not known:
        return _page(row, form, HideForm(formdata=None), hut, not known)
    done = acts.accept(offer_id, int(hut), form.number.data, form.condition.data, me)
    if isinstance(done, Refusal):
        say(_(done.reason), "bad")
        return see_other(f"huts/desk/offers/{offer_id}")
    say(ngettext("Taken, with %(n)s label. Residents see it now.", "Taken, with %(n)s labels. Residents see it now.",
                 len(done)))
    return see_other(f"huts/desk/items/{row.item_id}")


@pages.post("/desk/offers/<int:offer_id>/decline")
def desk_offer_decline(offer_id: int):
    """Do not take it; its owner reads why."""
    me, row, form = require("huts.edit"), _offer(offer_id), HideForm()
    if not form.validate_on_submit():
        return _page(row, AcceptForm(formdata=None), form)
    _said(acts.decline(offer_id, form.reason.data.strip(), me), _("Not taken. Its owner reads why."))
    return see_other("huts/desk/offers/")


@pages.post("/desk/offers/<int:offer_id>/end")
def desk_offer_end(offer_id: int):
    """Give a thing back to its owner, once it is in."""
    me = require("huts.edit")
    _offer(offer_id)
    _said(acts.end(offer_id, me), _("Ended. Its owner is told that it lies ready."))
    return see_other(f"huts/desk/offers/{offer_id}")


def _said(done: str | Refusal, words: str) -> None:
    if isinstance(done, Refusal):
        say(_(done.reason), "bad")
    else:
        say(words)
