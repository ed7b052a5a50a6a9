"""Files of Pabulib: read as they say, refused with the line where they cannot be."""

import time

import pytest
from portal.plugins.halls.tally import NotAnElection
from portal.plugins.halls.tally.formats import pabulib

META = "META\nkey;value\ndescription;Courtyard\nbudget;{budget}\nvote_type;{kind}\n{more}"
PROJECTS = "PROJECTS\nproject_id;cost;name;selected\nlamp;100;Lamp;1\nbench;250;\"Bench; oak\";0\ntree;40;Tree;2\n"


def file(votes: str, kind="approval", budget="300", more="", projects=PROJECTS, columns="voter_id;vote") -> str:
    return f"{META.format(budget=budget, kind=kind, more=more)}{projects}VOTES\n{columns}\n{votes}"


def refusal(text: str) -> str:
    with pytest.raises(NotAnElection) as error:
        pabulib.read(text)
    return str(error.value)


def test_an_approval_vote_is_read():
    budget = pabulib.read(file("1;lamp,tree\n2;\n3; tree , lamp \n4;bench\n", more="min_project_score_threshold;2\n"))
    assert [(p.id, p.name, p.cost) for p in budget.projects] == [
        ("lamp", "Lamp", 100), ("bench", "Bench; oak", 250), ("tree", "Tree", 40)]
    assert budget.ballots == ((2, {0: 1, 2: 1}), (1, {}), (1, {1: 1}))
    assert (budget.money, budget.threshold, budget.unit, budget.title) == (300, 2, 1, "Courtyard")
    assert budget.facts["selected"] == "lamp"


def test_bom_crlf_blank_and_short_lines_are_read():
    plain = file("1;lamp\n2;\n3;tree\n")
    other = "\ufeff" + plain.replace("2;\n", "2\n\n").replace("META", "meta", 1).replace("\n", "\r\n")
    assert pabulib.read(other).ballots == pabulib.read(plain).ballots


def test_a_stray_quotation_mark_loses_no_line():
    projects = PROJECTS.replace("Lamp", '"Buy" it - lamp')
    assert len(pabulib.read(file("1;lamp\n", projects=projects)).projects) == 3
    assert refusal(file('1;"lamp\n2;lamp\n3;lamp\n')) == (
        "line 13: a quotation mark that is not closed before the line ends")


def test_decimals_make_all_money_whole():
    projects = PROJECTS.replace("100", "100,5").replace("250", "250.25")
    budget = pabulib.read(file("1;lamp\n", budget="300.0", projects=projects))
    assert ([p.cost for p in budget.projects], budget.money, budget.unit) == ([10050, 25025, 4000], 30000, 100)


@pytest.mark.parametrize(("kind", "columns", "votes", "more", "ballots"), [
    ("choose-1", "voter_id;vote", "1;tree\n2;tree\n", "", ((2, {2: 1}),)),
    ("cumulative", "vote;points;voter_id", "lamp,tree;3,0;1\n", "max_sum_points;3\n", ((1, {0: 3}),)),
    ("scoring", "voter_id;vote;points", "1;lamp;5\n", "default_score;2\n", ((1, {0: 5, 1: 2, 2: 2}),)),
    ("ordinal", "voter_id;vote", "1;tree,lamp\n2;lamp\n", "max_length;3\n", ((1, {2: 2, 0: 1}), (1, {0: 1}))),
    ("ordinal", "voter_id;vote;points", "1;tree,lamp;3,2\n2;lamp;3\n", "", ((1, {2: 3, 0: 2}), (1, {0: 3}))),
])
def test_the_other_kinds_of_votes(kind, columns, votes, more, ballots):
    assert pabulib.read(file(votes, kind, columns=columns, more=more)).ballots == ballots


def test_other_numbers_than_the_files_are_a_note():
    budget = pabulib.read(file("1;lamp\n", more="num_votes;7\nnum_projects;3\n"))
    assert budget.facts["note"] == "num_votes says 7, the file holds 1"


@pytest.mark.parametrize(("text", "words"), [
    (file("1;lamp,pond\n"), "line 13: there is no project 'pond'"),
    (file("1;lamp,lamp\n"), "line 13: a project is named twice in one vote"),
    (file("1;lamp\n1;tree\n"), "line 14: the voter 1 is there twice"),
    (file("1;lamp,tree\n", more="max_length;1\n"), "line 14: 2 projects in one vote, where 1 may be chosen"),
    (file("1;lamp,tree\n", "choose-1"), "line 13: 2 projects in one vote, where 1 may be chosen"),
    (file("1;lamp;3;4\n"), "line 13: 4 cells where the table has 2 columns"),
    (file("1;lamp\n", columns="voter_id;choice"), "line 12: the table VOTES has no column vote"),
    (file("1;lamp\n", "cumulative"), "VOTES: a cumulative vote needs the column points"),
    (file("1;lamp;x\n", "scoring", columns="voter_id;vote;points"), "line 13: points: 'x' is no whole number"),
    (file("1;lamp;-1\n", "scoring", columns="voter_id;vote;points"), "line 13: points: '-1' is no whole number"),
    (file(f"1;lamp;{'9' * 5000}\n", "scoring", columns="voter_id;vote;points"), "line 13: points: '9999"),
    (file("", projects=PROJECTS.replace("250", "9" * 5000)), "line 9: cost: '9999"),
    (file("", budget="1" + "0" * 16), "META: budget: '10000000000000000' is no amount of money"),
    (file("1;lamp;1,2\n", "scoring", columns="voter_id;vote;points"), "line 13: 2 figures of points for 1 projects"),
    (file("1;lamp;9\n", "cumulative", columns="voter_id;vote;points", more="max_sum_points;8\n"),
     "line 14: 9 points in one vote, where 8 may be given"),
    (file("", projects=PROJECTS.replace("250", "-250")), "line 9: cost: '-250' is negative"),
    (file("", projects=PROJECTS.replace("250", "much")), "line 9: cost: 'much' is no amount of money"),
    (file("", projects=PROJECTS.replace("250", "")), "line 9: cost is missing"),
    (file("", projects=PROJECTS.replace("bench", "lamp")), "line 9: the project lamp is there twice"),
    (file("", projects="PROJECTS\nproject_id;cost\n"), "PROJECTS: there is no project"),
    (file("", budget=""), "META: budget is missing"),
    (file("", budget="NaN"), "META: budget: 'NaN' is no amount of money"),
    (file("", "veto"), "META: vote_type is veto"),
    ("", "line 1: a Pabulib file begins with META"),
    ("META\nkey;value\nbudget;3\n", "The file has no table PROJECTS"),
    (file("").partition("VOTES")[0], "The file has no table VOTES"),
    (META + "VOTES\nvoter_id;vote\n", "line 6: VOTES stands where PROJECTS belongs"),
])
def test_what_cannot_be_counted_is_refused_with_its_line(text, words):
    assert refusal(text.replace("{more}", "")).startswith(words)


def test_votes_of_which_there_are_none_are_no_fault():
    assert pabulib.read(file("")).ballots == ()


@pytest.mark.parametrize("kind", ["approval", "cumulative", "ordinal", "scoring"])
def test_what_is_written_is_read_again(kind):
    columns = "voter_id;vote;points" if kind in ("cumulative", "scoring") else "voter_id;vote"
    votes = "1;lamp,tree;2,1\n2;tree;4\n3;;\n" if "points" in columns else "1;lamp,tree\n2;tree\n3;\n"
    budget = pabulib.read(file(votes, kind, columns=columns, budget="300.50", more="min_project_score_threshold;1\n"))
    again = pabulib.read(pabulib.write(budget))
    for name in ("projects", "ballots", "money", "unit", "threshold", "vote_type", "title"):
        assert getattr(again, name) == getattr(budget, name)
    assert again.facts["selected"] == "lamp"


def test_three_hundred_thousand_votes_take_seconds():
    text = file("".join(f"{n};{'lamp,tree' if n % 3 else 'bench'}\n" for n in range(300_000)))
    began = time.process_time()
    budget = pabulib.read(text)
    assert time.process_time() - began < 5
    assert budget.ballots == ((100_000, {1: 1}), (200_000, {0: 1, 2: 1}))


def test_points_are_those_that_pabulib_counted(open_data):
    """Its columns votes and score hold the sums over all ballots."""
    for path in sorted((open_data / "pabulib").glob("*.pb")):
        text = path.read_text("utf-8")
        written = pabulib.write(pabulib.read(text))
        for name in ("votes", "score"):
            held = column(text, name)
            assert not held or column(written, name) == held, path.name


def column(text: str, name: str) -> dict[str, str]:
    lines = text.partition("PROJECTS")[2].partition("VOTES")[0].split("\n")[1:-1]
    names = lines[0].strip().split(";")
    if name not in names:
        return {}
    return {line.split(";")[0]: line.split(";")[names.index(name)] for line in lines[1:]}
