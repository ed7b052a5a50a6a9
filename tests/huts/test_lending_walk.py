"""Neighbours, the desk and the clock do whatever comes to their mind: after each step everything agrees."""

from contextlib import contextmanager

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from portal.plugins.huts.lending import (
    asking,
    changing,
    checks,
    handing,
    limits,
    loans,
    offering,
    returning,
    withdrawing,
)
from portal.plugins.huts.lending.states import LIVE
from portal.plugins.huts.models import Borrower, Code, Hut, Item, Loan, Move, Range, Rule, SpecialDay, Unit
from portal.plugins.huts.refusals import Refusal

from portal.base import clock
from portal.base.due import Due
from portal.people.models import Audit, Notice
from tests.huts.conftest import DAY, DESK, HOUR, at, planted, who, worked
from tests.huts.held import lend_hold

PEOPLE, MOST = 4, 3
N = st.integers(0, 99)
EXAMPLES = {"sqlite": 4, "postgresql": 3}


class Days(RuleBasedStateMachine):
    """Three things with one to three units, in a hut that is closed on Mondays; a second hut takes things back."""

    town = people = None

    @initialize()
    def plant(self):
        self.now, self.pushed = at(3, 12), set()
        with self.here(True):
            for model in (Range, Move, Loan, Code, Unit, Item, SpecialDay, Borrower, Rule, Hut, Audit):
                model.delete().execute()
            Due.delete().execute()
            Notice.delete().execute()
            self.hut, one, _codes = planted(1, hut_id=None)
            self.items = [one, *(planted(n, self.hut, category=kind)[1] for n, kind in ((2, "slow"), (3, "asked")))]
            self.other = Hut.create(code="H2", name="东边小屋", state="open").id
            Rule.create(terms=f'{{"most": {MOST}, "days": 7, "extends": 2, "pickup_days": 2}}')
            Rule.create(category="slow", terms='{"buffer_hours": 30}')
            Rule.create(category="asked", terms='{"approval": true}')
            self.units = [code for code, in Unit.select(Unit.code).order_by(Unit.id).tuples()]

    @contextmanager
    def here(self, idle: bool = False):
        """The northern community at this hour; what is due by now has been done."""
        with clock.frozen(self.now), self.town.app.app_context():
            if not idle:
                worked(self.town)
            with self.town.unit("north"):
                yield

    def loan(self, n: int, *states: str) -> int:
        """A loan in one of these states, or whichever there is."""
        ids = [i for i, in Loan.select(Loan.id).where(Loan.state.in_(states or LIVE)).order_by(Loan.id).tuples()]
        return ids[n % len(ids)] if ids else 0

    @rule(person=N, item=N)
    def ask(self, person, item):
        someone = self.people[person % PEOPLE]
        with self.here():
            asking.ask(self.items[item % 3], someone.id, who(someone))

    @rule(person=N, item=N, first=st.integers(0, 9), length=st.integers(1, 7), key=st.integers(0, 9))
    def hold(self, person, item, first, length, key):
        someone, today = self.people[person % PEOPLE], self.now - (self.now + 8 * HOUR) % DAY
        wanted = {"start": today + first * DAY, "end": today + (first + length) * DAY, "key": f"{key}"}
        with self.here():
            done = asking.ask(self.items[item % 3], someone.id, who(someone), **wanted)
            if not isinstance(done, Refusal):
                assert asking.ask(self.items[item % 3], someone.id, who(someone), **wanted) == done

    @rule(n=N, yes=st.booleans())
    def decide(self, n, yes):
        with self.here():
            loan = self.loan(n, "asked")
            asking.approve(loan, DESK) if yes else changing.reject(loan, "今天不行", DESK)

    @rule(n=N)
    def cancel(self, n):
        with self.here():
            changing.cancel(self.loan(n), DESK)

    @rule(person=N, unit=N, more=N, override=st.booleans())
    def lend(self, person, unit, more, override):
        someone = self.people[person % PEOPLE]
        labels = [self.units[unit % 6], *([self.units[more % 6]] if more % 3 == 0 else [])]
        with self.here():
            before = self.lent()
            done = handing.lend(labels, someone.id, DESK, reason="急用" if override else "")
            assert not isinstance(done, Refusal) or self.lent() == before
            self.pushed |= {someone.id} if override else set()

    def lent(self) -> list:
        """All that a hand-over may change."""
        return [list(Loan.select().order_by(Loan.id).tuples()), list(Range.select().order_by(Range.id).tuples()),
                list(Unit.select().order_by(Unit.id).tuples())]

    @rule(n=N, unit=N)
    def pick_up(self, n, unit):
        with self.here():
            loan = Loan.get_or_none(Loan.id == self.loan(n, "ready", "approved"))
            same = [] if loan is None else [code for code, in Unit.select(Unit.code).where(
                (Unit.item_id == loan.item_id) & (Unit.state == "in")).order_by(Unit.id).tuples()]
            if loan is not None:
                lend_hold(loan.id, DESK, same[unit % len(same)] if same and unit % 2 else "")

    @rule(unit=N, elsewhere=st.booleans(), broken=st.booleans())
    def give_back(self, unit, elsewhere, broken):
        with self.here():
            out = [code for code, in Unit.select(Unit.code).where(Unit.state == "out").order_by(Unit.id).tuples()]
            label = (out or self.units)[unit % len(out or self.units)]
            done = returning.give_back(label, self.other if elsewhere else None, DESK, broken=broken and unit % 3 == 0)
            assert not isinstance(done, Refusal) and returning.give_back(label, None, DESK).again

    @rule(unit=N)
    def come_home_or_be_mended(self, unit):
        with self.here():
            some = list(Unit.select().where(Unit.state.in_(("transit", "repair"))).order_by(Unit.id))
            if some:
                one = some[unit % len(some)]
                item = loans.item(one.item_id)
                if one.state == "transit":
                    returning.arrived(one.code, DESK)
                else:
                    loans.turn(one, "mend", hut_id=one.home_id)
                    offering.deal(item)

    @rule(unit=N)
    def break_something(self, unit):
        with self.here():
            held = Unit.id.in_(Loan.select(Loan.unit_id).where(Loan.state.in_(("ready", "approved"))))
            some = list(Unit.select().where(Unit.state.in_(("in", "set")) & held).order_by(Unit.id))
            if some:
                one = some[unit % len(some)]
                item = loans.item(one.item_id)
                withdrawing.withdraw(one.id, DESK, "轮子坏了")
                loans.turn(Unit.get_by_id(one.id), "repair")
                offering.deal(item)

    @rule(n=N)
    def extend(self, n):
        with self.here():
            changing.extend(self.loan(n, "out"), DESK)

    @rule(n=N, what=st.sampled_from(["lose", "dispute", "settle"]))
    def go_astray(self, n, what):
        with self.here():
            getattr(changing, what)(self.loan(n, "out", "disputed"), "说不清", DESK)

    @rule(hours=st.sampled_from([1, 5, 26, 72, 150]), idle=st.booleans())
    def wait(self, hours, idle):
        self.now += hours * HOUR
        with self.here(idle):  # the worker is not always quick
            pass

    @invariant()
    def all_agree(self):
        with self.here(True):
            assert checks.first_broken() is None
            for person in self.people:
                assert person.id in self.pushed or limits.counted(person.id) <= MOST


def test_whatever_they_do_everything_agrees(town, neighbours, backend):
    Days.town, Days.people = town, neighbours(PEOPLE)
    run_state_machine_as_test(Days, settings=settings(
        max_examples=EXAMPLES[backend], stateful_step_count=40, deadline=None, derandomize=True, database=None,
        suppress_health_check=list(HealthCheck), phases=(Phase.generate,)))
