"""What has been lent in a site of a whole district: loans in all states with their moves and ranges, as rows at once.

They are what the acts of lending would have left: `portal huts check` proves it.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import cycle
from typing import Any, NamedTuple

from portal import Due, bulk, now, scope_id

from .lending import dues, opening
from .models import Loan, Move, Range

LOANS = 40_000
DAY = 86400
FIELDS = ("item_id", "unit_id", "hut_id", "person_id", "state", "starts_at", "ends_at", "number", "ready_until",
          "due_at", "out_at", "back_at", "reason", "actor_id", "channel", "at", "changed_at")
MOVE = ("loan_id", "old", "new", "why", "actor_id", "person_id", "channel", "at")
RANGE = ("unit_id", "item_id", "kind", "loan_id", "starts_at", "ends_at")
SHARES = {  # of a thousand loans; the others were brought back and are closed
    "out": 80, "late": 15, "queue": 14, "ready": 15, "approved": 25, "asked": 5, "cancelled": 20, "rejected": 5,
    "expired": 8, "noshow": 10, "lost": 3, "disputed": 2, "back": 4}
BEFORE = ("asked", "approved", "ready")
PATHS = {  # what a loan went through
    "asked": ("asked",), "approved": BEFORE[:2], "ready": BEFORE, "out": (*BEFORE, "out"),
    "back": (*BEFORE, "out", "back"), "closed": (*BEFORE, "out", "back", "closed"), "rejected": ("asked", "rejected"),
    "cancelled": ("asked", "cancelled"), "expired": ("asked", "expired"), "noshow": (*BEFORE, "noshow"),
    "lost": (*BEFORE, "out", "lost"), "disputed": (*BEFORE, "out", "disputed")}
LEAVES = {"out": ("out", False), "ready": ("set", True), "back": ("transit", False), "lost": ("lost", False),
          "disputed": ("lost", False)}  # where a loan in this state leaves its unit: state, and whether it lies there
WHY = {"rejected": "这几天社区自己要用", "lost": "搬家时不见了", "disputed": "说已经放回门口，正在问"}


class Line(NamedTuple):
    """A thing that can be borrowed: its place among all things, its units, its hut."""

    n: int
    units: int
    hut: int


class Planned(NamedTuple):
    """A loan that is to be made, of a thing (and which of its units)."""

    line: Line
    unit: int | None
    person: int
    state: str
    at: int
    changed_at: int
    starts_at: int | None = None
    ends_at: int | None = None
    number: int | None = None
    ready_until: int | None = None
    due_at: int | None = None
    out_at: int | None = None
    back_at: int | None = None
    taken: tuple[int, int] | None = None


class Past:
    """The loans of a site; `units` says where those units are that do not simply lie in their hut."""

    def __init__(self, plot, lines: Sequence[Line], loans: int):
        self.plot, self.random, self.lines, self.now = plot, plot.random, list(lines), now()
        self.hours = {hut: opening.opening(hut) for hut in {line.hut for line in lines}}
        self.people, self.loans, self._due = self._shuffled(), [], {}
        self.units: dict[tuple[int, int], tuple[str, bool]] = {}
        self.since: dict[tuple[int, int], int] = {}
        self._plan(loans)

    def _shuffled(self) -> Iterator[int]:
        people = [one.id for one in self.plot.people]
        self.random.shuffle(people)
        return cycle(people)

    def _plan(self, loans: int) -> None:
        order = self.lines[:]
        self.random.shuffle(order)
        rest = iter(order)
        makes = {"out": self._out, "late": self._late, "queue": self._queue, "ready": self._ready,
                 "approved": self._approved, "asked": self._asked, "lost": self._gone, "disputed": self._gone,
                 "back": self._gone}
        for kind, share in SHARES.items():
            for line, _n in zip(rest, range(max(1, round(loans * share / 1000))), strict=False):
                makes.get(kind, self._ended)(line, kind)
        popular = order[:max(1, len(order) // 3)]
        while len(self.loans) < loans:
            self._closed(popular[int(len(popular) * self.random.random() ** 2)])

    def counts(self) -> dict[int, tuple[int, int, int]]:
        """{thing: (units that are gone, who wait, the last number of its queue)} where any of them is not 0."""
        gone = Counter(n for (n, _k), (state, _here) in self.units.items() if state == "lost")
        waiting = Counter(one.line.n for one in self.loans if one.number is not None)
        return {n: (gone[n], waiting[n], waiting[n]) for n in gone.keys() | waiting.keys()}

    def _add(self, line: Line, state: str, unit: int | None = None, **values: Any) -> None:
        self.loans.append(Planned(line, unit, next(self.people), state, **values))
        if unit is not None:
            if state in LEAVES:
                self.units[line.n, unit] = LEAVES[state]
            if values.get("taken") and values["taken"][0] < self.now:
                self.since[line.n, unit] = values["taken"][0]

    def _due_at(self, line: Line, end: int) -> int:
        """When it is to be back, worked out once for each hut and day."""
        key = line.hut, end
        if key not in self._due:
            self._due[key] = self.hours[line.hut].due(end)
        return self._due[key]

    def _lent(self, line: Line, days: int, length: int) -> dict[str, int]:
        """What is known of a loan that went out so many days ago, for so many days."""
        out = self.now - days * DAY - self.random.randrange(8 * 3600)
        end = self.hours[line.hut].ahead(out, length)
        return {"at": out - self.random.randrange(2 * DAY), "out_at": out, "due_at": self._due_at(line, end),
                "taken": (out, end)}

    def _out(self, line: Line, kind: str) -> None:
        length = self.random.choice((7, 14, 14, 30))
        lent = self._lent(line, self.random.randrange(length - 1), length)
        self._add(line, "out", 0, changed_at=lent["out_at"], **lent)

    def _late(self, line: Line, kind: str) -> None:
        """One that should have been back."""
        length = self.random.choice((7, 14))
        lent = self._lent(line, length + self.random.randint(3, 20), length)
        self._add(line, "out", 0, changed_at=lent["out_at"], **lent)

    def _queue(self, line: Line, kind: str) -> None:
        """All units are out, and up to three people wait."""
        for unit in range(line.units):
            lent = self._lent(line, self.random.randrange(2, 12), 14)
            self._add(line, "out", unit, changed_at=lent["out_at"], **lent)
        at = self.now - 2 * DAY
        for number in range(1, self.random.randint(1, 3) + 1):
            at += self.random.randrange(60, 12 * 3600)
            self._add(line, "asked", at=at, changed_at=at, number=number)

    def _ready(self, line: Line, kind: str) -> None:
        hours, at = self.hours[line.hut], self.now - self.random.randrange(60, 20 * 3600)
        until = hours.kept_until(at, 3)
        self._add(line, "ready", 0, at=at, changed_at=at, ready_until=until, taken=(at, hours.ahead(until, 14)))

    def _dates(self, line: Line, ahead: int) -> tuple[int, int]:
        start = self.hours[line.hut].ahead(self.now, ahead)
        return start, self.hours[line.hut].ahead(start, self.random.randint(1, 7))

    def _approved(self, line: Line, kind: str) -> None:
        at, dates = self.now - self.random.randrange(3 * DAY), self._dates(line, self.random.randint(1, 40))
        self._add(line, "approved", 0, at=at, changed_at=at, starts_at=dates[0], ends_at=dates[1], taken=dates)

    def _asked(self, line: Line, kind: str) -> None:
        """Staff have yet to say yes."""
        at, dates = self.now - self.random.randrange(2 * DAY), self._dates(line, self.random.randint(2, 20))
        self._add(line, "asked", at=at, changed_at=at, starts_at=dates[0], ends_at=dates[1])

    def _gone(self, line: Line, state: str) -> None:
        """Went out, and something came between: lost, argued about, or brought back elsewhere."""
        lent = self._lent(line, self.random.randint(6, 40), 14)
        end = min(lent["out_at"] + self.random.randint(2, 20) * DAY, self.now - 3600)
        back = {"back_at": end} if state == "back" else {}
        self._add(line, state, 0, changed_at=end, **lent | {"taken": (lent["out_at"], end)}, **back)

    def _ended(self, line: Line, state: str) -> None:
        """Never went out."""
        at = self.now - self.random.randint(5, 200) * DAY - self.random.randrange(DAY)
        until = {"ready_until": at + 3 * DAY} if state == "noshow" else {}
        self._add(line, state, 0 if state == "noshow" else None, at=at, changed_at=at + 3 * DAY, **until)

    def _closed(self, line: Line) -> None:
        """Went out and came back before all that is known of the unit so far."""
        unit = self.random.randrange(line.units)
        before = self.since.get((line.n, unit), self.now)
        back = before - self.random.randrange(3600, 12 * DAY)
        out = back - self.random.randrange(3600, 14 * DAY)
        end = self.hours[line.hut].ahead(out, 14)
        self._add(line, "closed", unit, at=out - self.random.randrange(60, DAY), changed_at=back, out_at=out,
                  back_at=back, due_at=self._due_at(line, end), taken=(out, back))

    def store(self, items: Sequence[int], units: Mapping[tuple[int, int], int]) -> None:
        """The rows of loans, their moves and ranges, and what is due because of them."""
        made = [(one, items[one.line.n], None if one.unit is None else units[one.line.n, one.unit])
                for one in self.loans]
        ids = bulk(Loan, FIELDS, [self._row(*row) for row in made])
        numbered = list(zip(ids, made, strict=True))
        bulk(Move, MOVE, [move for number, (one, *_) in numbered for move in self._moves(number, one)])
        bulk(Range, RANGE, [(unit, item, "loan", number, *one.taken) for number, (one, item, unit) in numbered
                            if one.taken])
        bulk(Due, ("site_id", "kind", "ref", "due_at", "only"),
             [row for number, (one, *_) in numbered for row in self._later(number, one)])

    def _row(self, one: Planned, item: int, unit: int | None) -> tuple:
        return (item, unit, one.line.hut, one.person, one.state, one.starts_at, one.ends_at, one.number,
                one.ready_until, one.due_at, one.out_at, one.back_at, WHY.get(one.state, ""), one.person, "web",
                one.at, one.changed_at)

    def _moves(self, number: int, one: Planned) -> Iterator[tuple]:
        """Each step up to where the loan is."""
        times = {"out": one.out_at, "back": one.back_at, "closed": one.back_at}
        old = ""
        for new in PATHS[one.state]:
            at = times.get(new) or (one.changed_at if new == one.state else one.at)
            by = (one.person, "web") if new in ("asked", "cancelled") else (self.plot.staff, "desk")
            yield number, old, new, WHY.get(new, ""), by[0], one.person, by[1], at
            old = new

    def _later(self, number: int, one: Planned) -> Iterator[tuple]:
        for kind, at in self._times(one):
            if at is not None and at > self.now:
                yield scope_id(), kind, str(number), at, f"{kind} {number} {scope_id()}"

    def _times(self, one: Planned) -> Iterator[tuple[str, int | None]]:
        hours = self.hours[one.line.hut]
        if one.state == "out":
            ahead = (hours.ahead(one.due_at, step) + dues.HOUR for step in dues.REMINDERS)
            yield "huts.reminder", next((at for at in ahead if at > self.now), None)
        if one.state == "ready":
            yield "huts.pickup_ends", one.ready_until
        if one.state == "approved":
            yield "huts.starts", one.starts_at
        if one.state in ("approved", "asked") and one.ends_at:
            yield "huts.expires", one.ends_at if one.state == "approved" else one.starts_at
