"""The one table of all voting rules: what each takes, its parameters, and a sentence about it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from . import approval, irv, multiple, pb_greedy, pb_mes, plurality, schulze, score, star, stv, yesno
from .election import Budget, Count, Election, NotAnElection

N_ = str


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule by its name.

    `takes` is what it needs on the ballots: choices, ranks, scores, or budget. `count` is called with the election (or
    the budget), with `seed` and with the parameters by name; `parameters` holds their defaults (JSON), which a poll
    freezes. Seats that are None are those of the file.
    """

    name: str
    takes: str
    count: Callable[..., Count]
    says: str
    parameters: Mapping[str, Any] = field(default_factory=dict)


SHARES = {"utility": "vote", "stop": "exhaustive", "start": "whole", "step": None, "threshold": None}

ALL = (
    Rule("yesno", "choices", yesno.count, N_("One question, with the quorum and the majority that it takes."),
         {"roll": None, "quorum": "0", "majority": "1/2", "of": "decided", "strict": True}),
    Rule("plurality", "choices", plurality.count, N_("Everybody has one vote, and whoever has most wins."),
         {"seats": None}),
    Rule("multiple", "choices", multiple.count, N_("Up to so many ticks on a ballot, and whoever has most wins."),
         {"most": None, "seats": None}),
    Rule("approval", "choices", approval.count, N_("Everybody ticks all that are good enough, and whoever has most "
                                                   "ticks wins."), {"seats": None}),
    Rule("score", "scores", score.count, N_("Everybody gives points to each, and whoever has most points wins."),
         {"low": 0, "high": None, "unscored": "lowest", "seats": None}),
    Rule("star", "scores", star.count, N_("The two with most points meet, and the one whom more voters prefer wins."),
         {"low": 0, "high": None}),
    Rule("irv", "ranks", irv.count, N_("Whoever has the fewest votes is out, and these ballots pass to their next "
                                       "choice, until somebody has more than half.")),
    Rule("stv.scottish", "ranks", stv.scottish, N_("Several seats by ranks: what an elected candidate has too much, "
                                                   "and what an excluded one leaves, passes to the next preference."),
         {"seats": None}),
    Rule("schulze", "ranks", schulze.count, N_("Every two are compared; whoever wins all comparisons, or has the "
                                               "stronger chains of them, wins.")),
    Rule("pb.greedy", "budget", pb_greedy.count, N_("The projects with most points are bought; what does not fit is "
                                                    "passed over."), {"threshold": None}),
    Rule("pb.greedy-no-skip", "budget", pb_greedy.no_skip, N_("The projects with most points are bought, until one "
                                                              "does not fit."), {"threshold": None}),
    Rule("pb.greedy-threshold", "budget", pb_greedy.with_threshold,
         N_("The projects with most points are bought, if they have as many as the threshold; what does not fit is "
            "passed over."), {"threshold": None}),
    Rule("pb.mes.add1", "budget", pb_mes.count,
         N_("Everybody has the same money and pays for what he or she wants, together with all who want it too (Method "
            "of Equal Shares)."), SHARES),
)
RULES: Mapping[str, Rule] = {rule.name: rule for rule in ALL}
WRITTEN = {"scores": "points", "ranks": "ranks"}  # what stands on a ballot, and what people call it


def rule_of(name: str) -> Rule:
    """The rule of that name. Errors: NotAnElection, a sentence that lists the rules."""
    if name not in RULES:
        raise NotAnElection(f"There is no rule {name!r}. The rules are: {', '.join(RULES)}.")
    return RULES[name]


def count(given: Election | Budget, name: str, *, seats: int | None = None, seed: str = "", **parameters: Any) -> Count:
    """Counts by the rule of that name, with its default parameters where none are given.

    Errors: NotAnElection where there is no such rule, where the rule does not fit what is given, or cannot count it.
    """
    rule = rule_of(name)
    fits(rule, given)
    if seats is not None:
        parameters |= _seats(rule, seats)
    return rule.count(given, seed=seed, **{**rule.parameters, **parameters})


def _seats(rule: Rule, seats: int) -> dict[str, int]:
    if seats < 1:
        raise NotAnElection("There has to be at least one seat.")
    if "seats" in rule.parameters:
        return {"seats": seats}
    if rule.takes == "budget" or seats > 1:
        raise NotAnElection(f"The rule {rule.name} does not take a number of seats"
                            f"{'' if rule.takes == 'budget' else ': it elects one'}.")
    return {}


def fits(rule: Rule, given: Election | Budget) -> None:
    """Errors: NotAnElection where the rule counts something else than what is given."""
    if isinstance(given, Budget) != (rule.takes == "budget"):
        needed = "a vote on money" if rule.takes == "budget" else "an election of candidates"
        raise NotAnElection(f"The rule {rule.name} counts {needed}, and this file is none.")
    if rule.takes in WRITTEN:
        written = {kind for _, ballot in given.ballots for kind in WRITTEN if getattr(ballot, kind)}
        if written and rule.takes not in written:  # an empty ballot is of any kind
            raise NotAnElection(f"The rule {rule.name} counts {WRITTEN[rule.takes]}, and there are none on these "
                                "ballots.")
