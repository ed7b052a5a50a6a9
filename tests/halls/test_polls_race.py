"""Votes at the moment of the close, taps at once, processes that are killed: what was acknowledged is counted, once."""

import json
import os
import signal
import threading
import time
from dataclasses import replace

import pytest
from portal.plugins.halls.models import Ballot, Poll, Voter
from portal.plugins.halls.polls import casting, closing, locks, queries, roll
from portal.plugins.halls.polls.casting import Cast, Refusal

from portal.app import create_app
from portal.base import clock
from portal.base.bulk import bulk
from portal.people import signin
from portal.people.models import Membership, Person
from portal.testing import Town
from tests.halls.conftest import DAY, STAFF, drafted
from tests.support.caller import Caller, at_once, together, wait_for_more

THREADS = 16
ROUNDS = {"postgresql": 12, "sqlite": 3}
TICK = {"ticks": [1]}


@pytest.fixture
def busy(settings):
    """A town whose app answers many threads at once."""
    town = Town(create_app(replace(settings, threads=2 * THREADS)))
    yield town
    town.db.close()


def opened(town, people: int) -> tuple[int, list[int]]:
    """A poll and the persons on its roll, everybody on it new."""
    with town.unit():
        ids = bulk(Person, ("name",), [(f"居民{n}",) for n in range(people)])
        bulk(Membership, ("person", "site", "state", "estate"), [
            (i, town.north.id, "verified", f"苑{ids[0]}") for i in ids])
    with town.app.app_context(), town.unit("north"):
        poll_id = drafted("plurality", "ABC", (), {}, wanted=json.dumps({"estates": [f"苑{ids[0]}"]})).id
        roll.freeze(poll_id, STAFF)
        Poll.update(state="open", closes_at=clock.now() + DAY).where(Poll.id == poll_id).execute()
    return poll_id, ids


def cast(town, poll_id, person_id, choice=TICK):
    who = {"actor_id": person_id, "person_id": person_id, "channel": "web"}
    with town.app.app_context(), town.unit("north"):
        return casting.cast(poll_id, person_id, choice, who)


def turnout(town, poll_id) -> int:
    with town.unit("north", write=False):
        return json.loads(queries.poll(poll_id).turnout)["cast"]


@pytest.mark.alone
def test_a_poll_closes_while_people_vote_without_a_pause(busy):
    poll_id, people = opened(busy, 10 * THREADS)
    closed, took = threading.Event(), []

    def work(n):
        begun = time.monotonic()
        if n == 0:
            time.sleep(0.5)
            with busy.app.app_context(), busy.unit("north"):
                assert closing.close(poll_id, early=True)
            took.append(time.monotonic() - begun)
            closed.set()
        else:
            while not closed.is_set() and time.monotonic() - begun < 12:
                cast(busy, poll_id, people[n * 9])
        busy.db.close()
    together(THREADS, work)
    assert took[0] < 6


@pytest.mark.alone
def test_every_vote_before_the_close_is_counted_and_none_after_it(busy, backend):
    for turn in range(ROUNDS[backend]):
        poll_id, people = opened(busy, 15 * THREADS)
        answers, closed = {}, threading.Event()

        def work(n, poll_id=poll_id, people=people, answers=answers, turn=turn, closed=closed):
            if n == 0:
                time.sleep(0.01 * (turn % 5 + 1))
                with busy.app.app_context(), busy.unit("north"):
                    assert closing.close(poll_id, early=True)
                closed.set()
                with busy.app.app_context(), busy.unit("north"):
                    assert closing.count(poll_id)
            else:
                for person_id in people[n::THREADS]:
                    late = closed.is_set()
                    answers[person_id] = late, cast(busy, poll_id, person_id)
            busy.db.close()
        together(THREADS, work)
        taken = [i for i, (_late, answer) in answers.items() if isinstance(answer, Cast)]
        assert {answer.msgid for _late, answer in answers.values() if isinstance(answer, Refusal)} <= {
            casting.CLOSED}
        assert not any(late for late, answer in answers.values() if isinstance(answer, Cast))
        assert turnout(busy, poll_id) == len(taken), f"round {turn}"
        with busy.unit("north", write=False):
            stored = {i for i, in Voter.select(Voter.person_id).join(Ballot, on=(Ballot.voter_id == Voter.id))
                      .where(Ballot.poll_id == poll_id).tuples()}
        assert stored == set(taken)


@pytest.mark.backend("postgresql")
def test_a_close_waits_for_the_vote_that_is_being_stored(busy, backend):
    poll_id, (ada, bea, *_rest) = opened(busy, 3)
    done = threading.Event()

    def close():
        with busy.app.app_context(), busy.unit("north"):
            closing.close(poll_id, early=True)
        done.set()
        busy.db.close()
    with busy.app.app_context(), busy.unit("north"):
        who = {"actor_id": ada, "person_id": ada, "channel": "web"}
        assert isinstance(casting.cast(poll_id, ada, TICK, who), Cast)
        thread = threading.Thread(target=close)
        thread.start()
        assert not done.wait(0.4)
    thread.join(10)
    assert done.is_set() and cast(busy, poll_id, bea) == Refusal(casting.CLOSED)
    with busy.app.app_context(), busy.unit("north"):
        assert closing.count(poll_id)
    assert turnout(busy, poll_id) == 1


@pytest.mark.backend("postgresql")
def test_a_close_looks_at_the_poll_after_everybody_else(busy, backend):
    """Another poll takes its place while it is being closed: it is not closed, and never counted."""
    poll_id, _people = opened(busy, 2)
    answers = []

    def close():
        with busy.app.app_context(), busy.unit("north"):
            answers.append(closing.close(poll_id, early=True))
        busy.db.close()
    with busy.app.app_context(), busy.unit("north"):
        locks.take(poll_id)
        thread = threading.Thread(target=close)
        thread.start()
        thread.join(0.3)
        assert thread.is_alive()
        Poll.update(state="superseded").where(Poll.id == poll_id).execute()
    thread.join(10)
    with busy.unit("north", write=False):
        assert answers == [False] and Poll.get_by_id(poll_id).state == "superseded"


@pytest.mark.backend("postgresql")
def test_two_vote_at_once_and_neither_waits_for_the_other(busy, backend):
    poll_id, (ada, bea, *_rest) = opened(busy, 3)
    answers = []

    def vote():
        answers.append(cast(busy, poll_id, bea))
        busy.db.close()
    with busy.app.app_context(), busy.unit("north"):
        casting.cast(poll_id, ada, TICK, {"actor_id": ada, "person_id": ada, "channel": "web"})
        thread = threading.Thread(target=vote)
        thread.start()
        thread.join(60)
        assert len(answers) == 1 and isinstance(answers[0], Cast)


@pytest.mark.alone
def test_one_person_on_many_devices_has_one_ballot(busy, backend):
    poll_id, (ada, *_rest) = opened(busy, 2)

    def tap(n):
        answer = cast(busy, poll_id, ada, {"ticks": [n % 3]})
        busy.db.close()
        return answer
    answers = together(THREADS, tap)
    assert len({answer.receipt for answer in answers}) == 1
    assert sum(not answer.again for answer in answers) == 1
    with busy.unit("north", write=False):
        assert Ballot.select().count() == 1 and Ballot.get().changed == THREADS - 1


@pytest.mark.backend("postgresql")
def test_two_devices_of_one_person_in_one_moment(busy, backend):
    """The second one waits for the first, and changes its ballot."""
    poll_id, (ada, *_rest) = opened(busy, 2)
    answers = []

    def again():
        try:
            answers.append(cast(busy, poll_id, ada, {"ticks": [2]}))
        finally:
            busy.db.close()
    with busy.app.app_context(), busy.unit("north"):
        first = casting.cast(poll_id, ada, TICK, {"actor_id": ada, "person_id": ada, "channel": "web"})
        thread = threading.Thread(target=again)
        thread.start()
        thread.join(0.3)
        assert thread.is_alive() and not answers
    thread.join(10)
    assert answers == [Cast(first.receipt, True)]


def test_a_receipt_that_was_given_is_in_the_count_whoever_is_killed(settings, serve, backend):
    """kill -9 of a worker, and once of the whole server, in a burst of votes."""
    town, rounds = Town(create_app(settings)), 6
    poll_id, people = opened(town, 2000)
    with town.unit():
        tokens = [signin.start(i, "test") for i in people]
    server, left, given = serve(settings), list(zip(people, tokens, strict=True)), {}
    page = f"/north/halls/polls/{poll_id}"

    def vote():
        person_id, token = left.pop()
        browser = Caller(server.port, token)
        try:
            form = {"csrf_token": browser.form_token(f"{page}/vote"), "tick": "1", "_key": f"key {person_id}"}
            if browser.ask(f"{page}/vote", form).status == 303:
                given[person_id] = ""
                given[person_id] = browser.ask(f"{page}/receipt").text
        except OSError:
            time.sleep(0.05)
    for turn in range(rounds):
        with at_once(*[vote] * 3):
            wait_for_more(4, given)
            pids = server.pids()
            if turn == rounds - 1:
                server.kill()
            else:
                os.kill(pids[1 + turn % 2], signal.SIGKILL)
                time.sleep(0.2)
        server = serve(settings) if turn == rounds - 1 else server.wait()
    with town.app.app_context(), town.unit("north"):
        assert closing.close(poll_id, early=True) and closing.count(poll_id)
    with town.unit("north", write=False):
        stored = dict(Voter.select(Voter.person_id, Ballot.receipt).join(Ballot, on=(Ballot.voter_id == Voter.id))
                      .tuples())
    assert len(given) > 3 * rounds and not set(given) - set(stored)
    shown = {i: text for i, text in given.items() if text}
    assert shown and all(stored[i] in text for i, text in shown.items())
    assert turnout(town, poll_id) == len(stored)
    town.db.close()
