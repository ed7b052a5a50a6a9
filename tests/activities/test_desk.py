"""The desk of activities: writing, changing, cancelling, dates, rosters, calendars that come in."""

import re
from datetime import datetime, timedelta
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from portal.plugins.activities.models import (
    Activity,
    Occurrence,
    SignUp,
)

from portal.people.models import Audit, Notice
from tests.activities.parties import dates_of, family_ids, join

HOUR = 3600


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
