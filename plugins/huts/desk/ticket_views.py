"""Damaged things for staff: report one, see all, take each on."""

from flask import abort, request
from peewee import JOIN

from portal import Person, _, answer, dates, picture_url, refused, require, say, see_other

from .. import codes
from ..models import Hut, Item, Ticket, TicketMove, Unit
from ..pages import pages
from ..refusals import Refusal
from . import rows, show, tickets
from .views import by, photo

N_ = str
PAGE = 50
DONE = {"parts": N_("It waits for parts."), "repair": N_("It is being repaired."),
        "mend": N_("It is back. Whoever waits for it is told."),
        "retire": N_("Retired. Its place in the figures stays.")}
WORDS = {"parts": N_("Parts are missing"), "repair": N_("Repair begins"), "mend": N_("Back on the shelf"),
         "retire": N_("Retire it")}
KINDS = {"assess": "bad", "parts": "warn", "repairing": "warn", "back": "ok", "retired": ""}


@pages.get("/counter/tickets")
def counter_tickets():
    """All that is damaged in the site's huts; what is done with below."""
    require("huts.desk")
    found = _all(Ticket.state.in_(tickets.OPEN), Ticket.id, 200)
    before = _all(Ticket.state.not_in(tickets.OPEN), Ticket.id.desc(), PAGE)
    return answer("huts/tickets.html", rows=found, before=before)


def _all(which, order, most: int) -> list[tuple]:
    """(id, item, label, words, kind, when) of tickets."""
    found = (Ticket.select(Ticket.id, Item.name, Unit.code, Ticket.state, Ticket.ends_at, Ticket.at)
             .join(Unit, on=(Unit.id == Ticket.unit_id)).join(Item, on=(Item.id == Unit.item_id))
             .where(which).order_by(order).limit(most).tuples())
    return [(number, name, codes.shown(code), _(tickets.STATES[state]), KINDS[state],
             _("Back about %(day)s", day=dates.day(end)) if end and state in tickets.OPEN else dates.day(at))
            for number, name, code, state, end, at in found]


@pages.get("/counter/tickets/<int:ticket_id>")
def counter_ticket(ticket_id: int):
    """One ticket: what is damaged, where it stands, what can be done."""
    require("huts.desk")
    return _page(_ticket(ticket_id))


def _ticket(ticket_id: int) -> Ticket:
    return Ticket.get_or_none(Ticket.id == ticket_id) or abort(404)


def _page(ticket: Ticket, problem: Refusal | None = None):
    code, name, home = (Unit.select(Unit.code, Item.name, Hut.name).join(
        Item, on=(Item.id == Unit.item_id)).join(Hut, on=(Hut.id == Unit.home_id))
        .where(Unit.id == ticket.unit_id).tuples().get())
    moves = (TicketMove.select(TicketMove.new, TicketMove.why, TicketMove.at, Person.name)
             .join(Person, JOIN.LEFT_OUTER, on=(Person.id == TicketMove.actor_id))
             .where(TicketMove.ticket_id == ticket.id).order_by(TicketMove.id.desc()).tuples())
    return (refused if problem else answer)(
        "huts/ticket.html", ticket=ticket, name=name, code=codes.shown(code), home=home,
        words=_(tickets.STATES[ticket.state]), kind=KINDS[ticket.state],
        acts=[(move, _(WORDS[move])) for (state, move) in tickets.MOVES if state == ticket.state],
        moves=[(_(tickets.STATES[new]), why, dates.at(at), who or "") for new, why, at, who in moves],
        photo=picture_url(ticket.photo) if ticket.photo else "", why=request.form.get("why", ""),
        ends=dates.iso_day(ticket.ends_at) if ticket.ends_at else "", open=ticket.state in tickets.OPEN,
        said=dates.day(ticket.ends_at) if ticket.ends_at else _("Nobody knows yet"),
        problem=show.refusal(problem, 0).why if problem else "")


@pages.post("/counter/tickets/<int:ticket_id>")
def counter_ticket_move(ticket_id: int):
    """Take a ticket on."""
    me, ticket = require("huts.desk"), _ticket(ticket_id)
    move = request.form.get("move", "")
    if move not in DONE:
        return _page(ticket, Refusal(tickets.NOT_NOW))
    done = tickets.go_on(ticket.id, move, by(me), request.form.get("why", ""))
    if isinstance(done, Refusal):
        return _page(_ticket(ticket_id), done)
    say(_(DONE[move]))
    return see_other(f"huts/counter/tickets/{ticket.id}")


@pages.post("/counter/tickets/<int:ticket_id>/end")
def counter_ticket_end(ticket_id: int):
    """Say when it is likely to be back; nothing: nobody knows."""
    me, ticket = require("huts.desk"), _ticket(ticket_id)
    typed = request.form.get("ends", "").strip()
    try:
        done = tickets.expect(ticket.id, show.start_of(typed) if typed else None, by(me))
    except (ValueError, OverflowError):
        done = Refusal(tickets.PAST)
    if isinstance(done, Refusal):
        return _page(ticket, done)
    say(_("Saved."))
    return see_other(f"huts/counter/tickets/{ticket.id}")


@pages.route("/counter/units/<code>/damage", methods=["GET", "POST"])
def counter_damage(code: str):
    """Report that a unit which lies in a hut is damaged."""
    me = require("huts.desk")
    piece = rows.piece(codes.read(code) or "") or abort(404)
    if request.method == "GET":
        return answer("huts/damage.html", piece=piece, code=codes.shown(piece.code), problem="", text="")
    text = request.form.get("text", "")[:2000]
    sent = photo()
    done = sent if isinstance(sent, Refusal) else tickets.report(piece.id, text, by(me), photo=sent)
    if isinstance(done, Refusal):
        return refused("huts/damage.html", piece=piece, code=codes.shown(piece.code), text=text,
                       problem=show.refusal(done, 0).why)
    say(_("It has a ticket, and is not lent meanwhile."))
    return see_other(f"huts/counter/tickets/{done}")
