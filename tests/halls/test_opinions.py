"""The opinion map finds the groups that Polis published and those that were planted, and none where there are none."""

import json
import warnings

import numpy as np
import pytest
from portal.plugins.halls.opinions import chart, charting, clusters, pca
from portal.plugins.halls.opinions.votes import UNSEEN, Votes, read

from tests.halls.opinions import PUBLISHED, adjusted_rand, planted, shuffled, votes


@pytest.fixture(autouse=True)
def strict():
    """A warning of numpy is a failure."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def opened(open_data, name: str) -> Votes:
    return read(open_data / "polis" / name / "participants-votes.csv")


def test_adjusted_rand_of_a_textbook_table():
    assert adjusted_rand([0, 0, 1, 1], [1, 1, 0, 0]) == 1
    assert adjusted_rand([0, 0, 1, 1], [0, 0, 1, 2]) == pytest.approx(4 / 7)  # as in scikit-learn's own documentation


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_groups_are_those_that_polis_published(open_data, name):
    found = opened(open_data, name)
    k = len(set(found.published) - {None})
    assert k == PUBLISHED[name]
    told = chart(found, k)
    assert told.k == k
    published = zip(found.participants, found.published, strict=True)
    pairs = [(group, told.people[who][0]) for who, group in published if group is not None]
    assert sum(mine is not None for _, mine in pairs) >= 0.95 * len(pairs)
    assert adjusted_rand(*zip(*pairs, strict=True)) >= 0.7


@pytest.mark.parametrize("name", PUBLISHED)
def test_shuffled_votes_make_the_silhouette_fall(open_data, name):
    found = opened(open_data, name)
    real = chart(found)
    assert 2 <= real.k <= 5
    assert chart(found, 2).silhouette > chart(shuffled(found), 2).silhouette + 0.05
    dealt = chart(shuffled(found))
    assert (dealt.k, dealt.silhouette, dealt.represents) == (1, 0, ())


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("groups", (2, 3, 4))
def test_planted_groups_are_found(groups, seed):
    found, camps = planted(60 + 40 * seed, 40, groups, seed)
    told = chart(found, groups)
    assert told.k == groups
    assert adjusted_rand(camps, [group for group, _x, _y in told.people.values()]) > (0.95 if groups < 4 else 0.6)
    assert groups == 4 or chart(found).k == groups


def test_the_order_of_people_and_statements_changes_nothing():
    found, _ = planted(150, 30, 3, 7)
    dice = np.random.RandomState(2)
    rows, columns = dice.permutation(150), dice.permutation(30)
    moved = chart(Votes(found.matrix[rows][:, columns], tuple(found.participants[n] for n in rows),
                        tuple(found.statements[n] for n in columns)))
    told = chart(found)
    assert {who: at[0] for who, at in moved.people.items()} == {who: at[0] for who, at in told.people.items()}
    assert {s.statement for s in moved.consensus} == {s.statement for s in told.consensus}
    assert [g.size for g in moved.groups] == sorted((g.size for g in told.groups), reverse=True)


def test_the_axes_are_those_of_singular_values():
    """Another way to the same axes: mean-filled votes, singular value decomposition."""
    matrix = planted(90, 25, 3, 3)[0].matrix
    filled = np.where(matrix == UNSEEN, np.nan, matrix)
    mean = np.nanmean(filled, 0)
    filled = np.where(np.isnan(filled), mean, filled)
    axes = np.linalg.svd(filled - mean, full_matrices=False)[2][:2].T
    mine = pca.components(matrix)
    assert np.allclose(mine[0], mean)
    assert np.allclose(np.abs((axes * mine[1]).sum(0)), 1)
    seen = (matrix != UNSEEN).sum(1)
    assert np.allclose(pca.project(matrix, *mine), (filled - mean) @ mine[1] * np.sqrt(25 / seen)[:, None], atol=1e-5)


def test_who_saw_little_stands_no_nearer_to_the_middle():
    said = np.repeat([[1] * 12 + [-1] * 12, [-1] * 12 + [1] * 12], 20, axis=0)
    said[0, 8:12] = said[0, 13:] = UNSEEN
    far = np.abs(charting.places(np.array(said, np.int8))[:, 0])
    assert far[0] == pytest.approx(far[1] * np.sqrt(9 / 24), rel=0.05)  # it would be 9 / 24


def test_the_silhouette_of_four_points():
    """By hand: within 1, to the other pair 10 and 11 (or 9 and 10)."""
    places = np.array([(0, 0), (1, 0), (10, 0), (11, 0)], float)
    found = clusters.silhouette(clusters.distances(places), np.array([0, 0, 1, 1]))
    assert found == pytest.approx((2 * (1 - 1 / 10.5) + 2 * (1 - 1 / 9.5)) / 4)


def test_whoever_said_too_little_is_in_no_group():
    found, _ = planted(40, 20, 2, 5, seen=1)
    found.matrix[3, 6:] = UNSEEN
    found.matrix[4, 7:] = UNSEEN
    told = chart(found)
    assert told.people["p3"][0] is None and told.people["p4"][0] is not None
    assert sum(g.size for g in told.groups) == 39


def test_fifteen_are_taken_along_where_few_said_enough():
    found, _ = planted(40, 20, 2, 5, seen=1)
    found.matrix[10:, 6:] = UNSEEN
    found.matrix[30:, 5:] = UNSEEN
    assert pca.eligible(found.matrix).sum() == 15
    assert pca.eligible(found.matrix)[:15].all()


def test_no_group_has_fewer_than_five():
    found, _ = planted(60, 30, 2, 4)
    found.matrix[:3] = np.arange(30) % 3 - 1  # a camp of three
    for k in range(1, 10):
        told = chart(found, k)
        assert told.k <= k and min(g.size for g in told.groups) >= 5


def test_a_camp_of_four_is_joined_to_the_nearest():
    places = np.array([(0, 0)] * 9 + [(1, 0)] * 9 + [(50, 1)] * 4 + [(90, 0)] * 20, float)
    labels, _ = clusters.group(places, 3)
    assert np.bincount(labels).min() >= 5
    assert len(set(labels[18:22])) == 1
    alone, _ = clusters.group(np.array([(0, 0)] * 9 + [(50, 1)] * 4, float), 2)
    assert set(alone) == {0}


@pytest.mark.parametrize("matrix", [
    np.zeros((0, 3)), np.zeros((1, 3)), np.ones((4, 9)), np.ones((5, 1)), np.zeros((30, 12)), np.ones((30, 12)),
    np.full((30, 12), UNSEEN), np.repeat(np.eye(12) * 2 - 1, 4, axis=0), [[1], [-1], [0], [UNSEEN]] * 8,
    np.where(np.eye(40) > 0, 1, UNSEEN), [[1, -1, UNSEEN]] * 6 + [[UNSEEN] * 3] * 30, [[1] * 9] * 20 + [[-1] * 9],
], ids=("nobody", "one", "four", "one statement", "all pass", "all the same", "nothing seen", "doubles",
        "one statement, three answers", "everybody saw another", "three statements", "one against all"))
@pytest.mark.parametrize("k", (None, 1, 2, 5))
def test_little_to_go_by_gives_an_honest_answer(matrix, k):
    found = votes(matrix)
    told = chart(found, k)
    text = json.dumps(told.to_dict(), allow_nan=False)
    assert told.k == len(told.groups) <= (k or 5)
    assert all(g.size >= 5 for g in told.groups)
    assert set(told.people) == set(found.participants)
    if len(found.matrix) < 5:
        assert (told.k, told.silhouette, told.consensus) == (0, 0, ())
    assert "NaN" not in text


def test_all_the_same_is_one_group_that_agrees():
    told = chart(votes(np.ones((30, 12))))
    assert (told.k, len(told.consensus)) == (1, 12)
    assert {s.says for s in told.consensus} == {"agree"}


def test_many_people_by_a_sample():
    found, camps = planted(6000, 30, 3, 11)
    told = chart(found)
    assert told.k == 3 and sum(g.size for g in told.groups) == 6000
    assert adjusted_rand(camps, [at[0] for at in told.people.values()]) > 0.95
    assert sum(len(g.dots) for g in told.groups) <= 400
    assert len(json.dumps(told.to_dict(people=False))) < 60_000


@pytest.mark.parametrize("seed", range(3))
def test_votes_at_random_make_one_group(seed):
    dice = np.random.RandomState(100 + seed)
    told = chart(votes(np.where(dice.random_sample((150, 30)) < 0.6, dice.randint(-1, 2, (150, 30)), UNSEEN)))
    assert (told.k, told.silhouette) == (1, 0)


def test_places_in_any_order_give_the_same_groups():
    dice = np.random.RandomState(5)
    places = dice.random_sample((300, 2)).round(6)
    order = dice.permutation(300)
    for k in range(2, 10):
        labels, score = clusters.group(places, k)
        again, same = clusters.group(places[order], k)
        assert np.array_equal(labels[order], again) and score == same
