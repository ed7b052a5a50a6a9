"""Counting on this machine: Equal Shares with 6,500 ballots, and STV."""

import random
import time
from collections import Counter
from collections.abc import Callable

from portal.plugins.halls.tally import Ballot, Budget, Election, Project, pb_mes, stv

from tests.bench.seeded import Grounds
from tests.bench.tables import Figure

TRIES = 3
SHARES, STV, WARDS = 12.0, 2.0, 5.0  # seconds


def tally(grounds: Grounds) -> list[Figure]:
    """The best of three counts of each kind."""
    return [long_count(), wards(), shares()]


def long_count() -> Figure:
    """Scottish STV on 10,000 ballots that are all but alike: 20 candidates, 6 seats, up to 20 ranks."""
    election = ward(10_000, 20, 20)
    seconds = best(lambda: stv.scottish(election, seats=6))
    return Figure("Scottish STV, 10,000 ballots × 20 candidates",
                  f"{seconds:.2f} s, {len(election.ballots)} distinct", f"≤ {STV:.0f} s", seconds / STV, seconds <= STV)


def wards() -> Figure:
    """1,000 wards as councils have them: 5,000 to 9,000 ballots, some 2,000 distinct, 7 to 10 candidates."""
    made = [ward(5000 + 500 * (n % 9), 7 + n % 4, 7, seed=n) for n in range(10)]

    def all_of_them() -> None:
        for n in range(1000):
            stv.scottish(made[n % len(made)], seats=3 + n % 2)
    seconds = best(all_of_them)
    return Figure("Scottish STV, 1,000 wards of 5,000 to 9,000 ballots", f"{seconds:.2f} s", f"≤ {WARDS:.0f} s",
                  seconds / WARDS, seconds <= WARDS)


def ward(voters: int, candidates: int, longest: int, seed: int = 1) -> Election:
    """Voters who rank the candidates near to them, with a liking for the well-known ones."""
    chance = random.Random(seed)
    known = [chance.random() for _ in range(candidates)]
    ballots: Counter[tuple[int, ...]] = Counter()
    for _ in range(voters):
        here = chance.random()
        liked = sorted(range(candidates), key=[abs(c / candidates - here) - known[c] * chance.random()
                                               for c in range(candidates)].__getitem__)
        ballots[tuple(liked[:min(longest, max(1, int(chance.gauss(longest * 0.6, longest * 0.3))))])] += 1
    return Election(tuple(f"Candidate {c}" for c in range(candidates)),
                    tuple((n, Ballot(tuple((c,) for c in liked))) for liked, n in ballots.items()))


def shares() -> Figure:
    """The Method of Equal Shares with add1 on as many ballots as a town casts."""
    budget = town_budget()
    count = pb_mes.count(budget)
    seconds = best(lambda: pb_mes.count(budget))
    said = f"{seconds:.2f} s, {len(budget.ballots)} distinct, {count.facts['steps']} steps"
    return Figure("Equal Shares, 6,500 ballots × 60 projects", said, f"≤ {SHARES:.0f} s", seconds / SHARES,
                  seconds <= SHARES)


def best(work: Callable[[], object]) -> float:
    """Seconds of the fastest of three."""
    found = []
    for _ in range(TRIES):
        began = time.perf_counter()
        work()
        found.append(time.perf_counter() - began)
    return min(found)


def town_budget(voters: int = 6500, projects: int = 60, seed: int = 1) -> Budget:
    """Neighbours want what lies near them: costs and lengths of ballots as towns have them."""
    chance = random.Random(seed)
    costs = [chance.choice([2, 5, 8, 12, 20, 30, 36, 50, 74, 90, 100]) * 1000 - chance.randrange(900)
             for _ in range(projects)]
    ballots: Counter[tuple[int, ...]] = Counter()
    for _ in range(voters):
        home = chance.randrange(projects)
        wanted = {(home + int(chance.gauss(0, 4))) % projects for _ in range(chance.choice([1, 2, 3, 5, 8, 12]))}
        ballots[tuple(sorted(wanted))] += 1
    return Budget(tuple(Project(str(n), f"Project {n}", cost) for n, cost in enumerate(costs)),
                  tuple((number, dict.fromkeys(wanted, 1)) for wanted, number in ballots.items()), 1_000_000)
