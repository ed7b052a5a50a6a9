"""What is new in a site, as RSS: valid, whole addresses, only what a guest may read."""

from email.utils import parsedate_to_datetime
from xml.etree import ElementTree

import pytest
from portal.plugins.activities import changes
from portal.plugins.activities.models import Activity
from portal.plugins.bulletin.models import Bulletin

from portal.base import clock, sites

DAY = 86400


@pytest.fixture
def write(town):
    """`write("north", "停水", "published")`: a bulletin."""
    def make(at: str, title: str, state: str = "published", **fields) -> int:
        with town.unit(at):
            return Bulletin.create(title=title, text="x", summary=f"{title}。", state=state,
                                   published_at=clock.now() - 60, **fields).id
    return make


@pytest.fixture
def announce(town):
    def make(at: str, title: str, publish: bool = True, days: int = 2, **fields) -> int:
        with town.app.app_context(), town.unit(at):
            activity = Activity.create(uid=changes.new_uid(), title=title, **fields)
            changes.add_dates(activity, [(clock.now() + days * DAY, clock.now() + days * DAY + 60, False)])
            if publish:
                changes.move(activity, "publish")
        return activity.id
    return make


def channel(visitor, slug: str = "north") -> ElementTree.Element:
    answer = visitor.get(f"/{slug}/feed.xml")
    assert answer.status_code == 200 and answer.mimetype == "application/rss+xml"
    return ElementTree.fromstring(answer.data).find("channel")


def titles(visitor, slug: str = "north") -> list[str]:
    return [item.findtext("title") for item in channel(visitor, slug).iter("item")]


def test_it_is_what_readers_expect(town, write, announce):
    number = write("north", "停水 <三>\x0b & 小时")
    activity = announce("north", "剪纸", text="带**剪刀**", place="一楼")
    found = channel(town.visitor())
    assert found.findtext("title") == town.north.name and found.findtext("link").endswith("/north/")
    assert found.findtext("description") and found.findtext("language") == "zh-Hans-CN"
    items = {item.findtext("link").rpartition("/north/")[2]: item for item in found.iter("item")}
    assert set(items) == {f"bulletin/{number}", f"activities/{activity}"}
    assert items[f"bulletin/{number}"].findtext("title") == "停水 <三> & 小时"
    assert "一楼" in items[f"activities/{activity}"].findtext("description")
    for item in items.values():
        assert item.findtext("link").startswith("http://") and item.findtext("guid") == item.findtext("link")
        assert abs(parsedate_to_datetime(item.findtext("pubDate")).timestamp() - clock.now()) < 120


def test_only_what_a_guest_may_read(town, write, announce):
    write("north", "草稿", "draft")
    write("north", "撤回", "withdrawn")
    write("north", "过期", until=clock.now() - 1)
    announce("north", "未发布", publish=False)
    announce("north", "昨天", days=-1)
    write("south", "东巷的")
    announce("south", "东巷的活动", audience="anyone")
    staff = town.visitor(town.person("Li Min", home="north", role="staff"))
    assert titles(town.visitor()) == titles(staff) == []
    assert set(titles(town.visitor(), "south")) == {"东巷的", "东巷的活动"}


def test_a_plugin_that_is_off_is_not_in_it(town, write, announce):
    write("north", "停水")
    announce("north", "剪纸")
    with town.unit():
        sites.enable(town.north.id, "bulletin", False)
    assert titles(town.visitor()) == ["剪纸"]


def test_a_reader_that_has_it_is_told_so_until_something_is_new(town, write):
    write("north", "停水")
    tag = town.visitor().get("/north/feed.xml").headers["ETag"]
    again = town.visitor().get("/north/feed.xml", headers={"If-None-Match": tag})
    assert again.status_code == 304 and not again.data
    write("north", "来水")
    assert town.visitor().get("/north/feed.xml", headers={"If-None-Match": tag}).status_code == 200


def test_pages_say_where_it_is_and_a_cancelled_activity_says_so(town, announce):
    assert 'type="application/rss+xml"' in town.visitor().get("/north/").text
    number = announce("north", "剪纸")
    with town.app.test_request_context("/"), town.unit("north"):
        Activity.update(state="cancelled").where(Activity.id == number).execute()
    assert titles(town.visitor()) == ["取消了：剪纸"]
