"""What polls keep of a person: told, taken out, moved to another."""

from typing import Any

from peewee import fn

from ..models import Ballot, Paper, Poll, Proxy, Voter
from . import locks
from .casting import end_proxy

NOBODY = {"person_id": None, "name": "", "address": ""}


def export(person_id: int) -> dict[str, Any]:
    """Every roll of the open site that a person is on, with the ballot that they cast."""
    rows = (Voter.select(Poll.title, Voter.number, Voter.name, Voter.address, Ballot.choice, Ballot.receipt,
                         Ballot.road, Ballot.at, Ballot.actor_id, Ballot.channel)
            .join(Poll, on=(Poll.id == Voter.poll_id))
            .left_outer_join(Ballot, on=((Ballot.poll_id == Voter.poll_id) & (Ballot.voter_id == Voter.id)))
            .where(Voter.person_id == person_id).order_by(Voter.poll_id))
    proxies = (Proxy.select(Proxy.poll_id, Proxy.state, Proxy.at, Proxy.channel)
               .where(Proxy.giver_id.in_(_lines(person_id)) | Proxy.holder_id.in_(_lines(person_id)))
               .order_by(Proxy.id))
    return {"polls": list(rows.dicts()), "proxies": list(proxies.dicts())}


def _lines(person_id: int):
    return Voter.select(Voter.id).where(Voter.person_id == person_id)


def erase(person_id: int) -> None:
    """Make a person's lines and ballots nameless. What was cast is counted: the roll keeps its size."""
    for voter_id, poll_id in list(_lines(person_id).select(Voter.id, Voter.poll_id).tuples()):
        end_proxy(poll_id, voter_id)
    Proxy.update(state="ended").where(Proxy.holder_id.in_(_lines(person_id)) & (Proxy.state != "ended")).execute()
    Voter.update(**NOBODY).where(Voter.person_id == person_id).execute()
    _renamed(person_id, None)


def _renamed(person_id: int, into_id: int | None) -> None:
    for model in (Poll, Ballot, Proxy):
        model.update(actor_id=into_id).where(model.actor_id == person_id).execute()
        model.update(person_id=into_id).where(model.person_id == person_id).execute()
    for column in (Paper.first_by, Paper.second_by):
        Paper.update({column: into_id}).where(column == person_id).execute()


def merge(person_id: int, into_id: int) -> None:
    """Move a person's lines to another. Who is on one roll twice keeps one line and, while the poll is open, one
    ballot, the later; the other line stays without a name, so that the roll keeps its size. What was counted stays."""
    both = (Voter.select(Voter.poll_id).where(Voter.person_id.in_((person_id, into_id)))
            .group_by(Voter.poll_id).having(fn.COUNT(Voter.id) > 1).order_by(Voter.poll_id).tuples())
    for poll_id, in list(both):
        _one_line(locks.take(poll_id), person_id, into_id)
    Voter.update(person_id=into_id).where(Voter.person_id == person_id).execute()
    _renamed(person_id, into_id)


def _one_line(poll: Poll, person_id: int, into_id: int) -> None:
    lines = dict(Voter.select(Voter.person_id, Voter.id).where(
        (Voter.poll_id == poll.id) & Voter.person_id.in_((person_id, into_id))).tuples())
    gone, kept = lines[person_id], lines[into_id]
    if poll.state == "open" or poll.typing_until is not None:
        _one_ballot(poll.id, gone, kept)
        Paper.delete().where((Paper.poll_id == poll.id) & (Paper.voter_id == gone)).execute()
    end_proxy(poll.id, gone)
    Proxy.update(state="ended").where((Proxy.holder_id == gone) & (Proxy.state != "ended")).execute()
    Voter.update(**NOBODY).where(Voter.id == gone).execute()


def _one_ballot(poll_id: int, gone: int, kept: int) -> None:
    two = list(Ballot.select().where((Ballot.poll_id == poll_id) & Ballot.voter_id.in_((gone, kept)))
               .order_by(Ballot.at.desc(), Ballot.id.desc()))
    for older in two[1:]:
        Ballot.delete().where(Ballot.id == older.id).execute()
    if two:
        Ballot.update(voter_id=kept).where(Ballot.id == two[0].id).execute()
