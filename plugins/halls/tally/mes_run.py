"""One run of the Method of Equal Shares, exact and fast.

Voters who began alike and paid alike have the same money: they share a purse. What is left in it is a whole number
over the denominator that all prices had when it was made; each price multiplies that denominator for all to come.
Nothing is ever rounded in what is bought or paid. Floating point only finds out which projects need no exact look:

- A purse in floating point is its exact content rounded once, so it is wrong by at most 2^-53 of itself. The price
  that follows from k purses is wrong by at most (k + 5) * 2^-53 of the project's cost: the sums in it never exceed the
  cost, and one more for each point raises the sum by at least 1. `slack` is more than four times that for k = all
  ballots.
- Whatever lies within the slack of a decision (the best project, money that just suffices, a supporter who just can
  pay) is decided with whole numbers.
- A price never falls during a run, since money only goes away. So a price found earlier is a lower bound, and a
  project is only looked at again when its bound is among the best.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from heapq import heapify, heappop, heappush
from math import gcd

from .election import Number

Share = tuple[float, int, int, int]  # content for each point, points, purse, how many supporters


@dataclass
class Run:
    """What was bought with this endowment: `prices` {project: price a point} in order, and who paid what."""

    case: "Case"
    endowment: Number
    prices: dict[int, Fraction] = field(default_factory=dict)
    spent: int = 0
    lots: list[tuple[int, ...]] = field(default_factory=list)

    @cached_property
    def bills(self) -> tuple[dict[int, Fraction], ...]:
        """For each ballot of the case {project: what one such voter paid}."""
        return tuple(self._bill(ballot) for _number, ballot in self.case.ballots)

    def _bill(self, ballot: dict[int, int]) -> dict[int, Fraction]:
        money, bill = Fraction(self.endowment), {}
        for project, price in self.prices.items():
            if project in ballot and money:
                bill[project] = min(money, price * ballot[project])
                money -= bill[project]
        return {project: paid for project, paid in bill.items() if paid}

    def payers(self, project: int) -> tuple[int, int, Fraction]:
        """How many paid the full price, how many gave the less that they had, and what those gave together."""
        full, poor, rest = 0, 0, Fraction(0)
        for b in self.case.wanted[project]:
            number, ballot = self.case.ballots[b]
            paid = self.bills[b].get(project, Fraction(0))
            if paid == self.prices[project] * ballot[project]:
                full += number
            elif paid:
                poor, rest = poor + number, rest + number * paid
        return full, poor, rest


class Case:
    """A vote on money, prepared for many runs."""

    def __init__(self, costs: list[int], ballots: Sequence[tuple[int, dict[int, int]]], open_to: list[int],
                 by_cost: bool, ties: list[tuple]):
        self.costs, self.ballots, self.open_to, self.ties = costs, ballots, open_to, ties
        self.worth = [cost if by_cost and cost else 1 for cost in costs]
        self.wanted: list[list[int]] = [[] for _ in costs]
        for b, (_number, ballot) in enumerate(ballots):
            for project in ballot:
                self.wanted[project].append(b)
        self.given = [[ballots[b][1][p] for b in found] for p, found in enumerate(self.wanted)]
        self.supporters = [self._supporters(project) for project in range(len(costs))]
        self.total = [sum(ballots[b][0] * ballots[b][1][p] for b in found) for p, found in enumerate(self.wanted)]
        self.slack = (len(ballots) + 8) * 2.0 ** -51
        self.margin = 2 * self.slack * max((costs[p] / self.worth[p] for p in open_to), default=0.0)
        self.base = 1 + max((given for _number, ballot in ballots for given in ballot.values()), default=1)

    def _supporters(self, project: int) -> tuple[list[int], list[int], list[tuple[int, int, int]]]:
        """Ballots of one voter and their points, which are counted fast; and (ballot, points, voters) of the others."""
        alone = [b for b in self.wanted[project] if self.ballots[b][0] == 1]
        several = [(b, self.ballots[b][1][project], self.ballots[b][0]) for b in self.wanted[project]
                   if self.ballots[b][0] > 1]
        return alone, [self.ballots[b][1][project] for b in alone], several

    def run(self, endowment: Number, money: int | None) -> Run:
        """Buys until nothing can be bought, or until more than `money` is spent."""
        run, desk = Run(self, endowment), _Desk(self, Fraction(endowment))
        free = sorted((p for p in self.open_to if not self.costs[p]), key=lambda p: self.ties[p])
        order: list[int] = []
        while money is None or run.spent <= money:
            bought = desk.buy(run.lots)
            if bought is None:
                break
            order.append(bought)
            run.spent += self.costs[bought]
        run.prices = dict.fromkeys(free, Fraction(0))
        run.prices.update((p, Fraction(price, desk.scale)) for p, price in zip(order, desk.paid, strict=True))
        return run


class _Desk:
    """The state of a run: purses, prices paid, and bounds of the prices to come."""

    def __init__(self, case: Case, endowment: Fraction):
        self.case = case
        self.scale = endowment.denominator  # of the endowment and of all prices
        self.paid: list[int] = []
        self.grown = [1]  # by what the scale has grown since so many purchases
        self.left = [0, endowment.numerator]  # of each purse, in the scale of its time; 0 is empty, all begin with 1
        self.age = [0, 0]  # purchases before the purse was made
        self.content = [0.0, float(endowment)]
        self.purse_of = [case.base if endowment else 0] * len(case.ballots)  # times base: room for points beside it
        self.bounds = [(case.costs[p] / case.total[p] / case.worth[p], p) for p in case.open_to if case.costs[p]]
        heapify(self.bounds)

    def buy(self, lots: list[tuple[int, ...]]) -> int | None:
        """The next project, paid for; None when nothing can be bought. A tie that the lot decides goes to `lots`."""
        near = self._nearest()
        if not near:
            return None
        exact = {project: self._exact(project, guess, shares) for project, guess, shares in near}
        value = {p: Fraction(rest, shares * self.case.worth[p]) for p, (rest, shares) in exact.items()}
        best = min(near, key=lambda n: (value[n[0]], self.case.ties[n[0]]))[0]
        equal = tuple(p for p in value if value[p] == value[best] and self.case.ties[p][:2] == self.case.ties[best][:2])
        if len(equal) > 1:
            lots.append(tuple(sorted(equal)))
        for project, guess, _shares in near:
            if project != best:
                heappush(self.bounds, (guess / self.case.worth[project], project))
        self._pay(best, *exact[best])
        return best

    def _nearest(self) -> list[tuple[int, float, list[Share]]]:
        """The projects that may be the best, each with its price in floating point and its supporters."""
        case, seen, limit = self.case, [], float("inf")
        while self.bounds and self.bounds[0][0] - case.margin <= limit:
            _bound, project = heappop(self.bounds)
            shares = self._shares(project)
            guess = self._guess(project, shares)
            if guess is not None:
                value = guess / case.worth[project]
                limit = min(limit, value + case.margin)
                seen.append((value, project, guess, shares))
        near = []
        for value, project, guess, shares in seen:
            if value - case.margin <= limit:
                near.append((project, guess, shares))
            else:
                heappush(self.bounds, (value, project))
        return near

    def _shares(self, project: int) -> list[Share]:
        """The supporters with money, those with least for each point first."""
        singles, points, several = self.case.supporters[project]
        purse_of, base = self.purse_of, self.case.base
        alike = Counter(map(int.__add__, map(purse_of.__getitem__, singles), points))
        for b, given, number in several:
            alike[purse_of[b] + given] += number
        content = self.content
        return sorted([(content[key // base] / (key % base), key % base, key // base, number)
                       for key, number in alike.items() if key >= base])

    def _guess(self, project: int, shares: list[Share]) -> float | None:
        """The price for a point in floating point; None when the supporters have too little."""
        cost = self.case.costs[project]
        there = sum(each * given * number for each, given, _purse, number in shares)
        slack = cost * self.case.slack
        if there < cost - slack or there < cost + slack and self._money(shares) < cost * self.scale:
            return None
        rest, points = float(cost), sum(given * number for _each, given, _purse, number in shares)
        for each, given, _purse, number in shares:
            if rest <= each * points:
                return rest / points
            rest -= each * given * number
            points -= given * number
        return shares[-1][0]

    def _money(self, shares: list[Share]) -> int:
        """What these have together, exactly, in the scale."""
        by_age = [0] * len(self.grown)
        for _each, _given, purse, number in shares:
            by_age[self.age[purse]] += number * self.left[purse]
        return sum(map(int.__mul__, by_age, self.grown))

    def _exact(self, project: int, guess: float, shares: list[Share]) -> tuple[int, int]:
        """What those who pay the full price pay together, in the scale, and for how many points."""
        slack = 2 * self.case.costs[project] * self.case.slack
        poor = [s for s in shares if s[0] < guess - slack]
        rest = self.case.costs[project] * self.scale - self._money(poor)
        points = sum(given * number for _each, given, _purse, number in shares[len(poor):])
        unsure = [s for s in shares[len(poor):] if s[0] <= guess + slack]
        content = {s: self._money([(0.0, 1, s[2], 1)]) for s in unsure}
        for share in sorted(unsure, key=lambda s: Fraction(content[s], s[1])):
            _each, given, _purse, number = share
            if rest * given <= points * content[share]:
                break
            rest -= number * content[share]
            points -= number * given
        return rest, points

    def _pay(self, project: int, rest: int, points: int) -> None:
        """Takes the price from the purses; whoever has less gives all."""
        common = gcd(rest, points)
        self._rescale(points // common)
        self.paid.append(rest // common)
        self.grown.append(1)
        case, moved, purse_of = self.case, {}, self.purse_of
        for b, given in zip(case.wanted[project], case.given[project], strict=True):
            key = purse_of[b] + given
            if key not in moved:
                moved[key] = self._purse(key // case.base, given) * case.base
            purse_of[b] = moved[key]

    def _rescale(self, by: int) -> None:
        self.scale *= by
        self.grown = [grown * by for grown in self.grown]
        self.paid = [price * by for price in self.paid]

    def _purse(self, before: int, points: int) -> int:
        """The number of the purse that has paid the newest price too; 0 when nothing is left in it."""
        left = self.left[before] * self.grown[self.age[before]] - self.paid[-1] * points
        if left <= 0:
            return 0
        self.left.append(left)
        self.age.append(len(self.paid))
        self.content.append(left / self.scale)
        return len(self.left) - 1
