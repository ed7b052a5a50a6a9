"""Instant runoff: one winner, whoever has the fewest votes goes, until somebody has more than half."""

from collections.abc import Callable, Iterable
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
    left = set(standing(election))
    votes = [0] * len(election.candidates)
    piles: list[list[Paper]] = [[] for _ in election.candidates]
    _pass_on(((n, ranks, -1) for n, ranks in papers(election)), left, piles, votes)
    valid = sum(votes)
    stages, before, lots = [], [], []

    def end_of_round(text: str, facts: dict[str, Any]) -> int | None:
        winner = _winner(left, votes)
        if winner is not None:
            facts |= {"elected": (winner,)} if len(left) == 1 else {"majority": (winner,)}
        facts["exhausted"] = valid - sum(votes)
        before.append(votes.copy())
        stages.append(Stage(text, facts, {n: votes[n] for n in sorted(left)}))
        return winner

    winner = end_of_round(FIRST, {"valid": valid})
    while winner is None:
        one, facts = _lowest(left, votes, before, _last_of(seed, election, lots))
        left.discard(one)
        votes[one] = 0
        gone, piles[one] = piles[one], []
        _pass_on(gone, left, piles, votes)
        winner = end_of_round(OUT, facts)
    facts = {"valid": valid, "invalid": sum(n for n, _ in election.ballots) - valid}
    return Count("irv", (winner,), tuple(stages), tuple(lots), 0, facts)


def _winner(left: set[int], votes: list[int]) -> int | None:
    best = max(left, key=lambda n: votes[n])
    return best if len(left) == 1 or 2 * votes[best] > sum(votes) else None


def _lowest(left: set[int], votes: list[int], before: list[list[int]],
            last_of: Callable[[list[int]], int]) -> tuple[int, dict[str, Any]]:
    """Who is out, and how that was decided."""
    fewest = min(votes[n] for n in left)
    tied = sorted(n for n in left if votes[n] == fewest)
    equal = by_earlier_stages(tied, before[:-1], min)
    facts: dict[str, Any] = {"had": fewest}
    if len(equal) > 1:
        facts["lot"] = tuple(equal)
    elif len(tied) > 1:
        facts["earlier"] = tuple(tied)
    facts["one"] = last_of(equal) if len(equal) > 1 else equal[0]
    return facts["one"], facts


def _last_of(seed: str, election: Election, lots: list[tuple[int, ...]]) -> Callable[[list[int]], int]:
    def draw(equal: list[int]) -> int:
        lots.append(tuple(equal))
        return order(seed, equal, election.candidates)[-1]
    return draw


def _pass_on(given: Iterable[Paper], left: set[int], piles: list[list[Paper]], votes: list[int]) -> None:
    for n, ranks, at in given:
        taker, to = _next_choice(ranks, at + 1, left)
        if taker is not None:
            votes[taker] += n
            piles[taker].append((n, ranks, to))


def _next_choice(ranks: Ranks, start: int, left: set[int]) -> tuple[int | None, int]:
    """Whom the ballot counts for from that rank on, and at which rank; None where it is exhausted."""
    for at in range(start, len(ranks)):
        here = [n for n in ranks[at] if n in left]
        if len(here) == 1:
            return here[0], at
        if here:
            break
    return None, len(ranks)
