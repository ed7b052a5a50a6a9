"""Instant runoff: Burlington 2009, round by round against votelib, and at edges."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from portal.plugins.halls.tally import Ballot, Election, NotAnElection, formats, irv, lots
from votelib.evaluate.sequential import TransferableVoteSelector

from tests.halls.test_stv import election


def test_burlington_2009_elects_kiss(open_data):
    read = formats.read(open_data / "ranked" / "burl2009.abif")
    count = irv.count(read)
    assert sorted(count.stages[0].votes.values(), reverse=True) == [2951, 2585, 2063, 1306, 36, 35]
    assert [read.candidates[n] for n in count.winners] == ["Bob Kiss (Progressive)"]
    # What the city declared of the last round, overvotes and all.
    assert sorted(count.stages[-1].votes.values()) == [4061, 4313] and count.lots == ()


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 50), st.permutations(range(5))), min_size=3, max_size=25))
def test_complete_ballots_agree_with_votelib_in_every_round(papers):
    ballots: dict[tuple[int, ...], int] = {}
    for n, order in papers:
        ballots[tuple(order)] = ballots.get(tuple(order), 0) + n
    other = TransferableVoteSelector(quota_function="droop")
    try:
        theirs = other.evaluate(ballots, 1)
    except NotImplementedError:  # it does not decide ties
        assume(False)
    count = irv.count(Election(tuple("ABCDE"), tuple((n, Ballot(tuple((c,) for c in b))) for b, n in ballots.items())))
    assert list(count.winners) == theirs
    for at, stage in enumerate(count.stages, 1):
        votes, _ = other.nth_count(ballots, 1, at)
        assert {n: v for n, v in stage.votes.items() if v} == {n: v for n, v in votes.items() if n is not None and v}


def test_more_than_half_wins_at_once_and_half_does_not():
    assert len(irv.count(election("3 A; 2 B", "ABC")).stages) == 1
    count = irv.count(election("3 A; 2 B; 1 CB", "ABC"))
    assert len(count.stages) == 3 and count.stages[1].votes == {0: 3, 1: 3}


def test_a_tie_is_decided_by_the_round_before_then_by_lot():
    before = irv.count(election("3 A; 2 B; 1 CB", "ABC"))
    assert before.winners == (0,) and before.stages[2].facts["earlier"] == (0, 1) and before.lots == ()
    read = election("3 A; 3 B", "AB")
    for seed in ("1", "2", "3", "4"):
        count = irv.count(read, seed=seed)
        assert count.winners == (lots.order(seed, (0, 1), read.candidates)[0],) and count.lots == ((0, 1),)


def test_gaps_are_skipped_and_a_shared_rank_counts_for_the_only_one_left():
    # C goes first. [BC] then counts for B; A and B in one rank, both in, end the ballot.
    count = irv.count(election("4 A; 4 B; 1 --B; 1 C[AB]A; 1 C-B", "ABC"))
    assert count.stages[0].votes == {0: 4, 1: 5, 2: 2}
    assert count.stages[1].votes == {0: 4, 1: 6} and count.stages[1].facts["exhausted"] == 1
    shared = irv.count(election("4 A; 3 B; 2 C[DA]", "ABCD"))
    assert shared.stages[-1].votes == {0: 6, 1: 3}


def test_who_withdrew_is_not_there():
    count = irv.count(election("3 AB; 2 C", "ABC", withdrawn=frozenset({0})))
    assert count.stages[0].votes == {1: 3, 2: 2} and count.winners == (1,)


def test_without_candidates_or_votes():
    with pytest.raises(NotAnElection, match="no candidate"):
        irv.count(Election((), ()))
    nobody = irv.count(election("2 ", "ABC"), seed="z")
    assert len(nobody.winners) == 1 and nobody.facts == {"valid": 0, "invalid": 2} and len(nobody.lots) == 2
