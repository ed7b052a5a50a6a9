"""Polls from election files: counted at once, with a roll of numbers without persons."""

from random import Random, SystemRandom

from portal import bulk, clock

from ..models import Ballot, Option, Poll, Voter
from ..tally import Budget, Election, NotAnElection
from ..tally.rules import fits
from . import casting, choices, closing, roll

MOST = 1_000_000  # ballots of one poll; a file says any number of equal ones in a word
WHO = {"actor_id": None, "person_id": None, "channel": "import"}
PABULIB = {"greedy": "pb.greedy", "greedy-no-skip": "pb.greedy-no-skip", "greedy-threshold": "pb.greedy-threshold",
           "equalshares/add1": "pb.mes.add1", "equalshares": "pb.mes.add1"}


def take_in(given: Election | Budget, rule: str = "", title: str = "", random: Random | None = None) -> int:
    """Store what a file holds as a poll of the open site, counted; its id. Runs in a writing unit.

    Without a rule it is that of the file, else the one that its kind of vote is usually counted by. Receipts are drawn
    from `random`; the operating system's unless a made-up district has its own. Errors: NotAnElection where money is
    not in whole hundredths, or where the rule cannot count it.
    """
    budget = isinstance(given, Budget)
    rule = rule or (PABULIB.get(given.facts.get("rule", ""), "pb.greedy") if budget
                    else "stv.scottish" if given.seats > 1 else "irv")
    fits(choices.rule_of(rule), given)
    if sum(n for n, _ in given.ballots) > MOST:
        raise NotAnElection(f"There are more than {MOST} ballots in this file; `tally` counts it without storing them.")
    packed = [choices.packed(_choice(paper)) for n, paper in given.ballots for _ in range(n)]
    poll = Poll.create(rule=rule, title=(title or given.title or rule)[:160], state="closed", closed_at=clock.now(),
                       opened_at=clock.now(), closes_at=clock.now(), frozen_at=clock.now(), roll_size=len(packed),
                       parameters=_parameters(given), money_fen=_fen(given, given.money) if budget else 0,
                       roll_hash=roll.hash_of((n, "", "") for n in range(1, len(packed) + 1)), **WHO)
    _options(poll.id, given)
    voters = bulk(Voter, ("poll_id", "number"), [(poll.id, n) for n in range(1, len(packed) + 1)])
    receipts = _receipts(len(packed), random or SystemRandom())
    bulk(Ballot, ("poll_id", "voter_id", "choice", "receipt", "road", "channel"), [
        (poll.id, voter, choice, receipt, "paper", "import")
        for voter, choice, receipt in zip(voters, packed, receipts, strict=True)])
    closing.count(poll.id)
    return poll.id


def _receipts(n: int, random: Random) -> list[str]:
    """Each its own, in an order that tells nothing."""
    found: dict[str, None] = {}
    while len(found) < n:
        found["".join(random.choices(casting.LETTERS, k=casting.LENGTH))] = None
    return list(found)


def _fen(given: Budget, amount: int) -> int:
    if amount * 100 % given.unit:
        raise NotAnElection("Money is finer than hundredths in this file; a poll keeps whole hundredths.")
    return amount * 100 // given.unit


def _parameters(given: Election | Budget) -> str:
    if isinstance(given, Budget):
        return choices.packed({"vote_type": given.vote_type, "threshold": given.threshold, "facts": dict(given.facts)})
    return choices.packed({"seats": given.seats, "withdrawn": sorted(given.withdrawn), "equal": True})


def _options(poll_id: int, given: Election | Budget) -> None:
    if isinstance(given, Budget):
        rows = [(poll_id, n, p.name[:160], p.id[:40], _fen(given, p.cost)) for n, p in enumerate(given.projects)]
        bulk(Option, ("poll_id", "number", "title", "code", "cost_fen"), rows)
    else:
        bulk(Option, ("poll_id", "number", "title"), [(poll_id, n, c[:160]) for n, c in enumerate(given.candidates)])


def _choice(paper) -> choices.Choice:
    """A ballot of the file as the choice of a poll."""
    if not hasattr(paper, "ranks"):
        return {"points": {str(n): points for n, points in sorted(paper.items())}} if paper else {"blank": True}
    if paper.scores:
        return {"scores": [list(pair) for pair in sorted(paper.scores)]}
    return {"ranks": [sorted(group) for group in paper.ranks]} if paper.ranks else {"blank": True}
