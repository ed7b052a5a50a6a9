"""Whoever has signed up hears of another place, however it was changed."""

import pytest
from portal.plugins.activities.calendars import imports
from portal.plugins.activities.models import Activity, Occurrence

from portal.base import database, sites
from portal.people.models import Notice
from tests.activities.parties import dates_of, enter

NORTH = "/north/activities/desk"


@pytest.fixture
def date(noon, town, announce, ada):
    """A date in the hall that Ada has signed up for."""
    found = dates_of(town, announce("包饺子", [2, 9], capacity=5, place="礼堂"))[0]
    enter(town, found.id, ada)
    return found


def told(town) -> list[str]:
    with town.unit():
        return [n.text for n in Notice.select().where(Notice.kind == "activities.changed").order_by(Notice.id)]


@pytest.mark.parametrize("page", ["date/{0.id}", "{0.activity_id}/edit"])
def test_a_new_place_is_told_once(date, staff, town, page):
    page = f"{NORTH}/{page.format(date)}"
    for place in ("二楼", "二楼", ""):
        assert staff.submit(page, place=place).status_code == 303
    assert len(told(town)) == 1 and "改在二楼" in told(town)[0]


def test_a_new_time_and_a_new_place_are_both_told_and_the_past_is_not(date, staff, town):
    answer = staff.submit(f"{NORTH}/date/{date.id}", place="二楼", start="16:00", end="18:00")
    assert len(told(town)) == 2 and "通知了1人" in staff.get(answer.location).text
    with town.unit("north"):
        Occurrence.update(starts_at=1, ends_at=2).where(Occurrence.id == date.id).execute()
    staff.submit(f"{NORTH}/{date.activity_id}/edit", place="三楼")
    assert len(told(town)) == 2


FILE = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//test//
X-WR-CALNAME:小屋
BEGIN:VEVENT
UID:one@test
DTSTAMP:20280101T000000Z
SUMMARY:太极
LOCATION:{}
DTSTART:20280310T020000Z
DTEND:20280310T030000Z
END:VEVENT
END:VCALENDAR
"""


def test_a_calendar_file_with_another_place_is_told_too(noon, town, ada):
    def take_in(place: str) -> None:
        with town.app.app_context(), database.use(town.db), sites.within(town.north.id):
            imports.take_in(FILE.format(place).replace("\n", "\r\n").encode(), "a.ics", "Asia/Shanghai", 5)
    take_in("礼堂")
    with town.unit("north"):
        date_id = Occurrence.get(Occurrence.activity_id == Activity.get().id).id
    enter(town, date_id, ada)
    take_in("二楼")
    assert len(told(town)) == 1 and "改在二楼" in told(town)[0]
