"""A slow second count by the Order's own words: every paper by itself, exact fractions, rule by rule.

The Scottish Local Government Elections Order 2007, schedule 1, rules 45 to 52. It shares nothing with the plugin.
"""

from fractions import Fraction
from math import floor


class Paper:
    """One ballot paper: its preferences in order, its value, and how far it has come."""

    def __init__(self, ranks, withdrawn):
        self.preferences, self.value = [], Fraction(1)
        for group in ranks:
            marked = [c for c in group if c not in withdrawn]
            if group and not marked:
                continue
            if len(marked) != 1:
                break
            self.preferences.append(marked[0])

    def next_available(self, continuing):
        """The preference for a continuing candidate that comes next; who was passed by never comes again."""
        while self.preferences:
            if self.preferences[0] in continuing:
                return self.preferences.pop(0)
            self.preferences.pop(0)
        return None


def five_decimals(number):
    """The number with five decimals, any remainder being ignored."""
    return Fraction(floor(number * 100000), 100000)


class Ward:
    """The returning officer's table: who holds which papers, and the record of the stages."""

    def __init__(self, election, seats, lot):
        self.seats, self.lot = seats, lot
        self.continuing = set(range(len(election.candidates))) - set(election.withdrawn)
        self.held = {c: [] for c in sorted(self.continuing)}
        self.stages, self.elected, self.transferred = [], [], set()
        papers = [Paper(b.ranks, election.withdrawn) for n, b in election.ballots for _ in range(n)]
        for paper in papers:  # 45
            first = paper.next_available(self.continuing)
            if first is not None:
                self.held[first].append(paper)
        self.votes = {c: Fraction(len(papers)) for c, papers in self.held.items()}
        self.quota = Fraction(int(sum(self.votes.values())) // (seats + 1) + 1)  # 46

    def count(self):
        """Stage after stage until every seat is filled."""
        while not self.filled():
            surpluses = {c: self.votes[c] - self.quota for c in set().union(*self.elected) - self.transferred
                         if self.votes[c] > self.quota}
            if surpluses:
                self.transfer_surplus(surpluses)
            else:
                self.exclude()
        return self.quota, self.stages, self.elected

    def filled(self):
        """47 and 52, at the end of a stage; whether the count is over."""
        now = [c for c in self.continuing if self.votes[c] >= self.quota]
        self.continuing -= set(now)
        if len(self.continuing) <= self.seats - sum(map(len, self.elected)) - len(now):
            now += self.continuing
            self.continuing = set()
        self.elected.append(set(now))
        self.stages.append(dict(self.votes))
        return sum(map(len, self.elected)) >= self.seats or not self.continuing

    def transfer_surplus(self, surpluses):
        """48 and 49."""
        highest = [c for c in sorted(surpluses) if surpluses[c] == max(surpluses.values())]
        giver = self.unequal_before(highest, max, True)
        for paper in self.held[giver]:
            paper.value = five_decimals(surpluses[giver] * paper.value / self.votes[giver])
        self.transferred.add(giver)
        self.transfer(giver)
        self.votes[giver] = self.quota

    def exclude(self):
        """50 and 51."""
        fewest = min(self.votes[c] for c in self.continuing)
        giver = self.unequal_before([c for c in sorted(self.continuing) if self.votes[c] == fewest], min, False)
        self.continuing.discard(giver)
        self.transfer(giver)
        self.votes[giver] = Fraction(0)

    def transfer(self, giver):
        """Each paper to the next available preference, at its value."""
        for paper in self.held[giver]:
            taker = paper.next_available(self.continuing)
            if taker is not None:
                self.held[taker].append(paper)
                self.votes[taker] += paper.value
        self.held[giver] = []

    def unequal_before(self, equals, extreme, lot_first):
        """49 (2) and (3); 51 (2)."""
        for stage in reversed(self.stages[:-1]):
            numbers = {c: stage[c] for c in equals}
            equals = [c for c in equals if numbers[c] == extreme(numbers.values())]
        return equals[0] if len(equals) == 1 else self.lot(equals, lot_first)


def count(election, seats, lot):
    """(Quota, [{candidate: votes} of each stage], elected as sets by stage); `lot(equals, first)` draws one."""
    return Ward(election, seats, lot).count()
