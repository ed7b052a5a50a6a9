"""Who stands near whom: k-means on the map, and how many groups there are, by their silhouette."""

import numpy as np

SMALLEST = 5  # people in a group; a smaller one is never drawn and has no figures
MOST = 5  # groups that are looked for
SAMPLE = 2000  # people on whom starts are tried and silhouettes measured
STARTS, STEPS = 12, 200
SAME = 0.02  # silhouettes that differ by less are as good as each other: then fewer groups


def group(places: np.ndarray, k: int | None = None) -> tuple[np.ndarray, float]:
    """The group of each place (N), counted from 0, and the silhouette; -1 for all where there are fewer than five.

    Without `k`, two to five groups are tried and the silhouette decides (Rousseeuw 1987); differences under 0.02 do
    not count, then the fewest win. A number that leaves a group under five is not taken. With `k`, so many groups are
    made, or fewer where people do not suffice; a group under five is joined to the nearest. Groups are numbered by
    size, then from left to right. The same places give the same groups, in whatever order they come.
    """
    if len(places) < SMALLEST:
        return np.full(len(places), -1), 0.0
    order = np.lexsort(places.T[::-1])
    labels, score = _ordered(places[order], k)
    answer = np.empty(len(places), int)
    answer[order] = labels
    return answer, score


def _ordered(places: np.ndarray, k: int | None) -> tuple[np.ndarray, float]:
    chosen = sample(len(places))
    apart = distances(places[chosen])
    most = min(k or MOST, len(places) // SMALLEST)
    found = []
    for number in range(most if k else 2, most + 1):
        labels, whole = _split(places, chosen, number)
        if k or whole:
            found.append((labels, silhouette(apart, labels[chosen])))
    if not found:
        return np.zeros(len(places), int), 0.0
    best = max(score for _, score in found)
    return next((labels, score) for labels, score in found if score >= best - SAME)


def sample(size: int) -> np.ndarray:
    """The fixed sample: rows in order; RandomState's numbers are the same in every version of numpy."""
    if size <= SAMPLE:
        return np.arange(size)
    return np.sort(np.random.RandomState(1).permutation(size)[:SAMPLE])


def _split(places: np.ndarray, chosen: np.ndarray, k: int) -> tuple[np.ndarray, bool]:
    """The best of several starts, numbered by size; and whether it has k groups of at least five people."""
    dice, few = np.random.RandomState(1), places[chosen]
    tries = [_settle(few, _start(few, k, dice)) for _ in range(STARTS)]
    labels, centres = min(tries, key=lambda t: (_smallest(t[0], k) * len(places) < SMALLEST * len(few),
                                                _inertia(few, *t)))
    if len(few) < len(places):
        labels, centres = _settle(places, centres)
    whole = _smallest(labels, k) >= SMALLEST
    labels = labels if whole else _joined(places, labels, centres)
    return _numbered(places, labels), whole


def _start(places: np.ndarray, k: int, dice: np.random.RandomState) -> np.ndarray:
    """k-means++ (Arthur and Vassilvitskii 2007): each next centre is drawn far from those before."""
    centres = [places[dice.randint(len(places))]]
    while len(centres) < k:
        far = np.min([((places - centre) ** 2).sum(1) for centre in centres], 0).cumsum()
        centres.append(places[min(int(far.searchsorted(dice.random_sample() * far[-1], "right")), len(places) - 1)])
    return np.array(centres)


def _settle(places: np.ndarray, centres: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Lloyd's steps until nobody moves; an empty group keeps its centre."""
    labels = None
    for _ in range(STEPS):
        before, labels = labels, _nearest(places, centres)
        if before is not None and np.array_equal(before, labels):
            break
        centres = _centres(places, labels, centres)
    return labels, centres


def _nearest(places: np.ndarray, centres: np.ndarray) -> np.ndarray:
    return np.stack([((places - centre) ** 2).sum(1) for centre in centres]).argmin(0)


def _centres(places: np.ndarray, labels: np.ndarray, before: np.ndarray) -> np.ndarray:
    sizes = np.bincount(labels, minlength=len(before))
    sums = np.stack([np.bincount(labels, axis, len(before)) for axis in places.T], 1)
    return np.where(sizes[:, None] > 0, sums / np.maximum(sizes, 1)[:, None], before)


def _inertia(places: np.ndarray, labels: np.ndarray, centres: np.ndarray) -> float:
    return float(((places - centres[labels]) ** 2).sum().round(6))


def _smallest(labels: np.ndarray, k: int) -> int:
    return int(np.bincount(labels, minlength=k).min())


def _joined(places: np.ndarray, labels: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """Groups under five joined to the nearest, the smallest first."""
    while True:
        sizes = np.bincount(labels, minlength=len(centres))
        small = [n for n in np.argsort(sizes, kind="stable") if 0 < sizes[n] < SMALLEST]
        if not small:
            return labels
        gap = ((centres - centres[small[0]]) ** 2).sum(1)
        gap[(sizes == 0) | (np.arange(len(centres)) == small[0])] = np.inf
        labels = np.where(labels == small[0], gap.argmin(), labels)
        centres = _centres(places, labels, centres)


def _numbered(places: np.ndarray, labels: np.ndarray) -> np.ndarray:
    _, labels = np.unique(labels, return_inverse=True)
    sizes = np.bincount(labels)
    centres = _centres(places, labels, np.zeros((len(sizes), 2)))
    order = np.lexsort((centres[:, 1], centres[:, 0], -sizes))
    return np.argsort(order)[labels]


def distances(places: np.ndarray) -> np.ndarray:
    """How far each place is from each other, N × N."""
    x, y = places.T
    return np.hypot(x[:, None] - x, y[:, None] - y)


def silhouette(apart: np.ndarray, labels: np.ndarray) -> float:
    """The mean over all people of (b - a) / max(a, b): a to one's own group, b to the nearest other; alone it is 0."""
    _, labels = np.unique(labels, return_inverse=True)
    sizes, own = np.bincount(labels), np.arange(len(labels))
    if len(sizes) < 2:
        return 0.0
    sums = apart @ np.eye(len(sizes))[labels]
    within = sums[own, labels] / np.maximum(sizes[labels] - 1, 1)
    means = sums / sizes
    means[own, labels] = np.inf
    other = means.min(1)
    larger = np.maximum(within, other)
    scores = np.where((sizes[labels] > 1) & (larger > 0), (other - within) / np.where(larger > 0, larger, 1), 0)
    return float(scores.mean())
