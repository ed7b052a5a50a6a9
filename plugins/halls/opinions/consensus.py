"""What a group holds that others do not, and what all groups hold: counts of votes and tests of proportions.

Every probability has pseudo counts, (said so + 1) / (saw it + 2), so that three of three are not certain. z is how far
a proportion is from chance in standard deviations; SURE is the 90 % that Polis asks, from one side. Polis adds 1 to
the number of those who saw it in its tests, here it is 2 as in the probabilities, so that half and half gives z = 0.
"""

import numpy as np

from .found import Stance
from .votes import AGREE, DISAGREE, PASS

SURE = 1.2816
SHOWN = 5  # stances of a group
LEAST = 5  # people of a group who saw a statement; of fewer, nothing is said
SIDES = ("agree", "disagree")


def counts(matrix: np.ndarray, labels: np.ndarray, k: int) -> np.ndarray:
    """How often each group agreed, disagreed and passed: k × S × 3."""
    return np.array([tally(matrix[labels == n]) for n in range(k)], int).reshape(k, matrix.shape[1], 3)


def tally(matrix: np.ndarray) -> np.ndarray:
    """How often each statement was agreed to, disagreed with and passed: S × 3."""
    return np.stack([(matrix == vote).sum(0) for vote in (AGREE, DISAGREE, PASS)], 1)


def represents(found: np.ndarray, statements: tuple[str, ...]) -> tuple[tuple[Stance, ...], ...]:
    """For each group at most five stances that set it apart, agreements first, the most telling first.

    A stance is taken when the group holds it, and holds it more than everybody else in groups, both beyond chance
    (z of one and of two proportions). They are ranked by probability × ratio × z × z, as in Polis.
    """
    return tuple(_of_group(found[n], found.sum(0) - found[n], statements) for n in range(len(found)) if len(found) > 1)


def _of_group(inside: np.ndarray, outside: np.ndarray, statements: tuple[str, ...]) -> tuple[Stance, ...]:
    seen, others = inside.sum(1)[:, None], outside.sum(1)[:, None]
    said, elsewhere = inside[:, :2], outside[:, :2]
    p, q = _probability(said, seen), _probability(elsewhere, others)
    held, more = _against_half(p, seen), _against(said, seen, elsewhere, others)
    taken = (held > SURE) & (more > SURE) & (seen >= LEAST)
    weight = np.where(taken, p * (p / q) * held * more, 0)
    best = [divmod(int(n), 2) for n in np.argsort(-weight.ravel().round(9), kind="stable")[:SHOWN]]
    best = sorted((pair for pair in best if taken[pair]), key=lambda pair: pair[1])
    return tuple(Stance(statements[s], SIDES[side], round(float(p[s, side]), 4), round(float((p / q)[s, side]), 4))
                 for s, side in best)


def consensus(found: np.ndarray, statements: tuple[str, ...]) -> tuple[Stance, ...]:
    """What all groups share, the most shared first: each group leans the same way beyond chance.

    The order is that of Polis' group-aware consensus: the product over the groups of their probabilities, so that a
    large group cannot outvote a small one; what is equal stands as the statements do.
    """
    if not len(found):
        return ()
    seen = found.sum(2)[:, :, None]
    p = _probability(found[:, :, :2], seen)
    shared = ((_against_half(p, seen) > SURE) & (seen >= LEAST)).all(0)
    product = p.prod(0)
    order = np.argsort(-product.ravel().round(9), kind="stable")
    pairs = (divmod(int(n), 2) for n in order)
    return tuple(Stance(statements[s], SIDES[side], round(float(product[s, side]), 4)) for s, side in pairs
                 if shared[s, side])


def _probability(said: np.ndarray, seen: np.ndarray) -> np.ndarray:
    return (said + 1) / (seen + 2)


def _against_half(p: np.ndarray, seen: np.ndarray) -> np.ndarray:
    return (p - 0.5) / np.sqrt(0.25 / (seen + 2))


def _against(said: np.ndarray, seen: np.ndarray, elsewhere: np.ndarray, others: np.ndarray) -> np.ndarray:
    """z of two proportions with the pseudo counts; the pooled one is never 0 or 1."""
    pooled = (said + elsewhere + 2) / (seen + others + 4)
    error = np.sqrt(pooled * (1 - pooled) * (1 / (seen + 2) + 1 / (others + 2)))
    return (_probability(said, seen) - _probability(elsewhere, others)) / error
