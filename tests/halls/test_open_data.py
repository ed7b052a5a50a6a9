"""What the demo shows of others' data, where they lie on the machine."""

import csv
import json
from pathlib import Path
from random import Random

import pytest
from portal.plugins.halls import open_data as shown
from portal.plugins.halls.models import Ballot, Poll, Topic
from portal.plugins.halls.polls import exports, queries
from portal.plugins.halls.topics.models import StatementVote


@pytest.mark.backend("sqlite")
def test_one_of_each_kind_and_the_same_each_time(town, open_data, monkeypatch):
    """Each poll counts to its result, the budget to what was won; two demos have the same receipts."""
    monkeypatch.setenv("PORTAL_OPEN_DATA", str(open_data))
    receipts = []
    for site in (town.north, town.south):
        with town.app.app_context(), town.unit(site):
            shown.fill(shown.folder(), Random(1))
            receipts.append([row.receipt for row in Ballot.select().order_by(Ballot.id)])
    assert receipts[0] == receipts[1] and len(set(receipts[0])) > 6_000
    with town.unit("north"):
        polls = [queries.poll(row.id) for row in Poll.select(Poll.id)]
        assert {p.rule for p in polls} == {"pb.greedy-no-skip", "stv.scottish"} and all(map(exports.is_right, polls))
        budget = next(p for p in polls if p.rule != "stv.scottish")
        elected = json.loads(budget.result)["winners"]
        won = {option.code for option in queries.options(budget) if option.number in elected}
        assert won == {row["project_id"] for row in _projects(open_data / shown.FILES[0]) if row["selected"] == "1"}
        assert Topic.select().count() == 1 and StatementVote.select().count() > 40_000


def test_nothing_where_there_is_nothing(town, tmp_path, monkeypatch):
    monkeypatch.delenv("PORTAL_OPEN_DATA", raising=False)
    assert shown.folder() is None
    with town.app.app_context(), town.unit("north"):
        shown.fill(tmp_path, Random(1))
        assert not Poll.select().exists() and not Topic.select().exists()


def _projects(file: Path) -> csv.DictReader:
    lines = file.read_text("utf-8").partition("PROJECTS\n")[2].partition("VOTES\n")[0]
    return csv.DictReader(lines.splitlines(), delimiter=";")
