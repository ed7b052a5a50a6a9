"""Many want the same thing in the same moment, and a process is killed: no unit twice, units and loans agree."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from dataclasses import replace

import pytest
from peewee import IntegrityError, OperationalError
from portal.plugins.huts.lending import asking, checks, handing, limits, ranges, returning
from portal.plugins.huts.models import Borrower, Hut, Item, Loan, Range, Rule, Unit
from portal.plugins.huts.refusals import Refusal

from portal.app import create_app
from portal.base import clock
from portal.base.bulk import bulk
from portal.people.models import Person
from portal.testing import Town
from tests.huts.conftest import DAY, DESK, planted
from tests.support.caller import together
from tests.support.databases import environment

THREADS = 16
WEB = {"actor_id": None, "person_id": None, "channel": "web"}


@pytest.fixture
def busy(settings):
    """A town whose app answers many threads at once."""
    town = Town(create_app(replace(settings, threads=2 * THREADS)))
    yield town
    town.db.close()


@pytest.fixture
def crowd(busy):
    """`crowd(units=3, people=48)`: (item, labels, persons), everybody new and allowed a lot, the hut
    always open."""
    def make(units: int, people: int):
        with busy.app.app_context(), busy.unit("north"):
            ids = bulk(Person, ("name",), [(f"居民{n}",) for n in range(people)])
            hut, item, labels = planted(units)
            Hut.update(hours=json.dumps([[[0, 1440]]] * 7), holidays="open").where(Hut.id == hut).execute()
            Rule.create(terms=json.dumps({"most": 500, "days": 30}))
        return item, labels, ids
    return make


def today(days: int = 0) -> int:
    """The first moment of the day in so many days."""
    return clock.start_of_day(clock.local_date(clock.now(), "Asia/Shanghai"), "Asia/Shanghai") + days * DAY


def in_turn(town, act, *words, **more):
    """What an act answers, in a writing unit of the northern community."""
    with town.app.app_context(), town.unit("north"):
        return act(*words, **more)


def agrees(town) -> None:
    with town.app.app_context(), town.unit("north"):
        assert checks.first_broken() is None


@pytest.mark.alone
def test_sixteen_hold_three_units_and_no_two_ranges_overlap(busy, crowd):
    """Days that touch are all allowed; of those that overlap as many as there are units."""
    item, _labels, people = crowd(3, 3 * THREADS)
    answers = []

    def work(n):
        for k, person in enumerate(people[n::THREADS]):
            start = 3 + (n + 2 * k) % 6
            answers.append(in_turn(busy, asking.ask, item, person, WEB, start=today(start), end=today(start + 2)))
        busy.db.close()
    together(THREADS, work)
    held = [answer for answer in answers if not isinstance(answer, Refusal)]
    assert {answer.reason for answer in answers if isinstance(answer, Refusal)} == {asking.TAKEN}
    with busy.unit("north"):
        days = Counter((r.unit_id, day) for r in Range.select() for day in range(r.starts_at, r.ends_at, DAY))
        assert len(held) == Range.select().count() >= 6 and max(days.values()) == 1
    agrees(busy)


@pytest.mark.alone
def test_one_person_on_many_devices_stays_within_the_limit(busy, crowd):
    item, _labels, (person, *_rest) = crowd(3, 1)
    with busy.unit("north"):
        Rule.update(terms='{"most": 2, "ahead_days": 90}').execute()

    def tap(n):
        done = in_turn(busy, asking.ask, item, person, WEB, start=today(2 * n + 1), end=today(2 * n + 2))
        busy.db.close()
        return done
    answers = together(THREADS, tap)
    assert sum(not isinstance(answer, Refusal) for answer in answers) == 2
    assert {answer.reason for answer in answers if isinstance(answer, Refusal)} == {limits.ENOUGH}


@pytest.mark.alone
def test_a_form_sent_by_many_devices_at_once_is_one_loan(busy, crowd):
    item, _labels, (person, *_rest) = crowd(3, 1)

    def tap(_n):
        done = in_turn(busy, asking.ask, item, person, WEB, start=today(1), end=today(2), key="one form")
        busy.db.close()
        return done
    assert len(set(together(THREADS, tap))) == 1
    with busy.unit("north"):
        assert Loan.select().count() == Range.select().count() == Borrower.select().count() == 1


@pytest.mark.alone
def test_the_desk_and_the_web_at_once(busy, crowd):
    """Four desks hand over and take back while neighbours ask without days."""
    item, labels, people = crowd(3, 2 * THREADS)

    def work(n):
        if n < 4:
            for k in range(6):
                in_turn(busy, handing.lend, [labels[(n + k) % 3]], people[n], DESK)
                in_turn(busy, returning.give_back, labels[(n + k) % 3], None, DESK)
        else:
            in_turn(busy, asking.ask, item, people[THREADS + n], WEB)
        busy.db.close()
    together(THREADS, work)
    agrees(busy)
    with busy.unit("north"):
        assert Loan.select().where(Loan.person_id.in_(people[THREADS:])).count() == THREADS - 4


@pytest.mark.backend("postgresql")
def test_who_asks_waits_for_who_asks_for_the_same_thing(busy, crowd):
    """The second looks at what is free only when the first is stored, and is refused in words."""
    item, _labels, (ada, bea, *_rest) = crowd(1, 2)
    answers = []

    def second():
        answers.append(in_turn(busy, asking.ask, item, bea, WEB, start=today(1), end=today(3)))
        busy.db.close()
    with busy.app.app_context(), busy.unit("north"):
        assert isinstance(asking.ask(item, ada, WEB, start=today(2), end=today(4)), int)
        thread = threading.Thread(target=second)
        thread.start()
        thread.join(0.4)
        assert thread.is_alive()
    thread.join(10)
    assert [answer.reason for answer in answers] == [asking.TAKEN]


@pytest.mark.backend("postgresql")
def test_a_person_who_asks_waits_for_themself(busy, crowd):
    """Two things at once: the second is counted after the first."""
    one, _labels, (ada, *_rest) = crowd(1, 1)
    with busy.app.app_context(), busy.unit("north"):
        two = planted(1, first=1)[1]
        Rule.update(terms='{"most": 1}').execute()
        limits.take(ada)  # once the row is there, nobody waits to make it
    answers = []

    def second():
        answers.append(in_turn(busy, asking.ask, two, ada, WEB))
        busy.db.close()
    with busy.app.app_context(), busy.unit("north"):
        assert isinstance(asking.ask(one, ada, WEB), int)
        thread = threading.Thread(target=second)
        thread.start()
        thread.join(0.4)
        assert thread.is_alive()
    thread.join(10)
    assert [answer.reason for answer in answers] == [limits.ENOUGH]


@pytest.mark.backend("postgresql")
def test_two_desks_take_the_same_thing_back_and_one_lends_it_on(busy, crowd):
    """The second desk still means the first borrower: the next one's loan is not touched."""
    _item, (label,), (ada, bea, *_rest) = crowd(1, 2)
    in_turn(busy, handing.lend, [label], ada, DESK)
    answers = []

    def second():
        answers.append(in_turn(busy, returning.give_back, label, None, DESK))
        busy.db.close()
    with busy.app.app_context(), busy.unit("north"):
        returning.give_back(label, None, DESK)
        thread = threading.Thread(target=second)
        thread.start()
        thread.join(0.4)
        assert thread.is_alive()
        loan = handing.lend([label], bea, DESK)[0].loan_id
    thread.join(10)
    assert answers and answers[0].again
    with busy.unit("north"):
        assert Loan.get_by_id(loan).state == "out"
    agrees(busy)


def test_the_database_refuses_what_the_rules_would_not(busy, crowd):
    """The second wall: whoever writes past the locks cannot make two ranges of a unit overlap."""
    item, _labels, _people = crowd(2, 1)
    with busy.unit("north"):
        one, two = (unit.id for unit in Unit.select().order_by(Unit.id))
        for unit, first, last in ((one, 1, 3), (one, 3, 5), (two, 2, 4)):
            ranges.put(unit, item, "loan", today(first), today(last))
    for unit, first, last in ((one, 2, 3), (one, 0, 9), (one, 4, 6), (two, 3, 5)):
        with pytest.raises((IntegrityError, OperationalError)), busy.unit("north"):
            ranges.put(unit, item, "repair", today(first), today(last))
    with pytest.raises((IntegrityError, OperationalError)), busy.unit("north"):
        Range.update(unit_id=one).where(Range.unit_id == two).execute()
    with busy.unit("north"):
        assert Range.select().count() == 3


HAND_OVER = """
import sys
from portal import within, unit, use
from portal.app import create_app
from portal.base.settings import load
from portal.plugins.huts.lending import handing, loans, returning
app = create_app(load())
desk = {"actor_id": None, "person_id": None, "channel": "desk"}
steps = iter(range(10 ** 9))
def slowed(real):
    def act(*words, **more):
        done = real(*words, **more)
        print(next(steps), flush=True)
        return done
    return act
loans.step, loans.turn = slowed(loans.step), slowed(loans.turn)
site, person, label = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
while True:
    for act in (lambda: handing.lend([label], person, desk), lambda: returning.give_back(label, None, desk)):
        with app.app_context(), use(app.portal.db), unit(write=True), within(site):
            act()
        print("stored", flush=True)
"""


def test_killed_in_the_middle_of_a_hand_over(settings, busy, crowd):
    """kill -9 after some of its steps: whatever was stored, unit and loan agree."""
    item, (label,), (ada, *_rest) = crowd(1, 1)
    site = busy.north.id
    busy.db.close()
    for steps in (4, 8):  # set aside and not yet lent, taken back and its loan not yet
        child = subprocess.Popen([sys.executable, "-c", HAND_OVER, str(site), str(ada), label], text=True,
                                 env=environment(settings), stdout=subprocess.PIPE)
        for _line in range(steps):
            assert child.stdout.readline()
        os.kill(child.pid, signal.SIGKILL)
        child.wait(10)
        child.stdout.close()
        agrees(busy)
        with busy.app.app_context(), busy.unit("north"):
            out = Unit.get().state == "out"
            assert Loan.select().where(Loan.state == "out").count() == out
            assert isinstance(returning.give_back(label, None, DESK), returning.Back)
    with busy.unit("north"):
        assert Item.get().units == 1
