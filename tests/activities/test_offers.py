"""Offers in the corners: one place far back in the queue, minutes before the start, a date that moves."""

from portal.plugins.activities import changes
from portal.plugins.activities.models import Occurrence, SignUp

from portal.base import clock
from portal.base.due import Due
from tests.activities.parties import NOON, dates_of, enter, go, sound, state_of, work

HOUR = 3600


def test_a_place_left_over_finds_its_party_far_back_in_the_queue(town, announce, neighbours, noon):
    activity = announce("包饺子", [5], capacity=3)
    date_id = dates_of(town, activity)[0].id
    family, *pairs, single = neighbours(27)
    assert enter(town, date_id, family, 3) == "joined"
    assert {enter(town, date_id, pair, 2) for pair in pairs} == {"waiting"} == {enter(town, date_id, single)}
    go(town, date_id, family)
    work(town)
    assert [state_of(town, p, activity) for p in (*pairs[:2], single)] == ["offered", "waiting", "offered"]
    sound(town)


def test_minutes_before_the_start_nothing_is_left_for_the_worker(town, announce, neighbours, noon):
    """Nothing is offered any more, and nobody has to look again every second."""
    activity = announce("早操", [8 / 1440], capacity=1)
    date_id = dates_of(town, activity)[0].id
    first, second = neighbours(2)
    enter(town, date_id, first)
    enter(town, date_id, second)
    go(town, date_id, first)
    assert state_of(town, second, activity) == "waiting"
    with town.unit():
        assert not Due.select().where(Due.kind == "activities.deal").exists()


def test_an_offer_of_a_date_that_moves_is_made_anew(town, announce, neighbours, noon):
    activity = announce("讲座", [5], capacity=1)
    date_id = dates_of(town, activity)[0].id
    first, second, third = neighbours(3)
    for person in (first, second, third):
        enter(town, date_id, person)
    go(town, date_id, first)
    assert until(town, second) == NOON + 4 * HOUR
    with town.app.app_context(), town.unit("north"):
        row = Occurrence.get_by_id(date_id)
        changes.move_date(row, NOON + 2 * HOUR, NOON + 4 * HOUR, False, "", row.title)
    assert until(town, second) == NOON + HOUR  # half the time left
    assert state_of(town, third, activity) == "waiting"
    with clock.frozen(NOON + HOUR):
        work(town)
    assert [state_of(town, p, activity) for p in (second, third)] == ["expired", "offered"]
    sound(town)


def until(town, person) -> int | None:
    with town.unit("north"):
        return SignUp.get(SignUp.person_id == person.id).offered_until
