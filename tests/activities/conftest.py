"""A community with activities, a family and its desk."""


import pytest
from portal.plugins.activities import changes
from portal.plugins.activities.models import (
    Activity,
)

from portal.base import clock
from portal.people.models import Household
from tests.activities.parties import NOON

HOUR = 3600
DAY = 24 * HOUR


@pytest.fixture
def noon():
    """The clock stands at noon of a day in 2028; ask for it before anybody signs in."""
    with clock.frozen(NOON) as now:
        yield now


@pytest.fixture
def announce(town):
    """`announce("剪纸", days=[2, 9], capacity=4)`: a published activity; its id."""
    def make(title: str, days=(2,), at: str = "north", publish: bool = True, all_day: bool = False, **fields) -> int:
        now = clock.now()
        with town.app.app_context(), town.unit(at):
            activity = Activity.create(uid=changes.new_uid(), title=title, **fields)
            changes.add_dates(activity, [(now + int(d * DAY), now + int(d * DAY) + 2 * HOUR, all_day) for d in days])
            if publish:
                changes.move(activity, "publish")
        return activity.id
    return make


@pytest.fixture
def ada(town):
    """A resident of the northern community with a child and a husband."""
    person = town.person("陈爱莲", home="north", phone="13800000001")
    with town.unit():
        Household.create(person=person, name="陈乐", birth_year=2017)
        Household.create(person=person, name="黄伯")
    return person


@pytest.fixture
def staff(town):
    """Somebody at the northern community's desk."""
    return town.visitor(town.person("Staff", home="north", role="staff"))


@pytest.fixture
def neighbours(town):
    """Residents of the north, as many as asked for."""
    def make(n: int):
        return [town.person(f"邻居{i}", home="north", phone=f"1370000{i:04d}") for i in range(n)]
    return make
