"""How much the huts are used: loans and days of use by month and kind, what is overdue, what nobody borrows."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from peewee import fn

from portal import Figure, _, clock, dates, now, param, prepared

from .. import categories
from ..models import Hut, Item, Loan
from .suppress import LEAST, suppressed

N_ = str
MONTHS, IDLE_DAYS, DAY = 12, 180, 86400
IDLE_SHOWN = 24
LOANS, USE = N_("Loans"), N_("Days of use")

_lent = prepared(lambda: (
    Loan.select(Loan.out_at, Loan.back_at, Item.category).join(Item, on=(Item.id == Loan.item_id))
    .where((Loan.out_at >= param("since")) & (Loan.out_at < param("until")))))
_overdue = prepared(lambda: (
    Loan.select(Item.category, fn.COUNT(Loan.id)).join(Item, on=(Item.id == Loan.item_id))
    .where((Loan.state == "out") & (Loan.due_at < param("now"))).group_by(Item.category)))


def _idle_items():
    """Items that could have been lent and were not, since an instant."""
    recent = Loan.select(Loan.item_id).where(Loan.out_at.is_null(False) & (
        (Loan.out_at >= param("since")) | (Loan.back_at >= param("since")) | (Loan.state == "out")))
    return Item.select().where((Item.state == "shown") & (Item.units > 0) & ~Item.gives
                               & (Item.created_at < param("since")) & Item.id.not_in(recent))


_idle = prepared(lambda: (
    _idle_items().select(Item.category, fn.COUNT(Item.id)).group_by(Item.category)))
_longest = prepared(lambda: (
    _idle_items().select(Item.id, Item.name, Hut.name).join(Hut, on=(Hut.id == Item.hut_id))
    .order_by(Item.created_at, Item.id).limit(IDLE_SHOWN)))


class Used(NamedTuple):
    """What was handed out within some months: loans, and the days they were out, by month and by group of kinds."""

    loans: Counter
    days: Counter
    kinds: Counter
    kind_days: Counter


def bounds_of(last: int, zone: str, n: int = MONTHS) -> list[int]:
    """The first instants of so many months, the last of which holds `last`, and the end of that one."""
    start, end = clock.month_bounds(last, zone)
    found = [end, start]
    while len(found) <= n:
        found.append(clock.month_bounds(found[-1] - 1, zone)[0])
    return found[::-1]


def used(bounds: Sequence[int]) -> Used:
    """The loans that were handed out between the first and the last bound.

    A loan belongs to the month in which it was handed out, with all its days; each day that has begun counts, up to
    now for what is still out.
    """
    months, at = range(len(bounds) - 1), now()
    found = Used(Counter(dict.fromkeys(months, 0)), Counter(dict.fromkeys(months, 0)), Counter(), Counter())
    for out, back, category in _lent(since=bounds[0], until=bounds[-1]):
        month = next(n for n in months if out < bounds[n + 1])
        group, days = category.partition(".")[0], max(1, -(-((back or at) - out) // DAY))
        for counter, key, n in ((found.loans, month, 1), (found.days, month, days), (found.kinds, group, 1),
                                (found.kind_days, group, days)):
            counter[key] += n
    return found


def of_site(zone: str) -> list[Figure]:
    """All figures of the open site, over the twelve months up to now; those where nothing is counted are left out."""
    bounds = bounds_of(now(), zone)
    return [figure for part in PARTS for figure in part(bounds)]


def _of_use(bounds: Sequence[int]) -> list[Figure]:
    """Both tables have the same total: one that must not tell it is left out where the other does."""
    found = used(bounds)
    if not found.loans.total():
        return []
    months = {n: dates.month_title(at) for n, at in enumerate(bounds[:-1])}
    kinds = _groups(found.kinds)
    tables = [(_("%(what)s, by month", what="%(what)s"), found.loans, found.days, months),
              (_("%(what)s, by kind", what="%(what)s"), found.kinds, found.kind_days, kinds)]
    safe = [suppressed({key: counts[key] for key in words}).total is not None
            for _label, counts, _days, words in tables]
    return [figure for (label, counts, days, words), told in zip(tables, safe, strict=True) if told or not any(safe)
            for figure in (people(label % {"what": _(LOANS)}, counts, words),
                           along(label % {"what": _(USE)}, days, words, counts))]


def _of_late(_bounds: Sequence[int]) -> list[Figure]:
    counts = _by_group(_overdue(now=now()))
    return [people(_("Overdue now"), counts, _groups(counts))]


def _of_idle(_bounds: Sequence[int]) -> list[Figure]:
    """Things tell of nobody: their numbers are whole."""
    counts = _by_group(_idle(since=now() - IDLE_DAYS * DAY))
    rows = tuple((words, counts[group]) for group, words in _groups(counts).items())
    return [Figure(_("Not borrowed for %(n)s days", n=IDLE_DAYS), counts.total(), rows)]


def longest_idle() -> list[tuple[int, str, str]]:
    """(item, name, hut) of what has not been borrowed for 180 days, those that are here longest first."""
    return _longest(since=now() - IDLE_DAYS * DAY)


# Each is given the bounds of the months; what neighbours want and look for in vain joins here.
PARTS: list[Callable[[Sequence[int]], list[Figure]]] = [_of_use, _of_late, _of_idle]


def _by_group(rows: Sequence[tuple[str, int]]) -> Counter:
    found: Counter = Counter()
    for category, n in rows:
        found[category.partition(".")[0]] += n
    return found


def _groups(counts: Counter) -> dict[str, str]:
    """The groups that are counted with their names, the largest first."""
    return {group: categories.name(group, dates.locale) for group, _n in counts.most_common()}


def people(label: str, counts: Mapping, words: Mapping) -> Figure:
    """A figure that tells of people: small counts are hidden, and those from which they could be worked out."""
    shown = suppressed({key: counts[key] for key in words})
    rows = tuple(_row(words[key], n, n) for key, n in shown.cells.items())
    return Figure(label, shown.total or 0, rows, "" if shown.total is not None else _hidden())


def along(label: str, counts: Mapping, words: Mapping, by: Mapping) -> Figure:
    """A figure that is hidden where the number of loans is."""
    shown = suppressed({key: by[key] for key in words})
    rows = tuple(_row(words[key], counts[key], n) for key, n in shown.cells.items())
    total = sum(counts[key] for key in words) if shown.total is not None else None
    return Figure(label, total or 0, rows, "" if total is not None else _hidden())


def _row(words: str, n: int | None, seen: int | None) -> tuple:
    return (words, 0, _("hidden")) if seen is None else (words, n)


def _hidden() -> str:
    return _("fewer than %(n)s, or hidden", n=LEAST)
