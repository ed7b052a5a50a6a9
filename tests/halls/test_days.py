"""The days of the hall: stages end and polls open and close in calendars, in words on a topic's page, and in a file."""

import re
from datetime import date, timedelta

import icalendar
import pytest
from portal.plugins.halls import agenda
from portal.plugins.halls.models import Poll, Topic
from portal.plugins.halls.polls import preflight, roll

from portal.base import clock, sites
from tests.halls.conftest import STAFF, drafted
from tests.halls.talk import opened

ZONE, LIST = "Asia/Shanghai", "/north/calendar/?view=list"
TODAY = clock.local_date(clock.now(), ZONE)


def noon(days: int) -> date:
    return TODAY + timedelta(days=days)


@pytest.fixture
def staged(town, staff) -> int:
    """A topic whose stages staff have given their days: two ends, and one first day."""
    topic = opened(town, title="充电棚", names=("listen", "discuss", "vote"))
    desk = f"/north/halls/desk/topics/{topic}/stages"
    given = {"listen-to": noon(3), "discuss-from": noon(4), "discuss-to": noon(9), "vote-from": noon(12)}
    assert staff.submit(desk, **{k: day.isoformat() for k, day in given.items()}).status_code == 303
    return topic


def said(day: date) -> str:
    return f"{day.month}月{day.day}日"


def test_a_topic_says_its_days_as_people_do(town, staged):
    text = town.visitor().get(f"/north/halls/topics/{staged}").text
    facts = dict(re.findall(r'<dt>([^<]+)</dt><dd><span class="d">([^<]+)</span>', text))
    assert list(facts) == ["听意见", "讨论", "投票"]
    assert facts["听意见"].startswith("至") and said(noon(3)) in facts["听意见"] and "周" in facts["听意见"]
    assert said(noon(4)) in facts["讨论"] and said(noon(9)) in facts["讨论"]
    assert facts["投票"].endswith("起") and said(noon(12)) in facts["投票"]


def test_a_topic_without_days_names_none(town):
    assert "calendar.ics" not in town.visitor().get(f"/north/halls/topics/{opened(town)}").text


def test_the_calendar_has_the_last_days_of_stages(town, staged):
    text = town.visitor().get(LIST).text
    assert text.count("最后一天：充电棚") == 2 and "“听意见”" in text and "“讨论”" in text
    assert "充电棚" not in town.visitor().get("/south/calendar/?view=list").text
    with town.unit("north"):
        Topic.update(state="ended", version=Topic.version + 1).where(Topic.id == staged).execute()
    assert "充电棚" not in town.visitor().get(LIST).text


def test_the_calendar_has_when_polls_open_and_close(town, poll):
    poll_id, _voters = poll(title="修哪盏灯？", closes=3600)
    text = town.visitor().get(LIST).text
    assert "开始投票：修哪盏灯？" in text and "投票截止：修哪盏灯？" in text
    assert text.count(f"/north/halls/polls/{poll_id}") == 2
    with town.unit("north"):
        Poll.update(opened_at=clock.now() - 10 * 86400, version=Poll.version + 1).execute()
    text = town.visitor().get(LIST).text
    assert "开始投票" not in text and "投票截止：修哪盏灯？" in text


def test_a_draft_is_in_the_calendar_once_those_on_its_roll_are_told(town):
    town.person("甲", home="north")
    with town.app.app_context(), town.unit("north"):
        row = drafted("plurality", "AB", (), {}, title="修哪盏灯？", text="选。", closes_at=clock.now() + 9000,
                      opens_at=clock.now() + 3600)
    visitor = town.visitor()
    with town.app.app_context(), town.unit("north"):
        roll.freeze(row.id, STAFF)
    assert "修哪盏灯" not in visitor.get(LIST).text
    with town.app.app_context(), town.unit("north"):
        for key in preflight.TICKS:
            assert preflight.tick(row.id, key, STAFF)
    assert "开始投票：修哪盏灯？" in visitor.get(LIST).text and f"halls/polls/{row.id}" not in visitor.get(LIST).text
    with town.unit("north"):
        Poll.update(state="withdrawn", version=Poll.version + 1).execute()
    assert "修哪盏灯" not in visitor.get(LIST).text


def test_who_is_on_a_roll_has_the_poll_in_their_own_calendar(town, poll):
    north, (ada, *_others) = poll(title="修哪盏灯？", closes=3600)
    poll(title="别人的", at="south")
    with town.unit("north"):
        found = [(day.uid, day.title, day.url, day.site_id) for day in agenda.of(ada.id, 0, clock.now() + 9000)]
    assert found == [(f"poll-{north}-opens@halls", "Voting opens: 修哪盏灯？", f"halls/polls/{north}", town.north.id),
                     (f"poll-{north}-closes@halls", "Voting closes: 修哪盏灯？", f"halls/polls/{north}", town.north.id)]
    mine = town.visitor(ada)
    assert mine.submit("/north/me/calendar", "/north/me/calendar").status_code == 303
    address = re.search(r'value="http[^"]*(/town/calendar/mine/[^"]+)"', mine.get("/north/me/calendar").text)[1]
    events = [*icalendar.Calendar.from_ical(town.visitor().get(address).data).walk("VEVENT")]
    assert [str(e["SUMMARY"]) for e in events] == ["开始投票：修哪盏灯？", "投票截止：修哪盏灯？"]
    assert all(str(e["URL"]).endswith(f"/north/halls/polls/{north}") for e in events)


def test_a_file_to_subscribe_to(town, staged, poll):
    poll_id, _voters = poll(title="修哪盏灯？")
    answer = town.visitor().get("/north/halls/calendar.ics")
    assert answer.status_code == 200 and answer.mimetype == "text/calendar"
    events = {str(e["UID"]).split("@")[0]: e for e in icalendar.Calendar.from_ical(answer.data).walk("VEVENT")}
    assert set(events) == {f"topic-{staged}-listen", f"topic-{staged}-discuss", f"poll-{poll_id}-opens",
                           f"poll-{poll_id}-closes"}
    last = events[f"topic-{staged}-listen"]
    assert (last["DTSTART"].dt, last["DTEND"].dt) == (noon(3), noon(4))
    assert str(last["URL"]).endswith(f"/north/halls/topics/{staged}")
    closes = events[f"poll-{poll_id}-closes"]["DTSTART"].dt
    with town.unit("north"):
        assert int(closes.timestamp()) == Poll.get_by_id(poll_id).closes_at


def test_the_days_of_several_sites_are_asked_for_at_once(town, staged, poll):
    poll()
    poll(at="south")
    with town.app.test_request_context("/north/"), town.unit():
        with sites.within_all((town.north.id, town.south.id)):
            found = list(agenda.days(0, 2**40))
    assert sorted(day.site_id for day in found) == sorted([town.north.id] * 4 + [town.south.id] * 2)
