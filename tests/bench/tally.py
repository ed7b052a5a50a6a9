"""Counting on this machine: Equal Shares with 6,500 ballots, and STV."""

import random
import time
from collections import Counter
from collections.abc import Callable

from portal.plugins.halls.tally import Budget, Project, pb_mes

from tests.bench.seeded import Grounds
from tests.bench.tables import Figure

TRIES = 3
SHARES = 12.0  # seconds


def tally(grounds: Grounds) -> list[Figure]:
    """The best of three counts of each kind."""
    return [shares()]


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
