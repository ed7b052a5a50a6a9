"""Votes by proxy, in polls that allow them: asked for by the giver, agreed to by the holder, ended by either.

One level: who holds one gives none, who gives one holds none. At most MOST for a holder. The giver's own vote takes
the place of the proxy's and ends it. All end with the poll. Every function runs in the caller's writing unit.
"""

from typing import Any, NamedTuple

from peewee import JOIN

from portal import current, now

from ..models import Ballot, Proxy, Voter
from . import casting, choices
from .casting import Cast, Refusal, Standing

N_ = str

MOST = 2
LIVE = ("asked", "given")
NONE_HERE = N_("Nobody votes by proxy in this poll.")
ONESELF = N_("Please choose somebody else.")
VOTED = N_("Who has voted already does not need a proxy.")
HAS_ONE = N_("Somebody was asked already. Please end that first.")
HOLDS = N_("Who votes for somebody else cannot have others vote for them, too.")
GIVES = N_("This person has asked somebody to vote for them, and cannot vote for others.")
FULL = N_("This person votes for %(most)s others already; that is the most there can be.")
NO_PROXY = N_("There is no such proxy vote any more.")


class Given(NamedTuple):
    """A proxy as its holder or its giver sees it; `name` is that of the other one."""

    id: int
    voter_id: int
    name: str
    state: str
    voted: bool


def ask(poll_id: int, person_id: int, holder_id: int, who: dict[str, Any]) -> int | Refusal:
    """A person asks the voter `holder_id` of the same roll to vote for them; the proxy's id, or why not."""
    found = _allowed(poll_id, Voter.person_id == person_id)
    if isinstance(found, Refusal):
        return found
    giver = found.voter_id
    if not _hold(poll_id, giver, holder_id):
        return Refusal(ONESELF)
    problem = _problem(poll_id, giver, holder_id) or (Refusal(HAS_ONE) if _live(Proxy.giver_id == giver) else None)
    if problem:
        return problem
    values = {"holder_id": holder_id, "state": "asked", "at": now(), **who}
    (Proxy.insert(poll_id=poll_id, giver_id=giver, **values).on_conflict(
        conflict_target=[Proxy.site, Proxy.poll_id, Proxy.giver_id], update=values).execute())
    return Proxy.select(Proxy.id).where((Proxy.poll_id == poll_id) & (Proxy.giver_id == giver)).scalar()


def agree(proxy_id: int, person_id: int, who: dict[str, Any]) -> Refusal | None:
    """The holder says yes; None when the proxy counts from now on, else why not."""
    proxy = Proxy.get_or_none((Proxy.id == proxy_id) & (Proxy.state == "asked"))
    found = _allowed(proxy.poll_id, Voter.person_id == person_id) if proxy else Refusal(NO_PROXY)
    if isinstance(found, Refusal):
        return found
    if found.voter_id != proxy.holder_id or not _hold(proxy.poll_id, proxy.giver_id, proxy.holder_id):
        return Refusal(NO_PROXY)
    problem = _problem(proxy.poll_id, proxy.giver_id, proxy.holder_id)
    if problem:
        return problem
    done = Proxy.update(state="given", at=now(), **who).where(
        (Proxy.id == proxy_id) & (Proxy.state == "asked") & (Proxy.holder_id == found.voter_id)).execute()
    return None if done else Refusal(NO_PROXY)


def end(proxy_id: int, person_id: int, who: dict[str, Any]) -> Refusal | None:
    """Giver or holder end it while the poll is open; a vote that was cast by it goes with it."""
    proxy = Proxy.get_or_none((Proxy.id == proxy_id) & Proxy.state.in_(LIVE))
    found = _allowed(proxy.poll_id, Voter.person_id == person_id) if proxy else Refusal(NO_PROXY)
    if isinstance(found, Refusal):
        return found
    if found.voter_id not in (proxy.giver_id, proxy.holder_id):
        return Refusal(NO_PROXY)
    Proxy.update(state="ended", at=now(), **who).where(Proxy.id == proxy_id).execute()
    Ballot.delete().where((Ballot.poll_id == proxy.poll_id) & (Ballot.voter_id == proxy.giver_id)
                          & (Ballot.road == "proxy")).execute()
    return None


def cast_for(poll_id: int, person_id: int, giver_id: int, choice: choices.Choice,
             who: dict[str, Any]) -> Cast | Refusal:
    """A holder votes for the voter `giver_id`; refused where that one has voted, or it is not (any more) agreed."""
    found = _allowed(poll_id, Voter.person_id == person_id)
    if isinstance(found, Refusal):
        return found
    held = Proxy.update(state="given").where(  # also holds the row: whoever ends it waits, or was first
        (Proxy.poll_id == poll_id) & (Proxy.giver_id == giver_id) & (Proxy.holder_id == found.voter_id)
        & (Proxy.state == "given")).execute()
    if not held:
        return Refusal(NO_PROXY)
    return casting.store(poll_id, giver_id, choice, who, "proxy", by_voter_id=found.voter_id)


def _allowed(poll_id: int, which) -> Standing | Refusal:
    found = casting.standing(poll_id, which)
    return Refusal(NONE_HERE) if isinstance(found, Standing) and not found.proxies else found


def _hold(poll_id: int, giver_id: int, holder_id: int) -> bool:
    """Hold both lines of the roll, in their order; False unless they are two of this poll."""
    both = Voter.select(Voter.id).where((Voter.poll_id == poll_id) & Voter.id.in_([giver_id, holder_id]))
    both = both.order_by(Voter.id)
    if current.obj.kind != "sqlite":
        both = both.for_update("FOR NO KEY UPDATE")  # so that a ballot of theirs does not wait for it
    return len(list(both.tuples())) == 2


def _live(which, *states: str) -> int:
    return Proxy.select().where(which & Proxy.state.in_(states or LIVE)).count()


def _problem(poll_id: int, giver_id: int, holder_id: int) -> Refusal | None:
    """Why the one cannot vote for the other; both lines are held."""
    if Ballot.select().where((Ballot.poll_id == poll_id) & (Ballot.voter_id == giver_id)).exists():
        return Refusal(VOTED)
    if _live(Proxy.holder_id == giver_id):
        return Refusal(HOLDS)
    if _live(Proxy.giver_id == holder_id):
        return Refusal(GIVES)
    return Refusal(FULL, {"most": MOST}) if _live(Proxy.holder_id == holder_id, "given") >= MOST else None


def held_by(poll_id: int, voter_id: int) -> list[Given]:
    """For whom a voter votes, or is asked to."""
    return _listed(Proxy.giver_id, (Proxy.poll_id == poll_id) & (Proxy.holder_id == voter_id))


def given_by(poll_id: int, voter_id: int) -> Given | None:
    """Whom a voter has asked."""
    found = _listed(Proxy.holder_id, (Proxy.poll_id == poll_id) & (Proxy.giver_id == voter_id))
    return found[0] if found else None


def _listed(other, which) -> list[Given]:
    rows = (Proxy.select(Proxy.id, Voter.id, Voter.name, Proxy.state, Ballot.id)
            .join(Voter, on=(Voter.id == other))
            .join(Ballot, JOIN.LEFT_OUTER, on=((Ballot.poll_id == Proxy.poll_id)
                                               & (Ballot.voter_id == Proxy.giver_id)))
            .where(which & Proxy.state.in_(LIVE)).order_by(Proxy.id).tuples())
    return [Given(*row[:4], row[4] is not None) for row in rows]
