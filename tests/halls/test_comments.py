"""Comments: for, against, a question; two levels, twenty a page, supported once by each."""

import re

import pytest
from portal.plugins.halls.comments import personal
from portal.plugins.halls.comments.models import Comment, CommentSupport
from portal.plugins.halls.models import Topic

from portal.base import clock
from portal.people.models import Notice
from portal.testing import forms_of


@pytest.fixture
def topic(town) -> int:
    with town.unit("north"):
        return Topic.create(title="充电棚", state="open", stage="discuss").id


@pytest.fixture
def page(topic) -> str:
    return f"/north/halls/topics/{topic}/comments"


@pytest.fixture
def huang(town):
    return town.visitor(town.person("黄文英", home="north"))


@pytest.fixture
def chen(town):
    return town.visitor(town.person("陈桂英", home="north"))


def many(town, topic: int, n: int, parent=None) -> list[int]:
    """So many comments, or replies, written one after another; each has as much support as its number."""
    with town.unit("north"):
        rows = [{"topic_id": topic, "thread": f"comment {parent}" if parent else f"topic {topic}", "text": f"第{i}句",
                 "parent_id": parent, "place": i + 1 if parent else 0, "support": (i * 7) % n, "actor_id": None,
                 "at": clock.now()} for i in range(n)]
        Comment.insert_many(rows).execute()
        if parent:
            Comment.update(replies=n).where(Comment.id == parent).execute()
        return [r.id for r in Comment.select().where(Comment.parent_id == parent if parent else
                                                     Comment.parent_id.is_null()).order_by(Comment.id)]


def texts(page: str) -> list[str]:
    return re.findall(r'<p class="said">(.*?)</p>', page)


def last(town) -> Comment:
    with town.unit("north", write=False):
        return Comment.select().order_by(Comment.id.desc()).get()


def press(visitor, page: str, number: int, move: str):
    """Press a button of the list: it belongs to the form beside it."""
    form = next(f for f in forms_of(visitor.get(page).text) if "back" in f.values)
    form.action = f"/north/halls/comments/{number}/{move}"
    assert form.action in visitor.get(page).text
    return visitor.send(form)


def statements_of(town, visitor, page: str) -> int:
    """How many statements a page asks the database."""
    db, asked = town.app.portal.db, []
    plain = db.execute_sql
    db.execute_sql = lambda sql, *rest: asked.append(sql) or plain(sql, *rest)
    try:
        visitor.get(page)
    finally:
        del db.execute_sql
    return len(asked)


def test_a_comment_says_in_which_sense_and_everybody_reads_it(town, page, huang):
    assert huang.submit(page, page, stance="for", text="离9座远，我赞成").status_code == 303
    text = town.visitor().get(page).text
    assert "离9座远，我赞成" in text and "赞成" in text and "黄**" in text and "黄文英" not in text
    assert "黄文英" in huang.get(page).text
    assert huang.submit(page, page, text="  ").status_code == 422
    assert huang.submit(page, page, text="长" * 1001).status_code == 422
    assert huang.submit(page, page, stance="staff", text="我们定了").status_code == 422
    assert town.visitor().get(page.replace("north", "south")).status_code == 404


def test_staff_can_speak_as_staff(town, page, topic, huang):
    clerk = town.visitor(town.person("小林", home="north", role="staff"))
    clerk.submit(page, page, stance="staff", text="合同里会写明")
    assert last(town).stance == "staff"
    huang.submit(page, page, stance="question", text="谁来管？")
    asked = last(town).id
    clerk.submit(f"/north/halls/comments/{asked}", f"/north/halls/comments/{asked}", staff="1", text="物业管")
    assert last(town).stance == "staff"
    huang.submit(f"/north/halls/comments/{asked}", f"/north/halls/comments/{asked}", staff="1", text="谢谢")
    assert last(town).stance == ""


def test_replies_stand_below_and_have_none_of_their_own(town, page, huang, chen):
    huang.submit(page, page, stance="question", text="谁来管？")
    asked = last(town).id
    there = f"/north/halls/comments/{asked}"
    assert chen.submit(there, there, text="物业管").status_code == 303
    reply = last(town)
    assert (reply.parent_id, reply.place) == (asked, 1)
    assert chen.get(f"/north/halls/comments/{reply.id}").location.endswith(f"/comments/{asked}#c{reply.id}")
    form = chen.form(there, there)
    form.action = f"/north/halls/comments/{reply.id}"
    chen.send(form, text="再下一层")
    assert last(town).id == reply.id
    assert texts(town.visitor().get(page).text) == ["谁来管？", "物业管"]
    with town.unit("north", write=False):
        assert [n.title for n in Notice.select()] == ["有人回复了您的评论"]


def test_twenty_a_page_by_new_and_by_support_each_once(town, topic, page):
    many(town, topic, 45)
    for query in ("", "?sort=top"):
        found, at = [], page + query
        while at and len(found) < 60:
            text = town.visitor().get(at).text
            assert len(texts(text)) <= 20
            found += texts(text)
            after = re.search(r'href="(\?[^"]*after=[^"]*)"', text)
            at = after and page + after[1].replace("&amp;", "&")
        assert len(found) == len(set(found)) == 45
        assert found == [f"第{i}句" for i in sorted(range(45), key=lambda i: -i if not query else -((i * 7) % 45))]


def test_a_thousand_replies_show_three_and_the_rest_on_their_page(town, topic, page):
    first, = many(town, topic, 1)
    many(town, topic, 1000, parent=first)
    shown = texts(town.visitor().get(page).text)
    assert shown == ["第0句", "第0句", "第1句", "第2句"] and "还有997条回复" in town.visitor().get(page).text
    there = f"/north/halls/comments/{first}"
    assert texts(town.visitor().get(there).text)[1:] == [f"第{i}句" for i in range(20)]
    assert texts(town.visitor().get(f"{there}?after=20").text)[1:] == [f"第{i}句" for i in range(20, 40)]


def test_a_thousand_cost_no_more_statements_than_twenty(town, topic, page, huang):
    asked = {}
    for n in (20, 1000):
        many(town, topic, n)
        huang.get(page)
        asked[n] = statements_of(town, huang, page)
    assert asked[20] == asked[1000] <= 7


def test_support_counts_once_and_not_for_oneself(town, page, huang, chen):
    huang.submit(page, page, text="离9座远")
    number = last(town).id
    assert press(chen, page, number, "support").location.endswith(f"/comments#c{number}")
    form = next(f for f in forms_of(chen.get(page).text) if "back" in f.values)
    form.action = f"/north/halls/comments/{number}/support"
    chen.send(form)
    assert last(town).support == 1
    own = next(f for f in forms_of(huang.get(page).text) if "back" in f.values)
    own.action = form.action
    huang.send(own)
    assert last(town).support == 1
    press(chen, page, number, "unsupport")
    assert last(town).support == 0
    form = next(f for f in forms_of(chen.get(page).text) if "back" in f.values)
    form.action = f"/north/halls/comments/{number}/support"
    assert chen.send(form, back="//evil.example").location == f"/north/halls/comments/{number}#c{number}"


def test_who_does_not_take_part_reads_only(town, topic, page, huang):
    huang.submit(page, page, text="离9座远")
    number = last(town).id
    form = huang.form(page, page)
    for visitor in (town.visitor(), town.visitor(town.person("远客", home="south"))):
        assert "<textarea" not in visitor.get(page).text
    stranger = town.visitor(town.person("远客二", home="south"))
    forms = forms_of(stranger.get("/north/me/display").text)
    sent = next(f for f in forms if "csrf_token" in f.values)
    sent.action = page
    assert stranger.send(sent, stance="", text="我也说").status_code == 422
    sent.action, sent.values["_key"] = f"/north/halls/comments/{number}/support", "another"
    stranger.send(sent)
    assert last(town).support == 0 and last(town).id == number
    with town.unit("north"):
        Topic.update(state="ended").execute()
    assert huang.send(form, text="来晚了").status_code == 422 and last(town).id == number
    with town.unit("north"):
        Topic.update(state="draft").execute()
    assert huang.get(page).status_code == 404 and huang.get(f"/north/halls/comments/{number}").status_code == 404


def test_what_is_hidden_or_taken_back_leaves_a_line(town, page, huang, chen):
    huang.submit(page, page, text="离9座远")
    mine = last(town).id
    chen.submit(page, page, text="骗子！")
    bad = last(town).id
    clerk = town.visitor(town.person("李敏", home="north", role="staff"))
    clerk.submit(f"/north/halls/desk/moderation/comment/{bad}", rule="insult", reason="请讲事情")
    press(huang, page, mine, "take-back")
    for path in (page, f"/north/halls/comments/{bad}", f"/north/halls/comments/{mine}", f"{page}.csv"):
        text = town.visitor().get(path).text
        assert "骗子！" not in text and "离9座远" not in text
    text = town.visitor().get(page).text
    assert "侮辱他人" in text and "请讲事情" in text and "作者已收回" in text
    assert clerk.get(f"/north/halls/report/comment/{bad}").status_code == 404
    with town.unit("north", write=False):
        assert Comment.get_by_id(mine).text == ""


def test_a_day_has_its_measure(town, page, huang, monkeypatch):
    monkeypatch.setattr("portal.plugins.halls.comments.views.A_DAY", 1)
    assert [huang.submit(page, page, text=t).status_code for t in ("一", "二")] == [303, 422]


def test_the_table_has_no_names_and_no_formulas(town, topic, page, huang):
    huang.submit(page, page, stance="against", text="=1+1")
    lines = town.visitor().get(f"/north/halls/topics/{topic}/talk.csv").text.splitlines()
    assert lines[0] == "id,proposal,reply_to,stance,support,state,rule,text"
    assert lines[1].endswith(",against,0,shown,,'=1+1") and "黄" not in lines[1]


def test_what_comments_keep_of_a_person(town, page, huang, chen):
    huang.submit(page, page, text="离9座远")
    number = last(town).id
    twin = town.person("陈桂英", home="north")
    for visitor in (chen, town.visitor(twin)):
        press(visitor, page, number, "support")
    with town.app.app_context(), town.unit("north"):
        chen_id = CommentSupport.select().order_by(CommentSupport.id).get().person_id
        assert personal.export(chen_id) == {"comments": [], "supported_comments": [number]}
        personal.merge(twin.id, chen_id)
        assert Comment.get().support == CommentSupport.select().count() == 1
        author = Comment.get().person_id
        assert personal.export(author)["comments"][0]["text"] == "离9座远"
        personal.erase(author)
        assert Comment.get().person_id is None
    assert "已离开的人" in town.visitor().get(page).text
