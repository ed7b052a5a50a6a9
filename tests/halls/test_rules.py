"""The other rules: random elections as other libraries count them, and small ones worked out by hand."""

import random
import re

import pytest
import starvote
import votelib.convert
import votelib.evaluate.cardinal
import votelib.evaluate.condorcet
import votelib.evaluate.core
from portal.plugins.halls.tally import Ballot, Election, NotAnElection
from portal.plugins.halls.tally.formats import read
from portal.plugins.halls.tally.rules import RULES, count
from portal.plugins.halls.tally.words import names_of, say

NAMES = tuple("ABCDEF")


def ticks(*papers: tuple[int, str], names: str = "ABC") -> Election:
    """12, "AC": so many ballots with A and C ticked."""
    return Election(tuple(names), tuple((n, Ballot((tuple(names.index(c) for c in paper),) if paper else ()))
                                        for n, paper in papers))


def ranked(*papers: tuple[int, str], names: str = "ABC") -> Election:
    """12, "A>BC": first A, then B and C as equals."""
    return Election(tuple(names), tuple(
        (n, Ballot(tuple(tuple(names.index(c) for c in group) for group in re.split(">", paper) if group)))
        for n, paper in papers))


def points(*papers: tuple[int, str], names: str = "ABC") -> Election:
    """12, "504": so many ballots with 5, 0 and 4 points; a dot is none."""
    return Election(tuple(names), tuple(
        (n, Ballot(scores=tuple((c, int(p)) for c, p in enumerate(paper) if p != "."))) for n, paper in papers))


def won(election: Election, rule: str, **how) -> str:
    return "".join(election.candidates[n] for n in count(election, rule, **how).winners)


def chance_ranks(chance: random.Random) -> Election:
    names = NAMES[:chance.randint(2, 6)]
    return ranked(*((chance.randint(1, 9), ">".join(chance.sample(names, chance.randint(1, len(names)))))
                    for _ in range(chance.randint(1, 9))), names="".join(names))


def chance_points(chance: random.Random) -> Election:
    names = NAMES[:chance.randint(2, 5)]
    return points(*((chance.randint(1, 4), "".join(str(chance.randint(0, 5)) for _ in names))
                    for _ in range(chance.randint(1, 6))), names="".join(names))


def unpacked(election: Election) -> list[dict[str, int]]:
    return [{election.candidates[c]: p for c, p in b.scores} for n, b in election.ballots for _ in range(n)]


def test_schulze_ranks_as_votelib():
    chance, tried = random.Random("schulze"), 0
    convert = votelib.convert.RankedToCondorcetVotes()
    for _ in range(300):
        election = chance_ranks(chance)
        found = count(election, "schulze")
        votes: dict = {}
        for n, ballot in election.ballots:
            paper = tuple(election.candidates[group[0]] for group in ballot.ranks)
            left_out = frozenset(set(election.candidates) - set(paper))
            paper += (left_out,) if len(left_out) > 1 else tuple(left_out)
            votes[paper] = votes.get(paper, 0) + n
        if not found.lots:
            theirs = votelib.evaluate.condorcet.Schulze().evaluate(convert.convert(votes), len(election.candidates))
            assert [election.candidates[n] for n in found.facts["ranking"]] == list(theirs)
            tried += 1
    assert tried > 100


def test_star_elects_as_starvote():
    chance, tried, told_apart = random.Random("star"), 0, 0
    for _ in range(400):
        election = chance_points(chance)
        found = count(election, "star", high=5)
        if found.lots:
            with pytest.raises(starvote.UnbreakableTieError):
                starvote.star_voting(unpacked(election), maximum_score=5, tiebreaker=None)
        else:
            theirs = starvote.star_voting(unpacked(election), maximum_score=5, tiebreaker=None)
            assert [election.candidates[n] for n in found.winners] == list(theirs)
            tried += 1
            told_apart += any("equal" in stage.text for stage in found.stages)
    assert tried > 200 and told_apart > 5


@pytest.mark.parametrize(("how", "unscored"), [("sum", "lowest"), ("mean", "left out")])
def test_score_adds_as_votelib(how, unscored):
    chance, tried = random.Random(how), 0
    theirs = votelib.evaluate.cardinal.ScoreVoting(how)
    for _ in range(100):
        election = chance_points(chance)
        found = count(election, "score", high=5, unscored=unscored, seats=1)
        if not found.lots:
            votes: dict = {}
            for n, b in election.ballots:
                key = frozenset((election.candidates[c], p) for c, p in b.scores)
                votes[key] = votes.get(key, 0) + n
            assert [election.candidates[n] for n in found.winners] == list(theirs.evaluate(votes, 1))
            tried += 1
    assert tried > 50


def test_plurality_and_approval_count_as_votelib():
    chance, tried = random.Random("ticks"), 0
    for _ in range(100):
        election = chance_ranks(chance)
        firsts: dict = {}
        approved: dict = {}
        for n, ballot in election.ballots:
            paper = [election.candidates[group[0]] for group in ballot.ranks]
            firsts[paper[0]] = firsts.get(paper[0], 0) + n
            approved[frozenset(paper)] = approved.get(frozenset(paper), 0) + n
        added = votelib.convert.ApprovalToSimpleVotes().convert(approved)
        for rule, votes in (("plurality", firsts), ("approval", added)):
            found = count(election, rule, seats=1)
            if not found.lots:
                assert [election.candidates[n] for n in found.winners] == list(
                    votelib.evaluate.core.Plurality().evaluate(votes, 1))
                tried += 1
    assert tried > 100


def test_burlington_2009_by_schulze(open_data):
    """Montroll wins every comparison: 4067 to 3477 against Kiss, whom the instant runoff elected."""
    election = read(open_data / "ranked/burl2009.abif")
    found = count(election, "schulze")
    names = names_of(election)
    kiss, montroll = (next(n for n, name in enumerate(names) if word in name) for word in ("Kiss", "Montroll"))
    assert found.winners == (montroll,)
    assert (found.facts["duels"][montroll][kiss], found.facts["duels"][kiss][montroll]) == (4067, 3477)
    assert any("4067 to 3477" in say(stage, names) for stage in found.stages)


def test_schulze_finds_the_strongest_chain():
    """The example of Schulze's paper with 45 voters: E wins, and E > A > C > B > D is the ranking."""
    election = ranked((5, "A>C>B>E>D"), (5, "A>D>E>C>B"), (8, "B>E>D>A>C"), (3, "C>A>B>E>D"), (7, "C>A>E>B>D"),
                      (2, "C>B>A>D>E"), (7, "D>C>E>B>A"), (8, "E>B>A>D>C"), names="ABCDE")
    found = count(election, "schulze")
    assert "".join(election.candidates[n] for n in found.facts["ranking"]) == "EACBD"
    assert found.facts["chains"][4][0] == 25 and found.facts["chains"][0][4] == 24


def test_those_left_out_are_equal_and_below():
    election = ranked((2, "A"), (1, "B>C>A"), (1, ""))
    found = count(election, "schulze")
    assert found.facts["duels"] == {0: {1: 2, 2: 2}, 1: {0: 1, 2: 1}, 2: {0: 1, 1: 0}}
    assert found.facts["invalid"] == 1


def test_plurality_takes_the_one_first_choice():
    election = ranked((3, "A>B"), (2, "B"), (9, "BC>A"), (4, ""))
    found = count(election, "plurality")
    assert (won(election, "plurality"), found.stages[0].votes, found.facts["invalid"]) == ("A", {0: 3, 1: 2, 2: 0}, 13)


def test_multiple_choice_refuses_too_many_ticks():
    election = ticks((3, "AB"), (2, "ABC"), (1, "C"), (1, ""))
    found = count(election, "multiple", seats=2)
    assert (won(election, "multiple", seats=2), found.facts["invalid"], found.lots) == ("AB", 3, ())
    assert count(election, "multiple", most=3).facts["invalid"] == 1
    assert count(ranked((1, "A>B>C")), "multiple", most=2).facts["invalid"] == 1


def test_no_points_beside_a_name_are_no_tick():
    given = read(b"27: A/1, B/0\n10: B/1, A/0, C/1\n3: C/0\n", "x.abif")
    for rule, more in (("approval", {}), ("multiple", {"most": 2})):
        found = count(given, rule, **more)
        assert found.stages[0].votes == {0: 27, 1: 10, 2: 10} and found.facts["invalid"] == 3


def test_approval_of_ranks_is_everybody_ranked():
    assert won(ranked((3, "A>B"), (2, "B>C")), "approval") == "B"


def test_withdrawn_candidates_are_taken_off():
    election = ranked((3, "A>B"), (2, "C"))
    gone = Election(election.candidates, election.ballots, withdrawn=frozenset({0}))
    assert [won(gone, rule) for rule in ("plurality", "approval", "multiple", "schulze")] == ["B"] * 4


def test_score_in_its_range():
    election = points((2, "50."), (1, "14."), (3, "9.."), (1, "..."), (1, "..5"))
    low, mean = count(election, "score", high=5), count(election, "score", high=5, unscored="left out")
    assert (low.facts["invalid"], low.stages[0].votes) == (4, {0: 11, 1: 4, 2: 5})
    assert (low.winners, mean.winners, mean.stages[0].votes[2]) == ((0,), (2,), 5)
    assert count(election, "score").facts["high"] == 9


def test_star_is_decided_by_the_runoff():
    """A has most points, B is preferred by more."""
    election = points((2, "540"), (3, "350"))
    assert (won(election, "score"), won(election, "star")) == ("B", "B")
    assert won(points((2, "500"), (3, "340")), "score") == "A"
    assert won(points((2, "500"), (3, "340")), "star") == "B"


@pytest.mark.parametrize(("papers", "how", "carried"), [
    ([(2, "Y"), (2, "N")], {}, False),
    ([(3, "Y"), (2, "N"), (9, "O")], {}, True),
    ([(3, "Y"), (2, "N"), (9, "O")], {"of": "cast"}, False),
    ([(2, "Y"), (2, "N")], {"strict": False}, True),
    ([(4, "Y"), (2, "N")], {"majority": "2/3"}, False),
    ([(4, "Y"), (2, "N")], {"majority": "2/3", "strict": False}, True),
    ([(5, "Y")], {"majority": "2/3", "strict": False, "of": "roll", "roll": 8}, False),
    ([(6, "Y")], {"majority": "2/3", "strict": False, "of": "roll", "roll": 9}, True),
    ([(5, "Y")], {"quorum": "2/3", "roll": 8}, False),
    ([(5, "Y"), (1, "YN")], {"quorum": "2/3", "roll": 8}, True),
    ([(6, "Y")], {"quorum": "2/3", "roll": 9}, True),
    ([], {}, False),
    ([], {"strict": False}, False),
])
def test_yes_needs_its_quorum_and_its_majority(papers, how, carried):
    found = count(ticks(*papers, names="YNO"), "yesno", **how)
    assert (found.facts["carried"], found.winners) == (carried, (0,) if carried else (1,))


def test_equals_are_decided_by_a_lot_that_can_be_drawn_again():
    cases = {"plurality": ticks((1, "A"), (1, "B")), "approval": ticks((1, "A"), (1, "B")),
             "multiple": ticks((1, "A"), (1, "B")), "score": points((1, "550")), "star": points((1, "550")),
             "schulze": ranked((1, "A"), (1, "B"))}
    for rule, election in cases.items():
        assert {won(election, rule, seed=str(n)) for n in range(20)} == {"A", "B"}, rule
        found = count(election, rule, seed="s")
        assert found == count(election, rule, seed="s") and found.lots[0] == (0, 1), rule


@pytest.mark.parametrize(("rule", "election"), [
    ("score", ranked((1, "A>B"))), ("star", ranked((1, "A>B"))),
    ("plurality", points((1, "510"))), ("approval", points((1, "510"))), ("multiple", points((1, "510"))),
    ("schulze", points((1, "510"))), ("yesno", points((1, "51"), names="YN")), ("yesno", ticks((1, "A"), names="ABCD")),
])
def test_ballots_of_another_kind_are_refused_in_words(rule, election):
    with pytest.raises(NotAnElection, match=r"^The rule \w+ "):
        count(election, rule)


@pytest.mark.parametrize("rule", [name for name, rule in RULES.items() if rule.takes != "budget"])
@pytest.mark.parametrize("ballots", [(), ((3, Ballot()),)])
def test_where_nobody_voted_or_all_handed_in_empty_ballots_every_rule_ends(rule, ballots):
    found = count(Election(("A", "B"), ballots), rule)
    assert found.stages and all(say(stage, ("A", "B"), found.places) for stage in found.stages)
    assert bool(found.winners) == (rule == "yesno" or RULES[rule].takes == "ranks")


@pytest.mark.parametrize(("rule", "how"), [
    ("yesno", {"quorum": "2/3"}), ("yesno", {"majority": "3/2"}), ("yesno", {"majority": "most"}),
    ("yesno", {"of": "all"}), ("yesno", {"roll": 0}), ("multiple", {"most": 0}), ("plurality", {"seats": 0}),
])
def test_parameters_that_make_no_sense_are_refused(rule, how):
    with pytest.raises(NotAnElection):
        count(ticks((1, "A"), names="AB"), rule, **how)


@pytest.mark.parametrize("rule", [name for name, rule in RULES.items() if rule.takes != "budget"])
def test_every_stage_can_be_said(rule):
    chance = random.Random(rule)
    for _ in range(60):
        election = chance_points(chance) if RULES[rule].takes == "scores" else chance_ranks(chance)
        if rule == "yesno" and len(election.candidates) > 3:
            continue
        found = count(election, rule)
        assert all(say(stage, names_of(election), found.places) for stage in found.stages)
