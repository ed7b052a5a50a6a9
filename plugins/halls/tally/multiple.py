"""Multiple choice: up to so many ticks on a ballot, and whoever has most wins."""

from .choices import chosen, seats_of, stages, ticked, top
from .election import Count, Election, NotAnElection
from .transfers import standing


def count(election: Election, *, most: int | None = None, seats: int | None = None, seed: str = "") -> Count:
    """The `seats` candidates with most ticks ("block vote"; "limited vote" where `most` is less than the seats).

    most: how many may be ticked, as many as there are seats where it is None. A ballot with more ticks is invalid, and
    so is one without any; who withdrew is taken off before. On a ranked ballot everybody ranked is ticked. Ties: by lot
    (`lots.order`). Errors: NotAnElection for ballots with points, and for `most` under one.
    """
    seats = seats_of(election, seats)
    most = seats if most is None else most
    if most < 1:
        raise NotAnElection("At least one tick has to be allowed.")
    return added(election, "multiple", most, seats, seed)


def added(election: Election, rule: str, most: int, seats: int, seed: str) -> Count:
    """Every ballot gives one vote to each that is ticked; 0 points beside a name are no tick."""
    votes = dict.fromkeys(standing(election), 0)
    valid = invalid = 0
    for (number, ranks), (_, ballot) in zip(ticked(election, rule), election.ballots, strict=True):
        found = chosen(ranks) - {one for one, points in ballot.scores if not points}
        if not found or len(found) > most:
            invalid += number
            continue
        valid += number
        for one in found:
            votes[one] += number
    won, lots = top(votes, seats if valid else 0, election, seed)
    return Count(rule, won, stages(votes, valid, invalid, won, lots), lots, 0, {"valid": valid, "invalid": invalid})
