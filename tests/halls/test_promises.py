"""Promises: who does what until when; late ones are named, and no day moves in silence."""

from datetime import date, timedelta

import pytest
from portal.plugins.halls.models import Topic
from portal.plugins.halls.promises.models import Promise, PromiseChange

from portal.base import clock
from portal.people.models import Audit

EDIT = "/north/halls/promises/{}/edit"
END = "/north/halls/promises/{}/end"


@pytest.fixture
def staff(town):
    """The browser of the northern community's staff."""
    return town.visitor(town.person("李敏", home="north", role="staff"))


@pytest.fixture
def topic(town):
    """A topic that residents see; its number."""
    with town.unit("north"):
        return Topic.create(title="东门路灯", state="open", stage="followup").id


@pytest.fixture
def promise(town, staff, topic):
    """Write a promise down through the form, due in so many days; its number."""
    def made(days=10, text="东门装好路灯", who="街道城管科") -> int:
        answer = staff.submit(f"/north/halls/desk/topics/{topic}/promise", text=text, who=who, due=day(days))
        assert answer.status_code == 303, answer.text
        return int(answer.location.rpartition("/")[2])
    return made


def day(ahead: int) -> str:
    return (clock.local_date(clock.now(), "Asia/Shanghai") + timedelta(days=ahead)).isoformat()


def in_words(iso: str) -> str:
    there = date.fromisoformat(iso)
    return f"{there.month}月{there.day}日"


def test_a_promise_has_a_name_and_a_day_and_everybody_reads_it(town, promise):
    number = promise()
    page = town.visitor().get(f"/north/halls/promises/{number}").text
    assert "东门装好路灯" in page and "街道城管科" in page and in_words(day(10)) in page
    assert f"/north/halls/promises/{number}" in town.visitor().get("/north/halls/promises").text
    with town.unit("north", write=False):
        assert Audit.select().where(Audit.action == "halls.promise").count() == 1
    assert town.visitor().get(f"/south/halls/promises/{number}").status_code == 404


def test_late_ones_say_for_how_many_days_and_stand_first(town, promise):
    promise(3, "修好健身器材")
    number = promise(5)
    with town.unit("north"):
        Promise.update(due=day(-12)).where(Promise.id == number).execute()
    text = town.visitor().get("/north/halls/promises").text
    assert "已超12天" in text and text.index("东门装好路灯") < text.index("修好健身器材")


def test_a_promise_can_be_kept_and_says_how_late_it_was(town, staff, promise):
    number = promise(5)
    with town.unit("north"):
        Promise.update(due=day(-2)).execute()
    refused = staff.submit(END.format(number), state="kept", evidence=" ")
    assert refused.status_code == 422 and "大家都能核对" in refused.text
    assert staff.submit(END.format(number), state="kept", evidence="灯已亮，见**东门**。").status_code == 303
    page = town.visitor().get(f"/north/halls/promises/{number}").text
    assert "晚2天办好" in page and "<strong>东门</strong>" in page
    with clock.frozen(clock.now() + 30 * 86400):
        assert "晚2天办好" in town.visitor().get(f"/north/halls/promises/{number}").text


def test_what_was_kept_in_time_stays_so_when_more_is_said_of_it(town, staff, promise):
    number = promise(5)
    assert staff.submit(END.format(number), state="kept", evidence="灯已亮。").status_code == 303
    with town.unit("north"):
        Promise.update(due=day(-20), done_on=day(-21)).execute()
    assert staff.submit(END.format(number), evidence="灯已亮，另附照片。").status_code == 303
    page = town.visitor().get(f"/north/halls/promises/{number}").text
    assert "已按时办好" in page and "另附照片" in page
    assert staff.submit(END.format(number), state="dropped", evidence="灯又灭了。").status_code == 303
    with town.unit("north"):
        assert Promise.get().done_on == day(0)


def test_no_day_moves_in_silence(town, staff, promise):
    number = promise(5)
    first = day(5)
    assert staff.submit(EDIT.format(number), due=day(50)).status_code == 303
    page = town.visitor().get(f"/north/halls/promises/{number}").text
    assert in_words(first) in page and in_words(day(50)) in page and "改过1次" in page
    assert staff.submit(EDIT.format(number)).status_code == 303  # nothing typed, nothing kept
    with town.unit("north", write=False):
        assert PromiseChange.select().count() == 1


def test_two_who_change_it_at_once_are_told(town, staff, promise):
    number = promise(5)
    form = staff.form(EDIT.format(number))
    assert staff.submit(EDIT.format(number), who="物业").status_code == 303
    answer = staff.send(form, who="居委会")
    assert answer.status_code == 422 and "刚才有人改过这里" in answer.text and "物业" in answer.text
    with town.unit("north", write=False):
        assert Promise.get_by_id(number).who == "物业"


@pytest.mark.parametrize("path", ["/north/halls/promises/{}/edit", "/north/halls/promises/{}/end",
                                  "/north/halls/desk/topics/{}/promise"])
def test_only_staff_write_promises(town, topic, promise, path):
    number = promise()
    resident = town.visitor(town.person("甲", home="north"))
    address = path.format(topic if "topics" in path else number)
    assert resident.get(address).status_code == 404
    assert resident.post(address, {"text": "x", "who": "y", "due": day(1), "state": "kept"}).status_code in (400, 404)
    assert town.visitor().get(address).status_code == 303


def test_promises_of_a_draft_are_not_shown(town, topic, promise):
    number = promise()
    with town.unit("north"):
        Topic.update(state="draft").execute()
    assert town.visitor().get(f"/north/halls/promises/{number}").status_code == 404
    assert "东门装好路灯" not in town.visitor().get("/north/halls/promises").text
