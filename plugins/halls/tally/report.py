"""A count as JSON, or as a page of text."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from .election import Count, Stage
from .formats import dossier, read
from .rules import count, rule_of
from .words import decimal, names_of, say


def counted(file: str | Path, rule: str, seats: int | None = None, seed: str = "") -> tuple[Count, tuple[str, ...]]:
    """The count of a file by a rule, and the names in it. Errors: NotAnElection, OSError.

    A poll's own file (JSON) is counted with its parameters and its seed, unless the rule is another one.
    """
    given, parameters = read(file), {}
    if Path(file).suffix.lower() == ".json":
        told = dossier.parsed(Path(file).read_text("utf-8-sig"))
        seed = seed or told.get("seed", "")
        parameters = asked(told, rule) if told.get("rule") == rule else {}
    parameters |= {} if seats is None else {"seats": seats}
    return count(given, rule, seed=seed, **parameters), names_of(given)


def asked(told: Mapping[str, Any], rule: str) -> dict[str, Any]:
    """The parameters of a poll's file that its rule takes; a question needs the size of its roll."""
    known = rule_of(rule).parameters
    given = {name: value for name, value in told["parameters"].items() if name in known}
    if "high" in known and given.get("high") is None:
        given["high"] = told.get("high")
    return given | ({"roll": told.get("roll")} if "roll" in known else {})


def as_json(counted: Count, names: Sequence[str]) -> dict[str, Any]:
    """{"rule", "winners", "stages": [{"text", "votes"}]}, votes as decimals in text; "seats", "quota", "lots"."""
    said = {"rule": counted.rule, "winners": [names[n] for n in counted.winners]}
    if "seats" in counted.facts:
        said["seats"] = counted.facts["seats"]
    if "quota" in counted.facts:
        said["quota"] = decimal(counted.facts["quota"], counted.places)
    return said | {"lots": [[names[n] for n in lot] for lot in counted.lots],
                   "stages": [_stage(stage, names, counted.places) for stage in counted.stages]}


def _stage(stage: Stage, names: Sequence[str], places: int) -> dict[str, Any]:
    votes = {names[n]: decimal(value, places) for n, value in stage.votes.items()}
    said = {"text": say(stage, names, places), "votes": votes}
    if "exhausted" in stage.facts:
        said["exhausted"] = decimal(stage.facts["exhausted"], places)
    return said


def as_text(counted: Count, names: Sequence[str]) -> str:
    """Stage after stage with everybody's votes, most votes first, then who won."""
    parts = [_paragraph(at, stage, names, counted.places) for at, stage in enumerate(counted.stages, 1)]
    won = "\n".join(f"  {names[n]}" for n in counted.winners) or "  nobody"
    return "\n\n".join([*parts, f"Won, by {counted.rule}:\n{won}"])


def _paragraph(at: int, stage: Stage, names: Sequence[str], places: int) -> str:
    rows = sorted(((names[n], decimal(v, places), v) for n, v in stage.votes.items()), key=lambda row: -row[2])
    wide, long = max((len(r[0]) for r in rows), default=0), max((len(r[1]) for r in rows), default=0)
    lines = [f"  {name:<{wide}}  {votes:>{long}}" for name, votes, _ in rows]
    if stage.facts.get("exhausted"):
        lines.append(f"  (no longer counting: {decimal(stage.facts['exhausted'], places)})")
    return "\n".join([f"{at}. {say(stage, names, places)}", *lines])
