"""Ballots as they come from forms: what is taken, what is refused and in which words."""

import json

import pytest
from portal.plugins.halls.polls import choices, drafts
from portal.plugins.halls.polls.queries import OptionRow, PollRow
from portal.plugins.halls.tally import Ballot, rules
from werkzeug.datastructures import MultiDict

KINDS = {"yesno": "yesno", "plurality": "one", "multiple": "many", "approval": "many", "irv": "ranks",
         "stv.scottish": "ranks", "schulze": "ranks", "score": "scores", "star": "scores", "pb.greedy": "budget",
         "pb.greedy-no-skip": "budget", "pb.greedy-threshold": "budget", "pb.mes.add1": "budget"}


def read(kind, fields, size=3, parameters=None, **more):
    return choices.read(kind, MultiDict(fields), size, parameters or {}, **more)


def test_every_rule_has_a_ballot():
    assert {name: choices.kind_of(name, {}) for name in rules.RULES} == KINDS
    assert choices.kind_of("pb.greedy", {"vote_type": "cumulative"}) == "points"


@pytest.mark.parametrize(("kind", "fields", "choice"), [
    ("one", [("tick", "1")], {"ticks": [1]}),
    ("many", [("tick", "2"), ("tick", "0")], {"ticks": [0, 2]}),
    ("ranks", [("rank-0", "2"), ("rank-2", "1"), ("rank-1", "")], {"ranks": [[2], [0]]}),
    ("scores", [("score-1", "5"), ("score-0", "0"), ("csrf_token", "x")], {"scores": [[0, 0], [1, 5]]}),
    ("budget", [("tick", "1")], {"points": {"1": 1}}),
    ("points", [("points-0", "3"), ("points-1", "0")], {"points": {"0": 3}}),
    ("ranks", [("blank", "1"), ("rank-0", " ")], {"blank": True}),
])
def test_what_is_taken(kind, fields, choice):
    assert read(kind, fields) == (choice, [])


@pytest.mark.parametrize(("kind", "fields", "parameters", "field", "sentence"), [
    ("one", [], {}, "", choices.NOTHING),
    ("one", [("tick", "0"), ("blank", "1")], {}, "", choices.BOTH),
    ("one", [("tick", "3")], {}, "tick", choices.UNKNOWN),
    ("one", [("tick", "-1")], {}, "tick", choices.UNKNOWN),
    ("one", [("tick", "x")], {}, "tick", choices.UNKNOWN),
    ("one", [("tick", "٣")], {}, "tick", choices.UNKNOWN),
    ("one", [("rank-0", "1")], {}, "", choices.STRANGE),
    ("many", [("tick", "0"), ("tick", "0")], {}, "tick", "Something is ticked twice. Please open the page again."),
    ("ranks", [("rank-0", "1"), ("rank-1", "1")], {}, "rank-1", "Place %(rank)s is given twice."),
    ("ranks", [("rank-0", "1"), ("rank-1", "3")], {}, "rank-1", "Nobody has place %(rank)s."),
    ("ranks", [("rank-0", "4")], {}, "rank-0", "The places go from 1 to %(size)s."),
    ("ranks", [("rank-0", "0")], {}, "rank-0", "The places go from 1 to %(size)s."),
    ("ranks", [("rank-9", "1")], {}, "rank-9", choices.UNKNOWN),
    ("ranks", [("rank-0", "1"), ("rank-0", "2")], {}, "rank-0", choices.UNKNOWN),
    ("ranks", [("rank-0", "1st")], {}, "rank-0", choices.NO_NUMBER),
    ("ranks", [("rank-0", "9" * 30)], {}, "rank-0", choices.NO_NUMBER),
    ("scores", [("score-0", "6")], {}, "score-0", "Points go from %(low)s to %(high)s."),
    ("scores", [("score-0", "-2")], {}, "score-0", choices.NO_NUMBER),
    ("points", [("points-0", "6"), ("points-1", "5")], {"points": 10}, "",
     "You gave %(n)s points; you have %(most)s."),
    ("points", [("points-0", "6")], {"high": 5}, "points-0", "Points go from %(low)s to %(high)s."),
    ("points", [("points-0", "0")], {}, "", choices.NOTHING),
])
def test_what_is_refused(kind, fields, parameters, field, sentence):
    choice, problems = read(kind, fields, 3, parameters)
    assert choice is None
    assert [(where, said) for where, said, _values in problems] == [(field, sentence)]
    assert all(said % values for _where, said, values in problems)


@pytest.mark.parametrize("typed", ["0", "13" * 5, "0" * 8 + "13", "9" * 5000, "²", "-1", "1.5"])
def test_a_number_of_a_rule_is_between_its_bounds_however_it_is_written(typed):
    _found, problems = drafts.parameters("score", {"high": typed})
    assert [(name, values["most"] >= 5) for name, _said, values in problems] == [("high", True)]
    assert drafts.parameters("score", {"high": "7"})[0]["high"] == 7


def test_how_many_may_be_ticked():
    assert choices.most_of("plurality", {"seats": 3}) == 1 and choices.most_of("approval", {}) is None
    assert choices.most_of("multiple", {"most": 2, "seats": 3}) == 2 and choices.most_of("multiple", {"seats": 3}) == 3
    choice, problems = read("many", [("tick", "0"), ("tick", "1")], most=1)
    assert choice is None and problems[0][2] == {"n": 2, "most": 1}


def test_a_budget_bounds_its_ballot_only_where_the_poll_says_so():
    ticks, costs = [("tick", "0"), ("tick", "1")], (60_00, 50_01, 0)
    assert read("budget", ticks, costs=costs, money=110_00)[0] == {"points": {"0": 1, "1": 1}}
    choice, problems = read("budget", ticks, 3, {"within": True}, costs=costs, money=110_00)
    assert choice is None and problems[0][2] == {"cost": "110.01", "money": "110"}
    assert read("budget", ticks, 3, {"within": True}, costs=costs, money=110_01)[0]


def test_equal_ranks_only_where_the_poll_says_so():
    fields = [("rank-0", "1"), ("rank-1", "1"), ("rank-2", "2")]
    assert read("ranks", fields, 3, {"equal": True})[0] == {"ranks": [[0, 1], [2]]}


def row(rule, **parameters) -> PollRow:
    values = dict.fromkeys(PollRow._fields) | {
        "title": "t", "rule": rule, "parameters": parameters, "money_fen": 100_00}
    return PollRow(**values)


OPTIONS = [OptionRow(0, "A", cost_fen=60_00), OptionRow(1, "B", cost_fen=50_00), OptionRow(2, "C", cost_fen=40_00)]


def counted(rule, given, **parameters):
    found = row(rule, **parameters)
    election = choices.election(found, OPTIONS, [json.dumps(c) for c in given])
    return rules.count(election, rule, seed="s", **choices.counted_with(rule, parameters, 9))


def test_choices_become_the_ballots_of_a_count():
    packed = [choices.packed({"ranks": [[2], [0]]})] * 2 + [choices.packed({"blank": True})]
    found = choices.election(row("irv"), OPTIONS, packed)
    assert found.ballots == ((2, Ballot(((2,), (0,)))), (1, Ballot()))
    assert found.candidates == ("A", "B", "C") and found.seats == 1


def test_each_kind_counts_as_by_hand():
    assert counted("plurality", [{"ticks": [1]}] * 2 + [{"ticks": [0]}, {"blank": True}]).winners == (1,)
    assert counted("multiple", [{"ticks": [0, 1]}, {"ticks": [1, 2]}], most=2, seats=1).winners == (1,)
    assert counted("irv", [{"ranks": [[0]]}] * 2 + [{"ranks": [[1], [2]]}] * 2 + [{"ranks": [[2], [1]]}]).winners == (
        1,)
    assert counted("score", [{"scores": [[0, 5], [1, 4]]}, {"scores": [[1, 4]]}]).winners == (1,)
    assert set(counted("pb.greedy", [{"points": {"0": 1, "2": 1}}]).winners) == {0, 2}
    yes = counted("yesno", [{"ticks": [0]}] * 3 + [{"ticks": [2]}], quorum="1/2")
    assert yes.facts["turnout"] == 4 and not yes.facts["quorate"]
