"""What reminders and offers say, and until when they tell something."""

import pytest

from portal.base import clock
from portal.people.models import Mail, Notice
from tests.activities.parties import NOON, dates_of, enter, go, work

HOUR = 3600


@pytest.fixture
def reader(town):
    return town.person("何叔", home="north", email="he@example.cn")


@pytest.mark.parametrize(("place", "said"), [("一楼", "，一楼。"), ("", "到下午2:00。")])
def test_a_reminder_names_the_place_where_one_is_known(noon, town, announce, reader, place, said):
    date_id = dates_of(town, announce("早操", [1], capacity=5, place=place))[0].id
    enter(town, date_id, reader)
    with clock.frozen(NOON + 23 * HOUR):
        work(town)
    with town.unit():
        assert said in Notice.get(Notice.person == reader).text


def test_an_early_date_is_not_told_of_when_it_has_begun(noon, town, announce, reader):
    """In the reader's quiet hours the e-mail waits for eight in the morning: for this one that is too late."""
    date_id = dates_of(town, announce("早操", [19 / 24], capacity=5))[0].id  # at seven
    enter(town, date_id, reader)
    with clock.frozen(NOON + 18 * HOUR):
        work(town)
    with town.unit():
        assert Notice.get(Notice.person == reader).kind == "activities.reminder"
        assert Mail.get().until == NOON + 19 * HOUR


def test_an_offer_is_told_of_while_it_holds(noon, town, announce, reader, ada):
    date_id = dates_of(town, announce("讲座", [5], capacity=1))[0].id
    for person in (ada, reader):
        enter(town, date_id, person)
    go(town, date_id, ada)
    with town.unit():
        assert Mail.get().until == NOON + 4 * HOUR
