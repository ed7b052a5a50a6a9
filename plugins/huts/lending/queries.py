"""Rows of loans as pages show them: one's own, the desk's day, the story of a loan, a unit or a thing."""

from typing import NamedTuple

from peewee import JOIN

from portal import Person, now

from ..models import Borrower, Hut, Item, Loan, Move, Range, Unit
from .states import LIVE


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


def _rows(which, *order) -> list[LoanRow]:
    query = (Loan.select(*FIELDS).join(Item, on=(Item.id == Loan.item_id)).join(Hut, on=(Hut.id == Loan.hut_id))
             .join(Unit, JOIN.LEFT_OUTER, on=(Unit.id == Loan.unit_id))
             .join(Person, JOIN.LEFT_OUTER, on=(Person.id == Loan.person_id))
             .join(Range, JOIN.LEFT_OUTER, on=(Range.loan_id == Loan.id)).where(which))
    return [LoanRow(*row) for row in query.order_by(*(order or (Loan.id,))).tuples()]


def loan(loan_id: int) -> LoanRow | None:
    """One loan."""
    return next(iter(_rows(Loan.id == loan_id)), None)


def mine(person_id: int) -> list[LoanRow]:
    """What a person has borrowed, on hold, or waits for: first what is to be back, then what can be picked up."""
    return _rows((Loan.person_id == person_id) & Loan.state.in_(LIVE),
                 Loan.due_at.is_null(), Loan.due_at, Loan.ready_until.is_null(), Loan.ready_until, Loan.id)


def before(person_id: int, limit: int = 50) -> list[LoanRow]:
    """What a person had once, the latest first."""
    ids = (Loan.select(Loan.id).where((Loan.person_id == person_id) & Loan.state.not_in(LIVE))
           .order_by(Loan.id.desc()).limit(limit).tuples())
    return _rows(Loan.id.in_([i for i, in ids]), Loan.id.desc())


def of_item(item_id: int) -> list[LoanRow]:
    """The loans of a thing that are not done: those that have a unit, then its queue by number."""
    return _rows((Loan.item_id == item_id) & Loan.state.in_(LIVE), Loan.number.is_null().desc(), Loan.number, Loan.id)


def of_unit(unit_id: int, limit: int = 50) -> list[LoanRow]:
    """The loans of a unit, the latest first."""
    ids = Loan.select(Loan.id).where(Loan.unit_id == unit_id).order_by(Loan.id.desc()).limit(limit).tuples()
    return _rows(Loan.id.in_([i for i, in ids]), Loan.id.desc())


def moves(loan_id: int) -> list[MoveRow]:
    """The story of a loan."""
    rows = (Move.select(Move.old, Move.new, Move.why, Move.actor_id, Person.name, Move.channel, Move.at)
            .join(Person, JOIN.LEFT_OUTER, on=(Person.id == Move.actor_id))
            .where(Move.loan_id == loan_id).order_by(Move.id))
    return [MoveRow(*row) for row in rows.tuples()]


class DeskDay(NamedTuple):
    """The day of a hut's desk."""

    asked: list[LoanRow]  # wait for staff to say yes
    pickup: list[LoanRow]  # set aside
    due: list[LoanRow]  # to be back by `until`
    overdue: list[LoanRow]
    coming: list[LoanRow]  # holds that begin by `until`, or have begun and wait for their unit
    transit: list[tuple[int, str, str, int | None, str]]  # (unit, code, thing, where it lies, note) on its way here


def desk(hut_id: int, until: int) -> DeskDay:
    """What a hut's desk has to do by an instant, which is the end of the day."""
    here, at = Loan.hut_id == hut_id, now()
    rows = _rows(here & ((Loan.state == "ready") | (Loan.state == "out") & (Loan.due_at < until)
                         | (Loan.state == "approved") & (Loan.starts_at < until)
                         | (Loan.state == "asked") & Loan.number.is_null()), Loan.due_at, Loan.ready_until, Loan.id)
    transit = (Unit.select(Unit.id, Unit.code, Item.name, Unit.hut_id, Unit.note)
               .join(Item, on=(Item.id == Unit.item_id))
               .where((Unit.home_id == hut_id) & (Unit.state == "transit")).order_by(Unit.id).tuples())
    return DeskDay([r for r in rows if r.state == "asked"], [r for r in rows if r.state == "ready"],
                   [r for r in rows if r.state == "out" and r.due_at >= at],
                   [r for r in rows if r.state == "out" and r.due_at < at],
                   [r for r in rows if r.state == "approved"], list(transit))


def paused_until(person_id: int) -> int | None:
    """Until when a person pauses; None while they may borrow."""
    until = Borrower.select(Borrower.paused_until).where(Borrower.person_id == person_id).scalar()
    return until if until is not None and until > now() else None
