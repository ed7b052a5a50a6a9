"""Budgets by the greedy rules: what Pabulib says was bought, and small cases worked out by hand."""

from portal.plugins.halls.tally import Budget, Project, pb_greedy
from portal.plugins.halls.tally.formats import pabulib
from portal.plugins.halls.tally.rules import RULES, count


def budget(costs: dict[str, int], votes: dict[str, int], money: int, threshold: int = 0) -> Budget:
    names = list(costs)
    ballots = tuple((number, {names.index(name): 1}) for name, number in votes.items())
    return Budget(tuple(Project(name, name, cost) for name, cost in costs.items()), ballots, money, threshold=threshold)


def bought(case: Budget, skip=True, **how) -> list[str]:
    rule = pb_greedy.count if skip else pb_greedy.no_skip
    return [case.projects[p].id for p in rule(case, **how).winners]


def test_what_pabulib_says_was_bought(open_data):
    """`selected` 1 is what the rule of the file elected; 2 is what was added to it outside the rule."""
    tried = 0
    for path in sorted((open_data / "pabulib").glob("*.pb")):
        case = pabulib.read(path.read_text("utf-8"))
        rule = f"pb.{case.facts['rule']}"
        if rule in RULES and "selected" in case.facts:
            won = [case.projects[p].id for p in count(case, rule).winners]
            assert sorted(won) == sorted(case.facts["selected"].split(",")), path.name
            tried += 1
    assert tried >= 4


def test_a_project_that_does_not_fit_is_passed_over_or_ends_the_count():
    case = budget({"hall": 90, "pond": 50, "lamp": 10}, {"hall": 3, "pond": 2, "lamp": 1}, 100)
    assert bought(case) == ["hall", "lamp"]
    assert bought(case, skip=False) == ["hall"]
    assert [s.text for s in pb_greedy.count(case).stages] == [pb_greedy.BOUGHT, pb_greedy.SKIPPED, pb_greedy.BOUGHT]


def test_money_that_just_suffices_suffices():
    assert bought(budget({"hall": 100, "lamp": 0}, {"hall": 1}, 100)) == ["hall", "lamp"]


def test_a_project_under_the_threshold_is_not_looked_at():
    case = budget({"hall": 90, "pond": 50, "lamp": 10}, {"hall": 3, "pond": 2, "lamp": 1}, 70, threshold=2)
    assert bought(case) == ["pond"]
    assert bought(case, skip=False) == []
    assert bought(case, threshold=3) == []
    assert bought(case, threshold=0) == ["pond", "lamp"]
    assert count(case, "pb.greedy-threshold").winners == pb_greedy.count(case).winners


def test_of_equals_the_cheaper_goes_first_and_then_the_lot():
    case = budget({"hall": 60, "pond": 50}, {"hall": 2, "pond": 2}, 100)
    assert bought(case) == ["pond"]
    assert not pb_greedy.count(case).lots
    equal = budget({"hall": 60, "pond": 60}, {"hall": 2, "pond": 2}, 100)
    found = {bought(equal, seed=str(n))[0] for n in range(20)}
    assert found == {"hall", "pond"}
    assert pb_greedy.count(equal, seed="1").lots == ((0, 1),)
    assert bought(equal, seed="7") == bought(equal, seed="7")


def test_money_is_said_in_the_currency():
    case = Budget((Project("lamp", "Lamp", 1250),), ((1, {0: 1}),), 2000, unit=100)
    assert pb_greedy.count(case).stages[0].facts == {"one": 0, "cost": "12.50", "points": 1, "left": "7.50"}
