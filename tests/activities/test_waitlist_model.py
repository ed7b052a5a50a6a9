"""Random joins, leaves, answers and hours, against a model that keeps everything in one list."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from portal.plugins.activities.models import Occurrence, SignUp
from portal.plugins.activities.places import checks, dues, offering, seats
from portal.plugins.activities.rules import LIVE, Party

from portal.base import clock
from portal.base.due import Due

ZONE = ZoneInfo("Asia/Shanghai")
BEGIN = int(datetime(2028, 2, 27, 9, tzinfo=ZONE).timestamp())
START = BEGIN + 5 * 86400
PEOPLE, MINUTE = 9, 60


class Model:
    """The rules once more, minute by minute and without a database."""

    def __init__(self, capacity: int):
        self.capacity, self.now = capacity, BEGIN
        self.parties: dict[int, list] = {}  # person → [state, size, held until], in the order of the queue

    def of(self, *states: str) -> list[list]:
        return [p for p in self.parties.values() if p[0] in states]

    def size(self, *states: str) -> int:
        return sum(p[1] for p in self.of(*states))

    def by_day(self, at: int) -> bool:
        return 8 <= datetime.fromtimestamp(at, ZONE).hour < 21

    def until(self) -> int | None:
        left = sum(self.by_day(t) for t in range(self.now, START, MINUTE))
        minutes, at = min(240, left / 2), self.now
        if not self.by_day(at) or minutes < 5:
            return None
        while minutes >= 1 or not self.by_day(at):
            minutes -= self.by_day(at)
            at += MINUTE
        return at + int(minutes * 60)

    def deal(self) -> None:
        until = self.until()
        for party in self.of("waiting") if until else ():
            if party[1] <= self.capacity - self.size("joined", "offered"):
                party[0], party[2] = "offered", until

    def end(self) -> None:
        ended = [p for p, party in self.parties.items() if party[0] == "offered" and party[2] <= self.now]
        for person in ended:
            del self.parties[person]
        self.deal()

    def join(self, person: int, size: int, wait: bool) -> None:
        room = not self.of("waiting") and self.size("joined", "offered") + size <= self.capacity
        if person not in self.parties and (room or wait and size <= self.capacity):
            self.parties[person] = ["joined" if room else "waiting", size, 0]
            if not room:
                self.deal()

    def leave(self, person: int) -> None:
        if self.parties.pop(person, None):
            self.deal()

    def accept(self, person: int) -> None:
        party = self.parties.get(person, [""])
        if party[0] == "offered" and party[2] > self.now:
            party[0] = "joined"
        elif party[0] == "offered":
            self.end()

    def resize(self, capacity: int) -> None:
        if self.size("joined", "offered") <= capacity:
            self.capacity = capacity
            self.deal()


STEPS = st.lists(st.one_of(
    st.tuples(st.just("join"), st.integers(0, PEOPLE - 1), st.integers(1, 4), st.booleans()),
    st.tuples(st.just("leave"), st.integers(0, PEOPLE - 1)),
    st.tuples(st.just("accept"), st.integers(0, PEOPLE - 1)),
    st.tuples(st.just("resize"), st.integers(1, 6)),
    st.tuples(st.just("wait"), st.sampled_from([1, 20, 90, 241, 700]), st.booleans())), min_size=20, max_size=40)


def played(date_id: int, people: list, step: tuple) -> None:
    """One step in the portal; whoever works does what is due afterwards."""
    name, *given_ = step
    if name == "resize":
        seats.set_capacity(date_id, given_[0])
        return
    who = {"actor_id": None, "person_id": people[given_[0]].id, "channel": "web"}
    if name == "join":
        seats.sign_up(date_id, seats.Wish(Party(True, (), given_[1] - 1)), who, given_[2])
    elif name == "leave":
        seats.give_back(date_id, who)
    else:
        offering.accept(date_id, who)


def worked(date_id: int) -> None:
    for row in list(Due.select().where((Due.state == "waiting") & (Due.due_at <= clock.now()) & (
            Due.ref == str(date_id))).order_by(Due.due_at, Due.id)):
        dues.run(row)
        Due.update(state="done").where(Due.id == row.id).execute()


def test_random_days_go_as_in_the_model(town, announce):
    people = [town.person(f"邻居{n}", home="north") for n in range(PEOPLE)]

    @settings(max_examples=7, deadline=None, derandomize=True, database=None,
              suppress_health_check=list(HealthCheck), phases=(Phase.generate,))
    @given(STEPS)
    def play(steps):
        with clock.frozen(BEGIN):
            activity = announce("候补", [5], capacity=3)
        model = Model(3)
        with town.app.app_context(), town.unit("north"):
            date_id = Occurrence.get(Occurrence.activity_id == activity).id
        for step in steps:
            if step[0] == "wait":
                model.now += step[1] * MINUTE
            else:
                getattr(model, step[0])(*step[1:])
            with clock.frozen(model.now), town.app.app_context(), town.unit("north"):
                if step[0] != "wait":
                    played(date_id, people, step)
                if step[-1] % 2:  # the worker is not always quick
                    worked(date_id)
                    model.end()
                _same(model, date_id, people)
    play()


def _same(model: Model, date_id: int, people: list) -> None:
    assert checks.broken() == []
    order = {"joined": 0, "offered": 1, "waiting": 2}
    rows = SignUp.select(SignUp.person_id, SignUp.state, SignUp.size, SignUp.offered_until, SignUp.number).where(
        (SignUp.occurrence_id == date_id) & SignUp.state.in_(LIVE)).tuples()
    numbers = {p.id: n for n, p in enumerate(people)}
    found = {numbers[p]: (state, size, until or 0) for p, state, size, until, _n in rows}
    assert found == {p: (s, size, until if s == "offered" else 0) for p, (s, size, until) in model.parties.items()}
    queue = [numbers[p] for p, state, _s, _u, n in sorted(rows, key=lambda r: (order[r[1]], r[4] or 0))
             if state == "waiting"]
    assert queue == [p for p, party in model.parties.items() if party[0] == "waiting"]


def test_the_hours_of_the_model_are_those_of_the_portal():
    """Half the time left and the night, worked out minute by minute."""
    from portal.plugins.activities.places import waitlist
    for hour in range(0, 120, 3):
        model = Model(1)
        model.now = BEGIN + timedelta(hours=hour).seconds + timedelta(hours=hour).days * 86400
        assert waitlist.held_until(model.now, START, 4 * 3600, "Asia/Shanghai") == model.until()
