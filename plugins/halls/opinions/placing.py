"""From places among opinions to places on the drawing: whole numbers on a sheet of 400 × 280."""

import numpy as np

from .found import Group

WIDTH, HEIGHT, EDGE = 400, 280, 26
DOTS = 400  # people drawn, of all groups together
CORE = 90  # per cent of a group that lie in its outline, those nearest to its centre


def scaled(places: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Each place on the sheet, P × 2; both axes have one scale, made for those who are in a group.

    The farthest one in a hundred on each side stand nearer than they are, at the edge at most.
    """
    grouped = places[labels >= 0]
    if not len(grouped):
        return np.full((len(places), 2), (WIDTH // 2, HEIGHT // 2))
    low, high = np.percentile(grouped, (1, 99), axis=0)
    room = np.array((WIDTH, HEIGHT)) - 2 * EDGE
    scale = (room / np.maximum(high - low, 1e-9)).min() if (high - low).max() > 1e-6 else 0.0
    at = (places - (low + high) / 2) * scale + np.array((WIDTH, HEIGHT)) / 2
    return at.clip(EDGE / 2, np.array((WIDTH, HEIGHT)) - EDGE / 2).round().astype(int)


def groups(places: np.ndarray, labels: np.ndarray) -> tuple[Group, ...]:
    """Every group with its size, its outline and a sample of its people, in the order of their numbers."""
    at, sizes = scaled(places, labels), np.bincount(labels[labels >= 0])
    share = min(1.0, DOTS / max(int(sizes.sum()), 1))
    return tuple(_group(at[labels == n], share) for n in range(len(sizes)))


def _group(at: np.ndarray, share: float) -> Group:
    centre = at.mean(0)
    far = ((at - centre) ** 2).sum(1)
    core = np.unique(at[far <= np.percentile(far, CORE)], axis=0)
    chosen = np.random.RandomState(1).permutation(len(at))[:max(5, int(len(at) * share))]
    dots = np.unique(at[chosen], axis=0)
    return Group(len(at), _pair(centre.round()), hull([_pair(p) for p in core]), tuple(_pair(p) for p in dots))


def _pair(place: np.ndarray) -> tuple[int, int]:
    return int(place[0]), int(place[1])


def hull(points: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """The corners of the convex hull, from the leftmost point on (Andrew's monotone chain 1979)."""
    points = sorted(set(points))
    if len(points) < 3:
        return tuple(points)
    return tuple(_chain(points)[:-1] + _chain(points[::-1])[:-1])


def _chain(points: list[tuple[int, int]]) -> list[tuple[int, int]]:
    chain: list[tuple[int, int]] = []
    for x, y in points:
        while len(chain) > 1 and ((chain[-1][0] - chain[-2][0]) * (y - chain[-2][1])
                                  <= (chain[-1][1] - chain[-2][1]) * (x - chain[-2][0])):
            chain.pop()
        chain.append((x, y))
    return chain
