"""Closing a poll, counting it, and telling the result.

The close takes the poll for itself, so that every vote is either stored before it or refused. The count is made
outside of a transaction, from rows that cannot change any more; whoever is killed anywhere is followed by a due row.
"""

import json
from collections import Counter
from typing import Any

from portal import Due, after_commit, database_now, later, notify, now, scope_id, unit, within

from ..models import Poll, Proxy, Voter
from . import languages, locks, paper, queries
from .queries import OptionRow, PollRow
from .states import moved

N_ = str

AGAIN = 60  # seconds after which a count that somebody has begun is looked after
TRIES = 5
LOOK_AGAIN = 600  # seconds at most between two looks at a poll that is about to close, where two clocks differ
HOUR = 3600
AT_ONCE = 50  # people told in one transaction

TOLD = {
    "soon": ("halls.poll_soon", N_("A poll opens soon: %(title)s"),
             N_("You are on the roll of “%(title)s”. Voting opens %(opens)s and closes %(when)s.")),
    "soon by hand": ("halls.poll_soon", N_("A poll opens soon: %(title)s"),
                     N_("You are on the roll of “%(title)s”. You are told when voting opens; it closes %(when)s.")),
    "open": ("halls.poll_open", N_("You can vote: %(title)s"),
             N_("“%(title)s” is open until %(when)s. Your vote can be changed until then.")),
    "result": ("halls.result", N_("Counted: %(title)s"), N_("The votes on “%(title)s” are counted.")),
}
WHILE = {"soon": "draft", "open": "open", "result": "counted"}


def close(poll_id: int, early: bool = False) -> bool:
    """Close an open poll whose hour has come, or at once where staff want it `early`; whether it is closed now."""
    poll = locks.take(poll_id)
    if poll is None or moved(poll.state, "close") is None:
        return poll is not None and poll.state in ("closed", "counted")
    due = Poll.select(Poll.id).where((Poll.id == poll_id) & (Poll.closes_at <= database_now()))
    if not early and not due.exists():
        return False
    until = now() + poll.paper_hours * HOUR if poll.paper_hours else None
    Poll.update(state="closed", closed_at=now(), typing_until=until, version=Poll.version + 1).where(
        Poll.id == poll_id).execute()
    Proxy.update(state="ended", at=now()).where((Proxy.poll_id == poll_id) & (Proxy.state != "ended")).execute()
    later(until or now(), "halls.poll_counts", poll_id, scope_id(), once=True)
    return True


def _all_is_in(poll_id: int) -> bool:
    """Whether nothing can be added to a closed poll any more. Papers are typed until their time is over: that is said
    in the poll's row, held alone, before the first ballot is read, so that none comes in between."""
    poll = locks.take(poll_id)
    if poll is None or poll.typing_until is None:
        return True
    over = Poll.select(Poll.id).where((Poll.id == poll_id) & (Poll.typing_until <= database_now()))
    if not over.exists():
        return False
    paper.end(poll_id)
    return True


def count(poll_id: int) -> bool:
    """Count a closed poll and store the result; whether it is counted now. Once, however often it is asked for, and
    not while papers are typed."""
    with unit():
        waits = queries.poll(poll_id)
    if waits is not None and waits.typing_until is not None:
        with unit(write=True):
            if not _all_is_in(poll_id):
                return False
    with unit():
        poll = queries.poll(poll_id)
        if poll is None or moved(poll.state, "count") is None:
            return poll is not None and poll.state == "counted"
        options, ballots = queries.options(poll), queries.ballots(poll_id)
    values = counted(poll, options, ballots)
    with unit(write=True):
        return _keep(poll_id, values)


def counted(poll: PollRow, options: list[OptionRow], ballots: list[tuple[int, str, str, str]]) -> dict[str, str]:
    """Result, turnout and hash of these ballots, as the poll's row keeps them. Asks the database nothing."""
    from . import results  # with all that counts
    chosen = [choice for _number, _name, choice, _road in ballots]
    found = results.of(poll, options, chosen, poll.seed, poll.roll_size)
    roads = Counter(road for _number, _name, _choice, road in ballots)
    turnout = {"cast": len(ballots), "roll": poll.roll_size, "roads": dict(sorted(roads.items()))}
    return {"result": json.dumps(found, ensure_ascii=False), "turnout": json.dumps(turnout),
            "ballots_hash": results.hash_of(chosen)}


def _keep(poll_id: int, values: dict[str, str]) -> bool:
    poll = locks.take(poll_id)
    if poll is None or moved(poll.state, "count") is None:
        return poll is not None and poll.state == "counted"
    Poll.update(state="counted", version=Poll.version + 1, **values).where(Poll.id == poll_id).execute()
    later(now(), "halls.poll_tells", f"{poll_id} result", scope_id(), once=True)
    if poll.actor_id is not None:
        _tell(poll, "result", poll.actor_id)
    return True


def run(row: Due) -> None:
    """Do what has come due of polls, in the site and in a writing unit."""
    from . import opening
    poll_id, *what = row.ref.split()
    if row.kind == "halls.poll_opens":
        opening.by_the_clock(int(poll_id))
    elif row.kind == "halls.poll_closes":
        close(int(poll_id))
        _look_again(int(poll_id))
    elif row.kind == "halls.poll_counts":
        _count_later(int(poll_id), **json.loads(row.data))
    elif row.kind == "halls.poll_tells":
        tell(int(poll_id), *what, **json.loads(row.data))


def _look_again(poll_id: int) -> None:
    """Leave a due row for a poll whose hour has come by a worker's clock, but not yet by the database's."""
    running = (Poll.id == poll_id) & (Poll.state == "open") & (Poll.closes_at <= now())
    wait = Poll.select(Poll.closes_at - database_now()).where(running).scalar()
    if wait is not None:
        later(now() + min(wait, LOOK_AGAIN), "halls.poll_closes", poll_id, scope_id(), once=True)


def _count_later(poll_id: int, tries: int = 0) -> None:
    """Count once this unit is stored, so that nobody waits for it; a row is left that looks after it."""
    which = Poll.select(Poll.state, Poll.typing_until, Poll.typing_until - database_now()).where(Poll.id == poll_id)
    state, typing, wait = which.tuples().first() or ("", None, None)
    if state != "closed":
        return
    if typing is not None and wait > 0:
        at = max(typing, now() + min(wait, LOOK_AGAIN))  # by the database's clock; this worker's may be ahead
        later(at, "halls.poll_counts", poll_id, scope_id(), once=True)
        return
    if tries >= TRIES:
        count(poll_id)  # here, so that what it raises is heard: staff see it on their desk, and can have it tried again
        return
    site = scope_id()
    later(now() + AGAIN, "halls.poll_counts", poll_id, site, once=True, tries=tries + 1)

    def outside() -> None:
        with within(site):
            count(poll_id)
    after_commit(outside)


def tell(poll_id: int, what: str, after: int = 0) -> int:
    """Tell those on the roll that a poll opens soon, is open, or counted, in portions; how many were told now."""
    poll = Poll.get_or_none((Poll.id == poll_id) & (Poll.state == WHILE[what]))
    if poll is None:
        return 0
    rows = (Voter.select(Voter.person_id).where((Voter.poll_id == poll_id) & (Voter.person_id > after))
            .order_by(Voter.person_id).limit(AT_ONCE + 1).tuples())
    people = [person for person, in rows]
    for person_id in people[:AT_ONCE]:
        _tell(poll, what, person_id)
    if len(people) > AT_ONCE:
        later(now(), "halls.poll_tells", f"{poll_id} {what}", scope_id(), once=True, after=people[AT_ONCE - 1])
    return len(people[:AT_ONCE])


def _tell(poll: Poll, what: str, person_id: int) -> None:
    soon = what == "soon"
    kind, title, text = TOLD["soon by hand" if soon and poll.opens_at is None else what]
    values: dict[str, Any] = {"title": lambda dates: languages.title(poll, dates.locale),
                              "when": lambda dates: dates.said_at(poll.closes_at)}
    if soon and poll.opens_at is not None:
        values["opens"] = lambda dates: dates.said_at(poll.opens_at)
    once = f"{what} {poll.id} {poll.version}" if soon else f"{what} {poll.id}"  # told anew after a change
    notify(person_id, kind, once, title, text, values, "halls/polls/" if soon else f"halls/polls/{poll.id}")
