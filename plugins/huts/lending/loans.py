"""The rows that an act holds, and the one step by which a loan or a unit gets from state to state.

Rows are taken in one order: the borrower's, the item's, then units by id. Whoever changes a loan holds the row of its
item, so a loan needs no lock of its own. On SQLite a writing unit is alone from its first statement on.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from peewee import Query

from portal import audit, current, now, param, prepared

from ..models import Item, Loan, Move, Unit
from .states import moved, unit_moved

CLOCK: Mapping[str, Any] = {"actor_id": None, "person_id": None, "channel": "clock"}  # nobody did it: it was time


class Barred(Exception):
    """A step that the table of states does not have: whoever takes it has not looked first."""


class By(NamedTuple):
    """Who did something, as an audit line takes it."""

    who: Mapping[str, Any]


def row(query: Query) -> Query:
    """A query whose rows nobody else changes until this unit ends."""
    return query if current.obj.kind == "sqlite" else query.for_update()


COLUMNS = tuple(Item._meta.sorted_field_names)
_item = prepared(lambda: Item.select(*(getattr(Item, name) for name in COLUMNS)).where(Item.id == param("id")))


def look(item_id: int) -> Item | None:
    """An item as it is just now, held by nobody."""
    found = _item.one(id=item_id)
    return found and Item(**dict(zip(COLUMNS, found, strict=True)))


def item(item_id: int) -> Item | None:
    """An item for oneself alone, until the unit ends."""
    return row(Item.select().where(Item.id == item_id)).first()


def items(ids: Iterable[int]) -> dict[int, Item]:
    """Several of them by id, taken in order."""
    return {found.id: found for found in (item(i) for i in sorted(set(ids))) if found is not None}


def units(ids: Iterable[int]) -> dict[int, Unit]:
    """Units for oneself alone, by id and taken in that order; their item is held."""
    return {unit.id: unit for unit in row(Unit.select().where(Unit.id.in_(sorted(set(ids)))).order_by(Unit.id))}


def held(loan_id: int) -> tuple[Loan, Item] | tuple[None, None]:
    """A loan as it is once its item is held; (None, None) where there is none."""
    item_id = Loan.select(Loan.item_id).where(Loan.id == loan_id).scalar()
    thing = item(item_id) if item_id else None
    return (Loan.get_by_id(loan_id), thing) if thing is not None else (None, None)


def new(who: Mapping[str, Any], **values: Any) -> Loan:
    """A loan that somebody asks for, with its first move."""
    at = now()
    loan = Loan.create(state="asked", actor_id=who["actor_id"], channel=who["channel"], at=at, changed_at=at, **values)
    _note(loan, "", who, "")
    return loan


def step(loan: Loan, move: str, who: Mapping[str, Any], why: str = "", **values: Any) -> None:
    """Take a loan to its next state, with what else changes, and keep the move."""
    state = moved(loan.state, move)
    if state is None:
        raise Barred(f"loan {loan.id}: {move} while {loan.state}")
    old, values = loan.state, {"state": state, "changed_at": now()} | values
    Loan.update(version=Loan.version + 1, **values).where(Loan.id == loan.id).execute()
    for name, value in values.items():
        setattr(loan, name, value)
    _note(loan, old, who, why)


def _note(loan: Loan, old: str, who: Mapping[str, Any], why: str) -> None:
    Move.insert(loan_id=loan.id, old=old, new=loan.state, why=why[:200], actor_id=who["actor_id"],
                person_id=loan.person_id, channel=who["channel"], at=now()).execute()


def finish(unit_id: int, who: Mapping[str, Any]) -> Loan | None:
    """Close the loan of a unit that is on its way home no longer: that loan, None where there is none."""
    loan = Loan.get_or_none((Loan.unit_id == unit_id) & (Loan.state == "back"))
    if loan is not None:
        step(loan, "close", who)
    return loan


def turn(unit: Unit, move: str, **values: Any) -> None:
    """Take a unit to its next state."""
    state = unit_moved(unit.state, move)
    if state is None:
        raise Barred(f"unit {unit.id}: {move} while {unit.state}")
    values = {"state": state, "changed_at": now()} | values
    Unit.update(version=Unit.version + 1, **values).where(Unit.id == unit.id).execute()
    for name, value in values.items():
        setattr(unit, name, value)


def noted(who: Mapping[str, Any], action: str, thing: str, detail: str = "") -> None:
    """An audit line for what somebody did at the desk for another."""
    if who["channel"] not in ("web", "clock") or who["actor_id"] != who["person_id"]:
        audit(By(who), action, thing, detail)
