"""Papers on their way from candidate to candidate, and what earlier stages say of a tie."""

from collections.abc import Callable, Iterable, Sequence

from .election import Ballot, Election, NotAnElection

Ranks = tuple[tuple[int, ...], ...]
Paper = tuple[int, Ranks, int]  # how many are alike, their ranks, the place of the rank where they lie


def standing(election: Election) -> list[int]:
    """Who stands: all candidates who have not withdrawn. Errors: NotAnElection where nobody is left."""
    left = [n for n in range(len(election.candidates)) if n not in election.withdrawn]
    if not left:
        raise NotAnElection("There is no candidate.")
    return left


def papers(election: Election) -> Iterable[tuple[int, Ranks]]:
    """(How many, ranks) of every ballot, without those who withdrew: it is as if they had not been on the paper."""
    if not election.withdrawn:
        return ((n, ballot.ranks) for n, ballot in election.ballots)
    return ((n, _without(ballot, election.withdrawn)) for n, ballot in election.ballots)


def _without(ballot: Ballot, withdrawn: frozenset[int]) -> Ranks:
    kept = ((group, tuple(n for n in group if n not in withdrawn)) for group in ballot.ranks)
    return tuple(left for group, left in kept if left or not group)


def by_earlier_stages(tied: Sequence[int], stages: Sequence[Sequence[int]], pick: Callable) -> list[int]:
    """Who of `tied` is first (`pick` is max) or last (min), by the latest of the stages at which they were unequal.

    `stages` holds the votes at the end of every stage before this one, oldest first. Where some of them are still
    equal at that stage, the stages before it go on deciding between these. More than one left: equal at all stages.
    """
    left = list(tied)
    for votes in reversed(stages):
        if len(left) == 1:
            break
        best = pick(votes[n] for n in left)
        left = [n for n in left if votes[n] == best]
    return left
