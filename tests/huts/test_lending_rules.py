"""Which terms hold: against an oracle that compares every pair of rules, and what staff may write."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from portal.plugins.huts.lending import rules
from portal.plugins.huts.lending.rules import STANDARD, Row, Terms, resolve

CATEGORIES = ["", "a", "a.b", "a.b.c", "ab", "a.c", "d"]
KINDS = ["", *rules.WHO]
PLAIN = Terms(14, 7, 1, 5, 3, 0, False, 0, 60)
BOTTOM = (Row(terms=PLAIN._asdict()), Row(category="a", who="elder", terms={"days": 21, "most": 9}))
some_terms = st.dictionaries(st.sampled_from(["days", "extends", "most", "approval"]), st.integers(0, 99), max_size=3)
some_rows = st.lists(st.builds(Row, st.sampled_from([None, 1, 2]), st.sampled_from(CATEGORIES),
                               st.sampled_from(KINDS), some_terms), max_size=9)


def ancestors(category):
    """The category and all above it, the deepest first, then "" for every kind of item."""
    parts = category.split(".") if category else []
    return [".".join(parts[:n]) for n in range(len(parts), 0, -1)] + [""]


def looked_up(rows, hut_id, category, kinds, standard, name):
    """A term by asking at each place in turn, from the most specific to the least."""
    places = [(rows, hut_id)] if hut_id is not None else []
    for found, hut in [*places, (rows, None), (standard, None)]:
        for above in ancestors(category):
            for who in [*(w for w in reversed(list(rules.WHO)) if w in kinds), ""]:
                here = [r.terms[name] for r in found
                        if (r.hut_id, r.category, r.who) == (hut, above, who) and name in r.terms]
                if here:
                    return here[-1]
    raise AssertionError(name)


@settings(max_examples=250, deadline=None)
@given(some_rows, st.sampled_from([None, 1, 2]), st.sampled_from(CATEGORIES),
       st.sets(st.sampled_from(list(rules.WHO))))
def test_terms_are_those_of_the_most_specific_rule(rows, hut_id, category, kinds):
    found = resolve(rows, hut_id, category, sorted(kinds), BOTTOM)
    assert found == Terms(*(looked_up(rows, hut_id, category, kinds, BOTTOM, n) for n in Terms._fields))


def test_a_hut_weighs_more_than_depth_and_depth_more_than_the_kind_of_person():
    hut, deep = Row(hut_id=1, terms={"days": 3}), Row(category="a.b", terms={"days": 5})
    who = Row(category="a", who="elder", terms={"days": 7, "most": 2})
    assert resolve([who, deep, hut], 1, "a.b.c", "elder", BOTTOM)[:4] == (3, 7, 1, 2)
    assert resolve([hut, deep, who], 2, "a.b.c", "elder", BOTTOM).days == 5
    assert resolve([hut, deep, who], 2, "a.c", "elder", BOTTOM).days == 7
    assert resolve([hut, deep, who], 2, "ab", "elder", BOTTOM).days == 14


def test_what_the_community_says_weighs_more_than_the_standard_however_deep():
    assert resolve([Row(terms={"days": 2})], None, "a", "elder", BOTTOM).days == 2


def test_the_standard_says_everything_and_says_it_rightly():
    assert set(STANDARD[0].terms) == set(Terms._fields) and (STANDARD[0].hut_id, STANDARD[0].category) == (None, "")
    assert all(r.hut_id is None and not rules.problems(r.terms) for r in STANDARD)
    assert {r.who for r in STANDARD} <= {"", *rules.WHO} and not {r.who for r in STANDARD} - set(KINDS)


def test_the_standard_of_a_wheelchair_and_of_a_family():
    chair = resolve([], 1, "care.wheelchair", ("resident", "elder"))
    assert (chair.days, chair.extends, chair.most, chair.pickup_days) == (30, 3, 8, 5)
    family = resolve([], 1, "tool.ladder", ("resident", "family", "newcomer"))
    assert (family.days, family.most) == (3, 8)  # who is new is trusted as the others are
    assert resolve([], 1, "no.such.kind", "resident") == PLAIN


def test_a_rule_comes_from_its_row_in_a_table():
    assert rules.row(7, "care", "elder", json.dumps({"days": 9})) == Row(7, "care", "elder", {"days": 9})
    assert rules.row(None, "", "", "").terms == {}
    newer = rules.row(None, "", "", '{"days": 4, "colour": "red"}')
    assert resolve([newer], 1, "a", "resident").days == 4


@pytest.mark.parametrize(("said", "kinds"), [
    ({"birth_year": 1966, "verified_days": 30}, ("resident", "elder")),
    ({"birth_year": 1967, "verified_days": 29}, ("resident", "newcomer")),
    ({"verified_days": None, "family": True}, ("resident", "family", "newcomer")),
    ({"birth_year": 1950, "verified_days": 400, "family": True}, ("resident", "family", "elder")),
    ({"organisation": True}, ("organisation",)),
])
def test_kinds_of_person(said, kinds):
    assert rules.kinds_of(2026, **said) == kinds


@pytest.mark.parametrize(("terms", "wrong"), [
    ({}, []), ({"days": 1}, []), ({"days": 365, "most": 0, "approval": True}, []),
    ({"days": 0}, ["days"]), ({"days": 366}, ["days"]), ({"days": "7"}, ["days"]), ({"days": True}, ["days"]),
    ({"days": 7.5, "most": -1}, ["days", "most"]), ({"approval": 1}, ["approval"]), ({"colour": 3}, ["colour"]),
    ({"extends": 2, "extend_days": 0}, ["extend_days"]), ({"extends": 0, "extend_days": 0}, []),
    ({"extends": 2}, []), ({"extend_days": 0}, []), ({"deposit_fen": 10_000_001}, ["deposit_fen"]),
])
def test_what_staff_cannot_write(terms, wrong):
    assert list(rules.problems(terms)) == wrong


def test_every_term_has_a_name_and_every_number_its_bounds():
    assert set(rules.NAMES) == set(Terms._fields) == set(rules.BOUNDS) | {"approval"}
    why = rules.problems({"days": 0})["days"]
    assert why.reason % why.values == "Please write a whole number from 1 to 365."
