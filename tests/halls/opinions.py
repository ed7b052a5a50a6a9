"""Votes made for the tests of the opinion map, and how alike two groupings are."""

from collections import Counter
from math import comb

import numpy as np
from portal.plugins.halls.opinions.votes import UNSEEN, Votes

PUBLISHED = {"brexit-consensus": 2, "vtaiwan.uberx": 2}


def votes(matrix) -> Votes:
    """These votes, of participants p0, p1… on statements 0, 1…"""
    matrix = np.array(matrix, np.int8)
    return Votes(matrix, tuple(f"p{n}" for n in range(len(matrix))), tuple(map(str, range(matrix.shape[1]))))


def planted(people: int, statements: int, groups: int, seed: int, seen: float = 0.6) -> tuple[Votes, list[int]]:
    """People of so many camps who mostly vote as their camp does, and the camp of each."""
    dice = np.random.RandomState(seed)
    camps = dice.randint(groups, size=people)
    lines = dice.choice([-1, 1], size=(groups, statements))
    other = dice.randint(-1, 2, size=(people, statements))
    said = np.where(dice.random_sample(other.shape) < 0.85, lines[camps], other)
    return votes(np.where(dice.random_sample(said.shape) < seen, said, UNSEEN)), camps.tolist()


def shuffled(found: Votes, seed: int = 1) -> Votes:
    """The same votes on each statement, dealt anew among all."""
    dice = np.random.RandomState(seed)
    return Votes(np.stack([dice.permutation(column) for column in found.matrix.T], 1), found.participants,
                 found.statements)


def adjusted_rand(one: list, other: list) -> float:
    """The adjusted Rand index (Hubert and Arabie 1985) of two groupings, from their contingency table."""
    def pairs(counted: Counter) -> int:
        return sum(comb(n, 2) for n in counted.values())
    both, first, second = pairs(Counter(zip(one, other, strict=True))), pairs(Counter(one)), pairs(Counter(other))
    expected = first * second / comb(len(one), 2)
    return (both - expected) / ((first + second) / 2 - expected)
