"""Instant runoff: one winner, whoever has the fewest votes goes, until somebody has more than half."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from .election import Count, Election, Stage
from .lots import order
from .transfers import Paper, Ranks, by_earlier_stages, papers, standing

N_ = str
FIRST = N_("First choices are counted, on %(valid)s ballots.")
OUT = N_("%(one)s has the fewest votes, %(had)s, and is out. The ballots pass to the next choices.")


def count(election: Election, *, seed: str = "") -> Count:
    """Counts an instant runoff, one exclusion a round.

    Source: Robert's Rules of Order, "preferential voting", and the counting rules of Burlington, Vermont, 2009.

    - A ballot counts for its highest choice still in. Ranks that were left empty are skipped. Where several candidates
      share the rank that is reached: none of them still in, it is skipped; one, it counts for that one; more than one,
      the ballot is exhausted from then on (Burlington's rule for overvotes).
    - Whoever has more than half of the votes that still count, wins; the last one left wins, too.
    - Else whoever has the fewest votes is out. Where several are equal, who had the fewest in the latest round in which
      they were unequal; where they always were equal, by lot (`lots.order` of the seed: the last one is out).
    - Candidates who withdrew are taken off all ballots before.

    Errors: NotAnElection without a candidate. Without any vote the lot decides everything.
    """
    return _Runoff(election, seed, set(standing(election))).count()


@dataclass(slots=True)
class _Runoff:
    """A count on its way."""

    election: Election
    seed: str
    left: set[int]
    piles: list[list[Paper]] = field(default_factory=list)  # by candidate
    votes: list[int] = field(default_factory=list)
    before: list[list[int]] = field(default_factory=list)  # the votes at the end of every round
    stages: list[Stage] = field(default_factory=list)
    lots: list[tuple[int, ...]] = field(default_factory=list)
    valid: int = 0

    def count(self) -> Count:
        """The whole count."""
        everybody = range(len(self.election.candidates))
        self.votes, self.piles = [0 for _ in everybody], [[] for _ in everybody]
        self._pass_on((n, ranks, -1) for n, ranks in papers(self.election))
        self.valid = sum(self.votes)
        winner = self._end_of_round(FIRST, {"valid": self.valid})
        while winner is None:
            winner = self._exclude()
        facts = {"valid": self.valid, "invalid": sum(n for n, _ in self.election.ballots) - self.valid}
        return Count("irv", (winner,), tuple(self.stages), tuple(self.lots), 0, facts)

    def _exclude(self) -> int | None:
        facts: dict[str, Any] = {"had": min(self.votes[n] for n in self.left)}
        one = facts["one"] = self._lowest([n for n in sorted(self.left) if self.votes[n] == facts["had"]], facts)
        self.left.discard(one)
        self.votes[one] = 0
        gone, self.piles[one] = self.piles[one], []
        self._pass_on(gone)
        return self._end_of_round(OUT, facts)

    def _lowest(self, tied: list[int], facts: dict[str, Any]) -> int:
        """Who of equals is out; notes in `facts` how it was decided."""
        equal = by_earlier_stages(tied, self.before[:-1], min)
        if len(equal) == 1:
            if len(tied) > 1:
                facts["earlier"] = tuple(tied)
            return equal[0]
        facts["lot"] = tuple(equal)
        self.lots.append(tuple(equal))
        return order(self.seed, equal, self.election.candidates)[-1]

    def _pass_on(self, given: Iterable[Paper]) -> None:
        for n, ranks, at in given:
            taker, to = _next_choice(ranks, at + 1, self.left)
            if taker is not None:
                self.votes[taker] += n
                self.piles[taker].append((n, ranks, to))

    def _end_of_round(self, text: str, facts: dict[str, Any]) -> int | None:
        """Writes the round down; who has won, or None."""
        best = max(self.left, key=lambda n: self.votes[n])
        won = len(self.left) == 1 or 2 * self.votes[best] > sum(self.votes)
        if won:
            facts["elected" if len(self.left) == 1 else "majority"] = (best,)
        facts["exhausted"] = self.valid - sum(self.votes)
        self.before.append(self.votes.copy())
        self.stages.append(Stage(text, facts, {n: self.votes[n] for n in sorted(self.left)}))
        return best if won else None


def _next_choice(ranks: Ranks, start: int, left: set[int]) -> tuple[int | None, int]:
    """Whom the ballot counts for from that rank on, and at which rank; None where it is exhausted."""
    for at in range(start, len(ranks)):
        here = [n for n in ranks[at] if n in left]
        if len(here) == 1:
            return here[0], at
        if here:
            break
    return None, len(ranks)
