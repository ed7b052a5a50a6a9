"""Pages of topics that are shown as they were made before: never a change late, never anybody else's."""

import re

import pytest
from portal.plugins.halls.models import Poll, Topic
from portal.plugins.halls.promises.models import Promise
from portal.plugins.halls.topics import moving, stages

from portal.base import clock
from tests.halls.talk import answered, opened, said, two_camps, worked

TEXTS = ("离楼十米", "要有雨棚", "用公共收益", "放在东门", "晚上有人巡")
HIDE = "/north/halls/desk/moderation/statement/{}"
QUERIES = 2  # one of them the core's


@pytest.fixture(autouse=True)
def as_in_production(town):
    town.app.portal.templates.auto_reload = False


@pytest.fixture
def talked(town) -> tuple[int, list[int]]:
    """A topic on which two camps have answered, with its map; (topic, statements)."""
    topic = opened(town)
    ids = said(town, topic, *TEXTS)
    answered(town, topic, two_camps(ids))
    worked(town)
    return topic, ids


@pytest.fixture
def page(talked) -> str:
    return f"/north/halls/topics/{talked[0]}"


@pytest.fixture
def ada(town):
    return town.visitor(town.person("陈爱莲", home="north"))


def say_of(text: str) -> str:
    return re.search(r'class="say">([^<]*)<', text)[1]


def test_a_card_is_its_readers_own_and_moves_on_with_each_answer(town, talked, page, ada):
    bob, seen = town.visitor(town.person("丁一", home="north")), []
    for n in range(1, 4):
        text = ada.get(page).text
        assert f"第{n}条" in text.replace(" ", "") and say_of(text) == say_of(ada.get(f"{page}/card").text)
        seen.append(say_of(text))
        assert "第1条" in bob.get(page).text.replace(" ", "")
        ada.submit(f"{page}/card", f"{page}/card", v="1")
    assert len(set(seen)) == 3
    for _rest in range(2):
        ada.submit(f"{page}/card", f"{page}/card", v="0")
    for path in (page, f"{page}/card"):
        assert 'name="statement"' not in ada.get(path).text and 'name="statement"' in bob.get(path).text
        assert 'name="statement"' not in town.visitor().get(path).text


def test_a_card_is_written_as_it_was_said(town, ada):
    topic = opened(town)
    said(town, topic, "<b>近</b> & 远")
    for _time in range(2):
        for path in (f"/north/halls/topics/{topic}", f"/north/halls/topics/{topic}/card"):
            assert say_of(ada.get(path).text) == "&lt;b&gt;近&lt;/b&gt; &amp; 远"


def test_forms_have_tokens_and_keys_of_their_own(town, page, ada):
    bob = town.visitor(town.person("丁一", home="north"))
    texts = [reader.get(page).text for reader in (ada, bob, ada)]
    tokens = [set(re.findall(r'name="csrf_token" value="([^"]+)"', text)) for text in texts]
    keys = [key for text in texts for key in re.findall(r'name="_key" value="([^"]+)"', text)]
    assert tokens[0] == tokens[2] != tokens[1] and len(keys) == len(set(keys)) > 3
    assert not any(re.search(r"<!--[0-9a-f]{16} |\x1e", text) for text in texts)


def test_a_statement_is_there_or_gone_at_once(town, talked, page, staff, ada):
    topic, ids = talked
    new, = said(town, topic, "装摄像头", state="waiting")
    readers = (ada, town.visitor())
    assert all("装摄像头" not in r.get(path).text for r in readers for path in (page, f"{page}/card"))
    desk = "/north/halls/desk/statements"
    staff.submit(desk, f"{desk}/{new}/show")
    assert all(say_of(r.get(path).text) == "装摄像头" for r in readers for path in (page, f"{page}/card"))
    staff.submit(HIDE.format(new), rule="off", reason="x")
    assert all("装摄像头" not in r.get(path).text for r in readers for path in (page, f"{page}/card"))
    assert all(TEXTS[-1] in r.get(path).text for r in readers for path in (page, f"{page}/map"))
    staff.submit(HIDE.format(ids[-1]), rule="insult", reason="x")
    assert all(TEXTS[-1] not in r.get(path).text for r in readers for path in (page, f"{page}/map"))


def test_a_map_drawn_anew_is_shown_at_once_with_each_readers_place_alone(town, talked, page, ada):
    topic, ids = talked
    guest, bob = town.visitor(), town.visitor(town.person("丁一", home="north"))
    before = [reader.get(f"{page}/map").text for reader in (guest, ada, bob)]
    assert not any('class="you"' in text for text in before) and "20" in before[0]
    for statement in ids:
        ada.submit(f"{page}/card", f"{page}/card", statement=str(statement), v="1")
    worked(town, clock.now() + 600)
    for path in (page, f"{page}/map"):
        for _time in range(2):
            texts = [reader.get(path).text for reader in (ada, guest, bob)]
            assert ['class="you"' in text for text in texts] == [True, False, False]
            assert ["您在" in text for text in texts] == [True, False, False]
    assert ">21<" in re.sub(r"<br>(\d+)", r">\1<", guest.get(f"{page}/map").text)


@pytest.mark.parametrize("change, shown", [
    ({"state": "open"}, "进行中"), ({"state": "closed"}, "<span class=\"chip\">截止"), ({"state": "counted"}, "已计票"),
    ({"title": "改了名"}, "改了名"), ({"state": "draft"}, "")], ids=lambda v: v if isinstance(v, str) else "")
def test_a_poll_is_shown_as_it_stands(town, talked, page, ada, poll, change, shown):
    number, _voters = poll(topic_id=talked[0], state="superseded")
    before = ada.get(page).text
    assert f"halls/polls/{number}" in before
    with town.unit("north"):
        Poll.update(**change).where(Poll.id == number).execute()
    after = ada.get(page).text
    assert after != before and shown in after and (f"halls/polls/{number}" in after) == (shown != "")


@pytest.mark.parametrize("change, shown", [
    ({"text": "棚建好"}, "棚建好"), ({"who": "居委会"}, "居委会"), ({"due": "2031-05-01"}, "2031年5月1日"),
    ({"state": "kept", "done_on": "2020-01-01"}, "2020年1月2日"), ({"state": "dropped"}, "不")],
    ids=lambda v: v if isinstance(v, str) else "")
def test_a_promise_is_shown_as_it_stands(town, talked, page, ada, change, shown):
    with town.unit("north"):
        row = Promise.create(topic_id=talked[0], text="建充电棚", who="物业", due="2020-01-02")
    paths = (page, "/north/")
    before = [ada.get(path).text for path in paths]
    assert all("建充电棚" in text for text in before)
    with town.unit("north"):
        Promise.update(**change).where(Promise.id == row.id).execute()
    after = ada.get(page).text
    assert after != before[0] and shown in after
    gone = "state" in change or "due" in change
    assert ("建充电棚" in ada.get("/north/").text) == (not gone and "text" not in change)


def test_a_topic_that_moves_on_is_seen_at_once(town, talked, page, ada, staff):
    readers = (ada, town.visitor(), staff)
    for move, stage in (("next", "讨论"), ("next", "结果")):
        for reader in readers:
            reader.get(page), reader.get("/north/halls/"), reader.get("/north/")
        with town.app.app_context(), town.unit("north"):
            assert moving.move(moving.topic(talked[0]), move)
        for reader in readers:
            assert re.search(rf'aria-current="step">{stage}', reader.get(page).text)
            assert all(stage in reader.get(path).text for path in ("/north/halls/", "/north/"))
    assert all('name="statement"' not in ada.get(path).text for path in (page, f"{page}/card"))
    assert "desk/topics" in staff.get(page).text and "desk/topics" not in ada.get(page).text


def test_a_stage_that_ends_within_the_day_takes_no_more_answers(town, talked, page, ada):
    soon = clock.now() + 5
    steps = [stages.Step("listen", None, soon), stages.Step("discuss"), stages.Step("result")]
    with town.unit("north"):
        Topic.update(stages=stages.write(steps)).execute()
    with clock.frozen(soon - 1):
        assert 'name="statement"' in ada.get(page).text
    with clock.frozen(soon):
        assert all('name="statement"' not in ada.get(path).text for path in (page, f"{page}/card"))


def test_who_does_not_belong_here_gets_no_form(town, talked, page, ada):
    stranger = town.visitor(town.person("客人", home="south"))
    assert 'name="statement"' in ada.get(page).text
    assert all('name="statement"' not in stranger.get(path).text for path in (page, f"{page}/card"))
    assert 'name="text"' in ada.get(page).text and 'name="text"' not in stranger.get(page).text


def test_few_statements_make_each_page(town, page, ada, monkeypatch):
    db, seen = town.app.portal.db, []
    run = db._execute_cursor
    monkeypatch.setattr(db, "_execute_cursor", lambda sql, *rest, **more: seen.append(sql) or run(sql, *rest, **more))
    for path, few in ((page, QUERIES), (f"{page}/card", QUERIES), (f"{page}/map", QUERIES), ("/north/halls/", 1)):
        ada.get(path)
        seen.clear()
        ada.get(path)
        assert len([sql for sql in seen if sql.startswith("SELECT")]) == few, (path, seen)
