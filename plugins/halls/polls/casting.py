"""Casting a ballot: by oneself on the web, at the desk, by phone, from paper, by proxy. One ballot for each voter.

Every function runs in the caller's writing unit.
"""

import secrets
from collections.abc import Mapping
from typing import Any, NamedTuple

from peewee import JOIN

from portal import audit, database_now, now

from ..models import Ballot, Poll, Proxy, Voter
from . import choices, locks

N_ = str

LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that looks like another
LENGTH = 8
STAFFED = ("desk", "phone")
ROADS = {"web": N_("Online"), "desk": N_("At the desk"), "phone": N_("By phone"), "paper": N_("On paper"),
         "proxy": N_("By proxy")}

OVER = {"paper": ("paper", "proxy"), "proxy": ("proxy",)}  # what these take the place of; the others of anything

NO_POLL = N_("There is no such poll.")
NOT_OPEN = N_("This poll has not been opened yet.")
CLOSED = N_("This poll is closed. Your vote was not taken.")
REPLACED = N_("This poll was replaced by another one. Your vote was not taken.")
NOT_ON_THE_ROLL = N_("You are not on this roll. If you think that is wrong, please call the community.")
VOTED_ELSEWHERE = N_("This person has voted already: %(road)s. Only if they wish it, the earlier vote is replaced.")
HAS_VOTED = N_("This person has voted already: %(road)s.")


class Cast(NamedTuple):
    """A ballot that is stored. `again`: it took the place of an earlier one of the same voter."""

    receipt: str
    again: bool


class Refusal(NamedTuple):
    """Why a vote was not taken, in words: a msgid and its values."""

    msgid: str
    values: Mapping[str, Any] = {}


class Standing(NamedTuple):
    """Where somebody stands in a poll, read while the poll cannot be closed."""

    state: str
    closes_at: int | None
    now: int
    proxies: bool
    voter_id: int | None
    typing_until: int | None


class By(NamedTuple):
    """Who did something, as an audit line takes it."""

    who: dict[str, Any]


def cast(poll_id: int, person_id: int, choice: choices.Choice, who: dict[str, Any], road: str = "web", *,
         replace: bool = False) -> Cast | Refusal:
    """Store a person's ballot, or say why not.

    Cast again, it is the same ballot that changes, under the same receipt; a ballot that a holder cast as proxy goes,
    and the proxy ends. At the desk and by phone a ballot that came by another road is only replaced if the person
    asks for it (`replace`). Refused by the clock of the database, whether or not the poll has been closed yet.
    """
    found = standing(poll_id, Voter.person_id == person_id)
    if isinstance(found, Refusal):
        return found
    if found.proxies:  # before the ballot: a holder takes the two in the same order
        end_proxy(poll_id, found.voter_id)
    return store(poll_id, found.voter_id, choice, who, road, replace=replace)


def end_proxy(poll_id: int, giver_id: int) -> None:
    """Who votes needs nobody to vote for them."""
    Proxy.update(state="ended", at=now()).where(
        (Proxy.poll_id == poll_id) & (Proxy.giver_id == giver_id) & (Proxy.state != "ended")).execute()


def standing(poll_id: int, which, on_paper: bool = False) -> Standing | Refusal:
    """Where the voter that `which` names stands, with the poll held as it is; a Refusal where no vote can be taken.

    `on_paper`: papers that were handed in before the close are taken a while after it, where the poll allows it.
    """
    locks.share(poll_id)
    row = (Poll.select(Poll.state, Poll.closes_at, database_now(), Poll.proxies, Voter.id,
                       Poll.typing_until)
           .join(Voter, JOIN.LEFT_OUTER, on=((Voter.poll_id == Poll.id) & which))
           .where(Poll.id == poll_id).tuples().first())
    if row is None:
        return Refusal(NO_POLL)
    found = Standing(*row)
    if on_paper and types_papers(found.state, found.typing_until, found.now):
        return Refusal(NOT_ON_THE_ROLL) if found.voter_id is None else found
    return barred(found.state, found.closes_at, found.now) or (
        Refusal(NOT_ON_THE_ROLL) if found.voter_id is None else found)


def types_papers(state: str, until: int | None, at: int) -> bool:
    """Whether papers are still typed into a poll that is closed."""
    return state == "closed" and until is not None and at < until


def barred(state: str, closes_at: int | None, at: int) -> Refusal | None:
    """Why nobody can vote in a poll; None while it is open."""
    if state in ("draft", "withdrawn"):
        return Refusal(NOT_OPEN if state == "draft" else NO_POLL)
    if state == "superseded":
        return Refusal(REPLACED)
    return Refusal(CLOSED) if state != "open" or closes_at is None or closes_at <= at else None


def store(poll_id: int, voter_id: int, choice: choices.Choice, who: dict[str, Any], road: str, *,
          replace: bool = False, by_voter_id: int | None = None) -> Cast | Refusal:
    """Keep the one ballot of a voter, the poll being held open; a Refusal where the earlier one has to stay."""
    values = {"choice": choices.packed(choice), "road": road, "by_voter_id": by_voter_id, "at": now(),
              "actor_id": who["actor_id"], "person_id": who["person_id"], "channel": who["channel"]}
    for _try in range(9):
        receipt = new_receipt()
        new = Ballot.insert(poll_id=poll_id, voter_id=voter_id, receipt=receipt, **values)
        if new.on_conflict(action="IGNORE").as_rowcount().execute():
            return _noted(Cast(receipt, False), poll_id, who, road)
        before = _has(voter_id, poll_id)
        if before is not None:
            return _changed(before, values, receipt, who, replace)
    raise RuntimeError("no receipt is free")


def _has(voter_id: int, poll_id: int) -> Ballot | None:
    return locks.row(Ballot.select().where((Ballot.poll_id == poll_id) & (Ballot.voter_id == voter_id))).first()


def _changed(before: Ballot, values: dict[str, Any], receipt: str, who: dict[str, Any],
             replace: bool) -> Cast | Refusal:
    """Put another choice on a ballot; what a holder cast for somebody does not stand in their own way."""
    road = values["road"]
    if before.road not in OVER.get(road, ROADS):
        return Refusal(HAS_VOTED, {"road": ROADS[before.road]})
    if road in STAFFED and before.road not in (road, "proxy") and not replace:
        return Refusal(VOTED_ELSEWHERE, {"road": ROADS[before.road]})
    proxied = before.road == "proxy" and road != "proxy"
    kept = receipt if proxied else before.receipt
    Ballot.update(changed=Ballot.changed + 1, receipt=kept, **values).where(Ballot.id == before.id).execute()
    return _noted(Cast(kept, not proxied), before.poll_id, who, road, f"in place of: {before.road}")


def _noted(cast_: Cast, poll_id: int, who: dict[str, Any], road: str, detail: str = "") -> Cast:
    """Leave an audit line where somebody voted for another: that it was done, not what was chosen."""
    if road in STAFFED:
        audit(By(who), "halls.cast", f"poll {poll_id}", detail)
    return cast_


def new_receipt() -> str:
    """Letters that say nothing of the choice, the voter or the time."""
    return "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
