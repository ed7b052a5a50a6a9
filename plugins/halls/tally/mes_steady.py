"""How far the endowment of Equal Shares can be raised before anything in a run changes.

Let k count the steps. While the same projects are bought in the same order, and the same supporters have too little
for the full price, all purses and prices are straight lines in k: a price is what the poor leave of the cost, in equal
parts for the points of the others, and a purse is the endowment less prices. A straight line that stands on the right
side of a decision at k = 0 does so up to a k that is simply computed. The decisions of a run:

- Whoever has too little for the full price still has. (Whoever has it, has it in all steps to come: the poor have no
  less than before, so the others pay no more, and no less is left to them, purchase after purchase.)
- A project that is not bought now is dearer than the one that is: at the price of that one its supporters do not raise
  its cost. They raise the sum of the lesser of purse and price for each. Whichever is taken of the two for somebody,
  the sum is never too low; so what is lesser at k = 0 is taken for all k, which makes a straight line.
  A sum that is just the cost means a tie, which the order of ties decides, if anybody pays the whole price; where all
  give all they have, it means a lower price, which must not be.
- At the end nobody's purses suffice for anything.

The least k of all decisions is how many steps can be left out: the runs between buy the same. All numbers are whole.
"""

from fractions import Fraction
from math import inf

from .mes_run import Case, Run


def steady(case: Case, run: Run, step: int) -> int:
    """How many steps further every run surely buys what this one bought, in the same order; 0 where none."""
    lines, left = _Lines(case, Fraction(run.endowment), step), {p for p in case.open_to if case.costs[p]}
    for project, price in run.prices.items():
        if not lines.limit:
            return 0
        if project in left:
            left.remove(project)
            lines.buy(project, price, left)
    lines.end(left)
    return 0 if lines.limit == inf else int(lines.limit)


class Patience:
    """Asks how many steps can be left out, and asks less often where nothing comes of it: it costs more than a run."""

    MANY = 1000  # where so many gave all at different times, each step makes one of them pay the whole price

    def __init__(self):
        self.wait, self.waited = 0, 0

    def steady(self, case: Case, run: Run, step: int) -> int:
        """As `steady`, or 0 unasked."""
        if run.ledger.empties > self.MANY:
            self.wait, self.waited = 7, 0
        if self.waited < self.wait:
            self.waited += 1
            return 0
        same = steady(case, run, step)
        self.wait, self.waited = 0 if same else 2 * self.wait + 1, 0
        return same


class _Lines:
    """Purses as straight lines, at + rise * k, in whole numbers of 1 / scale; and the steps that are sure so far."""

    def __init__(self, case: Case, endowment: Fraction, step: int):
        self.case, self.scale, self.limit = case, endowment.denominator, inf
        self.at = [endowment.numerator] * len(case.ballots)
        self.rise = [step * self.scale] * len(case.ballots)

    def buy(self, project: int, price: Fraction, left: set[int]) -> None:
        """Pays for a project, after a look at all that could make it another one, or other payers."""
        case, at, rise = self.case, self.at, self.rise
        full, poor = [], []
        for b, given in zip(case.wanted[project], case.given[project], strict=True):
            enough = at[b] * price.denominator >= price.numerator * self.scale * given
            (full if enough else poor).append((b, given))
        rest = case.costs[project] * self.scale - sum(case.ballots[b][0] * at[b] for b, _given in poor)
        slope = -sum(case.ballots[b][0] * rise[b] for b, _given in poor)
        self._rescale(sum(case.ballots[b][0] * given for b, given in full))
        for other in left:
            self._stays_dearer(other, project, rest, slope)
        self._pay(full, poor, rest, slope)

    def end(self, left: set[int]) -> None:
        """A look at what nobody could buy any more."""
        for project in left:
            found = [(self.case.ballots[b][0], b) for b in self.case.wanted[project]]
            there, more = sum(n * self.at[b] for n, b in found), sum(n * self.rise[b] for n, b in found)
            self._until(self.case.costs[project] * self.scale - there - 1, more)

    def _until(self, room: int, loss: int) -> None:
        """room - loss * k must not fall under 0."""
        if loss > 0:
            self.limit = min(self.limit, room // loss)

    def _rescale(self, by: int) -> None:
        self.scale *= by
        self.at = [purse * by for purse in self.at]
        self.rise = [rise * by for rise in self.rise]

    def _pay(self, full: list[tuple[int, int]], poor: list[tuple[int, int]], price: int, slope: int) -> None:
        at, rise = self.at, self.rise
        for b, given in full:
            at[b] -= price * given
            rise[b] -= slope * given
        for b, given in poor:
            self._until(price * given - at[b], rise[b] - slope * given)
            at[b] = rise[b] = 0

    def _stays_dearer(self, other: int, project: int, price: int, slope: int) -> None:
        case = self.case
        worth, bought = case.worth[other], case.worth[project]
        price, slope = price * worth, slope * worth  # of a point for the other, times the worth of the one bought
        cost, first = case.costs[other] * self.scale * bought, case.ties[other] < case.ties[project]
        room, loss = cost - first - price * case.total[other], slope * case.total[other]
        if room >= 0 and (loss <= 0 or room // loss >= self.limit):
            return  # not even if nobody were poor
        raised, more, all_give_all = 0, 0, True  # what they have at this price
        for b, given in zip(case.wanted[other], case.given[other], strict=True):
            all_of_it, its_price = (self.at[b] * bought, self.rise[b] * bought), (price * given, slope * given)
            least = min(all_of_it, its_price)
            all_give_all &= least != its_price
            raised, more = raised + case.ballots[b][0] * least[0], more + case.ballots[b][0] * least[1]
        self._until(cost - (first or all_give_all) - raised, more)
