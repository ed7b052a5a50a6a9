"""Made-up ballots of a poll, to rehearse its count with. Plain Python."""

from collections.abc import Mapping
from random import Random
from typing import Any

from . import choices

BALLOTS = 20


def ballots(kind: str, size: int, parameters: Mapping[str, Any], most: int | None, seed: str) -> list[str]:
    """So many packed choices as a rehearsal takes, the last one empty; the same for the same seed."""
    chance = Random(seed)
    made = [_one(kind, size, parameters, most, chance) for _ in range(BALLOTS - 1)]
    return [choices.packed(choice) for choice in (*made, {"blank": True})]


def _one(kind: str, size: int, parameters: Mapping[str, Any], most: int | None, chance: Random) -> choices.Choice:
    order = chance.sample(range(size), size)
    some = sorted(order[:chance.randint(1, max(1, min(size, most or size)))])
    if kind == "ranks":
        return {"ranks": [[n] for n in order[:chance.randint(1, size)]]}
    if kind == "scores":
        low, high = parameters.get("low") or 0, parameters.get("high") or choices.HIGH
        return {"scores": [[n, chance.randint(low, high)] for n in sorted(order)]}
    if kind in ("budget", "points"):
        return {"points": {str(n): 1 for n in some}}
    return {"ticks": some}
