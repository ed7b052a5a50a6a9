"""Participatory budgets as most cities count them: the most wanted project first, while the money lasts.

Source: the rules `greedy`, `greedy-no-skip` and `greedy-threshold` of Pabulib (pabulib.org/format, and its checker).
Projects are gone through by their points (in an approval vote: by how many want them), most first.

Ties: the lower cost goes first, then the lot (Pabulib takes the order of its file, which no poll has).
Threshold: a project with fewer points than the threshold is not looked at, under each of the three names: Pabulib
calls it a condition of the vote, whatever the rule. `greedy-threshold` is the name for `greedy` where there is one.
A project that nobody wants is bought too if money is left for it, as in Pabulib; threshold=1 keeps such out.
"""

from .election import Budget, Count, Stage
from .money import drawn, eligible, points, said

N_ = str

BOUGHT = N_("%(one)s costs %(cost)s and is bought: %(points)s points, %(left)s is left.")
SKIPPED = N_("%(one)s costs %(cost)s, more than the %(left)s that is left: it is passed over.")
STOPPED = N_("%(one)s costs %(cost)s, more than the %(left)s that is left: the count ends here.")
BELOW = N_("These have fewer than %(threshold)s points and are not looked at: %(lost)s.")


def count(budget: Budget, *, threshold: int | None = None, seed: str = "") -> Count:
    """pb.greedy: projects in the order in which they are bought; what does not fit into the money left is passed over.

    threshold: points needed to be looked at; the budget's own where it is None.
    facts: `money`, `left` and `unit`, amounts in the budget's smallest unit. Errors: none.
    """
    return _count("pb.greedy", budget, True, threshold, seed)


def no_skip(budget: Budget, *, threshold: int | None = None, seed: str = "") -> Count:
    """pb.greedy-no-skip: the same, but the count ends at the first project that does not fit."""
    return _count("pb.greedy-no-skip", budget, False, threshold, seed)


def with_threshold(budget: Budget, *, threshold: int | None = None, seed: str = "") -> Count:
    """pb.greedy-threshold: pb.greedy by the name that Pabulib has for it where there is a threshold."""
    return _count("pb.greedy-threshold", budget, True, threshold, seed)


def _count(rule: str, budget: Budget, skip: bool, threshold: int | None, seed: str) -> Count:
    given, place = points(budget), drawn(budget, seed)
    open_to = eligible(budget, given, threshold)
    ranking = sorted(open_to, key=lambda p: (-given[p], budget.projects[p].cost, place[p]))
    votes = dict(enumerate(given))
    least = budget.threshold if threshold is None else threshold
    stages, won, left = _below(budget, open_to, least, votes), [], budget.money
    for project in ranking:
        cost = budget.projects[project].cost
        fits = cost <= left
        left -= cost if fits else 0
        facts = {"one": project, "cost": said(cost, budget.unit), "points": given[project],
                 "left": said(left, budget.unit)}
        stages.append(Stage(BOUGHT if fits else SKIPPED if skip else STOPPED, facts, votes))
        if fits:
            won.append(project)
        elif not skip:
            break
    facts = {"money": budget.money, "left": left, "unit": budget.unit, "threshold": least}
    return Count(rule, tuple(won), tuple(stages), _lots(budget, given, ranking), facts=facts)


def _below(budget: Budget, open_to: list[int], least: int, votes: dict[int, int]) -> list[Stage]:
    lost = tuple(sorted(set(range(len(budget.projects))) - set(open_to)))
    return [Stage(BELOW, {"lost": lost, "threshold": least}, votes)] if lost else []


def _lots(budget: Budget, given: list[int], ranking: list[int]) -> tuple[tuple[int, ...], ...]:
    """Projects of equal points and cost, whose order the lot gave."""
    equal: dict[tuple[int, int], list[int]] = {}
    for project in ranking:
        equal.setdefault((given[project], budget.projects[project].cost), []).append(project)
    return tuple(tuple(sorted(group)) for group in equal.values() if len(group) > 1)
