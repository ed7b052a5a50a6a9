"""Polls from a terminal: open data as counted polls, votes, counts, and the check of all counts."""

import pytest
from portal.plugins.halls.models import Ballot, Poll
from portal.plugins.halls.polls import queries

SMALL = """META
key;value
description;小区更新
budget;100
vote_type;approval
rule;greedy
PROJECTS
project_id;cost;name
7;60;长椅
9;50;雨棚
12;40;路灯
VOTES
voter_id;vote
1;7,12
2;7
3;9
4;
"""
ELECTION = '3 1\n2 1 2 0\n2 2=3 0\n1 3 - 1 0\n1 0\n0\n"甲"\n"乙"\n"丙"\n"楼长"\n'


def test_files_become_counted_polls_that_count_again(halls, town, tmp_path):
    (tmp_path / "small.pb").write_text(SMALL)
    (tmp_path / "small.blt").write_text(ELECTION)
    done = halls("import", "pabulib", tmp_path / "small.pb", "--community", "north")
    assert "4 ballots, counted by pb.greedy" in done.stdout, done.stderr
    done = halls("import", "blt", tmp_path / "small.blt", "--community", "north", "--title", "选楼长")
    assert "6 ballots, counted by irv" in done.stdout, done.stderr
    with town.unit("north"):
        first, second = sorted(queries.listed())
        row = queries.poll(first.id)
        assert row.title == "小区更新" and row.money_fen == 100_00 and '"winners": [0, 2]' in row.result
        assert second.title == "选楼长" and len(queries.ballots(second.id)) == 6
    assert "2 polls, each counts to its result." in halls("check", "--community", "north").stdout
    with town.unit("north"):
        Ballot.delete().where(Ballot.poll_id == first.id).execute()
    done = halls("check", "--community", "north")
    assert done.exit_code == 1 and f"1 of 2 polls count to something else: [{first.id}]" in done.stderr


def test_a_file_that_cannot_be_read_leaves_nothing(halls, town, tmp_path):
    (tmp_path / "bad.pb").write_text(SMALL.replace("3;9", "3;8"))
    done = halls("import", "pabulib", tmp_path / "bad.pb", "--community", "north")
    assert done.exit_code == 1 and "bad.pb" in done.stderr and "Traceback" not in done.stderr
    with town.unit("north"):
        assert queries.listed() == []
    assert "There is no site" in halls("check", "--community", "nowhere").stderr


@pytest.mark.parametrize(("name", "text", "words"), [
    ("x.blt", ELECTION.replace("\n0\n", "\n20000000 1 0\n0\n", 1), "more than 1000000 ballots"),
    ("x.pb", SMALL.replace("budget;", "budget;1000000000000000"), "is no amount of money")], ids=["blt", "pb"])
def test_a_file_with_more_than_can_be_stored_leaves_nothing(halls, town, tmp_path, name, text, words):
    (tmp_path / name).write_text(text)
    done = halls("import", "blt" if name == "x.blt" else "pabulib", tmp_path / name, "--community", "north")
    assert done.exit_code == 1 and words in done.stderr and "Nothing is stored" in done.stderr
    with town.unit("north"):
        assert Poll.select().count() == Ballot.select().count() == 0


def test_a_file_is_not_taken_in_under_a_rule_for_something_else(halls, town, tmp_path):
    (tmp_path / "small.pb").write_text(SMALL)
    (tmp_path / "small.blt").write_text(ELECTION)
    for kind, file, rule in (("blt", "small.blt", "pb.greedy"), ("blt", "small.blt", "star"),
                             ("pabulib", "small.pb", "irv"), ("pabulib", "small.pb", "nope")):
        done = halls("import", kind, tmp_path / file, "--community", "north", "--rule", rule)
        assert done.exit_code == 1 and "Nothing is stored" in done.output, done.output
    with town.unit("north"):
        assert Poll.select().count() == Ballot.select().count() == 0


def test_a_vote_from_a_terminal(halls, town, poll):
    poll_id, (ada, *_rest) = poll("irv")
    where = ("--community", "north")
    assert "Receipt" in halls("cast", poll_id, "rank-0=1", "rank-2=2", *where, "--person", ada.id).stdout
    assert "given twice" in halls("cast", poll_id, "rank-0=1", "rank-2=1", *where, "--person", ada.id).stderr
    assert halls("close", poll_id, *where).exit_code == 1
    assert halls("count", poll_id, *where).exit_code == 1
    assert "Closed" in halls("close", poll_id, "--early", *where).stdout
    assert "Won: 长椅" in halls("count", poll_id, *where).stdout
    assert "closed" in halls("cast", poll_id, "rank-0=1", *where, "--person", ada.id).stderr


def test_numbers_that_no_poll_or_person_can_have_are_refused_in_words(halls, poll):
    poll_id, (ada, *_rest) = poll("plurality")
    for words in (("cast", 10**30, "tick=1", "--person", ada.id), ("cast", poll_id, "tick=1", "--person", 10**30),
                  ("close", 10**30), ("count", 10**30)):
        done = halls(*words, "--community", "north")
        assert done.exit_code == 2 and "is not in the range" in done.output, words
