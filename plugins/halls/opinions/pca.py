"""From votes on many statements to two axes: principal components of votes that are mostly missing."""

from collections.abc import Iterator

import numpy as np

from .votes import UNSEEN

ROWS = 4096  # at a time, so that memory does not grow with the number of people
LEAST = 7  # votes of somebody who is grouped
ENOUGH = 15  # people; where fewer have so many votes, those with the most are taken along
NOTHING = 1e-6  # a variance that is only rounding
SHUFFLES = 19  # so that one in twenty would be larger by chance


def components(matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The two axes along which people differ most: (mean of each statement, axes S × 2).

    As in Polis, a vote that was not given counts as the mean of its statement, so that it pulls nowhere. The
    covariance is made of counts of votes, which are whole numbers: the order of people changes nothing. Each axis
    points so that its largest part is positive; one without any variance is 0.
    """
    mean, covariance = moments(matrix)
    values, vectors = np.linalg.eigh(covariance)
    found = vectors[:, ::-1][:, :2] * (values[::-1][:2] > NOTHING)
    axes = np.zeros((len(mean), 2))
    axes[:, :found.shape[1]] = found
    largest = axes[np.abs(axes.round(9)).argmax(0), [0, 1]]
    return mean, axes * np.where(largest < 0, -1, 1)


def moments(matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The mean of each statement over those who saw it, and the statements' covariance (a sum, S × S)."""
    statements = matrix.shape[1]
    both, given, votes = (np.zeros((statements, statements)) for _ in range(3))
    for rows in _parts(matrix):
        seen, said = _split(rows, np.float32)  # sums of at most 4,096 ones are exact in it
        both += seen.T @ seen
        given += said.T @ seen
        votes += said.T @ said
    mean = given.diagonal() / np.maximum(both.diagonal(), 1)
    crossed = given * mean
    return mean, votes - crossed - crossed.T + np.outer(mean, mean) * both


def project(matrix: np.ndarray, mean: np.ndarray, axes: np.ndarray) -> np.ndarray:
    """Where each participant stands, P × 2: the votes given, less the mean, along the axes.

    It is stretched by √(statements / seen), as in Polis: whoever saw little would stand in the middle otherwise.
    """
    places = np.zeros((len(matrix), 2))
    statements = int((matrix != UNSEEN).any(0).sum())
    for first, rows in zip(range(0, len(matrix), ROWS), _parts(matrix), strict=False):
        seen, said = _split(rows, np.float64)
        stretch = np.sqrt(statements / np.maximum(seen.sum(1), 1))
        places[first:first + ROWS] = (said - seen * mean) @ axes * stretch[:, None]
    return places.round(6) + 0.0


def eligible(matrix: np.ndarray) -> np.ndarray:
    """Who has said enough to be grouped, by row: seven votes, or all; the fifteen with most where those are fewer."""
    seen = (matrix != UNSEEN).sum(1)
    enough = seen >= max(1, min(LEAST, matrix.shape[1]))
    if enough.sum() < ENOUGH:
        most = np.argsort(-seen, kind="stable")[:ENOUGH]
        enough[most[seen[most] > 0]] = True
    return enough


def beyond_chance(matrix: np.ndarray) -> bool:
    """Whether people differ along the first axis more than chance makes them: Horn's parallel analysis (1965).

    The votes on each statement are dealt anew among those who saw it, 19 times; the first axis of the real votes has
    to have more variance than that of every deal. Who thinks alike cannot be told from votes that do not hang together.
    """
    real = _first(matrix)
    if real < NOTHING:
        return False
    dice = np.random.RandomState(1)
    return all(real > _first(_dealt(matrix, dice)) * (1 + 1e-9) for _ in range(SHUFFLES))


def _first(matrix: np.ndarray) -> float:
    return float(np.linalg.eigvalsh(moments(matrix)[1])[-1])


def _dealt(matrix: np.ndarray, dice: np.random.RandomState) -> np.ndarray:
    dealt = matrix.copy()
    for column in dealt.T:
        seen = np.flatnonzero(column != UNSEEN)
        column[seen] = column[dice.permutation(seen)]
    return dealt


def _parts(matrix: np.ndarray) -> Iterator[np.ndarray]:
    return (matrix[n:n + ROWS] for n in range(0, len(matrix), ROWS))


def _split(rows: np.ndarray, kind: type) -> tuple[np.ndarray, np.ndarray]:
    seen = rows != UNSEEN
    return seen.astype(kind), np.where(seen, rows, 0).astype(kind)
