"""The Scottish rules: stage by stage against published counts, against a second count by the Order, and at edges."""

import json
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from portal.plugins.halls.tally import Ballot, Election, NotAnElection, formats, lots, stv, words

from tests.halls import by_the_order


def election(text: str, candidates: str = "ABCDE", **more) -> Election:
    """`10 AC; 8 B`: ten papers for A, then C; eight for B. `[AB]` shares a rank, `-` is a gap."""
    ballots = []
    for part in filter(None, text.split("; ")):
        many, _, ranks = part.partition(" ")
        groups = ranks.replace("[", " [").replace("]", "] ").split()
        cells = [cell for group in groups for cell in ([group[1:-1]] if group[0] == "[" else group)]
        ballots.append((int(many), Ballot(tuple(tuple(candidates.index(c) for c in cell if c != "-")
                                                for cell in cells))))
    return Election(tuple(candidates), tuple(ballots), **more)


def won(count, candidates="ABCDE") -> str:
    return "".join(candidates[n] for n in count.winners)


def published(file):
    """Of each stage of a reference: quota, non-transferable, and {name: (state, votes)}."""
    last = {}
    for row in (line.rstrip("\n").split("\t") for line in file.read_text("utf-8").splitlines()[1:]):
        if row[1] in ("begin", "transfer"):
            last[int(row[0])] = row
    for row in (last[n] for n in sorted(last)):
        yield row[2], row[3], {row[n]: (row[n + 1], row[n + 2]) for n in range(4, len(row), 3)}


@pytest.mark.parametrize("ward", ["Calton", "Hillhead", "Langside"])
def test_glasgow_2007_at_every_stage_to_five_decimals(open_data, ward):
    read = formats.read(open_data / "stv" / f"{ward}-2007.blt")
    count, names = stv.scottish(read), words.names_of(read)
    reference = list(published(open_data / "stv" / f"{ward}-2007-scotland-fixed-p5-d5.txt"))
    assert len(count.stages) == len(reference) >= 8
    for stage, (quota, lost, rows) in zip(count.stages, reference, strict=True):
        assert words.decimal(count.facts["quota"], 5) == quota
        assert words.decimal(stage.facts["exhausted"], 5) == lost
        assert {names[n]: words.decimal(v, 5) for n, v in stage.votes.items()} == {
            name: votes for name, (state, votes) in rows.items() if state != "D"}


@pytest.mark.parametrize("ward", [1, 2, 3, 4])
def test_edinburgh_2017_elects_whom_the_city_declared(open_data, ward):
    declared = json.loads((open_data / "stv" / "winners.json").read_text("utf-8"))
    read = formats.read(open_data / "stv" / f"edinburgh_2017_ward{ward}.csv")
    assert {read.candidates[n] for n in stv.scottish(read).winners} == set(declared[f"edinburgh_2017_ward{ward}"])


def lot_of(election: Election, seed: str):
    def lot(equals, first):
        drawn = lots.order(seed, equals, election.candidates)
        return drawn[0] if first else drawn[-1]
    return lot


def agrees(read: Election, seats: int, seed: str) -> None:
    """The plugin's count and that by the Order are the same at every stage."""
    count = stv.scottish(read, seats=seats, seed=seed)
    quota, stages, elected = by_the_order.count(read, seats, lot_of(read, seed))
    assert count.facts["quota"] == quota and len(count.stages) == len(stages)
    for mine, theirs, new in zip(count.stages, stages, elected, strict=True):
        assert {n: theirs[n] for n in mine.votes} == mine.votes
        assert all(theirs[n] == 0 for n in set(theirs) - set(mine.votes))
        assert {*mine.facts["elected"], *mine.facts.get("deemed", ())} == new
    assert set(count.winners) == set().union(*elected)


GROUPS = st.one_of(st.tuples(st.integers(0, 6)), st.tuples(st.integers(0, 6)), st.just(()), st.just((0, 1)))
RANKS = st.lists(GROUPS, max_size=7).filter(
    lambda groups: len({n for g in groups for n in g}) == sum(map(len, groups)))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 9), RANKS), max_size=14), st.integers(1, 8),
       st.sets(st.integers(0, 6), max_size=2), st.text(max_size=3))
def test_random_wards_agree_with_the_order(papers, seats, withdrawn, seed):
    ballots = tuple((n, Ballot(tuple(ranks))) for n, ranks in papers)
    agrees(Election(tuple("ABCDEFG"), ballots, seats, frozenset(withdrawn)), seats, seed)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 60), st.permutations(range(6)), st.integers(1, 6)), min_size=5, max_size=40),
       st.integers(2, 4))
def test_random_wards_with_long_papers_agree_with_the_order(papers, seats):
    ballots = tuple((n, Ballot(tuple((c,) for c in order[:length]))) for n, order, length in papers)
    agrees(Election(tuple("ABCDEF"), ballots, seats), seats, "")


def test_a_tie_at_the_bottom_is_decided_by_the_stage_before():
    # A goes first; then B (2 + 1) equals C (3), and B had fewer.
    count = stv.scottish(election("1 AB; 2 B; 3 C; 4 D; 5 E", seats=2))
    assert [stage.facts.get("one") for stage in count.stages] == [None, 0, 1, 2]
    assert count.stages[2].facts["earlier"] == (1, 2) and count.lots == () and won(count) == "ED"


def test_a_tie_of_three_narrows_down_stage_by_stage():
    # B, C, D have 4 each after E and F went; before F went, B and C had 3, D 4; before E, B had 2, C 3.
    read = election("4 D; 2 B; 3 C; 1 FC; 9 A; 1 EB; 1 GB", "ABCDEFG", seats=1)
    count = stv.scottish(read, seed="x")
    assert [n for n, s in enumerate(count.stages) if s.facts.get("lot")] == [1, 2]
    tied = next(s for s in count.stages if s.facts.get("earlier") == (1, 2, 3))
    assert tied.facts["one"] in (1, 2)
    agrees(read, 1, "x")


def test_equal_surpluses_go_in_the_order_of_the_stage_before():
    # Eleven of 40 papers are needed. E's papers bring A from 10 and B from 9 to 12 each: A had more.
    count = stv.scottish(election("10 AC; 9 BD; 2 EA; 3 EB; 8 C; 8 D", seats=3))
    assert count.stages[1].facts["elected"] == (0, 1) and count.stages[1].votes[0] == count.stages[1].votes[1] == 12
    assert count.stages[2].facts["one"] == 0 and count.stages[2].facts["earlier"] == (0, 1) and count.lots == ()


def test_surpluses_that_always_were_equal_go_by_lot():
    read = election("9 AC; 9 BD; 3 C; 2 D; 2 E", seats=3)
    for seed in ("s", next(s for s in map(str, range(50)) if lots.order(s, (0, 1), read.candidates)[0] == 1)):
        count = stv.scottish(read, seed=seed)
        assert count.lots[0] == (0, 1) and count.stages[1].facts["lot"] == (0, 1)
        assert count.stages[1].facts["one"] == lots.order(seed, (0, 1), read.candidates)[0]


def test_who_has_exactly_the_quota_has_no_surplus_to_pass():
    count = stv.scottish(election("4 AB; 3 B; 2 C", "ABC", seats=2))
    assert count.facts["quota"] == 4 and count.stages[0].facts["elected"] == (0,)
    assert [s.facts.get("one") for s in count.stages] == [None, 2] and won(count) == "AB"
    assert count.stages[1].text == stv.EXCLUDED


def test_several_are_elected_in_one_stage_by_their_votes():
    count = stv.scottish(election("5 B; 7 A; 5 C; 1 D; 1 E", seats=3))
    assert count.stages[0].facts["elected"] == (0, 1, 2) and won(count) == "ABC" and len(count.stages) == 1


def test_as_many_seats_as_candidates_or_more():
    for seats in (5, 9):
        count = stv.scottish(election("1 A; 3 B", seats=seats))
        assert set(count.winners) == set(range(5)) and len(count.stages) == 1


def test_when_all_papers_are_exhausted_the_fewest_still_go_and_the_last_are_elected():
    count = stv.scottish(election("5 A; 4 B; 3 C", "ABCD", seats=2))
    assert won(count, "ABCD") == "AB" and count.stages[-1].votes == {0: 5, 1: 4}
    assert count.stages[-1].facts["exhausted"] == 3 and count.stages[-1].facts["deemed"] == (1,)


def test_a_ward_without_a_valid_paper_is_decided_by_lot():
    read = election("4 -A; 2 [AB]C; 3 ", "ABC")
    count = stv.scottish(read, seed="seed")
    assert (count.facts["valid"], count.facts["invalid"]) == (0, 9)
    assert count.winners == (lots.order("seed", range(3), read.candidates)[0],)
    assert count.lots[0] == (0, 1, 2) and len(count.lots) == 2


def test_a_paper_ends_at_a_gap_and_at_a_shared_rank():
    for paper in ("A-B", "A[BC]", "AD-B", "AD[BC]"):
        count = stv.scottish(election(f"2 {paper}; 3 B; 4 C", "ABCD"))
        passed = next(stage for stage in count.stages if stage.facts.get("one") == 0)
        assert passed.votes == {1: 3, 2: 4} and passed.facts["exhausted"] == 2


def test_who_withdrew_leaves_no_gap():
    count = stv.scottish(election("2 ABC; 1 [BC]A; 2 C; 4 D; 1 B", "ABCD", withdrawn=frozenset({1})))
    assert count.stages[0].votes == {0: 2, 2: 3, 3: 4} and count.facts["invalid"] == 1
    assert count.stages[1].votes == {2: 5, 3: 4}


def test_what_lies_beyond_five_decimals_is_ignored():
    # A passes on 4 of 7 votes: 0.57142 on each of seven papers.
    count = stv.scottish(election("7 AB; 1 C", "ABC", seats=2))
    assert count.stages[1].votes == {0: 3, 1: Fraction(399994, 100000), 2: 1}
    assert count.stages[1].facts["exhausted"] == 0


def test_nobody_and_nothing_to_elect_are_refused():
    with pytest.raises(NotAnElection, match="no candidate"):
        stv.scottish(Election((), ()))
    with pytest.raises(NotAnElection, match="no candidate"):
        stv.scottish(election("1 A", "A", withdrawn=frozenset({0})))
    for seats in (0, -1):
        with pytest.raises(NotAnElection, match="at least one seat"):
            stv.scottish(election("1 A"), seats=seats)
