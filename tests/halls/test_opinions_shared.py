"""What a group holds, and what all groups share."""

import numpy as np
import pytest
from portal.plugins.halls.opinions import chart
from portal.plugins.halls.opinions.consensus import consensus, represents
from portal.plugins.halls.opinions.votes import UNSEEN, read

from tests.halls.opinions import PUBLISHED, planted

NAMES = ("roof", "light", "dogs")


def counted(*groups) -> np.ndarray:
    return np.array(groups)


def test_common_ground_needs_every_group():
    found = counted([(900, 50, 0), (90, 5, 0), (2, 60, 0)], [(3, 5, 0), (9, 1, 0), (0, 9, 1)])
    assert [(s.statement, s.says) for s in consensus(found, NAMES)] == [("dogs", "disagree"), ("light", "agree")]
    light = consensus(found, NAMES)[1]
    assert light.probability == pytest.approx(91 / 97 * 10 / 12, abs=1e-4)


def test_a_lean_within_chance_is_no_common_ground():
    assert consensus(counted([(6, 4, 0)], [(60, 4, 0)]), NAMES[:1]) == ()
    assert consensus(counted([(4, 0, 0)], [(60, 4, 0)]), NAMES[:1]) == ()


def test_passing_is_not_agreeing():
    assert consensus(counted([(10, 0, 30)]), NAMES[:1]) == ()


def test_what_sets_a_group_apart():
    found = counted([(20, 1, 0), (18, 2, 0), (3, 15, 2)], [(2, 20, 0), (19, 2, 0), (20, 1, 1)])
    first, second = represents(found, NAMES)
    assert [(s.statement, s.says) for s in first] == [("roof", "agree"), ("dogs", "disagree")]
    assert [(s.statement, s.says) for s in second] == [("dogs", "agree"), ("roof", "disagree")]
    assert first[0].probability == pytest.approx(21 / 23, abs=1e-4)
    assert first[0].ratio == pytest.approx((21 / 23) / (3 / 24), abs=1e-4)


def test_at_most_five_represent_a_group():
    found = counted([(20, 1, 0)] * 9, [(1, 20, 0)] * 9)
    assert [len(r) for r in represents(found, tuple("abcdefghi"))] == [5, 5]


def test_one_group_is_set_apart_from_nobody():
    assert represents(counted([(20, 1, 0)]), NAMES[:1]) == ()


@pytest.mark.parametrize("name", PUBLISHED)
def test_figures_of_a_real_conversation(open_data, name):
    found = read(open_data / "polis" / name / "participants-votes.csv")
    told = chart(found, 2)
    assert told.consensus
    by_name = {s.id: s for s in told.statements}
    for stance in told.consensus:
        for group in by_name[stance.statement].groups:
            assert getattr(group, stance.says) > group.seen / 2
    for n, statement in enumerate(told.statements):
        column = found.matrix[:, n]
        assert statement.all.agree == (column == 1).sum() and statement.all.disagree == (column == -1).sum()
        assert all(group is None or group.seen >= 5 for group in statement.groups)
    if name == "vtaiwan.uberx":
        assert any(None in statement.groups for statement in told.statements)


def test_small_cells_are_not_shown():
    found, _ = planted(40, 12, 2, 3, seen=1)
    found.matrix[4:, 11] = UNSEEN
    told = chart(found, 2)
    assert told.statements[11].all.seen == 4 and told.statements[11].groups == (None, None)
    assert None not in told.statements[0].groups
