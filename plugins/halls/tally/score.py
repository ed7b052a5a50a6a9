"""Score: points for each candidate, and whoever has most wins."""

from fractions import Fraction

from .choices import last, scored, seats_of, top
from .election import Count, Election, NotAnElection, Number, Stage
from .transfers import standing

N_ = str

SUMS = N_("The points on %(valid)s ballots are added up, %(low)s to %(high)s for each; %(invalid)s ballots are "
          "invalid.")
MEANS = N_("For each the mean of the points is taken, %(low)s to %(high)s, on %(valid)s ballots; who gave one no "
           "points is not asked about it. %(invalid)s ballots are invalid.")


def count(election: Election, *, low: int = 0, high: int | None = None, unscored: str = "lowest",
          seats: int | None = None, seed: str = "") -> Count:
    """The `seats` candidates with most points ("range voting").

    low, high: the points that may be given; without `high`, the highest that was given. unscored: what no points for a
    candidate mean: "lowest" (as if `low` had been given; sums are compared) or "left out" (that ballot says nothing of
    the candidate; means are compared, as fractions; a candidate without any points has `low`).
    A ballot with points beyond the range, or with none, is invalid. Ranks are not points: refused. Ties: by lot.
    Errors: NotAnElection.
    """
    if unscored not in ("lowest", "left out"):
        raise NotAnElection(f"unscored is {unscored}; it can be lowest, left out")
    ballots, invalid, high = scored(election, "score", low, high)
    left = standing(election)
    valid = sum(n for n, _ in ballots)
    summed = unscored == "lowest"
    votes: dict[int, Number] = {c: _sum(ballots, c, low) if summed else _mean(ballots, c, low) for c in left}
    won, lots = top(votes, seats_of(election, seats) if valid else 0, election, seed)
    facts = {"valid": valid, "invalid": invalid, "low": low, "high": high}
    first = Stage(SUMS if summed else MEANS, facts, votes)
    return Count("score", won, (first, last(votes, won, lots)), lots, 0 if summed else 5, facts)


def _sum(ballots: list[tuple[int, dict[int, int]]], candidate: int, low: int) -> int:
    return sum(n * points.get(candidate, low) for n, points in ballots)


def _mean(ballots: list[tuple[int, dict[int, int]]], candidate: int, low: int) -> Fraction:
    asked = sum(n for n, points in ballots if candidate in points)
    return Fraction(sum(n * p[candidate] for n, p in ballots if candidate in p), asked) if asked else Fraction(low)
