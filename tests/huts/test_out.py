"""What leaves the site: calendars of people and huts, and what is free as JSON."""

import icalendar
import pytest
from portal.plugins.huts.lending import asking, changing, handing, returning
from portal.plugins.huts.models import Hut, Item, SpecialDay
from portal.plugins.huts.out import agenda

from portal.base import clock
from tests.huts.conftest import DAY, DESK, at, who
from tests.huts.held import lend_hold

HUTS = "/north/huts"


def entries(answer) -> list[dict]:
    """The events of a calendar file, as another library reads them."""
    assert answer.status_code == 200 and answer.mimetype == "text/calendar"
    return list(icalendar.Calendar.from_ical(answer.data).walk("VEVENT"))


def mine(town, person) -> list:
    """What a person's own calendar has of the northern huts."""
    return list(agenda.of(person.id, at(1), at(31)))


def test_a_loan_is_one_entry_that_moves_as_it_goes_on(town, shelf, neighbours, open_at):
    hut, item, labels = shelf(units=1)
    person, other = neighbours(2)
    with open_at(3):
        loan = asking.ask(item, person.id, who(person), start=at(5), end=at(7))
        held, = mine(town, person)
        assert (held.start, held.end, held.all_day) == (at(5), at(7), True) and not mine(town, other)
    with open_at(5):
        ready, = mine(town, person)
        lend_hold(loan, DESK)
        out, = mine(town, person)
        assert out.end == at(7, 21) and out.place == "桂花小屋"
        changing.extend(loan, who(person))
        later, = mine(town, person)
    steps = [held, ready, out, later]
    assert {day.uid for day in steps} == {held.uid} and later.end > out.end
    assert [day.sequence for day in steps] == sorted({day.sequence for day in steps})
    with open_at(6):
        returning.give_back(labels[0], hut, DESK)
        assert not mine(town, person)


def test_the_own_calendar_of_a_person_has_what_they_borrow(town, shelf, neighbours, open_at):
    _hut, _item, labels = shelf(units=1)
    person, = neighbours(1)
    with open_at(3):
        handing.lend(labels, person.id, DESK)
    with town.app.app_context(), town.unit():
        from portal.base import sites
        with sites.within_all((town.north.id, town.south.id)):
            day, = agenda.of(person.id, at(1), at(60))
            assert day.site_id == town.north.id and day.title.endswith("折叠轮椅")


def test_the_calendar_of_a_hut_has_its_hours_and_special_days(town, shelf):
    hut, *_rest = shelf()
    with town.unit("north"):
        SpecialDay.create(hut_id=hut, day="2026-03-04", hours="[]", why="盘点")
        SpecialDay.create(hut_id=hut, day="2026-03-09", hours="[[600, 720]]", why="开放日")
    with clock.frozen(at(3, 10)):
        found = entries(town.visitor().get(f"{HUTS}/{hut}/calendar.ics"))
        again = town.visitor().get(f"{HUTS}/{hut}/calendar.ics")
        assert town.visitor().get(f"{HUTS}/{hut}/calendar.ics", headers={
            "If-None-Match": again.headers["ETag"]}).status_code == 304
    starts = [int(event["DTSTART"].dt.timestamp()) for event in found if hasattr(event["DTSTART"].dt, "hour")]
    assert starts[0] == at(3, 9) and at(9, 10) in starts and at(9, 9) not in starts  # the 9th is a Monday
    closed, = (event for event in found if not hasattr(event["DTSTART"].dt, "hour"))
    assert closed["DTSTART"].dt.isoformat() == "2026-03-04" and closed["DESCRIPTION"] == "盘点"
    assert max(starts) < at(3) + 8 * 7 * DAY <= max(starts) + 2 * DAY
    assert len({event["UID"] for event in found}) == len(found)


def test_holidays_on_which_huts_rest_and_special_days_stand_in_the_calendar(town, shelf):
    hut, *_rest = shelf()
    with town.unit("north"):
        SpecialDay.create(hut_id=hut, day="2026-09-24", hours="[]", why="盘点")
    guest, month = town.visitor(), "/north/calendar/?view=list&on=2026-09-01"
    with clock.frozen(at(186)):  # 2 September
        text = guest.get(month).text
        assert "桂花小屋不开：盘点" in text and "小屋不开：中秋节" in text
        with town.unit("north"):
            SpecialDay.update(why="消毒").execute()
        assert "桂花小屋不开：消毒" in guest.get(month).text
        with town.unit("north"):
            Hut.update(holidays="open").execute()
        assert "小屋不开：中秋节" not in guest.get(month).text


def test_the_page_of_a_hut_shows_its_next_two_weeks(town, shelf):
    hut, *_rest = shelf()
    with clock.frozen(at(3, 10)):
        text = town.visitor().get(f"{HUTS}/{hut}").text
    assert "往后两周的开放时间" in text
    assert text.count("9:00<br>21:00") == 12 and text.count(">休息<") == 2 and f"{hut}/calendar.ics" in text


def test_what_is_free_day_by_day_without_names(town, shelf, neighbours, open_at):
    _hut, item, labels = shelf(units=2)
    person, = neighbours(1)
    with open_at(3):
        asking.ask(item, person.id, who(person), start=at(5), end=at(7))
    with clock.frozen(at(3, 12)):
        answer = town.visitor().get(f"{HUTS}/items/{item}/availability.json?from=2026-03-03&to=2026-03-08")
        found = answer.json
        assert [day["free"] for day in found["days"]] == [2, 2, 1, 1, 2, 2]
        assert found["units"] == 2 and found["free_now"] == 2 and found["days"][0]["open"] is True
        assert answer.cache_control.public and answer.cache_control.max_age == 60
        assert person.name not in answer.text and labels[0] not in answer.text
        same = town.visitor().get(f"{HUTS}/items/{item}/availability.json?from=2026-03-03&to=2026-03-08",
                                  headers={"If-None-Match": answer.headers["ETag"]})
        assert same.status_code == 304 and not same.data
        assert len(town.visitor().get(f"{HUTS}/items/{item}/availability.json").json["days"]) == 14


@pytest.mark.parametrize("asked", ["from=2026-03-08&to=2026-03-03", "from=morgen", "from=2026-03-03&to=2027-03-03",
                                   "from=9999-12-31", "to=", "from=0001-01-01&to=0001-01-02", "from=20260303"])
def test_days_that_cannot_be_are_refused(town, shelf, asked):
    _hut, item, _labels = shelf()
    with clock.frozen(at(3)):
        assert town.visitor().get(f"{HUTS}/items/{item}/availability.json?{asked}").status_code == 400


def test_nothing_is_told_of_what_residents_do_not_see(town, shelf):
    hut, item, _labels = shelf()
    with town.unit("north"):
        Item.update(state="withdrawn").execute()
    guest = town.visitor()
    assert guest.get(f"{HUTS}/items/{item}/availability.json").status_code == 404
    assert guest.get(f"{HUTS}/availability.json").json == {"items": [], "next": None}
    with town.unit("north"):
        Hut.update(state="draft").execute()
    assert guest.get(f"{HUTS}/{hut}/calendar.ics").status_code == 404
    assert guest.get(f"/south/huts/{hut}/calendar.ics").status_code == 404


def test_the_feed_of_the_shelf_goes_on_page_by_page(town, shelf, monkeypatch):
    from portal.plugins.huts.out import feeds
    hut, first, _labels = shelf(units=1, name="甲")
    with town.app.app_context(), town.unit("north"):
        Item.create(hut_id=hut, category="other.thing", name="乙", state="shown")
    monkeypatch.setattr(feeds, "MOST_ITEMS", 1)
    guest = town.visitor()
    one = guest.get(f"{HUTS}/availability.json").json
    two = guest.get(f"{HUTS}/availability.json{one['next']}").json
    assert sorted(i["name"] for i in one["items"] + two["items"]) == ["乙", "甲"] and two["next"] is None
    assert {i["free_now"] for i in one["items"] + two["items"]} == {0, 1}
