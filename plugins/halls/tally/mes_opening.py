"""What Equal Shares buys first with any endowment that is not lower: it need not be counted again for each.

As long as nobody has too little, the price for a point of a project is its cost divided by its points, and that is the
least that it can ever be. So whatever is first in the order of these prices is bought first, as long as all of its
supporters can pay; they can with any higher endowment, too. Where only the lot tells it from the next, the opening
ends: a run that follows names all whose lots were drawn.
"""

from fractions import Fraction
from itertools import zip_longest
from typing import TYPE_CHECKING

from .election import Number

if TYPE_CHECKING:
    from .mes_run import Case


class Opening:
    """`bought`: (project, points) in order; `taken`: what each ballot paid for all, in floating point; their `cost`."""

    def __init__(self, case: "Case", endowment: Number):
        self.endowment, self.cost = endowment, 0
        self.bought: list[tuple[int, int]] = []
        self.taken = [0.0] * len(case.ballots)
        places = sorted((Fraction(case.costs[p], case.total[p] * case.worth[p]), case.ties[p], p)
                        for p in case.open_to if case.costs[p])
        for (value, tie, project), after in zip_longest(places, places[1:]):
            if after and (value, tie[:2]) == (after[0], after[1][:2]) or not self._all_can_pay(case, project):
                break
            self._buy(case, project)

    def _all_can_pay(self, case: "Case", project: int) -> bool:
        """Whether they surely can: a millionth of the endowment is more than all roundings together."""
        price, most = case.costs[project] / case.total[project], float(self.endowment) * (1 - 1e-6)
        return all(max(group.of(self.taken)) + price * group.given < most for group in case.groups[project])

    def _buy(self, case: "Case", project: int) -> None:
        taken, points = self.taken, case.total[project]
        for given, _number, ballots in case.groups[project]:
            price = case.costs[project] / points * given
            for b in ballots:
                taken[b] += price
        self.bought.append((project, points))
        self.cost += case.costs[project]
