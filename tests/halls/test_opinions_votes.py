"""A file of votes is read as it is meant, or refused in a sentence; the command prints what it holds."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from portal.plugins.halls.commands import ALL
from portal.plugins.halls.opinions.votes import UNSEEN, NotVotes, parse, read

from tests.halls.opinions import PUBLISHED

PORTAL = Path(sys.executable).with_name("portal")
HEAD = "participant,group-id,n-comments,n-votes,n-agree,n-disagree,"


def test_a_file_with_marks_quotes_and_columns_in_any_order(tmp_path):
    path = tmp_path / "votes.csv"
    path.write_bytes(("\ufeff" + 'participant,2,group-id,n-votes,0\r\n"7",1,1,2,"-1"\r\n\r\n8, 0 ,,1,\r\n').encode())
    found = read(path)
    assert found.participants == ("7", "8") and found.statements == ("2", "0") and found.published == (1, None)
    assert found.matrix.dtype == np.int8 and found.matrix.tolist() == [[1, -1], [0, UNSEEN]]


def test_votes_as_other_programs_write_them():
    """A column with gaps is one of decimals there; more columns, and people without any vote, do no harm."""
    told = parse(["participant,xid,1,group-id,0\n", "a,x,1.0,0.0,-1.0\n", "b,,0.0,,\n", "c,,,1.0,-0.0\n"])
    assert told.matrix.tolist() == [[1, -1], [0, UNSEEN], [UNSEEN, 0]] and told.published == (0, None, 1)


def test_a_file_that_cannot_be_opened_is_a_sentence(tmp_path):
    (tmp_path / "folder.csv").mkdir()
    for name, words in (("missing.csv", "No such file or directory."), ("folder.csv", "Is a directory.")):
        done = CliRunner().invoke(next(command for command in ALL if command.name == "map"), [str(tmp_path / name)])
        assert done.exit_code == 1 and done.stderr == f"Error: {tmp_path / name}: {words}\n"


@pytest.mark.parametrize("text, said", [
    ("", "Line 1: the header needs a column named participant"),
    ("who,0\n1,1\n", "Line 1: the header needs a column named participant"),
    ("participant,group-id\n1,1\n", "Line 1: there is no statement"),
    ("participant,0,0\n1,1,1\n", "Line 1: the column 0 is there twice"),
    (HEAD + "0,1\n1,0,0,2,1,1,1,2\n", "Line 2: the vote on statement 1 is “2”; it may be 1, 0, -1 or empty."),
    (HEAD + "0,1\n1,0,0,2,1,1,1,0.5\n", "Line 2: the vote on statement 1 is “0.5”"),
    (HEAD + "0,1\n1,0,0,2,1,1,1\n", "Line 2: there are 7 cells under 8 columns."),
    ("participant,0\n1,1\n1,0\n", "Line 3: the participant 1 is there twice, first in line 2."),
    ("participant,0\n,1\n", "Line 2: the participant has no name."),
    ("participant,group-id,0\n1,x,1\n", "Line 2: the group-id “x” is no number."),
    ('participant,0\n1,"1"x\n', "Line 2: "),
])
def test_what_is_no_vote_is_refused_with_its_line(text, said):
    with pytest.raises(NotVotes) as refused:
        parse(text.splitlines(keepends=True))
    assert str(refused.value).startswith(said)


def test_bytes_that_are_no_text_are_refused(tmp_path):
    (tmp_path / "x.csv").write_bytes(b"participant,0\n\xff\xfe,1\n")
    with pytest.raises(NotVotes, match="no text in UTF-8"):
        read(tmp_path / "x.csv")


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_file_counts_as_it_says_itself(open_data, name):
    path = open_data / "polis" / name / "participants-votes.csv"
    found = read(path)
    lines = path.read_text("utf-8-sig").splitlines()[1:]
    stated = [[int(n) for n in line.split(",")[3:6]] for line in lines]
    counted = np.stack([(found.matrix != UNSEEN).sum(1), (found.matrix == 1).sum(1), (found.matrix == -1).sum(1)], 1)
    assert counted.tolist() == stated


def run(*words: str):
    command = next(c for c in ALL if c.name == "map")
    return CliRunner().invoke(command, words)


def test_the_command_prints_the_map(open_data):
    path = str(open_data / "polis" / "brexit-consensus" / "participants-votes.csv")
    done = run(path, "--k", "2", "--json")
    told = json.loads(done.output)
    assert told["k"] == 2 and set(told["groups"].values()) == {0, 1}
    assert told["sizes"] == [list(told["groups"].values()).count(n) for n in (0, 1)]
    assert told["consensus"] and set(told["consensus"]) <= {s["id"] for s in told["statements"]}
    assert 0.3 < told["silhouette"] < 1
    plain = run(path)
    assert plain.exit_code == 0 and "in no group" in plain.output and "What all groups share: " in plain.output


def test_the_command_refuses_in_a_sentence(tmp_path):
    (tmp_path / "x.csv").write_text("participant,0\n1,9\n")
    done = run(str(tmp_path / "x.csv"))
    assert done.exit_code == 1 and done.output.startswith("Error: x.csv: Line 2: the vote on statement 0 is “9”")


def test_the_command_needs_no_database(tmp_path):
    (tmp_path / "x.csv").write_text("participant,0\n1,1\n")
    done = subprocess.run([PORTAL, "halls", "map", "x.csv", "--json"], cwd=tmp_path, capture_output=True, text=True)
    assert json.loads(done.stdout)["groups"] == {}, done.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["x.csv"]


def test_a_site_starts_and_draws_without_numpy(empty_settings):
    script = ("import sys; from portal.app import create_app; from portal.base.settings import Settings\n"
              "import portal.plugins.halls.opinions.svg, portal.plugins.halls.commands\n"
              "print('numpy' in sys.modules)\n")
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout == "False\n", done.stderr
