"""The books of a run of Equal Shares: what was bought, who gave all, and exact amounts that follow from that.

Whoever is not empty has paid the full price of each purchase that he or she wants. So voters together hold their
endowments less, for each purchase, its price times the points that they gave to it: whole numbers over the denominator
that all prices have, which each price multiplies. They are only reckoned when somebody asks; of a large vote most
decisions need none.
"""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import gcd


class Ledger:
    """Purchases in their order, over the ballots (how many are alike, {project: points}) and costs of a case."""

    def __init__(self, ballots: Sequence[tuple[int, dict[int, int]]], costs: list[int], endowment: Fraction):
        self.ballots, self.costs = ballots, costs
        self.bought: list[int] = []
        self.empty = bytearray(len(ballots))  # 1 for whoever gave all for less than a full price
        self.empties = 0
        self._terms: list[tuple[list[int], int]] = []  # for each purchase who gave all, and the points of the others
        self._place: dict[int, int] = {}  # of a project among the purchases
        self._paid: list[int] = []  # for a point, in the scale; only those that were asked for so far
        self._endowment, self._scale = endowment.numerator, endowment.denominator

    def buy(self, project: int, poor: list[int], points: int) -> None:
        """Books a purchase: `poor` give all they have, the others pay for so many points."""
        self._place[project] = len(self.bought)
        self.bought.append(project)
        self._terms.append((poor, points))
        self.empties += len(poor)
        for b in poor:
            self.empty[b] = 1

    def not_empty(self, ballots: Iterable[int]) -> list[int]:
        empty = self.empty
        return [b for b in ballots if not empty[b]]

    def poor(self, n: int) -> list[int]:
        """Who gave all for purchase n."""
        return self._terms[n][0]

    def price(self, n: int) -> Fraction:
        """The exact price for a point of purchase n."""
        poor, points = self._terms[n]
        if not poor:
            return Fraction(self.costs[self.bought[n]], points)
        self._reckon(n + 1)
        return Fraction(self._paid[n], self._scale)

    def last(self, n: int) -> dict[int, Fraction]:
        """{ballot: what one such voter gave} of those who gave all for purchase n, where that was anything."""
        held = {b: self._held([b], n) for b in self._terms[n][0]}
        return {b: Fraction(all_of_it, self._scale * self.ballots[b][0]) for b, all_of_it in held.items() if all_of_it}

    def price_with(self, project: int, poor: list[int], points: int) -> Fraction:
        """The exact price for a point if it were bought now, as in `buy`."""
        rest = Fraction(self._held(poor, len(self.bought)), self._scale) if poor else 0
        return (self.costs[project] - rest) / Fraction(points)

    def too_little(self, project: int, ballots: list[int]) -> bool:
        """Whether these, none of them empty, have less than the cost."""
        return self._held(ballots, len(self.bought)) < self.costs[project] * self._scale

    def part(self, project: int, poor: list[int], unsure: dict[int, int], points: int) -> tuple[list[int], int]:
        """Those who give all, and the points of the others: `poor` for sure, of `unsure` {ballot: points} who has to.

        `points` are those of all but the poor. None of them is empty.
        """
        now = len(self.bought)
        alike: dict[tuple[int, int], list[int]] = {}
        for b, given in unsure.items():
            alike.setdefault((self._held([b], now) // self.ballots[b][0], given), []).append(b)
        rest, poor = self.costs[project] * self._scale - self._held(poor, now), list(poor)
        for content, given in sorted(alike, key=lambda found: Fraction(*found)):
            if rest * given <= points * content:
                break
            ballots = alike[content, given]
            number = sum(self.ballots[b][0] for b in ballots)
            rest, points, poor = rest - number * content, points - number * given, poor + ballots
        return poor, points

    def _held(self, ballots: list[int], before: int) -> int:
        """What these, none of them empty by then, had together before that purchase, in the scale."""
        self._reckon(before)
        points, place, voters = [0] * len(self.bought), self._place, 0
        for b in ballots:
            number, ballot = self.ballots[b]
            voters += number
            for project in place.keys() & ballot.keys():
                points[place[project]] += number * ballot[project]
        return voters * self._endowment - sum(map(int.__mul__, self._paid[:before], points))

    def _reckon(self, purchases: int) -> None:
        """Makes the exact prices of so many purchases."""
        for n in range(len(self._paid), purchases):
            poor, points = self._terms[n]
            rest = self.costs[self.bought[n]] * self._scale - self._held(poor, n)
            common = gcd(rest, points)
            self._rescale(points // common)
            self._paid.append(rest // common)

    def _rescale(self, by: int) -> None:
        if by > 1:
            self._scale *= by
            self._endowment *= by
            self._paid = [price * by for price in self._paid]
