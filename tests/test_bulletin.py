"""Bulletins, as residents read and staff write them."""

import re
from contextlib import contextmanager
from io import BytesIO

import pytest
from PIL import Image
from portal.plugins.bulletin.models import ROWS, Bulletin, change, find

from portal.base import clock, sites
from portal.base.due import Due
from portal.base.search import found
from portal.people.models import Audit
from portal.testing import forms_of

TEXT = "**明天**上午9点到12点停水。\n\n## 怎么办\n\n- 提前存水"


@pytest.fixture
def staff(town):
    """The browser of 桂花里's staff."""
    return town.visitor(town.person("李敏", home="north", role="staff"))


@pytest.fixture
def write(town, staff):
    """Write a bulletin through the form and publish it; its number."""
    def written(title="停水通知", publish=True, **fields) -> int:
        answer = staff.submit("/north/bulletin/new", title=title, **{"text": TEXT} | fields)
        assert answer.status_code == 303, answer.text
        number = int(answer.location.rpartition("/")[2])
        if publish:
            staff.submit(f"/north/bulletin/{number}", f"/north/bulletin/{number}/publish")
        return number
    return written


def titles(page: str) -> list[str]:
    return re.findall(r'<h3><a href="[^"]*/bulletin/\d+">(.+?)</a></h3>', page)


def picture(size=(900, 600)) -> BytesIO:
    out = BytesIO()
    Image.new("RGB", size, "orange").save(out, "PNG")
    return BytesIO(out.getvalue())


@contextmanager
def statements(town):
    """What is asked of the database meanwhile."""
    asked, run = [], town.db.execute_sql
    town.db.execute_sql = lambda sql, params=None: asked.append(sql) or run(sql, params)
    yield asked
    del town.db.execute_sql


def test_a_bulletin_is_a_draft_until_it_is_published(town, staff, write):
    number, guest = write(publish=False), town.visitor()
    pages = ("/north/", "/north/bulletin/", "/north/search?q=停水", "/north/sitemap.xml")
    assert guest.get(f"/north/bulletin/{number}").status_code == 404
    assert not any("停水" in guest.get(page).text or f"bulletin/{number}" in guest.get(page).text for page in pages[:2])
    assert "Only staff see this page" in staff.get(f"/north/bulletin/{number}", headers={"Accept-Language": "en"}).text
    staff.submit(f"/north/bulletin/{number}", f"/north/bulletin/{number}/publish")
    assert guest.get(f"/north/bulletin/{number}").status_code == 200
    assert all(f"bulletin/{number}" in guest.get(page).text for page in pages)


def test_a_withdrawn_bulletin_is_gone_and_can_come_back(town, staff, write):
    number, guest = write(), town.visitor()
    page = f"/north/bulletin/{number}"
    staff.submit(page, f"{page}/withdraw")
    assert guest.get(page).status_code == 404
    assert titles(guest.get("/north/search?q=停水").text) == titles(guest.get("/north/bulletin/").text) == []
    staff.submit(page, f"{page}/publish")
    assert guest.get(page).status_code == 200


def test_pinned_ones_come_first_then_the_newest(town, write):
    for n, pinned in enumerate((None, "y", None)):
        with clock.frozen(clock.now() + n):
            write(f"第{n}条", pinned=pinned)
    guest = town.visitor()
    assert titles(guest.get("/north/bulletin/").text) == ["第1条", "第2条", "第0条"]
    assert titles(guest.get("/north/").text)[:3] == ["第1条", "第2条", "第0条"]
    assert "置顶" in guest.get("/north/", headers={"Accept-Language": "zh-CN"}).text


def test_after_its_last_day_a_bulletin_is_no_longer_listed_but_can_be_read(town, write):
    today = clock.local_date(clock.now(), "Asia/Shanghai")
    number, guest = write(until=today.isoformat()), town.visitor()
    assert titles(guest.get("/north/bulletin/").text) == ["停水通知"]
    with clock.frozen(clock.start_of_day(today, "Asia/Shanghai") + 86400):
        assert titles(guest.get("/north/bulletin/").text) == []
        page = guest.get(f"/north/bulletin/{number}", headers={"Accept-Language": "zh-CN"})
        assert page.status_code == 200 and "已经过期" in page.text
        with town.unit("north"):
            row = Due.get(Due.kind == "bulletin.passed")
            assert row.due_at <= clock.now()
            assert found("bulletin", "停水")
            town.app.portal.plugins.ask("bulletin", "due", site=town.north, row=row)
            assert not found("bulletin", "停水")


def test_pages_that_stay_stand_apart_by_weight(town, write):
    write("常用电话", kind="page", weight="2")
    write("开放时间", kind="page", weight="1")
    write("停水通知")
    page = town.visitor().get("/north/bulletin/").text
    assert titles(page) == ["停水通知", "开放时间", "常用电话"]
    assert titles(town.visitor().get("/north/").text) == ["停水通知"]


def test_another_community_sees_and_changes_nothing(town, staff, write):
    number = write()
    stranger = town.visitor(town.person("何强", home="south", role="staff"))
    own = stranger.form("/south/bulletin/new")
    for visitor in (town.visitor(), stranger):
        assert visitor.get(f"/south/bulletin/{number}").status_code == 404
        assert titles(visitor.get("/south/bulletin/").text) == []
        assert "停水" not in visitor.get("/south/").text
        assert titles(visitor.get("/south/search?q=停水").text) == []
    for site in ("south", "north"):
        for action in ("edit", "publish", "withdraw", "delete"):
            own.action = f"/{site}/bulletin/{number}/{action}"
            own.values["_key"] += "x"
            assert stranger.send(own, title="x", text="x").status_code == 404
    with town.unit("north"):
        assert find(number).title == "停水通知" and find(number).state == "published"


@pytest.mark.parametrize("path", ["desk", "new", "1/edit", "1/delete"])
def test_only_staff_write(town, write, path):
    write()
    assert "/sign-in" in town.visitor().get(f"/north/bulletin/{path}").location
    assert town.visitor(town.person("陈桂英", home="north")).get(f"/north/bulletin/{path}").status_code == 404


def test_where_the_plugin_is_off_there_is_nothing(town, write):
    number = write()
    with town.unit():
        sites.enable(town.north.id, "bulletin", False)
    guest = town.visitor()
    assert guest.get("/north/bulletin/").status_code == guest.get(f"/north/bulletin/{number}").status_code == 404
    assert "bulletin" not in guest.get("/north/").text
    assert "停水通知" not in guest.get("/north/search?q=停水").text


def test_a_refused_form_keeps_what_was_typed(town, staff):
    answer = staff.submit("/north/bulletin/new", title="", text="留下来", headers={"Accept-Language": "zh-CN"})
    assert answer.status_code == 422
    assert 'href="#title"' in answer.text and "留下来" in answer.text
    assert staff.submit("/north/bulletin/new", title="x" * 81, text="x").status_code == 422
    assert staff.submit("/north/bulletin/new", title="x", text="x", kind="other").status_code == 422
    assert staff.submit("/north/bulletin/new", title="x", text="x", until="soon").status_code == 422
    with town.unit("north"):
        assert Bulletin.select().count() == 0


def test_of_two_who_edit_the_second_is_shown_both_versions(town, staff, write):
    number = write()
    other = town.visitor(town.person("何强", home="north", role="staff"))
    page = f"/north/bulletin/{number}/edit"
    mine, theirs = staff.form(page), other.form(page)
    assert staff.send(mine, title="先到的", text="第一版").status_code == 303
    answer = other.send(theirs, title="后到的", text="第二版")
    assert answer.status_code == 422
    assert all(words in answer.text for words in ("先到的", "第一版", "后到的", "第二版"))
    again = next(f for f in forms_of(answer.text) if "title" in f.values)
    again.action = page
    assert other.send(again).status_code == 303
    with town.unit("north"):
        assert find(number).title == "后到的"


def test_a_change_between_reading_and_storing_is_noticed(town, write):
    number = write()
    with town.unit("north"):
        row = find(number)
        assert change(row, title="a")
        assert not change(row, title="b")


def test_markdown_is_cleaned(town, write):
    harm = "<script>alert(1)</script> [x](javascript:alert(1)) ![](https://elsewhere.example/x.png)"
    number = write(text=f"{harm}\n\n# 大")
    page = town.visitor().get(f"/north/bulletin/{number}").text
    body = page[page.index('class="prose"'):page.index("data-print")]
    assert "<script" not in body and "<a " not in body and "<img" not in body
    assert "<h2>大</h2>" in body


def test_pictures_are_stored_and_shown(town, staff, write):
    number = write(picture=(picture(), "a.png"), picture_alt="红灯笼", more=[(picture((300, 200)), "b.png")])
    page = town.visitor().get(f"/north/bulletin/{number}").text
    addresses = re.findall(r'<img[^>]+src="(/files/[^"]+)"', page)
    assert len(addresses) == 2 and 'alt="红灯笼"' in page
    for address in addresses:
        with town.visitor().get(address) as answer:
            assert answer.mimetype == "image/webp"
    edit = f"/north/bulletin/{number}/edit"
    staff.submit(edit, no_picture="y")
    assert addresses[0] not in town.visitor().get(f"/north/bulletin/{number}").text


def test_a_bad_picture_is_refused_and_nothing_stored(town, staff):
    for fields in ({"picture": (BytesIO(b"no picture"), "a.png"), "picture_alt": "x"},
                   {"more": [(BytesIO(b"no picture"), "a.png")]},
                   {"picture": (picture(), "a.png"), "picture_alt": ""}):
        answer = staff.submit("/north/bulletin/new", title="图", text="留下来", **fields)
        assert answer.status_code == 422 and "留下来" in answer.text and 'class="err"' in answer.text
    with town.unit("north"):
        assert Bulletin.select().count() == 0


def test_long_lists_are_paged_without_gaps(town):
    with town.unit("north"):
        Bulletin.insert_many([{"title": f"第{n}条", "text": "x", "summary": "x", "state": "published",
                               "published_at": 1_700_000_000 + n // 3, "pinned": n == 5} for n in range(60)]).execute()
    seen, address, guest = [], "", town.visitor()
    while address is not None:
        page = guest.get(f"/north/bulletin/{address}").text
        seen.append(titles(page))
        address = next(iter(re.findall(r'href="(\?after=[\d.]+)"', page)), None)
    assert [len(s) for s in seen] == [ROWS, ROWS, 60 - 2 * ROWS]
    assert sum(seen, [])[:3] == ["第5条", "第59条", "第58条"]
    assert len(set(sum(seen, []))) == 60
    for wrong in ("?after=x", "?after=1.-1.2", f"?after=1.{'9' * 40}.1"):
        assert titles(guest.get(f"/north/bulletin/{wrong}").text) == seen[0]


def test_a_page_asks_little_of_the_database(town, write):
    number = write()
    write("第二条")
    guest = town.visitor()
    for path, first, again in (("bulletin/", 2, 0), (f"bulletin/{number}", 1, 1), ("", 1, 0)):
        for own in (first, again):
            with statements(town) as asked:
                guest.get(f"/north/{path}")
            assert len([s for s in asked if '"bulletin"' in s]) == own, path


def test_htmx_gets_a_part(town, write):
    write()
    part = town.visitor().get("/north/bulletin/", headers={"HX-Request": "true", "HX-Request-Type": "partial"})
    assert titles(part.text) == ["停水通知"] and "<html" not in part.text
    assert "HX-Request-Type" in part.headers["Vary"]


def test_deleting_asks_once_more(town, staff, write):
    number = write()
    page = f"/north/bulletin/{number}"
    assert "停水通知" in staff.get(f"{page}/delete").text
    assert town.visitor().get(page).status_code == 200
    staff.submit(f"{page}/delete", "")
    assert town.visitor().get(page).status_code == 404
    assert titles(town.visitor().get("/north/search?q=停水").text) == []


def test_what_staff_did_is_noted(town, staff, write):
    number = write()
    staff.submit(f"/north/bulletin/{number}/edit", title="停水改期")
    with town.unit("north"):
        noted = [(a.action, a.thing) for a in Audit.select().order_by(Audit.id)]
        assert noted == [("bulletin.write", "停水通知"), ("bulletin.publish", "停水通知"),
                         ("bulletin.change", "停水改期")]
        row = Bulletin.get_by_id(number)
        assert row.actor_id == row.person_id and row.channel == "web"


def test_the_desk_lists_all_with_their_state(town, staff, write):
    write("一")
    write("二", publish=False)
    page = staff.get("/north/bulletin/desk", headers={"Accept-Language": "zh-CN"}).text
    assert page.index("二") < page.index(">一<") and "草稿" in page and "已发布" in page
    assert staff.get("/north/bulletin/desk?before=2").text.count('data-h=') == 4
    assert staff.get("/north/bulletin/desk?before=" + "9" * 40).status_code == 200


def test_figures_count_the_states(town, write):
    write("一")
    write("二", publish=False)
    with town.app.test_request_context(), town.unit("north"):
        figure, = town.app.portal.plugins.ask("bulletin", "figures", site=town.north)
    assert figure.value == 2 and [n for _, n in figure.rows] == [1, 1, 0]


def test_a_person_is_exported_merged_and_erased(town, write):
    number, ask = write(), town.app.portal.plugins.ask
    with town.unit("north"):
        author = Bulletin.get_by_id(number).actor_id
        exported = ask("bulletin", "export", person_id=author)["bulletins"]
        assert [b["title"] for b in exported] == ["停水通知"]
        ask("bulletin", "merge", person_id=author, into_id=99)
        assert Bulletin.get_by_id(number).person_id == 99
        ask("bulletin", "erase", person_id=99)
        assert Bulletin.get_by_id(number).actor_id is None
        assert ask("bulletin", "export", person_id=99) == {"bulletins": []}
