"""What a person may borrow: the terms that hold for them, and their one row under which holds and loans are counted."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from peewee import fn

from portal import Household, Membership, Person, now, param, prepared

from ..models import Borrower, Item, Loan, Rule
from ..refusals import Refusal
from . import loans, rules
from .opening import Opening
from .rules import Terms
from .states import LIVE

N_ = str

PAUSED = N_("Borrowing is paused for a while. It goes on by itself.")
BRING_BACK = N_("Please bring back first what is overdue.")
ENOUGH = N_("You have %(n)s things borrowed or on hold; %(most)s at a time are possible.")
DAY = 86400
LATE_DAYS, PAUSE_DAYS = 14, 14  # who is later than so many days pauses for so many, from the day it is back


_borrower = prepared(lambda: Borrower.select(Borrower.paused_until).where(Borrower.person_id == param("person")))
_kinds = prepared(lambda: Person.select(
    Person.birth_year,
    Membership.select(fn.MIN(fn.COALESCE(Membership.verified_at, Membership.stated_at))).where(
        (Membership.person == Person.id) & (Membership.state == "verified")),
    fn.EXISTS(Household.select(Household.id).where(Household.person == Person.id))).where(Person.id == param("id")))
_rules = prepared(lambda: Rule.select(Rule.hut_id, Rule.category, Rule.who, Rule.terms).order_by(Rule.id))
_live = prepared(lambda: Loan.select(fn.COUNT(Loan.id)).where(
    (Loan.person_id == param("person")) & Loan.state.in_(LIVE)))
_overdue = prepared(lambda: Loan.select(Loan.id).where(
    (Loan.person_id == param("person")) & (Loan.state == "out") & (Loan.due_at < param("now"))).order_by(Loan.due_at))


def look(person_id: int) -> Borrower:
    """The person's row as it is just now, held by nobody: what it says may be over a moment later."""
    found = _borrower.one(person=person_id)
    return Borrower(person_id=person_id, paused_until=found and found[0])


def take(person_id: int) -> Borrower:
    """The person's row, for oneself alone until the unit ends; made where there is none."""
    Borrower.insert(person_id=person_id).on_conflict(
        conflict_target=[Borrower.site, Borrower.person_id], action="IGNORE").execute()
    return loans.row(Borrower.select().where(Borrower.person_id == person_id)).get()


def kinds(person_id: int, day: date) -> tuple[str, ...]:
    """The kinds of person that somebody is on a day; empty where there is nobody."""
    found = _kinds.one(id=person_id)
    if found is None:
        return ()
    born, since, family = found
    verified = None if since is None else max(0, now() - since) // DAY
    return rules.kinds_of(day.year, born, verified, bool(family))


def terms_of(item: Item, hut_id: int, person_id: int | None, opening: Opening) -> Terms:
    """The terms on which a person borrows a thing from a hut."""
    rows = [rules.row(*row) for row in _rules()]
    who = kinds(person_id, opening.day(now())) if person_id is not None else ()
    found = rules.resolve(rows, hut_id, item.category, who or ("resident",))
    return found._replace(days=min(found.days, item.days)) if item.days else found


def problem(borrower: Borrower, terms: Terms, more: int = 1) -> Refusal | None:
    """Why a person whose row is held cannot have so many more; None when they can."""
    return barred(borrower) or full(borrower, terms, more)


def barred(borrower: Borrower) -> Refusal | None:
    """Why a person cannot borrow at all just now: they pause, or have something overdue."""
    at = now()
    if borrower.paused_until is not None and borrower.paused_until > at:
        return Refusal(PAUSED, {}, {"from": borrower.paused_until})
    late = overdue(borrower.person_id)
    return Refusal(BRING_BACK, {}, {"loans": late}) if late else None


def full(borrower: Borrower, terms: Terms, more: int = 1) -> Refusal | None:
    """Why so many more would be too many, holds and loans counted together."""
    n = counted(borrower.person_id)
    return None if n + more <= terms.most else Refusal(ENOUGH, {"n": n, "most": terms.most}, {"mine": n})


def counted(person_id: int) -> int:
    """How many holds and loans a person has."""
    return _live.one(person=person_id)[0]


def overdue(person_id: int) -> list[int]:
    """The loans of a person that should have been back."""
    return [loan_id for loan_id, in _overdue(person=person_id, now=now())]


def pause_for(borrower: Borrower | None, due_at: int | None) -> int | None:
    """Have a person pause who brings something back very late; until when, None where they need not."""
    at = now()
    if borrower is None or due_at is None or at - due_at <= LATE_DAYS * DAY:
        return None
    until = max(borrower.paused_until or 0, at + PAUSE_DAYS * DAY)
    Borrower.update(paused_until=until, why="late").where(Borrower.id == borrower.id).execute()
    return until


def lift(person_id: int, why: str, who: Mapping[str, Any]) -> None:
    """Staff end a pause, with a reason."""
    Borrower.update(paused_until=None, why=why[:200]).where(Borrower.id == take(person_id).id).execute()
    loans.noted(who, "huts.lift", f"person {person_id}", why)

