"""The tables of moves: every state can be reached, whatever lives can end, and what holds a unit agrees with it."""

import pytest
from portal.plugins.huts.lending import states


def reached(moves, start):
    """Every state that can be come to from `start`."""
    found, fresh = {start}, {start}
    while fresh:
        fresh = {new for (old, _), new in moves.items() if old in fresh} - found
        found |= fresh
    return found


@pytest.mark.parametrize(("moves", "names", "start"), [
    (states.MOVES, states.STATES, "asked"), (states.UNIT_MOVES, states.UNIT_STATES, "in")])
def test_every_state_is_named_and_can_be_reached(moves, names, start):
    assert reached(moves, start) == set(names)
    assert {old for old, _ in moves} <= set(names) and all(names.values())


@pytest.mark.parametrize("state", sorted(set(states.STATES) - set(states.ENDED)))
def test_what_has_not_ended_can_end(state):
    assert reached(states.MOVES, state) & set(states.ENDED)


def test_an_end_is_an_end_unless_the_thing_turns_up():
    assert {old for old, _ in states.MOVES if old in states.ENDED} == {"lost"}


def test_what_holds_a_unit_counts_for_the_limit_and_nothing_that_ended_does():
    assert set(states.HOLDING) < set(states.LIVE) < set(states.STATES)
    assert not set(states.LIVE) & set(states.ENDED)
    assert set(states.UNIT_OF) <= set(states.HOLDING) and set(states.UNIT_OF.values()) <= set(states.UNIT_STATES)


def test_nobody_gets_a_unit_that_was_not_set_aside():
    assert {old for (old, _), new in states.MOVES.items() if new == "out" != old} == {"ready"}
    assert {old for (old, _), new in states.UNIT_MOVES.items() if new == "out"} == {"set"}


def test_a_lent_unit_comes_home_from_everywhere_but_a_gift_stays():
    ways = {unit: reached(states.UNIT_MOVES, unit) for unit in states.UNIT_STATES}
    assert [unit for unit, ends in ways.items() if "in" not in ends] == ["given"]


def test_a_move_that_is_not_in_the_table_is_none():
    assert states.moved("asked", "approve") == "approved" and states.moved("asked", "lend") is None
    assert states.unit_moved("set", "lend") == "out" and states.unit_moved("in", "lend") is None
    leads = {state: [move for old, move in states.MOVES if old == state] for state in ("back", "closed")}
    assert leads == {"back": ["close", "dispute"], "closed": []}


@pytest.mark.parametrize("table", [states.STATES, states.UNIT_STATES])
def test_states_fit_their_column(table):
    assert max(map(len, table)) <= (9 if table is states.STATES else 8)
