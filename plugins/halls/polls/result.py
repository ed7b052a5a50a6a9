"""What the page of a counted poll shows: who won, who took part, every round, what other rules would have chosen."""

import json
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from portal import _, dates, ngettext

from . import casting, exports, queries, results, rounds, show, words
from .queries import PollRow

N_ = str


def of(poll: PollRow) -> dict[str, Any]:
    """Everything that the public page of a result shows."""
    kept, options = json.loads(poll.result), show.offered(poll)
    names = [o.title for o in options]
    found = rounds.rounds(kept, names)
    return {"poll": poll, "options": options, "about": headline(poll, kept, names), "won": winners(poll, kept, names),
            "headline": headline(poll, kept, names), "turnout": turnout(poll), "roads": _roads(poll), "rounds": found,
            "sums": sums(kept, options), "lots": [_(", ").join(names[n] for n in lot) for lot in kept["lots"]],
            "quota": kept["facts"].get("quota", ""), "others": _others(kept, names), "rule": words.rule(poll),
            "files": exports.formats_of(poll), "command": command(poll), "pairs": show.facts_of(poll),
            "closed": dates.day(poll.closed_at or poll.closes_at)}


def winners(poll: PollRow, kept: Mapping[str, Any], names: Sequence[str]) -> list[str]:
    """Who or what was chosen, in order; of a question whether it is carried."""
    return [outcome(kept)] if poll.rule == "yesno" else [names[n] for n in kept["winners"]]


def outcome(kept: Mapping[str, Any]) -> str:
    """What became of a question."""
    if kept["facts"].get("quorate") is False:
        return _("Nothing is decided")
    return _("Carried") if kept["facts"].get("carried") else _("Not carried")


def headline(poll: PollRow, kept: Mapping[str, Any], names: Sequence[str]) -> str:
    """The result in a line."""
    found = winners(poll, kept, names)
    return _("Result: %(won)s", won=_(", ").join(found)) if found else _("Nobody was chosen")


def turnout(poll: PollRow) -> str:
    """How many took part."""
    found = queries.turnout(poll)
    cast, roll = found.get("cast", 0), found.get("roll") or 0
    if not roll:
        return ngettext("%(n)s ballot", "%(n)s ballots", cast)
    return _("%(cast)s of %(roll)s on the roll voted: %(share)s %%", cast=cast, roll=roll,
             share=f"{100 * cast / roll:.1f}")


def _roads(poll: PollRow) -> list[tuple[str, int]]:
    found = queries.turnout(poll).get("roads", {})
    return [(_(said), found[road]) for road, said in casting.ROADS.items() if road in found]


def sums(kept: Mapping[str, Any], options: Sequence[show.Choice]) -> list[tuple[str, str, str, str, bool]]:
    """(Name, cost, points, share of 100, bought) of each project: what is bought first."""
    if not kept["rule"].startswith("pb.") or not kept["stages"]:
        return []
    votes = {int(n): int(v) for n, v in kept["stages"][0]["votes"].items()}
    most, won = max(votes.values(), default=0) or 1, kept["winners"]
    order = [*won, *sorted((o.number for o in options if o.number not in won), key=lambda n: (-votes.get(n, 0), n))]
    return [(options[n].title, options[n].cost, str(votes.get(n, 0)), f"{100 * votes.get(n, 0) / most:.2f}", n in won)
            for n in order]


def _others(kept: Mapping[str, Any], names: Sequence[str]) -> list[tuple[str, str, bool]]:
    """(Rule, who it would have chosen, whether that is the same) of the other rules for these ballots."""
    return [(_(words.NAMES[other["rule"]]), _(", ").join(names[n] for n in other["winners"]) or _("nobody"),
             set(other["winners"]) == set(kept["winners"]))
            for other in kept.get("others", ()) if other["rule"] in words.NAMES]


def command(poll: PollRow) -> str:
    """How anybody counts again: from the JSON, which alone holds every parameter of the rule, and the seed."""
    return f"python -m tally poll-{poll.id}.json --rule {poll.rule}"


SHARED = ("pb.mes.add1",)  # rules that give each voter a share


def bill(poll: PollRow, choice: str) -> tuple[str, list[tuple[str, str]]] | None:
    """(A voter's share, what each project took of it) by Equal Shares; None where the rule has no shares."""
    kept = json.loads(poll.result)
    if "shares" not in kept:
        return None
    options = show.offered(poll)
    paid = results.bill(kept, json.loads(choice))
    return (words.money(_whole(kept["shares"]["endowment"])),
            [(options[n].title, words.money(_whole(fen))) for n, fen in paid.items()])


def _whole(fen: object) -> int:
    return int(Fraction(str(fen)))
