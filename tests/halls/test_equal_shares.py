"""The Method of Equal Shares: Assen's count, and random budgets against the definition, counted slowly."""

import random
import time
from dataclasses import replace
from fractions import Fraction

import pytest
from portal.plugins.halls.tally import Budget, NotAnElection, Project, pb_mes
from portal.plugins.halls.tally.formats import pabulib
from portal.plugins.halls.tally.money import drawn, supporters
from portal.plugins.halls.tally.words import say

STOPS, STARTS = ("exhaustive", "exceeded"), ("whole", "exact")


def defined(budget: Budget, endowment: Fraction, worth, tie) -> list[int]:
    """One run as the paper defines it: voter by voter, every price anew, in fractions."""
    voters = [ballot for number, ballot in budget.ballots for _ in range(number)]
    money, won = [Fraction(endowment)] * len(voters), []
    while True:
        found = []
        for project in range(len(budget.projects)):
            price = price_of(budget.projects[project].cost, [(money[v], worth(project, b)) for v, b in enumerate(voters)
                                                             if project in b])
            if price is not None and project not in won:
                found.append((price, tie(project), project))
        if not found:
            return won
        price, _tie, best = min(found)
        won.append(best)
        for v, ballot in enumerate(voters):
            if best in ballot:
                money[v] -= min(money[v], price * worth(best, ballot))


def price_of(cost: int, purses: list[tuple[Fraction, int]]) -> Fraction | None:
    """The least rho with sum of min(money, rho * worth) = cost."""
    if not purses or sum(money for money, _ in purses) < cost:
        return None
    if not cost:
        return Fraction(0)
    for border in sorted({money / worth for money, worth in purses}):
        if sum(min(money, border * worth) for money, worth in purses) >= cost:
            rest = cost - sum(money for money, worth in purses if money / worth < border)
            return Fraction(rest, sum(worth for money, worth in purses if money / worth >= border))
    return None


def slowly(budget: Budget, stop: str, start: str, seed: str) -> list[int]:
    """The whole method: the endowment goes up by one until the end that the parameter names."""
    wanted, place = supporters(budget), drawn(budget, seed)
    approval = budget.vote_type == "approval"

    def worth(project, ballot):
        return (budget.projects[project].cost or 1) if approval else ballot[project]

    def tie(project):
        return budget.projects[project].cost, -wanted[project], place[project]

    voters = sum(n for n, _ in budget.ballots)
    endowment = Fraction(budget.money // voters) if start == "whole" else Fraction(budget.money, voters)
    supported = [p for p in range(len(budget.projects)) if wanted[p]]
    won = defined(budget, endowment, worth, tie)
    while set(won) != set(supported):
        left = budget.money - sum(budget.projects[p].cost for p in won)
        if stop == "exhaustive" and all(budget.projects[p].cost > left for p in supported if p not in won):
            break
        endowment += 1
        further = defined(budget, endowment, worth, tie)
        if sum(budget.projects[p].cost for p in further) > budget.money:
            break
        won = further
    return won


def chance_budget(chance: random.Random) -> Budget:
    """Such that many voters give their last and want more."""
    projects, voters = chance.randint(2, 8), chance.randint(1, 14)
    kind = chance.choice(["approval", "cumulative"])
    costs = [chance.choice([chance.randint(0, 12), chance.choice([4, 6, 12]), chance.randint(1, 40)])
             for _ in range(projects)]
    ballots = [{p: 1 if kind == "approval" else chance.randint(1, 5)
                for p in chance.sample(range(projects), chance.randint(0, min(projects, 5)))} for _ in range(voters)]
    counted = tuple((chance.choice([1, 1, 1, 3]), ballot) for ballot in ballots)
    return Budget(tuple(Project(f"p{n}", f"p{n}", cost) for n, cost in enumerate(costs)), counted,
                  chance.randint(0, sum(costs) + 5), kind)


@pytest.mark.parametrize("stop", STOPS)
@pytest.mark.parametrize("start", STARTS)
def test_random_budgets_are_counted_as_defined(stop, start):
    chance, by_lot = random.Random(f"{stop}{start}"), 0
    for n in range(120):
        budget = chance_budget(chance)
        count = pb_mes.count(budget, stop=stop, start=start, seed=str(n))
        assert list(count.winners) == slowly(budget, stop, start, str(n)), budget
        by_lot += bool(count.lots)
    assert by_lot > 3


def wide_budget(chance: random.Random) -> Budget:
    """Whose voters want half of all, so that most give all in the end, each at another time."""
    kind, most = chance.choice([("approval", 1), ("scoring", 5)])
    projects = tuple(Project(f"p{n}", f"p{n}", chance.randint(8, 160)) for n in range(14))
    ballots = tuple((1, {p: chance.randint(1, most) for p in range(14) if chance.random() < .5}) for _ in range(40))
    return Budget(projects, ballots, sum(project.cost for project in projects) // 2, kind)


@pytest.mark.parametrize("stop", STOPS)
def test_wide_ballots_are_counted_as_defined(stop):
    chance = random.Random(f"wide {stop}")
    for n in range(5):
        budget = wide_budget(chance)
        count = pb_mes.count(budget, stop=stop, seed=str(n))
        assert list(count.winners) == slowly(budget, stop, "whole", str(n)), budget


def test_between_two_runs_that_are_alike_all_are():
    chance, found = random.Random("alike"), 0
    for _ in range(150):
        budget = wide_budget(chance) if chance.random() < .3 else chance_budget(chance)
        case = pb_mes._case(budget, budget.vote_type == "approval", None, "")
        low, steps = case.run(chance.randint(1, 40), None), chance.randint(1, 12)
        high = case.run_alike(low, low.endowment + steps)
        if high:
            runs = [case.run(low.endowment + step, None) for step in range(1, steps + 1)]
            assert {tuple(run.order) for run in runs} == {tuple(low.order)}
            assert (high.prices, high.bills, high.spent) == (runs[-1].prices, runs[-1].bills, runs[-1].spent)
            found += 1
    assert found > 40


def test_a_large_poll_with_wide_ballots_takes_seconds():
    """No two ballots are alike, and most voters have given all they have in the end."""
    chance = random.Random("large")
    projects = tuple(Project(str(n), str(n), chance.randint(2_000, 40_000)) for n in range(60))
    ballots = tuple((1, dict.fromkeys(chance.sample(range(60), chance.randint(8, 30)), 1)) for _ in range(3000))
    began = time.process_time()
    count = pb_mes.count(Budget(projects, ballots, 500_000))
    assert time.process_time() - began < 20 and sum(map(bool, count.facts["bills"])) == 3000


def step_by_step(budget: Budget, stop: str, start: str, utility: str, seed: str) -> tuple:
    """The completion without a step left out: (prices, endowment, steps, why it ended)."""
    by_cost = utility == "cost" or utility == "vote" and budget.vote_type == "approval"
    case, steps = pb_mes._case(budget, by_cost, None, seed), 0
    run = case.run(pb_mes._endowment(budget, start), budget.money)
    while set(case.open_to) - set(run.prices):
        left = budget.money - run.spent
        if stop == "exhaustive" and all(case.costs[p] > left for p in case.open_to if p not in run.prices):
            return run.prices, run.endowment, steps, "exhaustive"
        further = case.run(run.endowment + budget.unit, budget.money)
        if further.spent > budget.money:
            return run.prices, run.endowment, steps, "exceeded"
        run, steps = further, steps + 1
    return run.prices, run.endowment, steps, "all"


@pytest.mark.parametrize("stop", STOPS)
@pytest.mark.parametrize("start", STARTS)
def test_the_steps_that_are_left_out_change_nothing(stop, start):
    chance, steps = random.Random(f"{start}{stop}"), 0
    for n in range(150):
        dear, utility = chance.choice((1, 5, 12)), chance.choice(("vote", "vote", "cost", "points"))
        made = chance_budget(chance)
        budget = replace(made, money=made.money * dear, unit=chance.choice((1, 1, 10)), projects=tuple(
            replace(project, cost=project.cost * chance.choice((1, dear))) for project in made.projects))
        count = pb_mes.count(budget, stop=stop, start=start, utility=utility, seed=str(n))
        facts = count.facts
        found = facts["prices"], facts["endowment"], facts["steps"], facts["ended"]
        assert found == step_by_step(budget, stop, start, utility, str(n)), (n, budget)
        steps += facts["steps"]
    assert steps > 300


def test_a_price_that_is_just_reached_ends_a_stretch_of_equal_steps():
    """With five each the hall is had for a third a unit of cost, and goes before the lamp, which it makes too dear."""
    hall_and_lamp = Project("hall", "Hall", 15), Project("lamp", "Lamp", 3)
    budget = Budget(hall_and_lamp, ((2, {0: 1, 1: 1}), (1, {0: 1})), 15)
    assert pb_mes.count(replace(budget, money=6), stop="exceeded").facts["endowment"] == 4
    assert pb_mes.count(budget, stop="exceeded").winners == (0,)


def test_a_small_poll_about_much_money_takes_no_time():
    """Tens of thousands of steps, of which a few hundred change anything."""
    chance = random.Random(1)
    projects = tuple(Project(str(n), str(n), chance.randint(125_000, 1_250_000)) for n in range(20))
    ballots = tuple((1, dict.fromkeys(chance.sample(range(20), chance.randint(1, 8)), 1)) for _ in range(50))
    began = time.process_time()
    count = pb_mes.count(Budget(projects, ballots, 5_000_000))
    assert time.process_time() - began < 1 and count.facts["steps"] > 30_000


def test_the_first_stage_names_the_end_that_was_chosen():
    budget = Budget((Project("a", "a", 3), Project("b", "b", 4)), ((2, {0: 1, 1: 1}),), 6)
    for stop, words in (("exhaustive", "fits into the rest"), ("exceeded", "until one more step would cost more")):
        assert words in say(pb_mes.count(budget, stop=stop).stages[0], ("a", "b"))


def test_every_project_is_paid_exactly_and_nobody_pays_more_than_he_has():
    chance = random.Random("bills")
    for _ in range(400):
        budget = chance_budget(chance)
        count = pb_mes.count(budget)
        bills = count.facts["bills"]
        for project in count.winners:
            paid = sum(n * bill.get(project, 0) for (n, _), bill in zip(budget.ballots, bills, strict=True))
            assert paid == budget.projects[project].cost
        assert all(sum(bill.values()) <= count.facts["endowment"] for bill in bills)
        assert all(set(bill) <= set(ballot) for (_, ballot), bill in zip(budget.ballots, bills, strict=True))
        assert count.facts["left"] == budget.money - sum(budget.projects[p].cost for p in count.winners) >= 0


@pytest.mark.parametrize("stop", STOPS)
@pytest.mark.parametrize("start", STARTS)
def test_assen_2024(open_data, stop, start):
    """Counted with Equal Shares and add1; every variant elects what the file says."""
    budget = pabulib.read((open_data / "pabulib/Netherlands_Assen_2024.pb").read_text("utf-8"))
    count = pb_mes.count(budget, stop=stop, start=start)
    assert sorted(budget.projects[p].id for p in count.winners) == sorted(budget.facts["selected"].split(","))
    assert (count.facts["ended"], count.facts["steps"]) == ("exceeded", 843)


def test_the_two_ends_can_elect_differently():
    """The lamp leaves too little for the hall, which the next step would buy first."""
    budget = Budget((Project("lamp", "Lamp", 1), Project("hall", "Hall", 5)), ((1, {0: 1, 1: 1}), (1, {1: 1})), 5)
    first, later = (pb_mes.count(budget, stop=stop) for stop in STOPS)
    assert (first.winners, first.facts["ended"], first.facts["steps"]) == ((0,), "exhaustive", 0)
    assert (later.winners, later.facts["ended"], later.facts["steps"]) == ((1,), "exceeded", 1)


def test_prices_that_floating_point_takes_for_equal_are_told_apart():
    """The hall is dearer, but a hair cheaper for each point; taken for a tie, the lamp would be bought first."""
    big = 3 ** 40
    projects = (Project("hall", "Hall", 2 * big - 1), Project("lamp", "Lamp", big))
    budget = Budget(projects, ((3, {0: 2}), (3, {1: 1})), 4 * big, "cumulative")
    assert pb_mes.count(budget).winners == (0, 1)


def test_whoever_has_a_hair_too_little_gives_all():
    """One has 5 less than the other, which floating point does not see in amounts of this size."""
    much = 3 ** 40
    projects = (Project("tree", "Tree", 5), Project("hall", "Hall", 2 * much - 8))
    budget = Budget(projects, ((1, {0: 1, 1: 1}), (1, {1: 1})), 2 * much, "cumulative")
    assert pb_mes.count(budget).facts["bills"] == ({0: 5, 1: much - 5}, {1: much - 3})


def test_the_cheaper_wins_a_tie_then_the_one_with_more_supporters_then_the_lot():
    names = {"a": 6, "b": 4}
    projects = tuple(Project(n, n, c) for n, c in names.items())
    # Both have two supporters, so both give their supporters one worth for one half.
    budget = Budget(projects, ((1, {0: 1, 1: 1}), (1, {0: 1}), (1, {1: 1})), 10)
    assert pb_mes.count(budget).winners[0] == 1
    equal = Budget(tuple(Project(n, n, 4) for n in "ab"), ((2, {0: 1, 1: 1}),), 4)
    assert {pb_mes.count(equal, seed=str(n)).winners for n in range(20)} == {(0,), (1,)}
    assert pb_mes.count(equal, seed="1").lots[0] == (0, 1)


def test_a_step_is_one_of_the_currency():
    budget = Budget((Project("a", "a", 1000), Project("b", "b", 900)), ((1, {0: 1}), (1, {1: 1})), 1000, unit=100)
    count = pb_mes.count(budget)
    assert (count.facts["steps"], count.facts["endowment"], count.winners) == (4, 900, (1,))
    assert pb_mes.count(budget, step=1).facts["steps"] == 400


def test_a_threshold_keeps_a_project_out():
    budget = Budget((Project("a", "a", 10), Project("b", "b", 1)), ((3, {0: 1}), (1, {1: 1})), 20, threshold=2)
    assert pb_mes.count(budget).winners == (0,)
    assert set(pb_mes.count(budget, threshold=0).winners) == {0, 1}


def test_without_voters_or_wishes_nothing_is_bought():
    projects = (Project("a", "a", 10),)
    assert pb_mes.count(Budget(projects, (), 20)).winners == ()
    assert pb_mes.count(Budget(projects, ((5, {}),), 20)).winners == ()


def test_the_stages_say_who_pays_what():
    budget = Budget((Project("lamp", "Lamp", 900), Project("tree", "Tree", 500)),
                    ((2, {0: 1}), (1, {0: 1, 1: 1}), (1, {1: 1})), 2000, unit=100)
    said = [stage.text % stage.facts for stage in pb_mes.count(budget).stages]
    assert said == [
        "Each of the 4 voters has 5 to spend.",
        "0 is bought: 3 supporters pay 3 each.",
        "1 is bought: 1 supporters pay 3 each, 1 give all they have left, 2 together.",
        "The count ends: everything that somebody wants is bought."]


@pytest.mark.parametrize("wrong", [{"stop": "soon"}, {"utility": "joy"}, {"start": "late"}, {"step": 0}])
def test_a_parameter_that_there_is_not_is_refused(wrong):
    with pytest.raises(NotAnElection):
        pb_mes.count(Budget((Project("a", "a", 1),), (), 1), **wrong)
