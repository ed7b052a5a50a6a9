"""The Method of Equal Shares: every voter has the same money, and pays for projects that he or she wants.

Sources: D. Peters, G. Pierczyński, P. Skowron, Proportional Participatory Budgeting with Additive Utilities (2021);
equalshares.net for completion and ties. Numbers are exact.

One run. Each voter gets the same endowment. A project with supporters i, each of whom has u_i points for it, can be
bought at a price L a point if the sum of min(money of i, L * u_i) is its cost. Of all that can be bought, the one
with the least L, divided by its cost in an approval vote (there a project is worth its cost to whoever wants it),
is bought and paid. That is repeated until nothing can be bought.

Completion add1. A run spends less than there is. So the endowment is raised, step by step, by one of the currency,
and the run made anew. Two ways to end, and which of them is a parameter (`stop`), since they can elect differently:
- "exhaustive" (equalshares.net): end as soon as no project that somebody wants fits into the money left, or before
  the step that would cost more than there is.
- "exceeded" (Pabulib's checker): end only before the step that would cost more than there is.
Both end where all that is wanted has been bought. The outcome is that of the last run that can be paid.

Start (`start`): "whole", the budget divided by the voters, cut to whole units of the currency (equalshares.net, whose
endowments are whole), or "exact", undivided (pabutools). Voters with empty ballots count.

Ties, where projects are equal in a run: the lower cost, then more supporters at the beginning, then the lot
(equalshares.net, How to break ties).

Steps that surely change nothing are left out of the count (`mes_steady`); they are counted as steps all the same.
What costs nothing is bought if somebody wants it; pabutools (to which it is worth nothing in an approval vote) and
equalshares.net leave it out. Wieliczka, 2023, declared an outcome of "exhaustive": its 30 projects leave 4,921 of a
million, and nothing else fits.
"""

from fractions import Fraction

from .election import Budget, Count, NotAnElection, Number, Stage
from .mes_run import Case, Run
from .mes_steady import Patience
from .money import drawn, eligible, points, said, supporters

N_ = str

BEGIN = N_("Each of the %(voters)s voters has %(money)s to spend.")
RAISED = N_("That would spend too little, so each voter's money is raised to %(money)s, in %(steps)s steps of "
            "%(step)s.")
EACH = N_("%(one)s is bought: %(payers)s supporters pay %(price)s each.")
SOME = N_("%(one)s is bought: %(payers)s supporters pay %(price)s each, %(poor)s give all they have left, %(rest)s "
          "together.")
BY_POINTS = N_("%(one)s is bought: %(payers)s supporters pay %(price)s for each of their points.")
SOME_BY_POINTS = N_("%(one)s is bought: %(payers)s supporters pay %(price)s for each of their points, %(poor)s give "
                    "all they have left, %(rest)s together.")
FREE = N_("%(one)s costs nothing and is bought.")
EXHAUSTED = N_("The count ends: nothing that somebody wants fits into the %(left)s that is left.")
EXCEEDED = N_("The count ends: with %(money)s for each voter the projects would cost %(more)s, more than there is.")
ALL = N_("The count ends: everything that somebody wants is bought.")
UNTIL = {"exhaustive": "until_rest", "exceeded": "until_exceeded"}  # what is told of `stop`, in words.NOTES
ENDS = {"exhaustive": EXHAUSTED, "exceeded": EXCEEDED, "all": ALL}


def count(budget: Budget, *, utility: str = "vote", stop: str = "exhaustive", start: str = "whole",
          step: int | None = None, threshold: int | None = None, seed: str = "") -> Count:
    """Projects in the order in which they are bought in the last run.

    utility: "cost" (a project is worth its cost to a supporter), "points" (it is worth the points given), or "vote":
    cost in approval and choose-1 votes, points in the others. stop, start: see above. step: by how much an endowment
    is raised, in the budget's smallest unit; one of the currency where it is None. threshold: points that a project
    needs; the budget's own where it is None.
    facts, amounts in the smallest unit, exact: `bills`, for each distinct ballot {project: what one such voter paid};
    `prices` {project: price a point}; `endowment`; `steps`; `ended`; `stop`; `money`, `left`, `unit`.
    Errors: NotAnElection for a parameter that there is not.
    """
    _known(utility=(utility, ("vote", "cost", "points")), stop=(stop, ("exhaustive", "exceeded")),
           start=(start, ("whole", "exact")))
    step = budget.unit if step is None else step
    if step <= 0:
        raise NotAnElection("step has to be more than nothing")
    by_cost = utility == "cost" or utility == "vote" and budget.vote_type in ("approval", "choose-1")
    case = _case(budget, by_cost, threshold, seed)
    run, steps, ended, more = _completed(case, budget.money, _endowment(budget, start), step, stop)
    stages = _stages(budget, case, run, (start, stop, steps, step), (ended, more), by_cost)
    facts = {"bills": run.bills, "prices": dict(run.prices), "endowment": run.endowment, "steps": steps,
             "ended": ended, "stop": stop, "money": budget.money, "left": budget.money - run.spent, "unit": budget.unit}
    return Count("pb.mes.add1", tuple(run.prices), stages, tuple(run.lots), facts=facts)


def _known(**given: tuple[str, tuple[str, ...]]) -> None:
    for name, (value, known) in given.items():
        if value not in known:
            raise NotAnElection(f"{name} is {value}; it can be {', '.join(known)}")


def _case(budget: Budget, by_cost: bool, threshold: int | None, seed: str) -> Case:
    wanted, place = supporters(budget), drawn(budget, seed)
    open_to = [p for p in eligible(budget, points(budget), threshold) if wanted[p]]
    ballots = [(n, {p: 1 if by_cost else given for p, given in ballot.items()}) for n, ballot in budget.ballots]
    costs = [project.cost for project in budget.projects]
    ties = [(costs[p], -wanted[p], place[p]) for p in range(len(costs))]
    return Case(costs, ballots, open_to, by_cost, ties)


def _endowment(budget: Budget, start: str) -> Number:
    voters = sum(n for n, _ in budget.ballots)
    if not voters:
        return 0
    return budget.money // (voters * budget.unit) * budget.unit if start == "whole" else Fraction(budget.money, voters)


def _completed(case: Case, money: int, endowment: Number, step: int, stop: str) -> tuple[Run, int, str, Run | None]:
    """The last run that can be paid, after how many steps, why it is the last, and the one after it."""
    run, steps, patience, stride = case.run(endowment, money), 0, Patience(), 1
    while True:
        unbought = [case.costs[p] for p in run.unbought()]
        if not unbought:
            return run, steps, "all", None
        if stop == "exhaustive" and min(unbought) > money - run.spent:
            return run, steps, "exhaustive", None
        if stride > 1:
            further = case.run_alike(run, run.endowment + stride * step)
            if further:
                run, steps, stride = further, steps + stride, 2 * stride
            else:
                stride //= 2
            continue
        same = patience.steady(case, run, step)
        further = case.run(run.endowment + (same + 1) * step, money)
        if further.spent > money:
            last = case.run(run.endowment + same * step, money) if same else run
            return last, steps + same, "exceeded", case.run(further.endowment, None)
        stride = 2 if patience.wait > 6 and further.order == run.order else 1
        run, steps = further, steps + same + 1


def _stages(budget: Budget, case: Case, run: Run, begun: tuple[str, str, int, int], ended: tuple[str, Run | None],
            by_cost: bool) -> tuple[Stage, ...]:
    unit, votes = budget.unit, dict(enumerate(points(budget)))
    start, stop, steps, step = begun
    voters = sum(n for n, _ in budget.ballots)
    facts = {"voters": voters, "money": said(_endowment(budget, start), unit), UNTIL[stop]: True}
    stages = [Stage(BEGIN, facts, votes)]
    if steps:
        facts = {"money": said(run.endowment, unit), "steps": steps, "step": said(step, unit)}
        stages.append(Stage(RAISED, facts, votes))
    stages += [Stage(*_purchase(case, run, project, unit, by_cost), votes) for project in run.prices]
    why, more = ended
    facts = {"left": said(budget.money - run.spent, unit)}
    facts |= {"money": said(more.endowment, unit), "more": said(more.spent, unit)} if more else {}
    return (*stages, Stage(ENDS[why], facts, votes))


def _purchase(case: Case, run: Run, project: int, unit: int, by_cost: bool) -> tuple[str, dict]:
    """Who paid how much, in words."""
    payers, poor, rest = run.payers(project)
    price = run.prices[project]
    facts = {"one": project, "cost": said(case.costs[project], unit), "payers": payers, "price": said(price, unit)}
    if not case.costs[project]:
        return FREE, facts
    if not poor:
        return (EACH if by_cost else BY_POINTS), facts
    return (SOME if by_cost else SOME_BY_POINTS), facts | {"poor": poor, "rest": said(rest, unit)}
