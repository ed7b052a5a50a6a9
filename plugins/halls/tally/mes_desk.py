"""The desk of a run of Equal Shares: purses in floating point, with a proof of what they can decide.

Nothing is ever rounded in what is bought or paid (`mes_ledger`). Floating point only finds out what needs no look at
exact amounts:

- A purse in floating point has gone through two roundings for each purchase and two at the start, each of at most 2^-53
  of the endowment. `blur` is twice all of them.
- The price that follows from k purses is wrong by at most k blurs and (k + 5) * 2^-53 of the project's cost: the sums
  in it never exceed the cost, and one more for each point raises the sum by at least 1. `slack` is more than that.
- Whatever lies within the slack of a decision (the best project, money that just suffices, a supporter who just can
  pay) is decided with whole numbers.
- A price never falls during a run, since money only goes away. So a price found earlier is a lower bound, and a
  project is only looked at again when its bound is among the best. The price is then sought from the bound upwards by
  Newton's method: what supporters raise is concave in the price, so no step leads beyond the one that raises the cost.
- Where they do not raise the cost at the best price known, one such step gives a new bound, and no more is sought.
"""

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from heapq import heapify, heappop, heappush
from math import inf
from operator import itemgetter
from typing import TYPE_CHECKING

from .mes_ledger import Ledger

if TYPE_CHECKING:
    from .mes_opening import Opening
    from .mes_run import Case

Near = tuple[int, float]  # a project and its price for a point, in floating point
Purses = tuple[int, int, Sequence[float]]  # points, how many voters each ballot stands for, money of each ballot


class Group:
    """Supporters of a project who gave it equally many points, on ballots that stand for equally many voters."""

    def __init__(self, given: int, number: int, ballots: list[int]):
        self.given, self.number, self.ballots = given, number, ballots
        self._of = itemgetter(*ballots) if len(ballots) > 1 else None  # twice as fast as a loop

    def __iter__(self) -> Iterator:
        return iter((self.given, self.number, self.ballots))

    def of(self, money: list[float]) -> Sequence[float]:
        """The money of each ballot."""
        return self._of(money) if self._of else [money[b] for b in self.ballots]


class Desk:
    """The state of a run: purses, purchases, and bounds of the prices to come."""

    def __init__(self, case: "Case", endowment: Fraction):
        self.case, self.ledger = case, Ledger(case.ballots, case.costs, endowment)
        self.money = [float(endowment)] * len(case.ballots)
        blur = (len(case.open_to) + 1) * float(endowment) * 2.0 ** -51
        self.slack = [(case.voters[p] + 1) * blur + (len(case.wanted[p]) + 8) * cost * 2.0 ** -51
                      for p, cost in enumerate(case.costs)]
        self.margin = 2 * max((self.slack[p] / case.worth[p] for p in case.open_to), default=0.0)
        self.bounds = [(case.costs[p] / case.total[p] / case.worth[p], p) for p in case.open_to if case.costs[p]]
        heapify(self.bounds)
        self.groups = list(case.groups)
        self.looked = [0] * len(case.costs)  # how many were empty when a project's groups were made

    def begin(self, opening: "Opening") -> None:
        """Takes over what is bought first, whatever the endowment."""
        self.money = [self.money[0] - taken for taken in opening.taken]
        for project, points in opening.bought:
            self.ledger.buy(project, [], points)
        bought = set(self.ledger.bought)
        self.bounds = [(bound, project) for bound, project in self.bounds if project not in bought]
        heapify(self.bounds)

    def nearest(self) -> list[Near]:
        """The projects that may be the best; the others stay among the bounds."""
        seen, limit = self._had_for(inf)
        near = [(project, price) for value, project, price in seen if value - self.margin <= limit]
        for value, project, _price in seen:
            if value - self.margin > limit:
                heappush(self.bounds, (value, project))
        return near

    def comes_first(self, first: int, limit: float, exactly: Callable[[], tuple]) -> bool:
        """Whether all others come after this project, which is had for `limit` at most.

        exactly() is the exact value at which it is had at most, and its place in ties.
        """
        seen, _limit = self._had_for(limit + self.margin, first)
        for value, project, _price in seen:
            heappush(self.bounds, (value, project))
        return all((self.value(project, price), self.case.ties[project]) > exactly() for _, project, price in seen)

    def _had_for(self, limit: float, without: int | None = None) -> tuple[list[tuple[float, int, float]], float]:
        """(value, project, price) of what may be had for `limit`, or for the least if that is less; and this limit."""
        seen, dearer, margin = [], [], self.margin
        while self.bounds and self.bounds[0][0] - margin <= limit:
            bound, project = heappop(self.bounds)
            worth = self.case.worth[project]
            purses = None if project == without else self._purses(project)
            if purses is None:
                continue
            edge = (limit + 2 * margin) * worth
            if limit < inf and (beyond := self._raise(project, purses, edge)) > edge:
                dearer.append((beyond / worth, project))
                continue
            price = self._price(project, purses, bound * worth)
            seen.append((price / worth, project, price))
            limit = min(limit, price / worth + margin)
        for bound in dearer:
            heappush(self.bounds, bound)
        return seen, limit

    def choose(self, near: list[Near], lots: list[tuple[int, ...]]) -> Near:
        """The best of these; the others go back. A tie that the lot decides goes to `lots`."""
        if len(near) == 1:
            return near[0]
        ties = self.case.ties
        value = {project: self.value(project, price) for project, price in near}
        best = min(near, key=lambda n: (value[n[0]], ties[n[0]]))
        equal = tuple(p for p in value if value[p] == value[best[0]] and ties[p][:2] == ties[best[0]][:2])
        if len(equal) > 1:
            lots.append(tuple(sorted(equal)))
        for project, price in near:
            if project != best[0]:
                heappush(self.bounds, (price / self.case.worth[project], project))
        return best

    def price(self, project: int) -> float:
        """The price for a point of what can be had."""
        return self._price(project, self._purses(project), self.case.costs[project] / self.case.total[project])

    def _price(self, project: int, purses: list[Purses], least: float) -> float:
        """The price for a point, from a lower bound upwards."""
        while (more := self._raise(project, purses, least)) > least:
            least = more
        return least

    def _raise(self, project: int, purses: list[Purses], price: float) -> float:
        """What the others must pay if those give all who have less than this price; no more than it if it suffices."""
        rest, points = float(self.case.costs[project]), 0
        for given, number, held in purses:
            low = [money for money in held if money < price * given]
            rest -= number * sum(low)
            points += number * given * (len(held) - len(low))
        return rest / points if points else 0.0

    def _purses(self, project: int) -> list[Purses] | None:
        """The money of the supporters; None when it is too little, as it then remains."""
        cost, slack, money = self.case.costs[project], self.slack[project], self.money
        purses = [(group.given, group.number, group.of(money)) for group in self._supporters(project)]
        there = sum(number * sum(held) for _given, number, held in purses)
        if there < cost - slack or there < cost + slack and self._too_little(project):
            return None
        return purses

    def _supporters(self, project: int) -> list[Group]:
        """The groups of supporters, looked through for empty ones when there are many more of them."""
        if self.ledger.empties > self.looked[project] + len(self.money) // 8:
            self.looked[project] = self.ledger.empties
            groups = [(group.given, group.number, self.ledger.not_empty(group.ballots))
                      for group in self.groups[project]]
            self.groups[project] = [Group(*group) for group in groups if group[2]]
        return self.groups[project]

    def _too_little(self, project: int) -> bool:
        return self.ledger.too_little(project, self.ledger.not_empty(self.case.wanted[project]))

    def value(self, project: int, price: float) -> Fraction:
        """The exact price for a point, divided by the worth."""
        return self.ledger.price_with(project, *self._poor(project, price)) / self.case.worth[project]

    def _poor(self, project: int, price: float) -> tuple[list[int], int]:
        """The supporters who have something, but less than the price; and the points of those who can pay it."""
        money, slack, empty = self.money, 2 * self.slack[project], self.ledger.empty
        poor, unsure, points = [], {}, 0
        for given, number, found in self._supporters(project):
            low, least = [b for b in found if money[b] <= (price + slack) * given], (price - slack) * given
            sure = [b for b in low if money[b] < least or empty[b]]
            points += number * given * (len(found) - len(sure))
            poor += sure
            if len(low) > len(sure):
                unsure.update((b, given) for b in low if money[b] >= least and not empty[b])
        ledger, poor = self.ledger, self.ledger.not_empty(poor)
        return ledger.part(project, poor, unsure, points) if unsure else (poor, points)

    def pay(self, project: int, price: float) -> None:
        """Takes the price from the purses; whoever has less gives all."""
        money, empty, (poor, points) = self.money, self.ledger.empty, self._poor(project, price)
        for given, _number, found in self._supporters(project):
            taken, least = price * given, (price - 2 * self.slack[project]) * given
            for b in found:
                if money[b] >= least and not empty[b]:
                    money[b] -= taken
        for b in poor:
            money[b] = 0.0
        self.ledger.buy(project, poor, points)
