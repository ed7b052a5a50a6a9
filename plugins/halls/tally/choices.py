"""What the rules that only add up have in common: ticks on ballots, seats, and who has most."""

from collections.abc import Mapping

from .election import Ballot, Election, NotAnElection, Number, Stage
from .lots import order
from .transfers import Ranks, papers, standing

N_ = str

COUNTED = N_("The choices on %(valid)s ballots are counted; %(invalid)s ballots are invalid.")
ELECTED = N_("Most votes: %(won)s.")
ELECTED_BY_LOT = N_("Most votes: %(won)s. These were equal, and the lot decided: %(drawn)s.")
NOBODY = N_("Nobody is elected: there is no valid ballot.")


def ticked(election: Election, rule: str) -> list[tuple[int, Ranks]]:
    """(How many, groups of candidates) of every ballot. Errors: NotAnElection for ballots with points only."""
    if any(b.scores for _, b in election.ballots) and not any(b.ranks for _, b in election.ballots):
        raise NotAnElection(f"The rule {rule} counts choices, and on these ballots there are points.")
    return list(papers(election))


def chosen(ranks: Ranks) -> set[int]:
    """Everybody who is on the ballot, whatever the rank."""
    return {n for group in ranks for n in group}


def first(ranks: Ranks) -> int | None:
    """The one first choice; None on an empty ballot, and where two share the first place."""
    groups = [group for group in ranks if group]
    return groups[0][0] if groups and len(groups[0]) == 1 else None


def seats_of(election: Election, seats: int | None) -> int:
    """The seats asked for, else those of the election. Errors: NotAnElection under one."""
    found = election.seats if seats is None else seats
    if found < 1:
        raise NotAnElection("There has to be at least one seat.")
    return found


def top(votes: Mapping[int, Number], number: int, election: Election, seed: str) -> tuple[tuple[int, ...], tuple]:
    """Those with most votes, in order (equals by number), and the tie, if any, in which the lot decided who is in."""
    place = {n: at for at, n in enumerate(order(seed, votes, election.candidates))}
    won = sorted(votes, key=lambda n: (-votes[n], place[n]))[:number]
    border = tuple(n for n in sorted(votes) if won and votes[n] == votes[won[-1]])
    lots = () if set(border) <= set(won) else (border,)
    return tuple(sorted(won, key=lambda n: (-votes[n], n))), lots


def stages(votes: Mapping[int, Number], valid: int, invalid: int, won: tuple[int, ...],
           lots: tuple) -> tuple[Stage, ...]:
    """The count in words, for rules that only add up."""
    return (Stage(COUNTED, {"valid": valid, "invalid": invalid}, votes),
            last(votes, won, lots))


def last(votes: Mapping[int, Number], won: tuple[int, ...], lots: tuple) -> Stage:
    """Who is elected."""
    if lots:
        return Stage(ELECTED_BY_LOT, {"won": won, "drawn": lots[0]}, votes)
    return Stage(ELECTED, {"won": won}, votes) if won else Stage(NOBODY, {}, votes)


def scored(election: Election, rule: str, low: int,
           high: int | None) -> tuple[list[tuple[int, dict[int, int]]], int, int]:
    """(How many, {candidate: points}) of the valid ballots, how many are invalid, and the highest points there can be.

    Invalid: points beyond low to high, a candidate twice, no points at all. Without `high` it is the highest given.
    Errors: NotAnElection where there are ranks only, or a range without room.
    """
    if any(b.ranks for _, b in election.ballots) and not any(b.scores for _, b in election.ballots):
        raise NotAnElection(f"The rule {rule} counts points, and there are none on these ballots; ranks do not tell "
                            "how much more somebody wants one than another.")
    left = set(standing(election))
    highest = max((p for _, b in election.ballots for _, p in b.scores), default=low) if high is None else high
    if highest < low:
        raise NotAnElection(f"Points from {low} to {highest} leave no room.")
    valid = [(n, {c: p for c, p in ballot.scores if c in left}) for n, ballot in election.ballots
             if _in_range(ballot, low, highest)]
    return valid, sum(n for n, _ in election.ballots) - sum(n for n, _ in valid), highest


def _in_range(ballot: Ballot, low: int, high: int) -> bool:
    return bool(ballot.scores) and all(low <= p <= high for _, p in ballot.scores) and (
        len({c for c, _ in ballot.scores}) == len(ballot.scores))
