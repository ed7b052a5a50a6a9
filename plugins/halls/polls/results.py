"""A count as JSON and back: what a poll keeps of its result."""

import hashlib
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from ..tally import Budget, Count, Election, NotAnElection, Stage
from ..tally.rules import RULES, count
from ..tally.words import decimal
from . import choices

OTHERS: Mapping[str, tuple[str, ...]] = {  # rule → those that count the same ballots, too
    "plurality": (), "multiple": ("approval",), "approval": (), "score": ("star",), "star": ("score",),
    "irv": ("plurality", "schulze"), "schulze": ("plurality", "irv"), "stv.scottish": ("plurality",),
    "pb.greedy": ("pb.mes.add1",), "pb.greedy-no-skip": ("pb.greedy", "pb.mes.add1"),
    "pb.greedy-threshold": ("pb.mes.add1",), "pb.mes.add1": ("pb.greedy",),
}


def of(poll: choices.Asked, options: list, ballots: Iterable[str], seed: str, roll: int | None) -> dict[str, Any]:
    """The whole result of a poll as JSON: its own count, and what other rules would have chosen from these ballots.

    Errors: NotAnElection where the poll's rule cannot count what is there.
    """
    given = choices.election(poll, options, ballots)
    found = count(given, poll.rule, seed=seed, **choices.counted_with(poll.rule, poll.parameters, roll))
    return packed(found, poll.parameters, given) | {"others": _others(poll, given, seed)}


def packed(found: Count, parameters: Mapping[str, Any], given: Election | Budget) -> dict[str, Any]:
    """A count in JSON: votes and amounts are decimals in text, candidates numbers; `shares` tells a bill."""
    facts = {name: _said(value, found.places) for name, value in found.facts.items() if name not in ("bills", "prices")}
    said = {"rule": found.rule, "winners": list(found.winners), "lots": [list(lot) for lot in found.lots],
            "places": found.places, "facts": facts, "stages": [_stage(stage, found.places) for stage in found.stages]}
    return said | ({"shares": _shares(found, parameters, given)} if "bills" in found.facts else {})


def _stage(stage: Stage, places: int) -> dict[str, Any]:
    return {"text": stage.text, "facts": {k: _said(v, places) for k, v in stage.facts.items()},
            "votes": {str(n): decimal(value, places) for n, value in stage.votes.items()}}


def _said(value: Any, places: int) -> Any:
    if isinstance(value, Fraction):
        return decimal(value, places) if places else str(value)
    if isinstance(value, tuple | list):
        return [_said(each, places) for each in value]
    if isinstance(value, Mapping):
        return {str(key): _said(each, places) for key, each in value.items()}
    return value


def stages(result: Mapping[str, Any]) -> list[Stage]:
    """The stages of a kept result, as `tally.words` says them; votes are decimals in text."""
    return [Stage(stage["text"], {k: tuple(v) if isinstance(v, list) else v for k, v in stage["facts"].items()},
                  {int(n): votes for n, votes in stage["votes"].items()}) for stage in result["stages"]]


def _others(poll: choices.Asked, given: Election | Budget, seed: str) -> list[dict[str, Any]]:
    """[{"rule", "winners"}] of the other rules that can count these ballots."""
    found = []
    for name in OTHERS.get(poll.rule, ()):
        known = RULES[name].parameters
        same = {k: v for k, v in poll.parameters.items() if k in known}
        try:
            found.append({"rule": name, "winners": list(count(given, name, seed=seed, **same).winners)})
        except NotAnElection:
            continue
    return found


def _shares(found: Count, parameters: Mapping[str, Any], given: Budget) -> dict[str, Any]:
    """What everybody had to spend, and the price of each project: what a voter's bill follows from."""
    utility = parameters.get("utility") or "vote"
    by_cost = utility == "cost" or utility == "vote" and given.vote_type in ("approval", "choose-1")
    return {"endowment": str(Fraction(found.facts["endowment"])), "by_cost": by_cost,
            "prices": [[n, str(Fraction(price))] for n, price in found.facts["prices"].items()]}


def bill(result: Mapping[str, Any], choice: Mapping[str, Any]) -> dict[int, Fraction]:
    """What a voter's share paid for, by the Method of Equal Shares: {option: fen}, exact; {} under other rules."""
    shares, paid = result.get("shares"), {}
    if not shares:
        return {}
    left, wanted = Fraction(shares["endowment"]), choice.get("points", {})
    for option, price in shares["prices"]:
        points = wanted.get(str(option), 0)
        part = min(left, Fraction(price) * (1 if shares["by_cost"] else points)) if points else 0
        if part:
            paid[option] = part
            left -= part
    return paid


def hash_of(ballots: Iterable[str]) -> str:
    """SHA-256 (hex) over the packed choices in the order of their letters, a line feed after each.

    Anybody can make it from the file of the ballots, and its order tells nothing of who cast which.
    """
    found = hashlib.sha256()
    for text in sorted(ballots):
        found.update(f"{text}\n".encode())
    return found.hexdigest()
