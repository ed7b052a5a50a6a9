"""Damaged units: a ticket from the first look to the shelf or the end, and what becomes of the holds that it breaks.

While nobody knows when a unit is back it has no range: a unit in repair without one is never free. Once a day is known,
a range of kind repair holds it up to there, and it can be held for later.
"""

from collections.abc import Mapping
from typing import Any

from peewee import fn

from portal import now, prepared

from ..lending import asking, loans, offering, ranges
from ..lending.asking import NO_ITEM, NOT_NOW
from ..lending.states import GONE
from ..lending.telling import tell
from ..lending.withdrawing import withdraw
from ..models import Item, Loan, Move, Range, Ticket, TicketMove, Unit
from ..refusals import Refusal

N_ = str

STATES: Mapping[str, str] = {
    "assess": N_("To be looked at"), "parts": N_("Waits for parts"), "repairing": N_("Under repair"),
    "back": N_("Back on the shelf"), "retired": N_("Retired"),
}
MOVES: Mapping[tuple[str, str], str] = {
    ("assess", "parts"): "parts", ("assess", "repair"): "repairing", ("assess", "mend"): "back",
    ("assess", "retire"): "retired", ("parts", "repair"): "repairing", ("parts", "mend"): "back",
    ("parts", "retire"): "retired", ("repairing", "parts"): "parts", ("repairing", "mend"): "back",
    ("repairing", "retire"): "retired",
}
OPEN = ("assess", "parts", "repairing")
WITH_SOMEBODY = N_("Somebody has it. Please take it back first.")
WHAT = N_("Please write what is damaged.")
PAST = N_("This day is over. Please choose a later one.")


def report(unit_id: int, text: str, who: Mapping[str, Any], loan_id: int | None = None,
           photo: str = "") -> int | Refusal:
    """Open a ticket for a unit of the open site: its id; that of the open one where there is one already.

    The unit goes to repair. Who held it has another one where one is free, else is told, and keeps the wish.
    """
    if not text.strip():
        return Refusal(WHAT)
    item, unit = _held(unit_id)
    if unit is None:
        return Refusal(NO_ITEM)
    if unit.state in ("out", *GONE):
        return Refusal(WITH_SOMEBODY if unit.state == "out" else NOT_NOW)
    before = Ticket.get_or_none((Ticket.unit_id == unit_id) & Ticket.state.in_(OPEN))
    if before is not None:
        _note(before.id, before.state, before.state, text, who)
        return before.id
    broken = withdraw(unit_id, who)
    unit = Unit.get_by_id(unit_id)  # what was set aside is not any more
    loans.finish(unit_id, who)  # it need not come home first
    if unit.state != "repair":
        loans.turn(unit, "repair")
    Unit.update(condition="damaged").where(Unit.id == unit_id).execute()
    made = Ticket.create(unit_id=unit_id, loan_id=loan_id, text=text.strip()[:2000], photo=photo,
                         actor_id=who["actor_id"], channel=who["channel"])
    _note(made.id, "", made.state, "", who)
    loans.noted(who, "huts.ticket", f"unit {unit_id}", text)
    if broken:
        offering.deal(item)
    return made.id


def _held(unit_id: int) -> tuple[Item, Unit] | tuple[None, None]:
    """An item and its unit for oneself alone, until the transaction ends."""
    item_id = Unit.select(Unit.item_id).where(Unit.id == unit_id).scalar()
    if item_id is None:
        return None, None
    item = loans.item(item_id)
    return item, loans.units([unit_id])[unit_id]


def _note(ticket_id: int, old: str, new: str, why: str, who: Mapping[str, Any]) -> None:
    TicketMove.insert(ticket_id=ticket_id, old=old, new=new, why=why.strip()[:200], actor_id=who["actor_id"],
                      channel=who["channel"], at=now()).execute()


def _give_again(item: Item) -> None:
    """Holds that lost their unit have one again, before anybody of the queue, where their days allow it."""
    lost = Move.select(Move.loan_id).where((Move.new == "asked") & Move.old.in_(("approved", "ready")))
    rows = Loan.select().where((Loan.item_id == item.id) & (Loan.state == "asked") & Loan.number.is_null()
                               & (Loan.ends_at > now()) & Loan.id.in_(lost)).order_by(Loan.id)
    for loan in rows:
        unit_id = asking.unit_for(ranges.stock(item.id), loan.starts_at, loan.ends_at, loan.hut_id)
        if unit_id is not None:
            asking.grant(offering.Shelf(item), loan, unit_id, loans.CLOCK)
            if loan.state == "approved":
                tell(loan, "held", loan.starts_at, day=True)


def go_on(ticket_id: int, move: str, who: Mapping[str, Any], why: str = "") -> str | Refusal:
    """Take a ticket to its next state: parts, repair, mend (back on the shelf) or retire. Twice is as once."""
    ticket, item, unit = _open(ticket_id)
    if ticket is None:
        return Refusal(NO_ITEM)
    state = MOVES.get((ticket.state, move))
    if state is None:
        return ticket.state if ticket.state in [new for (_old, name), new in MOVES.items() if name == move] \
            else Refusal(NOT_NOW)
    if unit.state == "repair":
        _carry_out(move, item, unit)
    elif state not in OPEN:  # it was retired, or is gone, meanwhile
        state = "retired"
    _note(ticket.id, ticket.state, state, why, who)
    Ticket.update(state=state, changed_at=now()).where(Ticket.id == ticket_id).execute()
    loans.noted(who, f"huts.ticket_{move}", f"unit {unit.id}", why)
    if state not in OPEN:
        _give_again(item)
        offering.deal(item)
    return state


def _open(ticket_id: int) -> tuple[Ticket, Item, Unit] | tuple[None, None, None]:
    """A ticket as it is once its item is held."""
    unit_id = Ticket.select(Ticket.unit_id).where(Ticket.id == ticket_id).scalar()
    item, unit = _held(unit_id) if unit_id is not None else (None, None)
    return (Ticket.get_by_id(ticket_id), item, unit) if unit is not None else (None, None, None)


def _carry_out(move: str, item: Item, unit: Unit) -> None:
    if move == "mend":
        _mend(unit)
    elif move == "retire":
        _retire(item, unit)


def _mend(unit: Unit) -> None:
    """It lies in its hut again, or goes there."""
    _end_range(unit.id)
    loans.turn(unit, "mend", hut_id=unit.hut_id or unit.home_id, condition="good", note="")
    if unit.hut_id != unit.home_id:
        loans.turn(unit, "send")


def _retire(item: Item, unit: Unit) -> None:
    _end_range(unit.id)
    withdraw(unit.id, loans.CLOCK)
    loans.turn(unit, "retire", hut_id=None)
    Item.update(units=Item.units - 1).where(Item.id == item.id).execute()


def _end_range(unit_id: int) -> None:
    """The time of repair, or of rest, is over now."""
    mine, at = (Range.unit_id == unit_id) & Range.loan_id.is_null(), now()
    Range.delete().where(mine & (Range.starts_at >= at)).execute()
    Range.update(ends_at=at).where(mine & (Range.ends_at > at)).execute()


def expect(ticket_id: int, ends_at: int | None, who: Mapping[str, Any]) -> int | None | Refusal:
    """Say when a unit is likely to be back, or that nobody knows: it can be held from then on, or not at all."""
    ticket, item, unit = _open(ticket_id)
    if ticket is None or ticket.state not in OPEN:
        return Refusal(NO_ITEM if ticket is None else NOT_NOW)
    if ends_at is not None and ends_at <= now():
        return Refusal(PAST)
    _end_range(unit.id)
    broken = withdraw(unit.id, who, until=ends_at)
    if ends_at is not None:
        ranges.put(unit.id, item.id, "repair", now(), ends_at)
    Ticket.update(ends_at=ends_at, changed_at=now()).where(Ticket.id == ticket_id).execute()
    loans.noted(who, "huts.ticket_end", f"unit {unit.id}")
    _give_again(item)
    if broken:
        offering.deal(item)
    return ends_at


def waiting() -> int:
    """How many tickets of the site are open."""
    return _waiting.one()[0]


_waiting = prepared(lambda: Ticket.select(fn.COUNT(Ticket.id)).where(Ticket.state.in_(OPEN)))
