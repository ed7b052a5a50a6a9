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


def count(election, seats, lot):
    """(Quota, [{candidate: votes} of each stage], elected as sets by stage); `lot(equals, first)` draws one."""
    continuing = set(range(len(election.candidates))) - set(election.withdrawn)
    everybody = sorted(continuing)
    papers = [Paper(b.ranks, election.withdrawn) for n, b in election.ballots for _ in range(n)]
    held = {c: [] for c in everybody}
    valid = 0
    for paper in papers:  # 45
        first = paper.next_available(continuing)
        if first is not None:
            held[first].append(paper)
            valid += 1
    quota = Fraction(valid // (seats + 1) + 1)  # 46
    votes = {c: Fraction(len(held[c])) for c in everybody}
    stages, elected, transferred = [], [], set()

    def transfer(giver):
        for paper in held[giver]:
            taker = paper.next_available(continuing)
            if taker is not None:
                held[taker].append(paper)
                votes[taker] += paper.value
        held[giver] = []

    def unequal_before(equals, extreme, lot_first):  # 49 (2), (3); 51 (2)
        for stage in reversed(stages[:-1]):
            numbers = {c: stage[c] for c in equals}
            equals = [c for c in equals if numbers[c] == extreme(numbers.values())]
        return equals[0] if len(equals) == 1 else lot(equals, lot_first)

    while True:
        now = [c for c in continuing if votes[c] >= quota]  # 47
        continuing -= set(now)
        left = seats - sum(map(len, elected)) - len(now)
        if len(continuing) <= left:  # 52
            now += continuing
            continuing = set()
        elected.append(set(now))
        stages.append(dict(votes))
        if sum(map(len, elected)) >= seats or not continuing:
            return quota, stages, elected
        surpluses = {c: votes[c] - quota for c in set().union(*elected) - transferred if votes[c] > quota}
        if surpluses:  # 48, 49
            highest = [c for c in sorted(surpluses) if surpluses[c] == max(surpluses.values())]
            giver = unequal_before(highest, max, True)
            for paper in held[giver]:
                paper.value = five_decimals(surpluses[giver] * paper.value / votes[giver])
            transferred.add(giver)
            transfer(giver)
            votes[giver] = quota
        else:  # 50, 51
            lowest = [c for c in sorted(continuing) if votes[c] == min(votes[c] for c in continuing)]
            giver = unequal_before(lowest, min, False)
            continuing.discard(giver)
            transfer(giver)
            votes[giver] = Fraction(0)
