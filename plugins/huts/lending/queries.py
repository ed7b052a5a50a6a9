"""Rows of loans as pages show them: one's own, the desk's day, the story of a loan, a unit or a thing."""

from collections.abc import Callable
from typing import NamedTuple

from peewee import JOIN

from portal import Person, now, param, prepared

from ..models import Borrower, Hut, Item, Loan, Move, Range, Unit
from .states import LIVE

LATEST = 50  # loans of somebody, or of a unit, that a page shows

class LoanRow(NamedTuple):
    """A loan with the names of what it is about. `starts` and `ends` are of its range, None while it has none."""

    id: int
    state: str
    item_id: int
    item: str
    hut_id: int
    hut: str
    unit_id: int | None
    code: str | None
    person_id: int | None
    person: str | None
    kin_id: int | None
    starts_at: int | None
    ends_at: int | None
    number: int | None
    ready_until: int | None
    due_at: int | None
    out_at: int | None
    back_at: int | None
    extended: int
    reason: str
    at: int
    version: int
    starts: int | None
    ends: int | None

    @property
    def overdue(self) -> bool:
        """Out, and should have been back."""
        return self.state == "out" and self.due_at is not None and self.due_at < now()


class MoveRow(NamedTuple):
    """A step of a loan."""

    old: str
    new: str
    why: str
    actor_id: int | None
    actor: str | None
    channel: str
    at: int


FIELDS = (Loan.id, Loan.state, Loan.item_id, Item.name, Loan.hut_id, Hut.name, Loan.unit_id, Unit.code, Loan.person_id,
          Person.name, Loan.kin_id, Loan.starts_at, Loan.ends_at, Loan.number, Loan.ready_until, Loan.due_at,
          Loan.out_at, Loan.back_at, Loan.extended, Loan.reason, Loan.at, Loan.version, Range.starts_at, Range.ends_at)


def _rows(which: Callable, *order):
    """A prepared query of the rows of loans; `which` makes its condition."""
    return prepared(lambda: (
        Loan.select(*FIELDS).join(Item, on=(Item.id == Loan.item_id)).join(Hut, on=(Hut.id == Loan.hut_id))
        .join(Unit, JOIN.LEFT_OUTER, on=(Unit.id == Loan.unit_id))
        .join(Person, JOIN.LEFT_OUTER, on=(Person.id == Loan.person_id))
        .join(Range, JOIN.LEFT_OUTER, on=(Range.loan_id == Loan.id)).where(which()).order_by(*(order or (Loan.id,)))))


def _latest(which: Callable):
    """The numbers of the latest loans of which this holds."""
    one = Loan.alias()
    return Loan.id.in_(one.select(one.id).where(which(one)).order_by(one.id.desc()).limit(LATEST))


_one = _rows(lambda: Loan.id == param("loan"))
_mine = _rows(lambda: (Loan.person_id == param("person")) & Loan.state.in_(LIVE),
              Loan.due_at.is_null(), Loan.due_at, Loan.ready_until.is_null(), Loan.ready_until, Loan.id)
_before = _rows(lambda: _latest(lambda one: (one.person_id == param("person")) & one.state.not_in(LIVE)),
                Loan.id.desc())
_of_item = _rows(lambda: (Loan.item_id == param("item")) & Loan.state.in_(LIVE),
                 Loan.number.is_null().desc(), Loan.number, Loan.id)
_of_unit = _rows(lambda: _latest(lambda one: one.unit_id == param("unit")), Loan.id.desc())
_desk = _rows(lambda: (Loan.hut_id == param("hut")) & (
    (Loan.state == "ready") | (Loan.state == "out") & (Loan.due_at < param("until"))
    | (Loan.state == "approved") & (Loan.starts_at < param("until"))
    | (Loan.state == "asked") & Loan.number.is_null()), Loan.due_at, Loan.ready_until, Loan.id)
_moves = prepared(lambda: (
    Move.select(Move.old, Move.new, Move.why, Move.actor_id, Person.name, Move.channel, Move.at)
    .join(Person, JOIN.LEFT_OUTER, on=(Person.id == Move.actor_id))
    .where(Move.loan_id == param("loan")).order_by(Move.id)))


def loan(loan_id: int) -> LoanRow | None:
    """One loan."""
    found = _one.one(loan=loan_id)
    return found and LoanRow(*found)


def mine(person_id: int) -> list[LoanRow]:
    """What a person has borrowed, on hold, or waits for: first what is to be back, then what can be picked up."""
    return [LoanRow(*row) for row in _mine(person=person_id)]


def before(person_id: int) -> list[LoanRow]:
    """What a person had once, the latest first."""
    return [LoanRow(*row) for row in _before(person=person_id)]


def of_item(item_id: int) -> list[LoanRow]:
    """The loans of a thing that are not done: those that have a unit, then its queue by number."""
    return [LoanRow(*row) for row in _of_item(item=item_id)]


def of_unit(unit_id: int) -> list[LoanRow]:
    """The loans of a unit, the latest first."""
    return [LoanRow(*row) for row in _of_unit(unit=unit_id)]


def moves(loan_id: int) -> list[MoveRow]:
    """The story of a loan."""
    return [MoveRow(*row) for row in _moves(loan=loan_id)]


class DeskDay(NamedTuple):
    """The day of a hut's desk."""

    asked: tuple[LoanRow, ...]  # wait for staff to say yes
    pickup: tuple[LoanRow, ...]  # set aside
    due: tuple[LoanRow, ...]  # to be back by `until`
    overdue: tuple[LoanRow, ...]
    coming: tuple[LoanRow, ...]  # holds that begin by `until`, or have begun and wait for their unit


def desk(hut_id: int, until: int) -> DeskDay:
    """What a hut's desk has to do by an instant, which is the end of the day."""
    at, states = now(), {"asked": [], "ready": [], "out": [], "approved": []}
    for row in _desk(hut=hut_id, until=until):
        states[row[STATE]].append(LoanRow(*row))
    due, late = (tuple(row for row in states["out"] if (row.due_at < at) is late) for late in (False, True))
    return DeskDay(tuple(states["asked"]), tuple(states["ready"]), due, late, tuple(states["approved"]))


STATE = LoanRow._fields.index("state")


def paused_until(person_id: int) -> int | None:
    """Until when a person pauses; None while they may borrow."""
    until = Borrower.select(Borrower.paused_until).where(Borrower.person_id == person_id).scalar()
    return until if until is not None and until > now() else None
