"""Taking back: by the label alone, from anybody, in any hut of any site; and a unit's way home."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from portal import now, scope_id, site_view, within

from ..models import Borrower, Code, Hut, Item, Loan, Unit
from ..refusals import Refusal
from . import limits, loans, offering, ranges
from .handing import NO_UNIT, code_of
from .telling import tell
from .withdrawing import withdraw

N_ = str

NOT_DONE = ("out", "disputed", "lost", "back")  # whose unit is not home yet, or was argued about
NO_HUT = N_("There is no such hut here.")


class Back(NamedTuple):
    """What was taken back. `again`: it was not out, nothing has changed; `ready`: the loan that it is set aside for
    now; `paused_until`: how long its borrower pauses; `home`: False while it has yet to be taken there."""

    unit_id: int
    site_id: int
    loan_id: int | None = None
    home: bool = True
    again: bool = False
    ready: int | None = None
    paused_until: int | None = None


class Place(NamedTuple):
    """Where a unit was brought: a hut of its own site, or a note of where it lies."""

    hut_id: int | None
    note: str = ""


def give_back(label: str, hut_id: int | None, who: Mapping[str, Any], *, broken: bool = False,
              **values: Any) -> Back | Refusal:
    """Take a unit back in a hut of the open site (None: in its own). Twice is as once.

    The first who can use it has it set aside. In another hut than its own it is on its way home; in another site's it
    lies there by a note, until it has `arrived`. `broken`: it goes to repair. `values`: answers, photos of the loan.
    """
    unit_id = Unit.select(Unit.id).where(Unit.code == code_of(label)).scalar()
    if hut_id is not None and not Hut.select().where(Hut.id == hut_id).exists():
        return Refusal(NO_HUT)
    if unit_id is not None:
        return _take_back(unit_id, hut_id and Place(hut_id), who, broken, values)
    home = Code.select(Code.site_id).where(Code.code == code_of(label)).scalar()
    if home is None or home == scope_id():
        return Refusal(NO_UNIT, {"code": label.strip()[:20]})
    note = _where(hut_id)
    with within(home):
        unit_id = Unit.select(Unit.id).where(Unit.code == code_of(label)).scalar()
        return Refusal(NO_UNIT, {"code": label.strip()[:20]}) if unit_id is None else _take_back(
            unit_id, Place(None, note), who, broken, values)


def _where(hut_id: int | None) -> str:
    """A hut of the open site as those of another site find it."""
    name = Hut.select(Hut.name).where(Hut.id == hut_id).scalar() if hut_id is not None else None
    return " · ".join(filter(None, (name, site_view(scope_id()).name)))[:200]


def _take_back(unit_id: int, place: Place | None, who: Mapping[str, Any], broken: bool,
               values: Mapping[str, Any]) -> Back:
    """The same of a unit of the open site, under its locks."""
    loan_id, person_id, item_id = _last(unit_id)
    borrower = limits.take(person_id) if person_id is not None else None
    item = loans.item(item_id)
    unit, loan = loans.units([unit_id])[unit_id], Loan.get_or_none(Loan.id == loan_id)
    if unit.state not in ("out", "lost") or _last(unit_id)[0] != loan_id:  # somebody was quicker while we waited
        return Back(unit_id, scope_id(), loan_id, unit.state != "transit", True)
    was_lost, place = unit.state == "lost", place or Place(unit.home_id)
    home = place.hut_id == unit.home_id
    if broken:
        withdraw(unit_id, who)
    _lay_down(unit, place, home, broken)
    if was_lost:
        Item.update(units=Item.units + 1).where(Item.id == item.id).execute()
    paused = _end_loan(loan, borrower, unit, who, values)
    if unit.state == "in":
        _rest(unit, item, person_id)
    ready = offering.deal(item)
    return Back(unit_id, scope_id(), loan_id, home, False, _set_for(unit_id, ready), paused)


def _last(unit_id: int) -> tuple[int | None, int | None, int]:
    """(loan, person, item): who had a unit last, and has not brought it back."""
    row = (Loan.select(Loan.id, Loan.person_id, Loan.item_id).where(
        (Loan.unit_id == unit_id) & Loan.state.in_(NOT_DONE)).order_by(Loan.out_at.desc(), Loan.id.desc())
        .tuples().first())
    return row or (None, None, Unit.select(Unit.item_id).where(Unit.id == unit_id).scalar())


def _lay_down(unit: Unit, place: Place, home: bool, broken: bool) -> None:
    """Note where a unit lies now, and in which state."""
    lost = unit.state == "lost"
    if lost:
        loans.turn(unit, "find" if home else "find_away")
    else:
        loans.turn(unit, "take_back_broken" if broken else "take_back" if home else "take_back_away")
    if lost and broken:
        loans.turn(unit, "repair")
    Unit.update(hut_id=place.hut_id, note=place.note or unit.note).where(Unit.id == unit.id).execute()


def _end_loan(loan: Loan | None, borrower: Borrower | None, unit: Unit, who: Mapping[str, Any],
              values: Mapping[str, Any]) -> int | None:
    """End the loan of a unit that is back; until when its borrower pauses, if they do."""
    if loan is None or loan.state == "back":
        return None
    due_at, state, at = loan.due_at, loan.state, now()
    loans.step(loan, "take_back", who, back_at=at, **values)
    if unit.state != "transit":
        loans.step(loan, "close", who)
    ranges.cut(loan.id, at)
    loans.noted(who, "huts.return", f"loan {loan.id}")
    until = limits.pause_for(borrower, due_at) if state == "out" else None
    if until is not None:
        tell(loan, "pause", until, day=True)
    return until


def _rest(unit: Unit, item: Item, person_id: int | None) -> None:
    """The hours for which a unit rests after a loan, as far as nobody has it on hold."""
    shelf, at = offering.Shelf(item), now()
    hours = limits.terms_of(item, unit.home_id, person_id, shelf.opening(unit.home_id)).buffer_hours
    found = ranges.stock(item.id)
    gap = found.stretch(unit.id, at, at + 1)
    if hours and gap is not None:
        ranges.put(unit.id, item.id, "buffer", at, min(at + hours * 3600, gap[1]))


def _set_for(unit_id: int, ready: list[int]) -> int | None:
    """Which of the loans that became ready has this unit."""
    return Loan.select(Loan.id).where((Loan.unit_id == unit_id) & Loan.id.in_(ready)).scalar() if ready else None


def arrived(label: str, who: Mapping[str, Any]) -> Back | Refusal:
    """A unit that was on its way is home: its loan is done, and the first who can use it has it set aside."""
    found = Unit.get_or_none(Unit.code == code_of(label))
    if found is None:
        return Refusal(NO_UNIT, {"code": label.strip()[:20]})
    item = loans.item(found.item_id)
    unit = loans.units([found.id])[found.id]
    if unit.state != "transit":
        return Back(unit.id, scope_id(), None, unit.state not in ("out", "lost"), True)
    loans.turn(unit, "arrive", hut_id=unit.home_id, note="")
    loan = loans.finish(unit.id, who)
    _rest(unit, item, loan.person_id if loan is not None else None)
    loans.noted(who, "huts.arrive", f"unit {unit.id}")
    return Back(unit.id, scope_id(), loan.id if loan is not None else None, True, False,
                _set_for(unit.id, offering.deal(item)))
