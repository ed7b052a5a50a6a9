"""What the rules for budgets share: points of projects, who may be looked at, the order of ties, money in words."""

from fractions import Fraction

from .election import Budget, Number
from .lots import order


def points(budget: Budget) -> list[int]:
    """The points of each project, all voters together."""
    total = [0] * len(budget.projects)
    for number, ballot in budget.ballots:
        for project, given in ballot.items():
            total[project] += number * given
    return total


def supporters(budget: Budget) -> list[int]:
    """How many voters gave each project anything."""
    total = [0] * len(budget.projects)
    for number, ballot in budget.ballots:
        for project in ballot:
            total[project] += number
    return total


def eligible(budget: Budget, given: list[int], threshold: int | None) -> list[int]:
    """The projects with as many points as are needed: the threshold, else that of the budget."""
    least = budget.threshold if threshold is None else threshold
    return [project for project in range(len(budget.projects)) if given[project] >= least]


def drawn(budget: Budget, seed: str) -> list[int]:
    """Each project's place in the lots: the lower one wins a tie."""
    place = [0] * len(budget.projects)
    for n, project in enumerate(order(seed, range(len(place)), tuple(p.id for p in budget.projects))):
        place[project] = n
    return place


def said(amount: Number, unit: int) -> str:
    """An amount in the currency with two decimals, cut, not rounded: nobody is told of more than there is."""
    cents = int(Fraction(amount * 100) / unit)
    whole, part = divmod(cents, 100)
    return f"{whole}.{part:02}" if part or Fraction(amount) % unit else str(whole)
