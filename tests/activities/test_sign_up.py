"""The list of activities, signing up and leaving."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from portal.plugins.activities import rules
from portal.plugins.activities.models import (
    Activity,
    Occurrence,
    SignUp,
    SignUpMember,
)

from portal.base import clock
from portal.people.models import Household
from tests.activities.parties import dates_of, family_ids, join

HOUR = 3600


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


def test_a_list_or_page_that_was_shown_before_asks_one_query(town, announce, ada, monkeypatch):
    for n in range(30):
        announce(f"活动{n}", [n + 1], capacity=5, tags=rules.packed([f"t{n}"]))
    visitor, asked = town.visitor(ada), []
    real = type(town.db).execute_sql
    monkeypatch.setattr(type(town.db), "execute_sql", lambda self, sql, params=None: (
        asked.append(sql), real(self, sql, params))[1])
    for path, most in (("/north/activities/", 1), ("/north/activities/1", 1), ("/north/activities/mine", 2)):
        for wanted in (4, most):
            asked.clear()
            assert visitor.get(path).status_code == 200
            assert len([s for s in asked if "activities_" in s or "household" in s]) <= wanted, path
    for wanted in (2, 1):
        asked.clear()
        visitor.get("/north/")
        assert len([s for s in asked if "activities_" in s]) == wanted


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
