"""The count as anybody repeats it: `portal halls tally`, and `python -m tally` with nothing but its folder."""

import importlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from portal.plugins.halls.commands_tally import tally
from portal.plugins.halls.tally import (
    Budget,
    Election,
    NotAnElection,
    Project,
    Stage,
    lots,
    pb_mes,
    rules,
    schulze,
    stv,
    words,
    yesno,
)
from portal.plugins.halls.tally.rules import RULES

TALLY = Path(rules.__file__).parent
WARD = '3 2\n5 1 3 0\n3 2 0\n2 3 0\n1 - 1 0\n0\n"Ann"\n"Bo"\n"Ann"\n"Ward"\n'
PORTAL = [str(Path(sys.executable).with_name("portal")), "halls", "tally"]
ALONE = [sys.executable, "-I", "-c", "import sys, runpy; sys.path.insert(0, '.'); runpy.run_module('tally', "
         "run_name='__main__', alter_sys=True)"]


@pytest.fixture
def folder(tmp_path):
    """A folder that holds a copy of `tally`, and a ward."""
    shutil.copytree(TALLY, tmp_path / "tally", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "ward.blt").write_text(WARD, encoding="utf-8")
    return tmp_path


def run(command, folder, *words, check=True):
    """The command in that folder, without a setting, a database, or a secret in sight."""
    done = subprocess.run([*command, *words], cwd=folder, capture_output=True, text=True, timeout=60,
                          env={"PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "C.UTF-8"})
    assert not check or (done.returncode, done.stderr) == (0, ""), done.stderr
    return done


@pytest.mark.parametrize("command", [PORTAL, ALONE], ids=["portal", "alone"])
def test_a_count_as_json_and_as_text(command, folder):
    before = sorted(p.name for p in folder.rglob("*") if "__pycache__" not in p.parts)
    said = json.loads(run(command, folder, "ward.blt", "--rule", "stv.scottish", "--json").stdout)
    assert (said["rule"], said["seats"], said["quota"], said["lots"]) == ("stv.scottish", 2, "4.00000", [])
    assert said["winners"] == ["Ann", "Bo"] and len(said["stages"]) == 3
    assert said["stages"][0]["votes"] == {"Ann": "5.00000", "Bo": "3.00000", "Ann (2)": "2.00000"}
    assert said["stages"][1]["votes"] == {"Ann": "4.00000", "Bo": "3.00000", "Ann (2)": "3.00000"}
    assert said["stages"][1]["text"].startswith("Ann has 1.00000 votes more than needed.")
    assert said["stages"][2]["votes"] == {"Ann": "4.00000", "Bo": "3.00000"} and said["stages"][2]["exhausted"]
    text = run(command, folder, "ward.blt", "--rule", "irv", "--seed", "autumn").stdout
    assert "1. First choices are counted, on 11 ballots." in text and text.rstrip().endswith("Won, by irv:\n  Ann")
    assert sorted(p.name for p in folder.rglob("*") if "__pycache__" not in p.parts) == before


@pytest.mark.parametrize("command", ["portal", "alone"])
def test_what_cannot_be_counted_is_a_sentence(command, folder, monkeypatch):
    monkeypatch.chdir(folder)
    (folder / "wrong.blt").write_text(WARD.replace("3 2 0", "3 7 0"))
    (folder / "odd.txt").write_text("hello\n")
    (folder / "budget.blt").mkdir()
    for words_, sentence in (
        (("ward.blt", "--rule", "sainte-lague"), "There is no rule 'sainte-lague'. The rules are: "),
        (("ward.blt", "--rule", "irv", "--seats", "2"), "The rule irv does not take a number of seats: it elects one."),
        (("ward.blt", "--rule", "stv.scottish", "--seats", "0"), "There has to be at least one seat."),
        (("ward.blt", "--rule", "irv", "--seats", "-1"), "There has to be at least one seat."),
        (("wrong.blt", "--rule", "irv"), "Line 3: a candidate's number has to be from 1 to 3, not '7'."),
        (("odd.txt", "--rule", "irv"), "This is none of the kinds that can be read"),
        (("missing.blt", "--rule", "irv"), "missing.blt: No such file or directory."),
        (("budget.blt", "--rule", "irv"), "budget.blt: Is a directory."),
    ):
        code, out, err = here(*words_) if command == "portal" else alone(folder, *words_)
        assert (code, out) == (1, "") and sentence in err
        assert len(err.splitlines()) == 1
        if "no rule" in sentence:
            assert "irv, stv.scottish" in err


def here(*words_):
    """(Exit code, output, errors) of the command in this process."""
    done = CliRunner().invoke(tally, words_)
    return done.exit_code, done.stdout, done.stderr


def alone(folder, *words_):
    done = run(ALONE, folder, *words_, check=False)
    return done.returncode, done.stdout, done.stderr


def test_seats_and_seed_are_taken(folder):
    one = json.loads(run(ALONE, folder, "ward.blt", "--rule", "stv.scottish", "--seats", "1", "--json").stdout)
    assert one["seats"] == 1 and one["winners"] == ["Ann"]
    (folder / "tie.blt").write_text('2 1\n1 1 0\n1 2 0\n0\n"Ann"\n"Bo"\n')
    for winner in (0, 1):
        seed = next(s for s in map(str, range(99)) if lots.order(s, (0, 1), ("Ann", "Bo"))[0] == winner)
        tied = json.loads(run(ALONE, folder, "tie.blt", "--rule", "irv", "--json", "--seed", seed).stdout)
        assert tied["lots"] == [["Ann", "Bo"]] and tied["winners"] == [("Ann", "Bo")[winner]]


def test_a_ward_of_glasgow_in_the_words_of_the_contract(open_data, tmp_path):
    said = json.loads(run(PORTAL, tmp_path, str(open_data / "stv" / "Calton-2007.blt"), "--rule", "stv.scottish",
                          "--json").stdout)
    assert said["winners"] == ["George Redmond", "Alison E Thewliss", "Ruth Simpson"]
    assert said["stages"][1]["votes"]["George Redmond"] == "1300.00000" and len(said["stages"]) == 10


def test_rules_and_files_that_do_not_fit_each_other():
    budget = Budget((Project("p1", "Lamp", 100),), ((2, {0: 1}),), 100)
    with pytest.raises(NotAnElection, match="The rule irv counts an election of candidates, and this file is none."):
        rules.count(budget, "irv")
    for rule in RULES.values():
        assert rule.says and rule.takes in ("choices", "ranks", "scores", "budget")
        json.dumps(dict(rule.parameters))
        if rule.takes == "budget":
            with pytest.raises(NotAnElection, match="counts a vote on money"):
                rules.count(Election(("A",), ()), rule.name)


def test_a_question_of_two_answers_is_told(tmp_path):
    """Nobody can abstain there, and nobody is told of who would have."""
    (tmp_path / "question.blt").write_text('2 1\n3 1 0\n1 2 0\n0\n"Yes"\n"No"\n')
    code, out, _err = here(str(tmp_path / "question.blt"), "--rule", "yesno")
    assert code == 0 and out.rstrip().endswith("Won, by yesno:\n  Yes")


def test_names_that_are_alike_are_told_apart():
    names = words.names_of(Election(("A", "A", "A (2)", "B", "A"), ()))
    assert names == ("A", "A (3)", "A (2)", "B", "A (4)")


def test_decimals_are_exact():
    assert [words.decimal(*each) for each in ((5, 0), (5, 5), (-7, 2))] == ["5", "5.00000", "-7.00"]
    assert words.decimal(10**30 + 1, 1) == f"{10**30 + 1}.0"



def test_one_of_a_thing_is_said_as_one():
    facts = {"one": 0, "payers": 1, "price": "5", "poor": 1, "rest": "9", "valid": 1, "needed": 1, "base": "1",
             "yes": 1}
    said = {text: words.say(Stage(text, facts, {}), ["Bench"]) for text in (
        pb_mes.EACH, pb_mes.SOME, schulze.COMPARED, yesno.PASSED)}
    assert said[pb_mes.EACH] == "Bench is bought: 1 supporter pays 5."
    assert "1 supporter pays 5, 1 gives all they have left, 9 together" in said[pb_mes.SOME]
    assert "on 1 ballot." in said[schulze.COMPARED] and "needs 1 vote of 1" in said[yesno.PASSED]
    two = words.say(Stage(pb_mes.EACH, facts | {"payers": 2}, {}), ["Bench"])
    assert two == "Bench is bought: 2 supporters pay 5 each."
    parts = words.say(Stage(stv.SURPLUS, {"one": 0, "surplus": "1"}, {}), ["Ann"])
    assert parts.startswith("Ann has 1 vote more than needed. It passes,")


def test_each_singular_stands_for_something_that_a_count_says():
    texts = [v for name in ("irv", "choices", "yesno", "stv", "schulze", "score", "star", "pb_mes", "pb_greedy")
             for v in vars(importlib.import_module(f"{rules.__package__}.{name}")).values() if isinstance(v, str)]
    assert [several for several, _one in words.SINGULAR if not any(several in text for text in texts)] == []
