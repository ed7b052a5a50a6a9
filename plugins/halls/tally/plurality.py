"""Plurality: everybody has one vote, and whoever has most wins."""

from .choices import first, seats_of, stages, ticked, top
from .election import Count, Election
from .transfers import standing


def count(election: Election, *, seats: int | None = None, seed: str = "") -> Count:
    """The `seats` candidates with most votes: "first past the post", with more seats "single non-transferable vote".

    A ballot counts for the one candidate that is ticked. On a ranked ballot that is the first choice; where two share
    the first place, as where nothing is ticked, the ballot is invalid. Who withdrew is taken off the ballots before.
    Seats without valid ballots stay empty. Ties: by lot (`lots.order`). Errors: NotAnElection for ballots with points.
    """
    votes = dict.fromkeys(standing(election), 0)
    invalid = 0
    for number, ranks in ticked(election, "plurality"):
        one = first(ranks)
        if one is None:
            invalid += number
        else:
            votes[one] += number
    valid = sum(votes.values())
    won, lots = top(votes, seats_of(election, seats) if valid else 0, election, seed)
    return Count("plurality", won, stages(votes, valid, invalid, won, lots), lots, 0,
                 {"valid": valid, "invalid": invalid})
