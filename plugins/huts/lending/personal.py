"""What lending keeps of a person: told, taken out, moved to another."""

from typing import Any

from ..models import Borrower, Hut, Item, Loan, Move
from . import limits, loans, offering
from .states import LIVE


def export(person_id: int) -> dict[str, Any]:
    """Every loan of a person in the open site with its steps, and whether they pause."""
    rows = list(Loan.select(Loan.id, Item.name, Loan.state, Loan.starts_at, Loan.ends_at, Loan.number, Loan.due_at,
                            Loan.out_at, Loan.back_at, Loan.extended, Loan.answers, Loan.deposit_fen, Loan.reason,
                            Loan.actor_id, Loan.channel, Loan.at)
                .join(Item, on=(Item.id == Loan.item_id)).where(Loan.person_id == person_id).order_by(Loan.id).dicts())
    steps: dict[int, list[dict[str, Any]]] = {row["id"]: [] for row in rows}
    for step in (Move.select(Move.loan_id, Move.old, Move.new, Move.why, Move.channel, Move.at)
                 .where(Move.loan_id.in_(list(steps))).order_by(Move.id).dicts()):
        steps[step.pop("loan_id")].append(step)
    pauses = list(Borrower.select(Borrower.paused_until, Borrower.why).where(
        (Borrower.person_id == person_id) & Borrower.paused_until.is_null(False)).dicts())
    return {"loans": [row | {"steps": steps[row["id"]]} for row in rows], "pauses": pauses}


def erase(person_id: int) -> None:
    """Make a person's loans nameless. What was not picked up goes to the next one; a thing that is out stays out
    until it is brought back, and the desk sees that its borrower is gone."""
    limits.take(person_id)
    for item_id, item in loans.items(_items(person_id)).items():
        for loan in Loan.select().where((Loan.item_id == item_id) & (Loan.person_id == person_id)
                                        & Loan.state.in_(("asked", "approved", "ready"))).order_by(Loan.id):
            offering.let_go(loan, "cancel", loans.CLOCK)
        offering.deal(item)
    mine = Loan.select(Loan.id).where(Loan.person_id == person_id)
    Move.update(why="").where(Move.loan_id.in_(mine)).execute()
    Loan.update(person_id=None, kin_id=None, answers="", photos="", reason="", key="").where(
        Loan.person_id == person_id).execute()
    Borrower.delete().where(Borrower.person_id == person_id).execute()
    _renamed(person_id, None)


def merge(person_id: int, into_id: int) -> None:
    """Move a person's loans to another. Who waits twice for one thing keeps the earlier place; the longer pause stays.
    """
    for one in sorted((person_id, into_id)):
        limits.take(one)
    for item_id, item in loans.items(_items(person_id)).items():
        twice = list(Loan.select().where(
            (Loan.item_id == item_id) & Loan.person_id.in_((person_id, into_id)) & Loan.starts_at.is_null()
            & (Loan.state == "asked")).order_by(Loan.number, Loan.id))
        for loan in twice[1:]:
            offering.let_go(loan, "cancel", loans.CLOCK)
        offering.deal(item)
    Loan.update(person_id=into_id).where(Loan.person_id == person_id).execute()
    _one_pause(person_id, into_id)
    _renamed(person_id, into_id)


def _items(person_id: int) -> list[int]:
    """The things that a person has to do with, in the order in which they are held."""
    rows = Loan.select(Loan.item_id).where((Loan.person_id == person_id) & Loan.state.in_(LIVE)).distinct()
    return sorted(item_id for item_id, in rows.tuples())


def _one_pause(person_id: int, into_id: int) -> None:
    both = Borrower.person_id.in_((person_id, into_id))
    pause = max((until or 0 for until, in Borrower.select(Borrower.paused_until).where(both).tuples()), default=0)
    Borrower.update(paused_until=pause or None).where(Borrower.person_id == into_id).execute()
    Borrower.delete().where(Borrower.person_id == person_id).execute()


def _renamed(person_id: int, into_id: int | None) -> None:
    for model in (Move, Item, Hut):
        model.update(person_id=into_id).where(model.person_id == person_id).execute()
        model.update(actor_id=into_id).where(model.actor_id == person_id).execute()
    Loan.update(actor_id=into_id).where(Loan.actor_id == person_id).execute()
    Item.update(owner_id=into_id).where(Item.owner_id == person_id).execute()
