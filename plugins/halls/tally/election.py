"""What a count is given, ballots; and what it answers: who won, and every stage in words and numbers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

Number = int | Fraction


class NotAnElection(ValueError):
    """Something in a file, or in the ballots, that no rule can count; the message is a sentence with the line."""


@dataclass(frozen=True, slots=True)
class Ballot:
    """What one voter wrote: candidates by their number, counted from 0.

    `ranks` holds the choices, best first, each a group of candidates that are equal to the voter; whoever is not in it
    was left out. An empty group is a rank that the voter left empty; no candidate stands twice. On a ballot where
    things are only ticked, it is one group. `scores` holds (candidate, points) where the voter gave points.
    """

    ranks: tuple[tuple[int, ...], ...] = ()
    scores: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Election:
    """Candidates and ballots. `ballots` holds (how many are alike, ballot); what is alike need not stand together."""

    candidates: tuple[str, ...]
    ballots: tuple[tuple[int, Ballot], ...]
    seats: int = 1
    withdrawn: frozenset[int] = frozenset()
    title: str = ""


@dataclass(frozen=True, slots=True)
class Project:
    """Something that money is asked for. `id` is its name in the file; `cost` is in whole units of money (fen)."""

    id: str
    name: str
    cost: int


@dataclass(frozen=True, slots=True)
class Budget:
    """A vote on money: `ballots` holds (how many are alike, {project: points}), projects by number, counted from 0.

    In an approval vote every point is 1. `threshold` is the number of points that a project needs to be looked at.
    `unit` is how many of the units of money make one of the currency: 100 where costs are in fen. A power of ten.
    """

    projects: tuple[Project, ...]
    ballots: tuple[tuple[int, Mapping[int, int]], ...]
    money: int
    vote_type: str = "approval"  # approval, cumulative, scoring, ordinal or choose-1, as Pabulib names them
    threshold: int = 0
    title: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)  # what else the file said of itself
    unit: int = 1


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of a count.

    `text` is an English sentence, and a msgid, with %(placeholders)s; `facts` fills them: a candidate by number under
    `one` or `other`, several in tuples, amounts as numbers (counts of things as int, votes as Fraction where the count
    has decimals). What else happened in the step is a fact that has a sentence in `words.NOTES`. `votes` is what each
    candidate has at the end of the step.
    """

    text: str
    facts: Mapping[str, Any]
    votes: Mapping[int, Number]


@dataclass(frozen=True, slots=True)
class Count:
    """The answer of a rule: winners in the order in which they won, by number, and how it came to that.

    `lots` names the ties that were decided by lot: each the tuple of numbers that were equal.
    `places` is how many decimals the votes have.
    """

    rule: str
    winners: tuple[int, ...]
    stages: tuple[Stage, ...]
    lots: tuple[tuple[int, ...], ...] = ()
    places: int = 0
    facts: Mapping[str, Any] = field(default_factory=dict)  # quota, turnout, each voter's bill, …: named by the rule
