"""Counts that are shown to staff without telling of single people, in plain Python: small ones are hidden."""

from collections.abc import Mapping
from typing import NamedTuple

LEAST = 5  # the smallest number that is shown


class Shown(NamedTuple):
    """Counts as they may be seen; None where a number is hidden."""

    total: int | None
    cells: dict[object, int | None]


def suppressed(counts: Mapping[object, int]) -> Shown:
    """Hide every count from one to four, and so many of the next smallest that none can be worked out from the total.

    Nought tells of nobody and stays. Together the hidden ones come to five at least, and they are never all as small or
    all as large as a small one can be. Where that cannot be, the total is hidden too.
    """
    rising = sorted((key for key in counts if counts[key]), key=lambda key: counts[key])
    hidden = [key for key in rising if counts[key] < LEAST]
    rest = rising[len(hidden):]
    while rest and _tells([counts[key] for key in hidden]):
        hidden.append(rest.pop(0))
    total = sum(counts.values())
    told = not total or total >= LEAST and not _tells([counts[key] for key in hidden])
    secret = set(hidden)
    return Shown(total if told else None, {key: None if key in secret else n for key, n in counts.items()})


def _tells(hidden: list[int]) -> bool:
    """Whether the sum of hidden counts says what one of them is."""
    if not hidden:
        return False
    alike = max(hidden) < LEAST and sum(hidden) in (len(hidden), len(hidden) * (LEAST - 1))
    return len(hidden) < 2 or sum(hidden) < LEAST or alike
