"""A kept count as pictures in table rows: rounds with bars, what moved, who won. Plain Python but for the words."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from portal import _

from ..tally import Stage
from ..tally.words import filled, sentences
from . import results

LONG = re.compile(r"\d+\.\d{3,}")
BY_ROUNDS = ("irv", "stv.scottish")


class Bar(NamedTuple):
    """A candidate in a round: what it had (of 100), what it gained or lost, what it has in words."""

    name: str
    said: str
    had: str
    gained: str
    lost: str
    change: str
    won: bool
    out: bool


class Round(NamedTuple):
    """One stage of a count."""

    title: str
    says: list[str]
    bars: list[Bar]
    mark: str  # where the line of the quota stands, of 100
    middle: bool


def rounds(result: Mapping[str, Any], names: Sequence[str]) -> list[Round]:
    """Every stage in words, with bars where its votes are others than those before."""
    stages = results.stages(result)
    if result["rule"].startswith("pb."):
        return [Round("", _words(stage, names, result["places"]), [], "", False) for stage in stages]
    moves = result["rule"] in BY_ROUNDS
    title = _("Round %(n)s") if moves else _("Step %(n)s")
    found: list[Round] = []
    won: set[int] = set()
    before: Mapping[int, Any] = {}
    for n, stage in enumerate(stages):
        won |= {*stage.facts.get("elected", ()), *stage.facts.get("majority", ()), *stage.facts.get("deemed", ())}
        scale = _scale(result, stages if moves else [stage])
        bars = _bars(stage, before if moves else {}, won, names, scale) if stage.votes != before else []
        found.append(Round(title % {"n": n + 1}, _words(stage, names, result["places"]), bars, _mark(result, scale),
                           0 < n < len(stages) - 1 and len(stages) > 3))
        before = stage.votes
    return found


def _words(stage: Stage, names: Sequence[str], places: int) -> list[str]:
    facts = {k: _short(v) for k, v in stage.facts.items()}
    return [filled(_(text), facts, names, places, _(", ")) for text in sentences(stage)]


def _short(value: Any) -> Any:
    """A number of votes with no more decimals than a reader wants."""
    return plain(Decimal(value)) if isinstance(value, str) and LONG.fullmatch(value) else value


def _scale(result: Mapping[str, Any], stages: Sequence[Stage]) -> Decimal:
    """What a whole bar is: the most votes of all rounds, or the quota where that is more."""
    most = max((Decimal(v) for stage in stages for v in stage.votes.values()), default=Decimal(1))
    return max(most, Decimal(result["facts"].get("quota", 0)), Decimal(1))


def _mark(result: Mapping[str, Any], scale: Decimal) -> str:
    quota = result["facts"].get("quota")
    return _share(Decimal(quota), scale) if quota else ""


def _bars(stage: Stage, before: Mapping[int, Any], won: set[int], names: Sequence[str], scale: Decimal) -> list[Bar]:
    return [_bar(names[n], Decimal(stage.votes.get(n, 0)), Decimal(before[n]) if n in before else None, n in won,
                 n not in stage.votes, scale) for n in sorted({*stage.votes, *before})]


def _bar(name: str, now: Decimal, before: Decimal | None, won: bool, out: bool, scale: Decimal) -> Bar:
    was = now if before is None else before
    change = now - was
    return Bar(name, plain(now), _share(min(now, was), scale), _share(max(now - was, Decimal(0)), scale),
               _share(max(was - now, Decimal(0)), scale), f"{'+' if change > 0 else '−'}{plain(abs(change))}" if change
               else "", won, out)


def _share(value: Decimal, of: Decimal) -> str:
    return f"{100 * value / of:.2f}".rstrip("0").rstrip(".")


def plain(value: Decimal) -> str:
    """A number of votes, with two decimals where it has any; what lies beyond is cut off."""
    return str(int(value)) if value == int(value) else f"{int(value * 100) / 100:.2f}"
