"""A community with a hut, things on its shelf, and neighbours who borrow them."""

import json
import random
from contextlib import contextmanager
from datetime import date, datetime
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import click
import pytest
from click.testing import CliRunner
from portal.plugins.huts import codes
from portal.plugins.huts.commands import ALL
from portal.plugins.huts.lending import checks
from portal.plugins.huts.models import Code, Hut, Item, Unit

from portal.base import clock, database, due
from portal.jobs import Work

ZONE = ZoneInfo("Asia/Shanghai")
DESK = {"actor_id": None, "person_id": None, "channel": "desk"}
MONDAY = date(2026, 3, 2)  # a week without a holiday follows
OPEN = json.dumps([[], *[[[540, 1260]]] * 6])  # Tuesday to Sunday from 9 to 21
DAY, HOUR = 86400, 3600


def at(day: int, hour: float = 0) -> int:
    """An hour of a day in March 2026; the 2nd is a Monday, on which the hut is closed."""
    return int(datetime(2026, 3, 1, tzinfo=ZONE).timestamp()) + (day - 1) * DAY + int(hour * HOUR)


def who(person) -> dict:
    """Somebody who acts for themself on the web."""
    return {"actor_id": person.id, "person_id": person.id, "channel": "web"}


def planted(units: int = 2, hut_id: int | None = None, first: int = 0, **fields) -> tuple[int, int, list[str]]:
    """(hut, item, labels) of a thing with so many units, in the open site."""
    from portal import scope_id
    if hut_id is None:
        hut_id = Hut.create(code=f"H{first}", name="桂花小屋", hours=OPEN, state="open").id
    item = Item.create(**{"hut_id": hut_id, "category": "other.thing", "name": "折叠轮椅", "state": "shown",
                          "units": units} | fields)
    labels = []
    for n in range(units):
        code = label(item.id * 100 + n)
        Unit.create(item_id=item.id, hut_id=hut_id, home_id=hut_id, code=code)
        Code.create(code=code, site_id=scope_id())
        labels.append(code)
    return hut_id, item.id, labels


def label(n: int) -> str:
    """The n-th code, with its check sign."""
    return codes.new(random.Random(n))


@pytest.fixture
def noon():
    """The clock stands at 12 o'clock of Tuesday, 3 March 2026."""
    with clock.frozen(at(3, 12)) as now:
        yield now


@pytest.fixture
def shelf(town):
    """`shelf(units=2)`: (hut, item, labels) of a thing in the northern community."""
    def make(units: int = 2, at: str = "north", **fields):
        with town.app.app_context(), town.unit(at):
            return planted(units, **fields)
    return make


@pytest.fixture
def neighbours(town):
    """`neighbours(3)`: residents whom the community has known for long."""
    def make(n: int, home: str = "north") -> list:
        from portal.people.models import Membership
        people = [town.person(f"邻居{k}", home=home, phone=f"1380000{k:04}") for k in range(n)]
        with town.unit():
            Membership.update(verified_at=0).where(Membership.person.in_(people)).execute()
        return people
    return make


@pytest.fixture
def open_at(town):
    """`with open_at(5, 12):` noon of the 5th in the northern community; what is due by then is done first."""
    @contextmanager
    def enter(day: int, hour: float = 12, work: bool = True):
        with clock.frozen(at(day, hour)), town.app.app_context():
            if work:
                worked(town)
            with town.unit("north"):
                yield
                assert checks.first_broken() is None
    return enter


def worked(town) -> int:
    """Do all that is due, as the portal's worker does; how much it was. Nothing may fail."""
    mine, done = Work(town.app), 0
    mine.looked = float("inf")  # no nights
    with town.app.app_context(), database.use(town.db):
        while due.run_next(mine.do):
            done += 1
        with database.unit():
            assert [row.error for row in due.Due.select().where(due.Due.error != "")] == []
    return done


@pytest.fixture
def huts(town):
    """`huts("check", "north")`: the command, as `portal huts` runs it."""
    group = click.Group("huts", {command.name: command for command in ALL})

    def run(*words):
        return CliRunner().invoke(group, list(map(str, words)), obj=SimpleNamespace(app=town.app))
    return run
