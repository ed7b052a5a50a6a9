"""STAR: score, then automatic runoff. The two with most points meet, and whom more voters prefer wins."""

from collections.abc import Callable, Mapping

from .choices import NOBODY, scored
from .election import Count, Election, Stage
from .lots import order
from .transfers import standing

N_ = str

SCORED = N_("The points on %(valid)s ballots are added up, %(low)s to %(high)s for each; %(invalid)s ballots are "
            "invalid.")
FINALISTS = N_("Most points: %(finalists)s.")
DUELS = N_("These have as many points: %(tied)s. Who is preferred by more voters, one against another, goes before.")
HIGHEST = N_("These are still equal: %(tied)s. Who has the highest points, %(high)s, from more voters goes before.")
DRAWN = N_("These are still equal: %(tied)s. The lot decides.")
RUNOFF = N_("%(votes_for)s voters prefer %(one)s to %(other)s, %(votes_against)s the other way round: %(one)s is "
            "elected.")
RUNOFF_TIE = N_("As many prefer %(one)s to %(other)s as the other way round, %(votes_for)s. The first has more "
                "points, and is elected.")
RUNOFF_HIGHEST = N_("%(one)s and %(other)s are preferred by %(votes_for)s voters each and have equally many points. "
                    "The first has the highest points, %(high)s, from more voters, and is elected.")
RUNOFF_LOT = N_("%(one)s and %(other)s are equal in everything. The lot elects %(one)s.")
ALONE = N_("%(one)s is the only candidate, and is elected.")

Points = list[tuple[int, dict[int, int]]]
Measure = Callable[[list[int]], Mapping[int, int]]


def count(election: Election, *, low: int = 0, high: int | None = None, seed: str = "") -> Count:
    """The winner of the runoff between the two candidates with most points.

    Source and ties: Equal Vote Coalition, starvoting.org ("Ties in STAR voting").
    Who reaches the runoff among equals: who is preferred to the others of them most often, added over ballots and
    pairs; then who has the highest points from most voters; then the lot (`lots.order`).
    The runoff, where as many prefer the one as the other: most points; the highest points from most voters; the lot.
    low, high: the points that may be given; without `high`, the highest that was given. No points are `low`. A ballot
    with points beyond the range, or with none, is invalid. Ranks are not points: refused with NotAnElection.
    """
    ballots, invalid, high = scored(election, "star", low, high)
    left, drawn = standing(election), order(seed, range(len(election.candidates)), election.candidates)
    desk = _Desk(ballots, low, high, drawn)
    facts = {"valid": sum(n for n, _ in ballots), "invalid": invalid, "low": low, "high": high}
    points = desk.points(left)
    stages = [Stage(SCORED, facts, points)]
    if not ballots:
        return Count("star", (), (*stages, Stage(NOBODY, {}, points)), (), 0, facts)
    finalists = desk.finalists(left, stages)
    stages.append(Stage(FINALISTS, {"finalists": tuple(finalists)}, points))
    one = desk.runoff(finalists, stages)
    return Count("star", (one,), tuple(stages), tuple(desk.lots), 0, facts)


class _Desk:
    """The ballots, and by what equals are told apart."""

    def __init__(self, ballots: Points, low: int, high: int, drawn: list[int]):
        self.ballots, self.low, self.high, self.drawn = ballots, low, high, drawn
        self.lots: list[tuple[int, ...]] = []

    def points(self, among: list[int]) -> dict[int, int]:
        return {c: sum(n * given.get(c, self.low) for n, given in self.ballots) for c in among}

    def preferred(self, among: list[int]) -> dict[int, int]:
        """How often each stands above another of them, over all ballots."""
        found = dict.fromkeys(among, 0)
        for number, given in self.ballots:
            at = {c: given.get(c, self.low) for c in among}
            for c in among:
                found[c] += number * sum(at[c] > at[other] for other in among)
        return found

    def highest(self, among: list[int]) -> dict[int, int]:
        return {c: sum(n for n, given in self.ballots if given.get(c, self.low) == self.high) for c in among}

    def finalists(self, left: list[int], stages: list[Stage]) -> list[int]:
        """The two who meet, those with more points first; what told equals apart is added to the stages."""
        return self._chosen(left, 2, ((self.points, ""), (self.preferred, DUELS), (self.highest, HIGHEST)), stages)

    def _chosen(self, group: list[int], seats: int, measures: tuple[tuple[Measure, str], ...],
                stages: list[Stage]) -> list[int]:
        """So many of the group, by the first measure; those that it leaves equal at the border by the next."""
        if not measures:
            self.lots.append(tuple(sorted(group)))
            stages.append(Stage(DRAWN, {"tied": tuple(sorted(group))}, self.points(group)))
            return sorted(group, key=self.drawn.index)[:seats]
        (measure, text), values = measures[0], measures[0][0](group)
        if text:
            stages.append(Stage(text, {"tied": tuple(sorted(group)), "high": self.high}, measure(group)))
        won: list[int] = []
        for value in sorted(set(values.values()), reverse=True):
            level = [c for c in group if values[c] == value]
            room = seats - len(won)
            won += level if len(level) <= room else self._chosen(level, room, measures[1:], stages) if room else []
        return won

    def runoff(self, finalists: list[int], stages: list[Stage]) -> int:
        """Who wins between the two; said in a last stage."""
        if len(finalists) == 1:
            stages.append(Stage(ALONE, {"one": finalists[0]}, self.points(finalists)))
            return finalists[0]
        preferred = self.preferred(finalists)
        for measure, text in ((self.preferred, RUNOFF), (self.points, RUNOFF_TIE), (self.highest, RUNOFF_HIGHEST)):
            values = measure(finalists)
            said, found = text, sorted(finalists, key=values.__getitem__, reverse=True)
            if values[found[0]] > values[found[1]]:
                break
        else:
            said, found = RUNOFF_LOT, sorted(finalists, key=self.drawn.index)
            self.lots.append(tuple(sorted(finalists)))
        one, other = found
        facts = {"one": one, "other": other, "votes_for": preferred[one], "votes_against": preferred[other],
                 "high": self.high}
        stages.append(Stage(said, facts, preferred))
        return one
