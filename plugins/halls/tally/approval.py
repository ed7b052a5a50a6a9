"""Approval: tick everybody whom you find good; whoever is found good by most wins."""

from .choices import seats_of
from .election import Count, Election
from .multiple import added


def count(election: Election, *, seats: int | None = None, seed: str = "") -> Count:
    """The `seats` candidates with most ticks (S. Brams, P. Fishburn, Approval Voting, 1978).

    Any number may be ticked; a ballot without a tick is invalid. On a ranked ballot everybody who is ranked is
    approved, but for those with 0 points beside their name. Who withdrew is taken off before. Ties: by lot
    (`lots.order`). Errors: NotAnElection for ballots with points only: how many of them are approval, nobody can say.
    """
    return added(election, "approval", len(election.candidates), seats_of(election, seats), seed)
