"""Loans of the demo's huts, in every state: made as neighbours and the desk make them, on the days when they did."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from portal import frozen, now, scope_id, within

from .lending import asking, changing, dues, handing, limits, opening, returning
from .models import Code, Hut, Item, Loan, Unit
from .refusals import Refusal

DAY = 86400
NEEDED = 24  # people
APPROVED = "feast.lion"  # staff say yes first
LONG_AGO = (46, 39, 31, 24, 18, 12)  # days; closed loans began then


def fill(plot, hut: Hut, things: Mapping[str, int]) -> None:
    """Let neighbours borrow from a hut."""
    _Lending(plot, hut, list(things.values())).run()


class _Lending:
    """What happens in a hut, thing by thing: each has a short history of its own."""

    def __init__(self, plot, hut: Hut, things: list[int]):
        self.plot, self.hut = plot, hut
        lent = Item.select(Item.id, Item.units).where(
            Item.id.in_(things) & ~Item.gives & ~Item.category.startswith(APPROVED)).order_by(Item.id)
        self.units = dict(lent.tuples())
        self.things = list(self.units)
        self.hours = opening.opening(hut.id)
        self.others: Iterator[int] = iter([one.id for one in plot.people[1:]])

    def run(self) -> None:
        self._long_ago(self.things[:6])
        self._queue(self._thing(most=min(self.units.values())))
        self._out(self._thing(3))
        self._late(self._thing())
        self._ready(self._thing(2))
        self._held(self._thing())
        if self.plot.number == 0:
            self._first_resident(self._thing(), self._thing())
        self.things.reverse()  # what follows began earlier: with things that had no history so far
        self._missed(self._thing())
        self._given_up(self._thing())
        self._lapsed(self._thing())
        self._gone(self._thing(2))
        self._argued(self._thing(2))
        self._approvals()
        self._from_elsewhere()

    def _thing(self, least: int = 1, most: int = 99) -> int:
        """The next thing with so many units; each is used for one story."""
        found = next(item for item in self.things if least <= self.units[item] <= most)
        self.things.remove(found)
        return found

    def _long_ago(self, things: list[int]) -> None:
        """Borrowed and brought back, one of them a little late."""
        for n, (item, days) in enumerate(zip(things, LONG_AGO, strict=True)):
            person, code = next(self.others), self._free(item)
            self._lend(code, person, days, days - 6)
            with self._ago(days - 6 if n else days - 8):
                _done(returning.give_back(code, self.hut.id, self._desk(person)))

    def _out(self, item: int) -> None:
        """Two are out; one of them was extended."""
        self._lend(self._free(item), next(self.others), 3, -4)
        loan = self._lend(self._free(item), person := next(self.others), 5, -1)
        with self._ago(1):
            _done(changing.extend(loan, _web(person)))

    def _late(self, item: int) -> None:
        """One should have been back four days ago."""
        self._lend(self._free(item), next(self.others), 9, 4)

    def _queue(self, item: int) -> None:
        """All units are out, three people wait for one."""
        for _unit in range(self.units[item]):
            self._lend(self._free(item), next(self.others), 4, -2)
        for days in (3, 2, 1):
            self._ask(item, next(self.others), days)

    def _ready(self, item: int) -> None:
        """One lies ready to be picked up."""
        self._ask(item, next(self.others), 0)

    def _missed(self, item: int) -> None:
        """One was set aside, and nobody came."""
        loan = self._ask(item, next(self.others), 20)
        until = Loan.select(Loan.ready_until).where(Loan.id == loan).scalar()
        with frozen(until + 60):
            dues.pickup_ends(loan)

    def _held(self, item: int) -> None:
        """One is held for next week."""
        start = self._open_day(5)
        self._ask(item, next(self.others), 0, start=start, end=self.hours.ahead(start, 3))

    def _given_up(self, item: int) -> None:
        loan = self._ask(item, person := next(self.others), 8)
        with self._ago(7):
            _done(changing.cancel(loan, _web(person)))

    def _lapsed(self, item: int) -> None:
        """One was held for some days that passed while the desk was shut."""
        with self._ago(16):
            start = self._open_day(2)
            loan = _done(asking.ask(item, person := next(self.others), _web(person), start=start,
                                    end=self.hours.ahead(start, 1)))
        with frozen(self.hours.ahead(start, 1) + 60):
            dues.expires(loan)
            dues.pickup_ends(loan)

    def _gone(self, item: int) -> None:
        """One was left in a taxi, and is looked for."""
        loan = self._lend(self._free(item, last=True), person := next(self.others), 26, 21)
        with self._ago(19):
            _done(changing.lose(loan, "落在出租车上，已报失，还在找", self._desk(person)))

    def _argued(self, item: int) -> None:
        """One says that it was put before the closed door."""
        loan = self._lend(self._free(item, last=True), person := next(self.others), 15, 10)
        with self._ago(7):
            _done(changing.dispute(loan, "说关门后放在门口了，正在看录像", self._desk(person)))

    def _first_resident(self, out: int, ready: int) -> None:
        """Whom visitors sign in as has one at home, and one lies ready for her."""
        me = self.plot.people[0].id
        self._lend(self._free(out), me, 2, -3)
        self._ask(ready, me, 0)

    def _approvals(self) -> None:
        """Where staff say yes first, one was told no and one waits for an answer."""
        asked = list(Item.select(Item.id).where(Item.category.startswith(APPROVED)).order_by(Item.id).tuples())
        if not asked:
            return
        loan = self._ask(asked[0][0], person := next(self.others), 6)
        with self._ago(5):
            _done(changing.reject(loan, "那天狮队要出会景，两只狮头都用上了", self._desk(person)))
        self._ask(asked[0][0], next(self.others), 1)

    def _from_elsewhere(self) -> None:
        """A unit of the first community's was brought here, and is on its way home."""
        if self.plot.number != 1:
            return
        home = Code.select(Code.site_id).where(Code.site_id != scope_id()).order_by(Code.id).limit(1).scalar()
        if home is None:
            return
        with within(home):
            code, person = (Unit.select(Unit.code, Loan.person_id).join(Loan, on=(Loan.unit_id == Unit.id))
                            .where((Unit.state == "out") & (Loan.state == "out") & (Loan.extended > 0))
                            .order_by(Unit.id).tuples().first())
        with self._ago(0):
            _done(returning.give_back(code, self.hut.id, self._desk(person)))

    def _lend(self, code: str, person: int, days: int, back: int) -> int:
        """Hand a unit over so many days ago, to be brought back so many days ago (or, below 0, ahead), or sooner where
        that would be longer than it is lent; the loan."""
        item = Item.get_by_id(Unit.select(Unit.item_id).where(Unit.code == code).scalar())
        most, until = limits.terms_of(item, self.hut.id, person, self.hours).days, self.hours.ahead(now(), -back)
        with self._ago(min(days, most - 1) if back < 0 else days):
            until = min(until, self.hours.ahead(now(), most))
            return _done(handing.lend([code], person, self._desk(person), until=until))[0].loan_id

    def _ask(self, item: int, person: int, days: int, **dates: int) -> int:
        with self._ago(days):
            return _done(asking.ask(item, person, _web(person), hut_id=self.hut.id, **dates))

    def _open_day(self, days: int) -> int:
        """The first moment of the first day on which the hut opens, from so many days ahead on."""
        return self.hours.ahead(self.hours.hours.next_open(self.hours.ahead(now(), days)), 0)

    def _ago(self, days: int):
        """Within the hours of the hut so many days ago, or a little earlier where it was closed."""
        if days <= 0:
            return frozen(now())
        day = self.hours.day(now()) - timedelta(days=days)
        while not self.hours.hours.spans(day):
            day -= timedelta(days=1)
        start, end = self.hours.hours.spans(day)[0]
        return frozen(start + self.plot.random.randrange(10, (end - start) // 60) * 60)

    def _free(self, item: int, last: bool = False) -> str:
        """The label of the first unit that lies there, or of the last, which has no history."""
        lying = Unit.select(Unit.code).where((Unit.item_id == item) & (Unit.state == "in"))
        return lying.order_by(Unit.id.desc() if last else Unit.id).limit(1).scalar()

    def _desk(self, person: int) -> dict[str, Any]:
        return {"actor_id": self.plot.staff, "person_id": person, "channel": "desk"}


def _web(person: int) -> dict[str, Any]:
    return {"actor_id": person, "person_id": person, "channel": "web"}


def _done(found: Any) -> Any:
    """What came of it; a refusal is a mistake of these seeds."""
    if isinstance(found, Refusal):
        raise ValueError(found)
    return found
