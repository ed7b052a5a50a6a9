"""Runs of the Method of Equal Shares: what is bought with an endowment, exactly."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from .election import Number
from .mes_desk import Desk, Group
from .mes_ledger import Ledger
from .mes_opening import Opening


@dataclass
class Run:
    """What was bought with this endowment: `order` without what is free, `prices` of both, and who paid what."""

    case: "Case"
    endowment: Number
    ledger: Ledger
    free: list[int]
    values: list[float] = field(default_factory=list)  # of what was bought: the price for a point, divided by its worth
    spent: int = 0
    lots: list[tuple[int, ...]] = field(default_factory=list)

    def book(self, project: int, price: float) -> None:
        self.values.append(price / self.case.worth[project])
        self.spent += self.case.costs[project]

    @property
    def order(self) -> list[int]:
        return self.ledger.bought

    @cached_property
    def prices(self) -> dict[int, Fraction]:
        """{project: price a point}, exact, in the order in which they were bought."""
        return dict.fromkeys(self.free, Fraction(0)) | {
            project: self.ledger.price(n) for n, project in enumerate(self.order)}

    def unbought(self) -> list[int]:
        bought = {*self.free, *self.order}
        return [project for project in self.case.open_to if project not in bought]

    @cached_property
    def bills(self) -> tuple[dict[int, Fraction], ...]:
        """For each ballot of the case {project: what one such voter paid}."""
        bills: tuple[dict[int, Fraction], ...] = tuple({} for _ in self.case.ballots)
        empty: set[int] = set()
        for n, project in enumerate(self.order):
            empty.update(self.ledger.poor(n))
            paid = {given: self.ledger.price(n) * given for given in set(self.case.given[project])}
            for b, given in zip(self.case.wanted[project], self.case.given[project], strict=True):
                if b not in empty:
                    bills[b][project] = paid[given]
            for b, all_of_it in self.last[project].items():
                bills[b][project] = all_of_it
        return bills

    @cached_property
    def last(self) -> dict[int, dict[int, Fraction]]:
        """{project: {ballot: what one such voter gave}} of those who gave all, having less than the price."""
        return {project: self.ledger.last(n) for n, project in enumerate(self.order)}

    def payers(self, project: int) -> tuple[int, int, Fraction]:
        """How many paid the full price, how many gave the less that they had, and what those gave together."""
        ballots, last = self.case.ballots, self.last.get(project, {})
        poor, rest = sum(ballots[b][0] for b in last), sum(ballots[b][0] * paid for b, paid in last.items())
        paid = [b for b in self.case.wanted[project] if project in self.free or project in self.bills[b]]
        return sum(ballots[b][0] for b in paid) - poor, poor, Fraction(rest)


class Case:
    """A vote on money, prepared for many runs."""

    def __init__(self, costs: list[int], ballots: Sequence[tuple[int, dict[int, int]]], open_to: list[int],
                 by_cost: bool, ties: list[tuple]):
        self.costs, self.ballots, self.open_to, self.ties = costs, ballots, open_to, ties
        self.worth = [cost if by_cost and cost else 1 for cost in costs]
        self.wanted: list[list[int]] = [[] for _ in costs]
        alike: list[dict[tuple[int, int], list[int]]] = [{} for _ in costs]
        for b, (number, ballot) in enumerate(ballots):
            for project, given in ballot.items():
                self.wanted[project].append(b)
                alike[project].setdefault((given, number), []).append(b)
        self.opening: Opening | None = None  # of the first run
        self.given = [[ballots[b][1][p] for b in found] for p, found in enumerate(self.wanted)]
        self.groups = [[Group(given, number, found) for (given, number), found in groups.items()] for groups in alike]
        self.total = [sum(given * number * len(found) for given, number, found in groups) for groups in self.groups]
        self.voters = [sum(number * len(found) for _given, number, found in groups) for groups in self.groups]

    def run(self, endowment: Number, money: int | None) -> Run:
        """Buys until nothing can be bought, or until more than `money` is spent."""
        run, desk = self._begun(endowment, money)
        while money is None or run.spent <= money:
            near = desk.nearest()
            if not near:
                break
            bought, price = desk.choose(near, run.lots)
            desk.pay(bought, price)
            run.book(bought, price)
        return run

    def run_alike(self, run: Run, endowment: Number) -> Run | None:
        """The run with this higher endowment, if that one and all between surely buy what this one does, in this order.

        While the same is bought in the same order, more money for each makes no purse smaller and no price higher. So
        between the two endowments what is bought is no dearer than in `run`, and the others are no cheaper than with
        the higher endowment: where even then they come after it, they do so everywhere between.
        """
        further, desk = self._begun(endowment, None)
        for n, project in enumerate(run.order[len(further.order):], len(further.order)):
            if not desk.comes_first(project, run.values[n], lambda n=n, project=project: (
                    run.ledger.price(n) / self.worth[project], self.ties[project])):
                return None
            price = desk.price(project)
            desk.pay(project, price)
            further.book(project, price)
        return None if desk.nearest() else further

    def _begun(self, endowment: Number, money: int | None) -> tuple[Run, Desk]:
        """A run that has bought what is bought first, whatever the endowment."""
        desk = Desk(self, Fraction(endowment))
        run = Run(self, endowment, desk.ledger, sorted((p for p in self.open_to if not self.costs[p]),
                                                       key=lambda p: self.ties[p]))
        if self.opening is None:
            self.opening = Opening(self, endowment)
        if self.opening.endowment <= endowment and (money is None or self.opening.cost <= money):
            desk.begin(self.opening)
            for project, points in self.opening.bought:
                run.book(project, self.costs[project] / points)
        return run, desk
