"""Activities as residents and staff use them: the list, signing up and leaving, the desk, and what goes out."""

import json
import re
from datetime import datetime, timedelta
from io import BytesIO
from zoneinfo import ZoneInfo

import icalendar
import pytest
import recurring_ical_events
from portal.plugins.activities import changes, personal, rules
from portal.plugins.activities.models import (
    MODELS,
    Activity,
    Occurrence,
    SignUp,
    SignUpMember,
)
from portal.plugins.activities.rules import Spot

from portal.base import clock, database, sites
from portal.people.models import Audit, Household, Notice

HOUR = 3600
DAY = 24 * HOUR


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


def dates_of(town, activity_id: int, at: str = "north") -> list[Occurrence]:
    with town.unit(at):
        return list(Occurrence.select().where(Occurrence.activity_id == activity_id).order_by(Occurrence.starts_at))


def join(visitor, activity_id: int, at: str = "north", **fields):
    """Sign up by the form on the page."""
    page = f"/{at}/activities/{activity_id}"
    return visitor.submit(page, f"{page}/sign-up", **fields)


def family_ids(town, person) -> list[str]:
    with town.unit():
        return [str(h.id) for h in Household.select().where(Household.person == person).order_by(Household.id)]


# The list.


def test_the_list_goes_by_week_and_says_what_is_left(town, announce):
    announce("剪纸", [1], capacity=20)
    announce("象棋", [2], capacity=2)
    announce("散步", [8])
    page = town.visitor().get("/north/activities/").text
    assert [page.index(t) for t in ("剪纸", "象棋", "散步")] == sorted(page.index(t) for t in ("剪纸", "象棋", "散步"))
    assert page.count("<h2") >= 2
    assert page.count('class="chip"') == 3 and 'data-k="ok"' in page and 'data-k="warn"' in page


def test_drafts_past_and_foreign_activities_are_not_listed(town, announce):
    draft = announce("草稿活动", publish=False)
    announce("昨天的", [-3])
    foreign = announce("邻居的", at="south")
    guest = town.visitor()
    page = guest.get("/north/activities/").text
    assert not any(t in page for t in ("草稿活动", "昨天的", "邻居的"))
    assert guest.get(f"/north/activities/{draft}").status_code == 404
    assert guest.get(f"/north/activities/{foreign + 100}").status_code == 404
    assert guest.get(f"/south/activities/{draft}").status_code in (200, 404)
    assert "草稿活动" not in guest.get(f"/south/activities/{draft}").text
    for path in (f"{draft}.ics", "calendar.ics"):
        assert "草稿活动" not in guest.get(f"/north/activities/{path}").text


def test_pages_by_key_show_everything_once(town, announce):
    announce("每天", [n + 0.5 for n in range(60)])
    guest, address, seen = town.visitor(), "/north/activities/", []
    pages = []
    while address:
        text = guest.get(address).text
        found = re.findall(r'activities/\d+\?on=(\d+)"', text)
        seen += found
        pages.append((address, found))
        following = re.search(r'href="([^"]+)" rel="next"', text)
        address = "/north/activities/" + following[1].replace("&amp;", "&") if following else ""
    assert len(seen) == len(set(seen)) == 60
    assert [len(found) for _a, found in pages] == [24, 24, 12]
    back = re.search(r'href="([^"]+)" rel="prev"', guest.get(pages[2][0]).text)[1].replace("&amp;", "&")
    again = re.findall(r'activities/\d+\?on=(\d+)"', guest.get("/north/activities/" + back).text)
    assert again == pages[1][1]


def test_filters(town, announce):
    announce("剪纸", [1], capacity=4, tags=rules.packed(["亲子"]))
    full = announce("象棋", [2], capacity=1, tags=rules.packed(["长者"]))
    with town.unit("north"):
        Occurrence.update(taken=1).where(Occurrence.activity_id == full).execute()
    guest = town.visitor()
    assert "亲子" in guest.get("/north/activities/").text
    page = guest.get("/north/activities/?tag=亲子").text
    assert "剪纸" in page and "象棋" not in page
    page = guest.get("/north/activities/?open=1").text
    assert "剪纸" in page and "象棋" not in page
    for query in ("?when=week", "?when=weekend", "?when=never", "?after=x.y", "?after=99999999999999999999999.1",
                  "?from=2031-02-30", "?from=2031-02-01", "?tag=%25", "?before=1.1"):
        assert guest.get(f"/north/activities/{query}").status_code == 200
    with clock.frozen(int(datetime(2026, 11, 25, 4, tzinfo=ZoneInfo("Asia/Shanghai")).timestamp())):
        announce("周六市集", [3.5])
        announce("周一早操", [5.5])
        page = guest.get("/north/activities/?when=weekend").text
        assert "周六市集" in page and "周一早操" not in page


def test_the_list_asks_at_most_two_queries(town, announce, ada, monkeypatch):
    for n in range(30):
        announce(f"活动{n}", [n + 1], capacity=5, tags=rules.packed([f"t{n}"]))
    visitor, asked = town.visitor(ada), []
    real = type(town.db).execute_sql
    monkeypatch.setattr(type(town.db), "execute_sql", lambda self, sql, params=None: (
        asked.append(sql), real(self, sql, params))[1])
    for path in ("/north/activities/", "/north/activities/1", "/north/activities/mine"):
        asked.clear()
        assert visitor.get(path).status_code == 200
        assert len([s for s in asked if "activities_" in s or "household" in s]) <= 2, path
    asked.clear()
    visitor.get("/north/")
    assert len([s for s in asked if "activities_" in s]) == 1


# Signing up.


def test_signing_up_with_the_family_and_leaving(town, announce, ada):
    activity = announce("剪纸", capacity=20)
    visitor = town.visitor(ada)
    answer = join(visitor, activity, who=["me", *family_ids(town, ada)])
    assert answer.status_code == 303
    date = dates_of(town, activity)[0]
    assert date.taken == 3
    page = visitor.get(f"/north/activities/{activity}").text
    assert all(name in page for name in ("陈爱莲", "陈乐", "黄伯"))
    assert "剪纸" in visitor.get("/north/activities/mine").text
    with town.unit("north"):
        row = SignUp.get()
        assert (row.size, row.state, row.actor_id, row.person_id, row.channel) == (3, "joined", ada.id, ada.id, "web")
        assert {m.name for m in SignUpMember.select()} == {"陈乐", "黄伯"}
    assert visitor.submit(f"/north/activities/{activity}", f"/north/activities/{activity}/leave").status_code == 303
    assert dates_of(town, activity)[0].taken == 0
    assert "剪纸" not in visitor.get("/north/activities/mine").text
    assert join(visitor, activity, who=["me"]).status_code == 303
    assert dates_of(town, activity)[0].taken == 1
    with town.unit("north"):
        assert SignUp.select().count() == 1 and SignUpMember.select().count() == 0


def test_a_guest_signs_in_first_and_comes_back(town, announce):
    activity = announce("剪纸", capacity=20)
    guest = town.visitor()
    date = dates_of(town, activity)[0]
    page = guest.get(f"/north/activities/{activity}?on={date.id}").text
    assert f"/north/sign-in?next=/activities/{activity}%3Fon%3D{date.id}" in page
    assert f'action="/north/activities/{activity}/sign-up"' not in page
    assert "/sign-in?next=" in guest.get("/north/activities/mine").location
    assert guest.get(f"/north/activities/{activity}/sign-up").location.endswith(f"/activities/{activity}#signup")


def refusal(answer) -> str:
    """The sentence of a refused form."""
    assert answer.status_code == 422
    return re.search(r'class="errlist">.*?<a href="#[\w-]+">(.*?)</a>', answer.text, re.DOTALL)[1]


def test_full_is_said_with_the_nearest_date(town, announce, ada):
    activity = announce("剪纸", [2, 5, 9], capacity=2)
    other = announce("书法", [3], capacity=9, tags=rules.packed(["亲子"]))
    first, second, third = dates_of(town, activity)
    visitor = town.visitor(ada)
    form = visitor.form(f"/north/activities/{activity}", f"/north/activities/{activity}/sign-up")
    with town.unit("north"):
        Occurrence.update(taken=2).where(Occurrence.id.in_([first.id, second.id])).execute()
    answer = visitor.send(form)
    assert "满" in refusal(answer) or "full" in refusal(answer)
    assert f"on={third.id}" in answer.text and dates_of(town, activity)[0].taken == 2
    page = visitor.get(f"/north/activities/{activity}?on={first.id}").text
    assert f"on={third.id}" in page
    with town.unit("north"):
        Occurrence.update(taken=2).where(Occurrence.id == third.id).execute()
        Activity.update(tags=rules.packed(["亲子"])).where(Activity.id == activity).execute()
    page = visitor.get(f"/north/activities/{activity}?on={first.id}").text
    assert f"activities/{other}?on=" in page


def test_what_is_refused_and_why(town, announce, ada):
    visitor = town.visitor(ada)
    small = announce("小桌", capacity=2)
    assert refusal(join(visitor, small, who=["me", *family_ids(town, ada)]))
    assert refusal(join(visitor, small, who=[]))
    stranger = town.person("路人", home="north")
    with town.unit():
        foreign = Household.create(person=stranger, name="外人").id
    assert refusal(join(visitor, small, who=["me", str(foreign)]))
    assert refusal(join(visitor, small, who=["me", "1e9"]))
    assert dates_of(town, small)[0].taken == 0
    form = visitor.form(f"/north/activities/{small}", f"/north/activities/{small}/sign-up")
    late = visitor.form(f"/north/activities/{small}", f"/north/activities/{small}/sign-up")
    assert visitor.send(form).status_code == 303
    assert refusal(visitor.send(late))
    assert dates_of(town, small)[0].taken == 1
    for state in ({"state": "cancelled"}, {"starts_at": clock.now() - HOUR}, {"capacity": None}):
        activity = announce(f"{state}", capacity=5)
        form = visitor.form(f"/north/activities/{activity}", f"/north/activities/{activity}/sign-up")
        with town.unit("north"):
            Occurrence.update(**state).where(Occurrence.activity_id == activity).execute()
        assert refusal(visitor.send(form))
        assert dates_of(town, activity)[0].taken == 0


def test_the_audience_decides(town, announce):
    for audience, allowed in (("community", False), ("street", True), ("district", True), ("anyone", True)):
        activity = announce(f"给{audience}", capacity=5, audience=audience)
        neighbour = town.visitor(town.person(f"南{audience}", home="south"))
        page = neighbour.get(f"/north/activities/{activity}").text
        assert (f'action="/north/activities/{activity}/sign-up"' in page) == allowed
        resident = town.visitor(town.person(f"北{audience}", home="north"))
        form = resident.form(f"/north/activities/{activity}", f"/north/activities/{activity}/sign-up")
        own = neighbour.form(f"/north/activities/{activity}") if allowed else form
        if allowed:
            assert neighbour.send(own, who=["me"]).status_code == 303
        assert resident.send(form).status_code == 303
        assert dates_of(town, activity)[0].taken == 1 + allowed


def test_a_wrong_audience_is_refused_in_words(town, announce):
    activity = announce("自家人", capacity=5)
    date = dates_of(town, activity)[0]
    neighbour = town.visitor(town.person("南", home="south"))
    other = announce("大家", capacity=5, audience="anyone")
    form = neighbour.form(f"/north/activities/{other}", f"/north/activities/{other}/sign-up")
    form.action = f"/north/activities/{activity}/sign-up"
    assert refusal(neighbour.send(form, on=str(date.id)))
    assert dates_of(town, activity)[0].taken == 0


def test_a_form_for_a_foreign_date_opens_nothing(town, announce, ada):
    activity, foreign = announce("剪纸", capacity=5), announce("南边", at="south", capacity=5)
    visitor = town.visitor(ada)
    date = dates_of(town, foreign, "south")[0]
    form = visitor.form(f"/north/activities/{activity}", f"/north/activities/{activity}/sign-up")
    assert visitor.send(form, on=str(date.id)).status_code == 404
    form.action = f"/north/activities/{foreign}/sign-up"
    assert visitor.send(form, on=str(date.id)).status_code == 404
    assert dates_of(town, foreign, "south")[0].taken == 0


def test_numbers_that_no_row_has_are_no_page(town, announce, ada, staff):
    activity, giant = announce("剪纸", capacity=5), 10 ** 30
    visitor = town.visitor(ada)
    assert visitor.get(f"/north/activities/{activity}?on={giant}").status_code == 200
    assert visitor.get(f"/north/activities/{giant}").status_code == 404
    assert staff.get(f"/north/activities/desk/?before={giant}").status_code == 200
    form = visitor.form(f"/north/activities/{activity}", f"/north/activities/{activity}/sign-up")
    assert visitor.send(form, on=str(giant)).status_code == 404
    assert visitor.send(form, on="x").status_code == 404


def test_a_second_tap_gets_the_same_answer(town, announce, ada):
    activity = announce("剪纸", capacity=5)
    visitor = town.visitor(ada)
    form = visitor.form(f"/north/activities/{activity}", f"/north/activities/{activity}/sign-up")
    first, second = visitor.send(form), visitor.send(form)
    assert (first.status_code, first.location) == (second.status_code, second.location) == (303, first.location)
    assert dates_of(town, activity)[0].taken == 1


def test_staff_sign_up_a_resident_and_both_names_are_kept(town, announce, ada):
    from portal.people.models import Session
    activity = announce("剪纸", capacity=5)
    clerk = town.person("小李", home="north", role="staff")
    desk = town.visitor(clerk)
    with town.unit():
        Session.update(acting_for=ada, acting_site=town.north, acting_channel="phone").execute()
    assert join(desk, activity, who=["me", family_ids(town, ada)[0]]).status_code == 303
    with town.unit("north"):
        row = SignUp.get()
        assert (row.person_id, row.actor_id, row.channel, row.size) == (ada.id, clerk.id, "phone", 2)
    assert "小李" in town.visitor(ada).get(f"/north/activities/{activity}").text


def test_who_has_left_too_late_is_told(town, announce, ada):
    activity = announce("剪纸", capacity=5)
    visitor = town.visitor(ada)
    join(visitor, activity)
    form = visitor.form(f"/north/activities/{activity}", f"/north/activities/{activity}/leave")
    with town.unit("north"):
        Occurrence.update(starts_at=1, ends_at=2).execute()
    assert visitor.send(form).status_code == 422
    assert dates_of(town, activity)[0].taken == 1


# The desk.


def fill(staff, **fields):
    day = (datetime.now(ZoneInfo("Asia/Shanghai")) + timedelta(days=4)).date().isoformat()
    values = {"title": "包饺子", "text": "冬至**快到了**", "day": day, "start": "14:30", "end": "16:00",
              "capacity": "20", "price": "12.50", "tags": "长者 亲子", "place": "榕树头"} | fields
    return staff.submit("/north/activities/desk/new", "/north/activities/desk/new", **values)


def test_staff_write_publish_change_and_cancel(town, staff, ada):
    answer = fill(staff)
    assert answer.status_code == 303
    desk = answer.location
    activity = int(desk.rpartition("/")[2])
    guest = town.visitor()
    assert guest.get(f"/north/activities/{activity}").status_code == 404
    assert staff.get(f"/north/activities/{activity}").status_code == 200
    staff.submit(desk, f"{desk}/move")
    page = guest.get(f"/north/activities/{activity}").text
    assert all(t in page for t in ("包饺子", "<strong>快到了</strong>", "12.50", "榕树头"))
    assert "包饺子" in guest.get("/north/search?q=饺子").text
    resident = town.visitor(ada)
    join(resident, activity)
    form = staff.form(f"{desk}/edit")
    assert (form.values["price"], form.values["tags"]) == ("12.50", "长者 亲子")
    assert staff.send(form, title="包汤圆", capacity="1").status_code == 303
    date = dates_of(town, activity)[0]
    assert (date.title, date.capacity, date.taken) == ("包汤圆", 1, 1)
    assert "包汤圆" in guest.get("/north/search?q=汤圆").text
    assert "包汤圆" not in guest.get("/north/search?q=饺子").text
    assert staff.submit(desk, f"{desk}/move").status_code == 303  # people come: it is not withdrawn
    assert guest.get(f"/north/activities/{activity}").status_code == 200
    assert staff.submit(f"{desk}/cancel", reason="天台维修").status_code == 303
    with town.unit("north"):
        notice = Notice.get()
        assert notice.person_id == ada.id and "天台维修" in notice.text
        assert {a.action for a in Audit.select()} >= {"activities.new", "activities.publish", "activities.cancel"}
    assert "天台维修" in guest.get(f"/north/activities/{activity}").text
    assert "<s>" in guest.get("/north/activities/").text
    assert "包汤圆" not in guest.get("/north/search?q=汤圆").text


@pytest.mark.parametrize("wrong, field", [
    ({"title": ""}, "title"), ({"day": ""}, "day"), ({"day": "2026-02-30"}, "day"), ({"start": ""}, "start"),
    ({"end": "14:00"}, "end"), ({"capacity": "0"}, "capacity"), ({"capacity": "many"}, "capacity"),
    ({"price": "-3"}, "price"), ({"audience": "world"}, "audience-0"), ({"last_day": "2031-01-01"}, "last_day")])
def test_a_wrong_form_keeps_what_was_typed(town, staff, wrong, field):
    answer = fill(staff, **wrong)
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text and "冬至**快到了**" in answer.text
    with town.unit("north"):
        assert Activity.select().count() == 0


def test_a_stale_form_is_refused_with_both_versions(town, staff, announce):
    activity = announce("剪纸", capacity=5)
    path = f"/north/activities/desk/{activity}/edit"
    mine, other = staff.form(path), staff.form(path)
    assert staff.send(other, title="剪窗花").status_code == 303
    answer = staff.send(mine, title="剪团花")
    assert answer.status_code == 422 and "剪窗花" in answer.text and "剪团花" in answer.text
    with town.unit("north"):
        assert Activity.get().title == "剪窗花"


def test_fewer_places_than_taken_are_refused(town, staff, announce, ada):
    activity = announce("剪纸", capacity=5)
    join(town.visitor(ada), activity, who=["me", *family_ids(town, ada)])
    date = dates_of(town, activity)[0]
    for path in (f"/north/activities/desk/{activity}/edit", f"/north/activities/desk/date/{date.id}"):
        assert staff.submit(path, capacity="2").status_code == 422
        assert staff.submit(path, capacity="").status_code == 422
    assert dates_of(town, activity)[0].capacity == 5


def test_dates_are_added_moved_and_cancelled(town, staff, announce, ada):
    activity = announce("剪纸", capacity=5)
    join(town.visitor(ada), activity)
    desk = f"/north/activities/desk/{activity}"
    day = (datetime.now(ZoneInfo("Asia/Shanghai")) + timedelta(days=20)).date().isoformat()
    assert staff.submit(desk, f"{desk}/dates", day=day, start="09:00").status_code == 303
    assert staff.submit(desk, f"{desk}/dates", day=day, start="09:00").status_code == 422
    assert staff.submit(desk, f"{desk}/dates", day=day, start="").status_code == 422
    first, second = dates_of(town, activity)
    assert (second.capacity, second.listed, second.ends_at - second.starts_at) == (5, 1, HOUR)
    assert staff.submit(f"/north/activities/desk/date/{first.id}", day=day, start="20:00", end="21:00",
                        last_day="").status_code == 303
    with town.unit("north"):
        assert Notice.select().where(Notice.kind == "activities.changed").count() == 1
    assert dates_of(town, activity)[1].taken == 1
    assert staff.submit(f"/north/activities/desk/date/{first.id}/cancel", reason="下雨").status_code == 303
    with town.unit("north"):
        assert Notice.select().where(Notice.kind == "activities.cancelled").count() == 1
        assert SignUp.get().state == "joined"


def test_the_roster_names_who_comes(town, staff, announce, ada):
    activity = announce("剪纸", capacity=5)
    join(town.visitor(ada), activity, who=["me", family_ids(town, ada)[0]])
    date = dates_of(town, activity)[0]
    page = staff.get(f"/north/activities/desk/date/{date.id}/roster")
    assert page.status_code == 200 and "陈爱莲" in page.text and "陈乐" in page.text and "13800000001" in page.text


def test_the_desk_is_closed_to_others(town, announce, ada):
    activity = announce("剪纸", capacity=5)
    date = dates_of(town, activity)[0]
    paths = ["desk/", "desk/new", f"desk/{activity}", f"desk/{activity}/edit", f"desk/{activity}/cancel",
             f"desk/date/{date.id}", f"desk/date/{date.id}/roster", f"desk/date/{date.id}/cancel", "desk/import",
             "desk/import/1"]
    neighbour = town.visitor(town.person("南职员", home="south", role="staff"))
    for path in paths:
        assert town.visitor(ada).get(f"/north/activities/{path}").status_code == 404, path
        assert neighbour.get(f"/north/activities/{path}").status_code == 404, path
        assert "sign-in" in town.visitor().get(f"/north/activities/{path}").location, path
        assert neighbour.get(f"/south/activities/{path}").status_code in (200, 404), path
        assert "剪纸" not in neighbour.get(f"/south/activities/{path}").text


def test_a_picture_is_stored_and_a_bad_one_refused(town, staff):
    from PIL import Image
    raw = BytesIO()
    Image.new("RGB", (900, 600), "red").save(raw, "PNG")
    form = staff.form("/north/activities/desk/new")
    day = (datetime.now() + timedelta(days=4)).date().isoformat()
    values = {"title": "看图", "day": day, "start": "10:00"}
    bad = staff.send(form, **values, picture=(BytesIO(b"no picture"), "x.png"))
    assert bad.status_code == 422
    good = staff.send(form, **values, picture=(BytesIO(raw.getvalue()), "x.png"), picture_alt="一片红")
    assert good.status_code == 303
    with town.unit("north"):
        name = Activity.get().picture
        assert name and Occurrence.get().picture == name
    page = staff.get(good.location.replace("/desk/", "/")).text
    assert 'alt="一片红"' in page
    with staff.get(f"/files/{town.north.id}/{name}") as stored:
        assert stored.status_code == 200


def test_a_calendar_is_looked_at_before_it_is_taken_in(town, staff):
    from tests.test_activities_import import calendar, event, soon
    path = "/north/activities/desk/import"
    form = staff.form(path)
    bad = staff.send(form, file=(BytesIO(b"BEGIN:VCALENDAR\nrubbish\nEND:VCALENDAR"), "bad.ics"))
    assert bad.status_code == 422 and "2" in re.search(r'href="#file">(.*?)<', bad.text)[1]
    assert staff.send(form, file=(BytesIO(b""), "")).status_code == 422
    data = calendar(event("a", soon(3), "打太极"), event("s", soon(4), "合唱", more="RRULE:FREQ=WEEKLY;COUNT=5"))
    answer = staff.send(form, file=(BytesIO(data), "cal.ics"), places="12")
    assert answer.status_code == 303
    page = staff.get(answer.location).text
    assert "打太极" in page and page.count("合唱") == 5
    guest = town.visitor()
    assert "打太极" not in guest.get("/north/activities/").text
    with town.unit("north"):
        assert Activity.select().count() == 0
    assert staff.submit(answer.location, do="apply").status_code == 303
    assert "打太极" in guest.get("/north/activities/").text
    with town.unit("north"):
        assert {o.capacity for o in Occurrence.select()} == {12}
        assert Occurrence.select().count() == 6
    again = staff.send(staff.form(path), file=(BytesIO(calendar(event("a", soon(5), "打太极"))), "cal.ics"))
    page = staff.get(again.location).text
    assert page.count('data-k="bad"') >= 5 and 'data-k="warn"' in page
    assert staff.submit(again.location, do="drop").status_code == 303
    with town.unit("north"):
        assert {o.state for o in Occurrence.select()} == {"published"}
    assert staff.get(again.location).status_code == 404


# What goes out, and what is kept of a person.


def test_the_calendar_file_gives_the_dates_of_the_table(town, announce):
    activity = announce("剪纸；手工", [2, 9], capacity=5, text="带**剪刀**")
    announce("散步", [3])
    for path, expected in ((f"{activity}.ics", 2), ("calendar.ics", 3)):
        answer = town.visitor().get(f"/north/activities/{path}")
        assert answer.mimetype == "text/calendar"
        found = recurring_ical_events.of(icalendar.Calendar.from_ical(answer.data)).between(
            datetime.now(), datetime.now() + timedelta(days=30))
        assert len(found) == expected
        starts = {int(e.start.timestamp()) for e in found}
        assert {d.starts_at for d in dates_of(town, activity)} <= starts


def test_search_engines_read_an_event(town, announce):
    activity = announce("剪</script>纸", capacity=5)
    page = town.visitor().get(f"/north/activities/{activity}").text
    data = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)[1])
    assert data["@type"] == "Event" and data["name"] == "剪</script>纸"
    assert data["remainingAttendeeCapacity"] == 5


def test_the_front_page_me_calendar_and_figures_show_activities(town, announce, staff, ada):
    activity = announce("剪纸", [0.01], capacity=5)
    visitor = town.visitor(ada)
    assert "剪纸" in visitor.get("/north/").text
    join(visitor, activity)
    assert "剪纸" in visitor.get("/north/me").text
    assert "剪纸" in visitor.get("/north/calendar/?view=list").text
    assert staff.get("/north/desk/figures").status_code == 200
    assert f"activities/{activity}" in visitor.get("/north/sitemap.xml").text


def test_the_calendar_of_a_neighbour_shows_only_what_others_may_join(town, announce):
    with town.unit():
        sites.enable(town.street.id, "activities")
    announce("街道内部", at="street")
    announce("街道大家", at="street", audience="street")
    page = town.visitor().get("/north/calendar/?view=list").text
    assert "街道大家" in page and "街道内部" not in page


def test_what_is_kept_of_a_person_is_told_moved_and_erased(town, announce, ada):
    first, second = announce("剪纸", capacity=5), announce("象棋", capacity=5)
    visitor, twin = town.visitor(ada), town.person("陈爱莲二", home="north")
    join(visitor, first, who=["me", *family_ids(town, ada)])
    join(town.visitor(twin), first)
    join(town.visitor(twin), second)
    with town.unit("north"):
        told = personal.export(ada.id)["sign_ups"]
        assert [(s["title"], s["size"], s["family"]) for s in told] == [("剪纸", 3, ["陈乐", "黄伯"])]
        personal.merge(twin.id, ada.id)
        assert {(s.person_id, s.size) for s in SignUp.select()} == {(ada.id, 3), (ada.id, 1)}
        assert Occurrence.get(Occurrence.activity_id == first).taken == 3
        personal.erase(ada.id)
        assert SignUpMember.select().count() == 0
        assert {s.person_id for s in SignUp.select()} == {None}
        assert {o.taken for o in Occurrence.select()} == {0}


def test_models_and_migration_agree(town):
    from playhouse.schema_diff import diff_models
    with database.use(town.db), database.unit():
        diff = diff_models(town.db, list(MODELS))
    assert not any(diff), diff


def test_rules_in_plain_python():
    now = 1000
    spot = Spot(1, 1, "a", 2000, 3000, False, 3, 1, "published")
    assert rules.is_open(spot, now) is None and rules.fits(2, spot) is None
    assert rules.fits(3, spot) and rules.fits(4, spot)
    assert rules.is_open(spot, 2000) and not rules.is_open(spot._replace(all_day=True), 2500)
    later, other = spot._replace(id=2, starts_at=5000, taken=0), spot._replace(id=3, activity_id=9, taken=0)
    assert rules.nearest([other, later], 3, now, spot) == later
    assert rules.nearest([other], 3, now, spot) == other
    assert rules.nearest([spot], 1, now, spot) is None
    assert rules.moved("draft", "publish") == "published" and rules.moved("draft", "cancel") is None
    assert rules.unpacked(rules.packed(rules.tags_of("长者，亲子、长者 a,b"))) == ["长者", "亲子", "a", "b"]
    assert len(rules.packed(str(n) * 30 for n in range(99))) <= 300
    assert [rules.yuan(n) for n in (1200, 1250, 5)] == ["12", "12.50", "0.05"]


def test_taken_always_equals_the_parties(town, announce, ada):
    activity = announce("剪纸", [2, 5], capacity=9)
    visitors = [town.visitor(town.person(f"居民{n}", home="north")) for n in range(4)]
    for n, visitor in enumerate([*visitors, visitors[0], visitors[1]]):
        page = f"/north/activities/{activity}"
        visitor.submit(page, f"{page}/{'leave' if n > 3 else 'sign-up'}")
    with town.unit("north"):
        for date in Occurrence.select():
            joined = sum(s.size for s in SignUp.select().where(
                (SignUp.occurrence_id == date.id) & (SignUp.state == "joined")))
            assert date.taken == joined
