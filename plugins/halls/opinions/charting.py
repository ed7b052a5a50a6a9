"""The whole way from votes to a map."""

import numpy as np

from . import clusters, consensus, pca, placing
from .found import Figures, Map, Statement
from .votes import Votes


def chart(votes: Votes, k: int | None = None) -> Map:
    """The map of these votes; README.md says how it is made and what is left out.

    `k` asks for so many groups, at least 1; without it there are as many as the votes show: one where they do not
    hang together, none where fewer than five people said enough. The same votes give the same map.
    """
    enough = pca.eligible(votes.matrix)
    at = places(votes.matrix)
    labels = np.full(len(enough), -1)
    labels[enough], silhouette = clusters.group(at[enough], k or _one(votes.matrix[enough]))
    groups = placing.groups(at, labels)
    found = consensus.counts(votes.matrix, labels, len(groups))
    return Map(len(groups), round(silhouette, 4), groups, consensus.represents(found, votes.statements),
               consensus.consensus(found, votes.statements), _statements(votes, found),
               _people(votes.participants, labels, placing.scaled(at, labels)))


def places(matrix: np.ndarray) -> np.ndarray:
    """Where everybody stands along the two axes, P × 2."""
    mean, axes = pca.components(matrix)
    return pca.project(matrix, mean, axes)


def _one(matrix: np.ndarray) -> int | None:
    """1 where the votes do not hang together; asked of the fixed sample where they are many."""
    return None if pca.beyond_chance(matrix[clusters.sample(len(matrix))]) else 1


def _statements(votes: Votes, found: np.ndarray) -> tuple[Statement, ...]:
    whole = consensus.tally(votes.matrix)
    return tuple(Statement(name, _figures(whole[n]), tuple(_shown(group[n]) for group in found))
                 for n, name in enumerate(votes.statements))


def _figures(counted: np.ndarray) -> Figures:
    agree, disagree, passed = counted.tolist()
    return Figures(agree, disagree, passed, agree + disagree + passed)


def _shown(counted: np.ndarray) -> Figures | None:
    figures = _figures(counted)
    return figures if figures.seen >= consensus.LEAST else None


def _people(names: tuple[str, ...], labels: np.ndarray, drawn: np.ndarray) -> dict[str, tuple[int | None, int, int]]:
    told = zip(names, labels.tolist(), drawn.tolist(), strict=True)
    return {name: (None if label < 0 else label, x, y) for name, label, (x, y) in told}
