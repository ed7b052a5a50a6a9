"""Schulze: every two candidates are compared, and where the comparisons go in a circle the strongest chain decides."""

from .choices import chosen, ticked
from .election import Count, Election, Stage
from .lots import order
from .transfers import Ranks, standing

N_ = str

COMPARED = N_("Every two candidates are compared on %(valid)s ballots. Votes here: how many comparisons each one "
              "wins.")
BEATS_ALL = N_("%(one)s wins every comparison, and is elected.")
CIRCLE = N_("Nobody wins every comparison, so chains of them are compared, each as strong as its weakest link.")
DUEL = N_("%(one)s against %(other)s: %(votes_for)s to %(votes_against)s.")
CHAIN = N_("%(one)s against %(other)s: %(votes_for)s to %(votes_against)s; the strongest chains are %(chain)s and "
           "%(back)s.")
ELECTED = N_("Nobody's chain to %(one)s is stronger than the one back, so %(one)s is elected.")
BY_LOT = N_("Nobody's chain to one of these is stronger than the one back: %(drawn)s. The lot elects %(one)s.")

Duels = dict[int, dict[int, int]]


def count(election: Election, *, seed: str = "") -> Count:
    """The winner, with the complete ranking in `facts["ranking"]`.

    Source: M. Schulze, A new monotonic, clone-independent, reversal symmetric, and Condorcet-consistent single-winner
    election method (2011). The strength of a link is the number of winning votes; a chain is as strong as its weakest
    link; whoever has stronger chains to all others than they have back, wins.
    Whoever is left out stands below all who are ranked, and equal to others left out; an empty ballot is invalid; who
    withdrew is taken off before. Ticks alone are one group of equals.
    Ties: of those whom nobody left beats, the lot (`lots.order`) takes the first; so the whole ranking.
    facts: `duels` {a: {b: ballots with a above b}}, `chains` the same with the strength, `valid`, `invalid`.
    Errors: NotAnElection for ballots with points only, and without candidates.
    """
    left = standing(election)
    ballots = [(n, ranks) for n, ranks in ticked(election, "schulze") if chosen(ranks)]
    duels = _duels(left, ballots)
    chains = _chains(left, duels)
    ranking, lots = _ranking(left, chains, order(seed, left, election.candidates))
    valid = sum(n for n, _ in ballots)
    facts = {"ranking": tuple(ranking), "duels": duels, "chains": chains, "valid": valid,
             "invalid": sum(n for n, _ in election.ballots) - valid}
    return Count("schulze", (ranking[0],), _stages(left, duels, chains, ranking[0], valid, lots), lots, 0, facts)


def _duels(left: list[int], ballots: list[tuple[int, Ranks]]) -> Duels:
    """On how many ballots the one stands above the other."""
    duels = {a: {b: 0 for b in left if b != a} for a in left}
    for number, ranks in ballots:
        below = set(left)
        for group in ranks:
            below.difference_update(group)
            for a in group:
                for b in below:
                    duels[a][b] += number
    return duels


def _chains(left: list[int], duels: Duels) -> Duels:
    """The strength of the strongest chain from each to each."""
    chains = {a: {b: duels[a][b] if duels[a][b] > duels[b][a] else 0 for b in duels[a]} for a in left}
    for via in left:
        for a in left:
            if a == via:
                continue
            for b in left:
                if b != a and b != via:
                    chains[a][b] = max(chains[a][b], min(chains[a][via], chains[via][b]))
    return chains


def _ranking(left: list[int], chains: Duels, drawn: list[int]) -> tuple[list[int], tuple[tuple[int, ...], ...]]:
    """Best first; and the ties that the lot decided."""
    rest, ranking, lots = list(drawn), [], []
    while rest:
        best = [a for a in rest if all(chains[a][b] >= chains[b][a] for b in rest if b != a)]
        if len(best) > 1:
            lots.append(tuple(sorted(best)))
        ranking.append(best[0])
        rest.remove(best[0])
    return ranking, tuple(lots)


def _stages(left: list[int], duels: Duels, chains: Duels, one: int, valid: int, lots: tuple) -> tuple[Stage, ...]:
    won = {a: sum(duels[a][b] > duels[b][a] for b in duels[a]) for a in left}
    clear = won[one] == len(left) - 1
    stages = [Stage(COMPARED, {"valid": valid, "duels": duels}, won)]
    if not clear:
        stages.append(Stage(CIRCLE, {}, won))
    for other in sorted(duels[one], key=lambda b: (duels[one][b] - duels[b][one], b)):
        facts = {"one": one, "other": other, "votes_for": duels[one][other], "votes_against": duels[other][one]}
        if not clear:
            facts |= {"chain": chains[one][other], "back": chains[other][one]}
        stages.append(Stage(DUEL if clear else CHAIN, facts, won))
    if lots and one in lots[0]:
        return (*stages, Stage(BY_LOT, {"one": one, "drawn": lots[0]}, won))
    return (*stages, Stage(BEATS_ALL if clear else ELECTED, {"one": one}, won))
