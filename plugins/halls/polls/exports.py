"""The ballots of a counted poll as files, from which anybody can count it again.

"numbers": ballots stand in the order of what is on them, which tells nothing of who cast which; "named": in the order
of the roll, with names. Nothing is exported before the poll is counted.
"""

import json
from typing import TYPE_CHECKING

from . import choices, queries, roll
from .queries import PollRow

if TYPE_CHECKING:
    from ..tally import Budget, Election

FORMATS = {"csv": "text/csv; charset=utf-8", "blt": "text/plain; charset=utf-8", "pb": "text/plain; charset=utf-8",
           "json": "application/json", "roll": "text/plain; charset=utf-8"}
MARK = "\ufeff"  # spreadsheets take UTF-8 for what it is


def formats_of(poll: PollRow) -> tuple[str, ...]:
    """The files that a poll has; none before it is counted."""
    if poll.state != "counted":
        return ()
    kinds = {"scores": ("csv", "json"), "budget": ("csv", "pb", "json"), "points": ("csv", "pb", "json")}
    return kinds.get(poll.kind, ("csv", "blt", "json"))


def made(poll: PollRow, form: str) -> str:
    """The file of a counted poll: "csv", "blt", "pb" or "json". Errors: NotAnElection for one that it has not."""
    from ..tally import Election, NotAnElection
    from ..tally.formats import blt, pabulib
    if form not in formats_of(poll):
        raise NotAnElection(f"This poll has no file of the kind {form}.")
    ballots, named = queries.ballots(poll.id), poll.shown == "named"
    if not named:
        ballots.sort(key=lambda ballot: ballot[2])
    chosen = [choice for _number, _name, choice, _road in ballots]
    options = queries.options(poll)
    if form == "json":
        return _dossier(poll, options, chosen)
    whole = choices.election(poll, options, chosen)
    if form == "csv":
        return MARK + _table(poll, options, ballots, whole)
    return blt.write(whole) if isinstance(whole, Election) else pabulib.write(whole)


def _table(poll: PollRow, options: list, ballots: list[tuple], whole: "Election | Budget") -> str:
    """A line for each ballot; named ones one by one, so that each stands beside its name."""
    from ..tally.formats import table
    if poll.shown != "named":
        return table.write(whole)
    singles = tuple(choices.election(poll, options, [choice]).ballots[0] for _n, _name, choice, _road in ballots)
    kept = whole.__class__(**{f: getattr(whole, f) for f in whole.__dataclass_fields__} | {"ballots": singles})
    return table.write(kept, [f"{number} {name}".strip() for number, name, _choice, _road in ballots])


def _dossier(poll: PollRow, options: list, chosen: list[str]) -> str:
    said = {"title": poll.title, "rule": poll.rule, "budget": poll.kind in ("budget", "points"),
            "parameters": dict(poll.parameters), "high": choices.highest(poll.rule, poll.parameters),
            "seed": poll.seed, "roll": poll.roll_size,
            "roll_hash": poll.roll_hash, "ballots_hash": poll.ballots_hash, "money_fen": poll.money_fen,
            "options": [{"title": o.title, "code": o.code, "cost_fen": o.cost_fen} for o in options],
            "ballots": [json.loads(choice) for choice in chosen],
            "winners": json.loads(poll.result)["winners"]}
    return json.dumps(said, ensure_ascii=False, indent=1)


def roll_file(poll_id: int) -> str:
    """The roll as its hash is made of it, for staff and for who may see names."""
    return roll.text_of(queries.roll(poll_id))


def is_right(poll: PollRow) -> bool:
    """Whether a counted poll, counted again from its ballots, has the result, turnout and hash that it keeps."""
    from .closing import counted
    values = counted(poll, queries.options(poll), queries.ballots(poll.id))
    return all(json.loads(values[k]) == json.loads(getattr(poll, k)) for k in ("result", "turnout")) \
        and values["ballots_hash"] == poll.ballots_hash

