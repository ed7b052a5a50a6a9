"""One loan at the counter: where it stands, how it came about, and what staff can do with it."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import abort, request
from wtforms.validators import ValidationError

from portal import _, answer, dates, refused, require, say, see_other

from ..borrowing import show as borrowing
from ..lending import asking, changing, queries
from ..models import Loan
from ..pages import pages
from ..refusals import Refusal
from ..shelf.forms import fen
from ..shelf.show import yuan
from . import show, steps
from .views import DEAREST, by, house

N_ = str

Act = Callable[[int, str, Mapping[str, Any]], Any]
NO_MONEY = N_("This is no amount of money, like 120 or 9.50.")
ACTS: Mapping[str, Act] = {
    "approve": lambda number, why, who: asking.approve(number, who, why),
    "reject": lambda number, why, who: changing.reject(number, why, who),
    "ready": lambda number, why, who: steps.ready(number, who),
    "miss": lambda number, why, who: steps.miss(number, who),
    "cancel": lambda number, why, who: changing.cancel(number, who, why) if why else Refusal(changing.WHY),
    "extend": lambda number, why, who: changing.extend(number, who),
    "lose": lambda number, why, who: changing.lose(number, why, who),
    "dispute": lambda number, why, who: changing.dispute(number, why, who),
    "settle": lambda number, why, who: changing.settle(number, why, who),
    "deposit": lambda number, why, who: _deposit(number, who),
}
DONE: Mapping[str, str] = {
    "approve": N_("It is granted."), "reject": N_("They are told why it cannot be."), "ready": N_("It lies ready."),
    "miss": N_("Noted: not picked up. The next one has it set aside."), "cancel": N_("The hold is cancelled."),
    "extend": N_("Extended. Please bring it back by %(when)s."), "lose": N_("Noted as missing."),
    "dispute": N_("Noted: it is being cleared up. There are no reminders meanwhile."),
    "settle": N_("Cleared up."), "deposit": N_("The deposit is noted."),
}
# What can be done in each state: with a reason that is kept, and without.
PLAIN: Mapping[str, tuple[str, ...]] = {"asked": ("approve",), "approved": ("ready",), "ready": ("miss",),
                                        "out": ("extend",)}
REASONED: Mapping[str, tuple[str, ...]] = {
    "asked": ("reject", "cancel"), "approved": ("cancel",), "ready": ("cancel",), "out": ("lose", "dispute"),
    "disputed": ("lose", "settle")}
WORDS: Mapping[str, str] = {
    "approve": N_("Yes"), "reject": N_("It cannot be lent"), "ready": N_("Lies ready"), "miss": N_("Not picked up"),
    "cancel": N_("Cancel the hold"), "extend": N_("Extend"), "lose": N_("It is missing"),
    "dispute": N_("There is another view of it"), "settle": N_("It is cleared up"),
}


@pages.get("/counter/<int:hut_id>/loans/<int:loan_id>")
def counter_loan(hut_id: int, loan_id: int):
    """A loan with its story and its buttons."""
    require("huts.desk")
    return _page(house(hut_id), _loan(loan_id))


def _loan(loan_id: int) -> queries.LoanRow:
    return queries.loan(loan_id) or abort(404)


def _page(hut, row: queries.LoanRow, problem: Refusal | None = None, move: str = ""):
    said, kind = show.chip(row)
    hopeless = row.overdue or row.state == "asked" and row.number is not None
    plain = () if hopeless else PLAIN.get(row.state, ())
    return (refused if problem else answer)(
        "huts/counter_loan.html", hut=hut, row=row, words=said, kind=kind, when=show.when(row), held=show.held(row),
        plain=[(name, _(WORDS[name])) for name in plain], moves=borrowing.moves(queries.moves(row.id)),
        reasoned=[(name, _(WORDS[name])) for name in REASONED.get(row.state, ())], chosen=move,
        problem=show.refusal(problem, hut.id) if problem else None, why=request.form.get("why", ""),
        deposit=yuan(Loan.get_by_id(row.id).deposit_fen), person=row.person or _("Erased"))


@pages.post("/counter/<int:hut_id>/loans/<int:loan_id>/act")
def counter_reasoned(hut_id: int, loan_id: int):
    """What needs a reason, which is kept with the step."""
    move = request.form.get("move", "")
    return _act(hut_id, loan_id, move if any(move in names for names in REASONED.values()) else "")


@pages.post("/counter/<int:hut_id>/loans/<int:loan_id>/<any(approve, ready, miss, extend, deposit):move>")
def counter_act(hut_id: int, loan_id: int, move: str):
    """One step of a loan."""
    return _act(hut_id, loan_id, move)


def _act(hut_id: int, loan_id: int, move: str):
    me, hut = require("huts.desk"), house(hut_id)
    row = _loan(loan_id)
    if move not in ACTS:
        return _page(hut, row, Refusal(changing.WHY))
    done = ACTS[move](loan_id, request.form.get("why", "").strip()[:200], by(me, row.person_id))
    if isinstance(done, Refusal):
        return _page(hut, _loan(loan_id), done, move)
    say(_(DONE[move], when=dates.near_at(done)) if move == "extend" else _(DONE[move]))
    alone = move in ("approve", "ready") and not request.form.get("stay")
    return see_other(f"huts/counter/{hut.id}" + ("" if alone else f"/loans/{loan_id}"))


def _deposit(loan_id: int, who: Mapping[str, Any]):
    try:
        amount = fen(request.form.get("deposit", ""))
    except ValidationError:
        return Refusal(NO_MONEY)
    return steps.deposit(loan_id, amount, who) if amount <= DEAREST else Refusal(NO_MONEY)
