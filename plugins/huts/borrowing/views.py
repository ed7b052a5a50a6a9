"""A resident's own loans: asking for a thing, and what they can do with what they have."""

from typing import NamedTuple

from flask import abort, request
from markupsafe import Markup

from portal import (
    AUDIENCES,
    _,
    answer,
    answer_kept,
    kept,
    may,
    render,
    require_viewer,
    say,
    see_other,
    site,
    takes_part,
    viewer,
)

from .. import misses, sections
from ..lending import asking, changing, queries
from ..neighbours import LIVES_HERE, checked
from ..pages import pages
from ..refusals import Refusal
from ..shelf import queries as shelf
from ..shelf import show as shown
from ..shelf import signs
from . import card, show


class Brief(NamedTuple):
    """What has to be known of an item before its page is: what it is, who sees it, and who can ask for it."""

    id: int
    category: str
    gives: bool
    state: str
    hut_state: str
    units: int
    audience: str
    hut_audience: str


class Looked(NamedTuple):
    """An item that the viewer may see: what its page is known by, what has to be known of it, and of the viewer."""

    sign: signs.Sign
    row: Brief
    family: signs.Family


@pages.get("/items/<int:item_id>")
def item(item_id: int):
    """An item: what it is, where it lies, on which of the next days one is free, and the form to hold one."""
    it = _item(item_id)
    if request.args.keys() & show.ASKED:
        return _page(it)
    barred = _barred(it.row)
    family = _for_whom(it.family) if not barred else Markup()
    return answer_kept("huts/item.html", lambda: _made(item_id), {"family": family},
                       item_id=item_id, sign=it.sign, barred=barred, edits=may("huts.edit"))


def _made(item_id: int) -> dict:
    """What an item's page shows whoever reads it, with the form as it is before anything is asked for."""
    row = shelf.thing(item_id)
    return {"row": row, **shown.item(row), "wanted": show.Wanted(), "refusal": None, "today": shown.today()}


def _item(item_id: int) -> Looked:
    """The item, for who may see it."""
    seen, family = signs.of_item(item_id, viewer.person_id if viewer else None)
    sign, row = signs.held(("item", item_id), seen, lambda: _holds(item_id)) or abort(404)
    if not (may("huts.edit") or (row.state == "shown" and row.hut_state != "draft")):
        abort(404)
    return Looked(sign, row, family)


def _holds(item_id: int) -> signs.Held | None:
    """How long an item's page holds."""
    row = shelf.thing(item_id)
    return row and signs.Held(signs.turns([item_id]), Brief(*(getattr(row, name) for name in Brief._fields)))


def _for_whom(family: signs.Family) -> Markup:
    """The part of the form that asks for whom it is; empty where the viewer has no family."""
    return kept("huts/family.html", family=family) if family else Markup()


def _page(it: Looked, wanted: show.Wanted | None = None, refusal: Refusal | None = None):
    """The item's page, with what was asked for and why it cannot be: the form is made anew, the rest is kept."""
    barred, row = _barred(it.row), it.row
    form = render("huts/hold.html", row=row, barred=barred, wanted=wanted or show.Wanted.of(request.args, site.zone),
                  family=_for_whom(it.family), refusal=show.refusal(refusal) if refusal else None, today=shown.today())
    page = answer_kept("huts/item.html", lambda: _made(row.id), {"form": form}, item_id=row.id, sign=it.sign,
                       barred=barred, edits=may("huts.edit"), asked=True)
    page.status_code = 422 if refusal else 200
    return page


def _barred(row: Brief) -> str:
    """Why the viewer cannot ask for an item at all, in words; empty where they can try."""
    if row.state != "shown" or row.hut_state != "open" or not row.units:
        return _("It is not being lent just now.")
    others = next((who for who in (row.audience, row.hut_audience) if viewer and not takes_part(who)), None)
    if others:
        return _("It is for: %(who)s.", who=_(AUDIENCES[others]))
    if viewer and row.audience != "anyone" and not checked():
        return _(LIVES_HERE)
    return ""


@pages.post("/items/<int:item_id>/hold")
def hold(item_id: int):
    """Hold a thing for some days, or as soon as there is one."""
    me = require_viewer()
    it = _item(item_id)
    if _barred(it.row):
        return _page(it, refusal=Refusal(shown.words.N_("It is not being lent just now.")))
    wanted = show.Wanted.of(request.form, site.zone)
    if wanted.problem:
        return _page(it, wanted, wanted.problem)
    done = asking.ask(item_id, me.person_id, me.who, start=wanted.start, end=wanted.end, kin_id=_kin(it.family),
                      key=request.form.get("_key", ""))
    if isinstance(done, Refusal):
        page = _page(it, wanted, done)  # first, while nothing is written: it is kept for the next one
        if done.reason == asking.TAKEN:
            misses.refused(it.row.category)
        return page
    say(show.asked(queries.loan(done)))
    return see_other(f"huts/loans/{done}")


def _kin(family: signs.Family) -> int | None:
    """The member of the family for whom it is; none: oneself, or somebody who is not of it."""
    typed = request.form.get("for", "me")
    if typed == "me":
        return None
    return next((number for number, _name in family if str(number) == typed), None)


@pages.get("/mine")
def mine():
    """All that the viewer has borrowed, on hold or waits for, what they had before, what they offer and ask for."""
    me = require_viewer()
    return answer("huts/mine.html", lines=show.lines(queries.mine(me.person_id)),
                  before=show.lines(queries.before(me.person_id)), sections=sections.mine(me.person_id),
                  card=card.of(me.person_id))


@pages.get("/loans/<int:loan_id>")
def loan(loan_id: int):
    """One loan of the viewer: where it stands, what they can do, and how it came about."""
    row = _mine(loan_id)
    return answer("huts/loan.html", row=row, **show.loan(row), moves=show.moves(queries.moves(loan_id)))


@pages.post("/loans/<int:loan_id>/cancel")
def loan_cancel(loan_id: int):
    """Let go of what was asked for or held."""
    _mine(loan_id)
    done = changing.cancel(loan_id, require_viewer().who)
    if isinstance(done, Refusal):
        say(_(done.reason, **done.values), "bad")
    else:
        say(_("You do not need it any more. The next neighbour is glad."))
    return see_other(f"huts/loans/{loan_id}")


@pages.post("/loans/<int:loan_id>/extend")
def loan_extend(loan_id: int):
    """Keep a thing for some days more."""
    _mine(loan_id)
    done = changing.extend(loan_id, require_viewer().who)
    if isinstance(done, Refusal):
        say(_(done.reason, **done.values), "bad")
    else:
        say(_("Extended. Please bring it back by %(when)s.", when=show.said_at(done)))
    return see_other(f"huts/loans/{loan_id}")


def _mine(loan_id: int) -> queries.LoanRow:
    me = require_viewer()
    row = queries.loan(loan_id)
    if row is None or row.person_id != me.person_id:
        abort(404)
    return row
