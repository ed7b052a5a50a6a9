"""The single transferable vote by the Scottish rules: weighted inclusive Gregory, five decimals, nothing rounded up."""

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from .election import Count, Election, NotAnElection, Stage
from .lots import order
from .transfers import Paper, by_earlier_stages, papers, standing

N_ = str
PLACES = 5
ONE = 10**PLACES  # one vote: all amounts are whole numbers of hundred-thousandths

FIRST = N_("First preferences are counted. %(valid)s papers are valid; whoever has %(quota)s votes is elected.")
SURPLUS = N_("%(one)s has %(surplus)s votes more than needed. They pass, in equal parts of every paper, "
             "to the next preferences.")
EXCLUDED = N_("%(one)s has the fewest votes, %(had)s, and is excluded. The papers pass to the next preferences, "
              "with the value that they have.")


def scottish(election: Election, *, seats: int | None = None, seed: str = "") -> Count:
    """Counts by The Scottish Local Government Elections Order 2007 (SSI 2007/42), schedule 1, rules 45 to 52.

    `seats` as in the election unless given; `seed` fixes the lots. Votes are fractions of hundred-thousandths.

    - Papers (43, 45): a paper is valid if exactly one candidate has its first rank, and it can pass on up to the first
      rank that is left empty or holds several candidates. Candidates who withdrew are taken off all papers before.
    - Quota (46): valid papers, divided by the seats and one, without decimals, and one. Who has it is elected (47).
    - Surplus (48): the largest first, one in a stage; every paper of the candidate passes on, with its value times the
      surplus divided by the candidate's votes, to five decimals, the rest ignored. Where two are equal, first that of
      the candidate who had more at the latest stage at which they were unequal; else by lot (49).
    - Exclusion (50): when no surplus is left, whoever has the fewest votes; papers keep their value. Where several are
      equal, who had the fewest at the latest stage at which they were unequal; else by lot (51).
    - Last seats (52): when as many are left as there are seats, they are elected. A transfer that has begun is carried
      out (as 2021/437 says of the rules of 2011, and as the counting machines do), no other is begun.
    - Lots: `lots.order` of the seed; the first one wins, so its surplus passes first, and the last one is excluded.

    Errors: NotAnElection without a candidate or a seat. Where nobody has a valid paper, lots decide everything.
    """
    seats = election.seats if seats is None else seats
    if seats < 1:
        raise NotAnElection("There has to be at least one seat.")
    return _Scottish(election, seats, seed).count()


@dataclass(slots=True)
class _Scottish:
    """A count on its way."""

    election: Election
    seats: int
    seed: str
    continuing: set[int] = field(default_factory=set)
    elected: list[int] = field(default_factory=list)
    surpluses: set[int] = field(default_factory=set)
    piles: list[dict[int, list[Paper]]] = field(default_factory=list)  # by candidate, then by the value of the papers
    votes: list[int] = field(default_factory=list)
    before: list[list[int]] = field(default_factory=list)  # the votes at the end of every stage
    stages: list[Stage] = field(default_factory=list)
    lots: list[tuple[int, ...]] = field(default_factory=list)
    exhausted: int = 0  # the votes on papers without a next preference; what decimals cut off is in no sum
    valid: int = 0
    quota: int = 0

    def count(self) -> Count:
        """The whole count."""
        self._first_preferences()
        while len(self.elected) < self.seats and self.continuing:
            if self.surpluses:
                self._pass_surplus()
            else:
                self._exclude()
        facts = {"seats": self.seats, "quota": Fraction(self.quota, ONE), "valid": self.valid,
                 "invalid": self._papers() - self.valid}
        return Count("stv.scottish", tuple(self.elected), tuple(self.stages), tuple(self.lots), PLACES, facts)

    def _papers(self) -> int:
        return sum(n for n, _ in self.election.ballots)

    def _first_preferences(self) -> None:
        self.continuing = set(standing(self.election))
        first: list[list[Paper]] = [[] for _ in self.election.candidates]
        for n, ranks in papers(self.election):
            if ranks and len(ranks[0]) == 1:
                first[ranks[0][0]].append((n, ranks, 0))
        self.piles = [{ONE: pile} if pile else {} for pile in first]
        self.votes = [ONE * sum(paper[0] for paper in pile) for pile in first]
        self.valid = sum(self.votes) // ONE
        self.quota = (self.valid // (self.seats + 1) + 1) * ONE
        self._end_of_stage(FIRST, {"valid": self.valid, "quota": self.quota // ONE})

    def _pass_surplus(self) -> None:
        most = max(self.votes[n] for n in self.surpluses)
        facts: dict[str, Any] = {}
        one = self._decide([n for n in self.surpluses if self.votes[n] == most], max, facts)
        surplus = most - self.quota
        self.surpluses.discard(one)
        self._pass_on(one, lambda value: value * surplus // most)
        self.votes[one] = self.quota
        self._end_of_stage(SURPLUS, {"one": one, "surplus": Fraction(surplus, ONE), **facts})

    def _exclude(self) -> None:
        fewest = min(self.votes[n] for n in self.continuing)
        facts: dict[str, Any] = {}
        one = self._decide([n for n in self.continuing if self.votes[n] == fewest], min, facts)
        self.continuing.discard(one)
        self._pass_on(one, lambda value: value)
        self.votes[one] = 0
        self._end_of_stage(EXCLUDED, {"one": one, "had": Fraction(fewest, ONE), **facts})

    def _decide(self, tied: list[int], pick: Callable, facts: dict[str, Any]) -> int:
        """Whose turn it is among equals: by earlier stages, then by lot; notes in `facts` how it was decided."""
        if len(tied) == 1:
            return tied[0]
        tied.sort()
        left = by_earlier_stages(tied, self.before[:-1], pick)
        if len(left) == 1:
            facts["earlier"] = tuple(tied)
            return left[0]
        facts["lot"] = tuple(left)
        self.lots.append(tuple(left))
        drawn = order(self.seed, left, self.election.candidates)
        return drawn[0] if pick is max else drawn[-1]

    def _pass_on(self, giver: int, value_of: Callable[[int], int]) -> None:
        """Every paper of the giver goes to the next preference for a continuing candidate, or to nobody."""
        continuing, piles = self.continuing, self.piles
        given, piles[giver] = piles[giver], {}
        for value, pile in given.items():
            passed: dict[int, list[Paper]] = {}
            for n, ranks, at in pile:
                for to in range(at + 1, len(ranks)):
                    group = ranks[to]
                    if len(group) != 1:
                        break
                    if group[0] in continuing:
                        passed.setdefault(group[0], []).append((n, ranks, to))
                        break
            worth = value_of(value)
            self.exhausted += worth * sum(paper[0] for paper in pile)
            for taker, parcel in passed.items():
                votes = worth * sum(paper[0] for paper in parcel)
                self.votes[taker] += votes
                self.exhausted -= votes
                piles[taker].setdefault(worth, []).extend(parcel)

    def _end_of_stage(self, text: str, facts: dict[str, Any]) -> None:
        """Elects who has the quota, and the last ones; writes the stage down."""
        facts["elected"] = self._elect([n for n in self.continuing if self.votes[n] >= self.quota])
        self.surpluses.update(n for n in facts["elected"] if self.votes[n] > self.quota)
        if len(self.continuing) <= self.seats - len(self.elected):
            facts["deemed"] = self._elect(list(self.continuing))
        votes, still = self.votes, self.continuing.union(self.elected)
        facts["exhausted"] = Fraction(self.exhausted, ONE)
        self.before.append(votes.copy())
        self.stages.append(Stage(text, facts, {n: Fraction(votes[n], ONE) for n in sorted(still)}))

    def _elect(self, winners: list[int]) -> tuple[int, ...]:
        winners.sort(key=lambda n: (-self.votes[n], n))
        self.elected += winners
        self.continuing.difference_update(winners)
        return tuple(winners)
