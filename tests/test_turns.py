"""Writers of one process on SQLite: each gets its turn, in order, and none is lost."""

import signal
import threading
import time
from contextlib import closing, suppress

import pytest

from portal.base import database
from portal.base.database import Turns

PAUSE = 0.02


class Ended(Exception):
    """What a signal raises in a thread that waits."""


def waiting(turns: Turns, number: int) -> None:
    until = time.monotonic() + 60
    while len(turns._waiting) != number:
        assert time.monotonic() < until
        time.sleep(0.001)


def is_free(turns: Turns) -> bool:
    """Whether the turn is nobody's; it is again afterwards."""
    free = turns.take(0)
    if free:
        turns.hand_on()
    return free


def test_first_come_first_served():
    turns, order = Turns(), []

    def work(n):
        assert turns.take(10)
        order.append(n)
        turns.hand_on()
    assert turns.take(0)
    threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    for n, thread in enumerate(threads):
        thread.start()
        waiting(turns, n + 1)
    turns.hand_on()
    for thread in threads:
        thread.join(10)
    assert order == list(range(8)) and is_free(turns)


def test_who_comes_back_at_once_stands_behind():
    turns, came = Turns(), threading.Event()
    assert turns.take(0)
    other = threading.Thread(target=lambda: turns.take(10) and came.set())
    other.start()
    waiting(turns, 1)
    turns.hand_on()
    assert not turns.take(0)
    assert came.wait(60)
    other.join(60)
    turns.hand_on()
    assert is_free(turns)


def test_who_waits_too_long_is_passed_over():
    turns = Turns()
    assert turns.take(0)
    assert not turns.take(PAUSE) and not turns.take(0)
    waiting(turns, 0)
    turns.hand_on()
    assert is_free(turns)


def test_a_turn_handed_on_in_the_last_moment_is_taken():
    class Late(Turns):
        def _leave(self, mine):
            self.hand_on()
            return super()._leave(mine)
    turns = Late()
    assert turns.take(0)
    assert turns.take(0), "it was handed to this one, and nobody else would ever get it"
    turns.hand_on()
    assert is_free(turns)


@pytest.mark.parametrize("handed", [False, True])
def test_a_waiter_ended_by_a_signal_leaves_the_queue(handed):
    """Also when the turn came to it in that very moment."""
    turns = Turns()

    def end(*_):
        if handed:
            turns.hand_on()
        raise Ended
    assert turns.take(0)
    before = signal.signal(signal.SIGALRM, end)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.05)
        with pytest.raises(Ended):
            turns.take(10)
    finally:
        signal.signal(signal.SIGALRM, before)
    if not handed:
        turns.hand_on()
    assert is_free(turns)


def test_none_is_lost_when_many_come_late():
    """Waits as long as the work: turns and time limits meet again and again, and never two work at once."""
    turns, inside, most, got = Turns(), [], [], []

    def work():
        for _ in range(60):
            if turns.take(0.001):
                inside.append(1)
                most.append(len(inside))
                time.sleep(0.0005)
                inside.pop()
                got.append(1)
                turns.hand_on()
    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert set(most) == {1} and 0 < len(got) < 8 * 60
    assert is_free(turns) and not turns._waiting


@pytest.mark.backend("sqlite")
def test_a_writer_that_dies_lets_the_next_one_begin(town):
    """Its transaction is undone with it, also where its connection was lost before the commit."""
    def die(lost):
        with suppress(Ended), database.use(town.db), database.unit(write=True):
            town.db.execute_sql("CREATE TABLE half (id integer)")
            if lost:
                town.db.connection().close()
            raise Ended
    for lost in (False, True):
        thread = threading.Thread(target=die, args=(lost,))
        thread.start()
        thread.join(10)
        assert is_free(town.db._turn)
    with town.unit():
        assert town.db.execute_sql("SELECT count(*) FROM sqlite_master WHERE name = 'half'").fetchone() == (0,)


@pytest.mark.backend("sqlite")
def test_who_would_not_wait_once_waits_the_next_time(town):
    """A note that is not worth waiting for leaves nothing behind on its thread."""
    with database.use(town.db):
        with database.unit(write=True, wait=False):
            town.db.execute_sql("UPDATE site SET version = version")
        assert town.db._nap(0)


@pytest.mark.backend("sqlite")
def test_a_command_waits_longer_than_a_page(settings, run_portal):
    """Many commands at once, each slow on a small machine: none gives up after the seconds of a page."""
    with closing(database.connect(settings.database)) as db:
        db.execute_sql("BEGIN IMMEDIATE")
        done: list = []
        command = threading.Thread(target=lambda: done.append(
            run_portal("community", "add", "district", "--name", "禅城区", check=False)))
        command.start()
        command.join(3 * database.LOCK_WAIT)
        assert not done
        db.execute_sql("ROLLBACK")
        command.join(90)
    assert done[0].returncode == 0, done[0].stderr
