"""The ranges in which units are not free: read, put down, cut short. Half-open, no two of a unit overlap.

Whoever writes them holds the item's row; the database itself refuses an overlap besides.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from peewee import JOIN

from portal import now, param, prepared

from ..among import among, numbers
from ..models import Range, Unit
from .opening import Opening
from .stock import Piece, Stock, Taken

PIECE = (Unit.id, Unit.code, Unit.state, Unit.hut_id, Unit.home_id)
TAKEN = (Range.starts_at, Range.ends_at, Range.kind, Range.loan_id)
_rows = prepared(lambda: Unit.select(Unit.item_id, *PIECE, *TAKEN).join(Range, JOIN.LEFT_OUTER, on=(
    (Range.unit_id == Unit.id) & (Range.item_id == Unit.item_id) & (Range.ends_at > param("at"))))
    .where(among(Unit.item_id, "items")))


class DayFree(NamedTuple):
    """A day of the calendar strip: how many units are free all day, of how many, and whether the hut opens."""

    day: date
    free: int
    open: bool


def stock(item_id: int, at: int | None = None) -> Stock:
    """The units of an item and what is taken of their time from now on. One query."""
    return stocks([item_id], at)[item_id]


def stocks(item_ids: Sequence[int], at: int | None = None) -> dict[int, Stock]:
    """The same of several items by number, still in one query."""
    at = now() if at is None else at
    rows: dict[int, list[tuple]] = {item_id: [] for item_id in item_ids}
    for item_id, *row in _rows(at=at, items=numbers(rows)):
        rows[item_id].append(row)
    return {item_id: _stock(found, at) for item_id, found in rows.items()}


def _stock(rows: list[tuple], at: int) -> Stock:
    taken = [Taken(row[0], *row[5:]) for row in rows if row[5] is not None]
    return Stock({Piece(*row[:5]) for row in rows}, taken, at)


def next_free(item_id: int, start: int, length: int, hut_id: int | None = None) -> int | None:
    """The first instant from `start` on at which a unit is free for so many seconds; None where none ever is."""
    return stock(item_id).next_free(start, length, hut_id)


def days(item_id: int, first: date, n: int, opening: Opening) -> list[DayFree]:
    """So many days from `first` on, with the units that are free on each. A day that is over has none."""
    return list(strip(stock(item_id), first, n, opening))


def strip(found: Stock, first: date, n: int, opening: Opening) -> Iterator[DayFree]:
    """The same of a stock that was read before. What is left of today counts as today."""
    for day in (first + timedelta(days=k) for k in range(n)):
        start, end = max(opening.start(day), found.at), opening.start(day + timedelta(days=1))
        yield DayFree(day, len(found.free(start, end)), bool(opening.hours.on(day)))


def put(unit_id: int, item_id: int, kind: str, start: int, end: int, loan_id: int | None = None) -> None:
    """Take [start, end) of a unit: kind loan, buffer, repair or holiday."""
    Range.insert(unit_id=unit_id, item_id=item_id, kind=kind, loan_id=loan_id, starts_at=start, ends_at=end).execute()


def cut(loan_id: int, at: int) -> None:
    """End a loan's range now; what has not begun by then is gone."""
    Range.delete().where((Range.loan_id == loan_id) & (Range.starts_at >= at)).execute()
    Range.update(ends_at=at).where((Range.loan_id == loan_id) & (Range.ends_at > at)).execute()


def drop(loan_id: int) -> None:
    """Forget the range of a loan that never began."""
    Range.delete().where(Range.loan_id == loan_id).execute()


def move(loan_id: int, unit_id: int, item_id: int, start: int, end: int) -> None:
    """Put a loan's range elsewhere: on another unit, or to other times."""
    drop(loan_id)
    put(unit_id, item_id, "loan", start, end, loan_id)


def end_of(loan_id: int) -> int:
    """Where a loan's range ends; 0 where it has none."""
    return Range.select(Range.ends_at).where(Range.loan_id == loan_id).scalar() or 0
