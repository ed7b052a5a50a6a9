"""Counts of people's loans without telling of single people, in plain Python: small ones are hidden."""

from collections.abc import Hashable, Mapping
from typing import NamedTuple

LEAST = 5  # the smallest number that is shown


class Shown(NamedTuple):
    """Counts as they may be seen: None where a number is hidden, the total too."""

    total: int | None
    cells: dict[Hashable, int | None]


def suppressed(counts: Mapping[Hashable, int]) -> Shown:
    """Hide each count from 1 to 4; where the total would tell a hidden one, the next larger count with it.

    Two hidden counts at least, which come to 5 or more and can be split in more ways than one; with fewer counts than
    that the total is hidden. Nought is shown: it tells of nobody. Of equal counts the first is hidden first.
    """
    total, order = sum(counts.values()), sorted((n, place) for place, n in enumerate(counts.values()) if n)
    hidden = {place for n, place in order if n < LEAST}
    for _n, place in order:
        if not hidden or _safe([n for n, at in order if at in hidden]):
            break
        hidden.add(place)
    safe = not hidden or _safe([n for n, place in order if place in hidden])
    cells = {key: None if place in hidden else n for place, (key, n) in enumerate(counts.items())}
    return Shown(total if safe and not 0 < total < LEAST else None, cells)


def _safe(hidden: list[int]) -> bool:
    """Whether the sum of hidden counts leaves open what each of them is."""
    small = max(hidden) < LEAST
    forced = small and sum(hidden) in (len(hidden), len(hidden) * (LEAST - 1))
    return len(hidden) > 1 and sum(hidden) >= LEAST and not forced
