"""Kept pages of comments, proposals and polls: each change is there at the next request, and nothing is another's.

A change is made in the database, past the app that is asked: as another process would make it.
"""

import re
from types import SimpleNamespace

import pytest
from portal.plugins.halls.comments import posting
from portal.plugins.halls.comments.models import Comment
from portal.plugins.halls.models import Ballot, Poll, Topic
from portal.plugins.halls.polls import casting, closing
from portal.plugins.halls.promises.models import Promise
from portal.plugins.halls.proposals import acts
from portal.plugins.halls.proposals.models import Answer, Attachment, Proposal, ProposalAuthor
from portal.plugins.halls.topics.models import Statement

from portal.base import database, sites
from portal.people.models import Person

TOKENS = re.compile(r'name="(csrf_token|_key)" value="[^"]+"')
HALL = "/north/halls"


@pytest.fixture(autouse=True)
def as_in_production(town):
    town.app.portal.templates.auto_reload = False


@pytest.fixture
def people(town):
    """Two neighbours, somebody of the staff, somebody from elsewhere."""
    return {name: town.person(said, home=home, role=role) for name, said, home, role in (
        ("ada", "陈爱莲", "north", ""), ("bea", "丁一平", "north", ""), ("clerk", "李敏儿", "north", "staff"),
        ("far", "远方客", "south", ""))}


@pytest.fixture
def readers(town, people):
    return {name: town.visitor(person) for name, person in people.items()} | {"guest": town.visitor()}


def who(person) -> dict:
    return {"actor_id": person.id, "person_id": person.id, "channel": "web"}


@pytest.fixture
def talk(town, people):
    """A topic on which Ada has commented and proposed something, that has grown out of a statement."""
    with town.app.app_context(), town.unit("north"):
        topic = Topic.create(title="充电棚放哪里", state="open", stage="discuss", template="proposals", threshold=9)
        said = Statement.create(topic_id=topic.id, text="要近一点", state="shown")
        comment = posting.say(topic.id, None, "for", "放在东门好", who(people["ada"]))
        proposal = acts.write(topic.id, "东门旧垃圾房", "离楼二十米", who(people["ada"]), said.id)
    page = f"{HALL}/topics/{topic.id}"
    pages = {"topic": page, "comments": f"{page}/comments", "proposals": f"{page}/proposals",
             "proposal": f"{HALL}/proposals/{proposal.id}"}
    return SimpleNamespace(topic=topic.id, said=said.id, comment=comment.id, proposal=proposal.id, pages=pages)


def set_(model, number: int, **values) -> None:
    model.update(**values).where(model.id == number).execute()


CHANGES = {
    "a comment": ("topic comments", "刚刚写的", lambda t, p: posting.say(t.topic, None, "", "刚刚写的", who(p["bea"]))),
    "a reply": ("topic comments", "说得对", lambda t, p: posting.reply(t.comment, "", "说得对", who(p["ada"]))),
    "support": ("topic", "1人支持", lambda t, p: posting.support(t.comment, True, who(p["bea"]))),
    "support of a neighbour": ("comments", "支持 1<", lambda t, p: posting.support(t.comment, True, who(p["clerk"]))),
    "a comment is hidden": ("topic comments", "侮辱他人", lambda t, p: set_(
        Comment, t.comment, state="hidden", rule="insult", reason="请讲事情")),
    "a comment is taken back": ("topic comments", "作者已收回", lambda t, p: posting.take_back(
        t.comment, p["ada"].id)),
    "another name": ("topic comments proposal", "陈新名", lambda t, p: set_(Person, p["ada"].id, name="陈新名")),
    "who wrote it has left": ("topic comments", "已离开的人", lambda t, p: set_(Comment, t.comment, person_id=None)),
    "a signature": ("topic proposals proposal", "2人联署", lambda t, p: acts.sign(t.proposal, who(p["bea"]))),
    "a new version": ("topic proposals proposal", "西门花坛", lambda t, p: acts.change(
        t.proposal, 1, "西门花坛", "离楼十米", who(p["ada"]))),
    "an answer": ("proposal", "下月动工", lambda t, p: Answer.create(
        proposal_id=t.proposal, status="accepted", text="下月动工")),
    "a proposal is hidden": ("topic proposals proposal", "社区已隐藏", lambda t, p: set_(
        Proposal, t.proposal, state="hidden", rule="off", reason="x")),
    "a proposal is withdrawn": ("topic proposals proposal", "已撤回", lambda t, p: acts.withdraw(t.proposal)),
    "a further author": ("proposal", "丁一平", lambda t, p: ProposalAuthor.create(
        proposal_id=t.proposal, person_id=p["bea"].id)),
    "a picture": ("proposal", "门口的样子", lambda t, p: Attachment.create(
        proposal_id=t.proposal, file="a.png", title="门口的样子")),
    "a comment on a proposal": ("proposal", "这里也好", lambda t, p: posting.say(
        t.topic, t.proposal, "", "这里也好", who(p["bea"]))),
    "its statement says more": ("proposal", "要近，要快", lambda t, p: set_(Statement, t.said, text="要近，要快")),
    "a promise": ("topic", "建好充电棚", lambda t, p: Promise.create(
        topic_id=t.topic, text="建好充电棚", who="物业", due="2031-01-02")),
    "a poll": ("topic", "要不要收费", lambda t, p: Poll.create(
        topic_id=t.topic, title="要不要收费", rule="yesno", state="open")),
    "the topic's title": ("topic comments proposals proposal", "新的题目", lambda t, p: set_(
        Topic, t.topic, title="新的题目")),
    "the topic has ended": ("topic", "结束", lambda t, p: set_(Topic, t.topic, state="ended")),
}


@pytest.mark.parametrize("name", CHANGES)
def test_each_change_is_there_at_the_next_request(town, people, readers, talk, name):
    pages, shown, change = CHANGES[name]
    paths = [talk.pages[page] for page in pages.split()]
    before = [readers["bea"].get(path).text for path in paths]
    assert not any(shown in text for text in before)
    with town.app.app_context(), town.unit("north"):
        change(talk, people)
    assert all(shown in readers["bea"].get(path).text for path in paths)


def test_what_is_gone_is_gone_at_once(town, people, readers, talk):
    for reader in readers.values():
        assert "放在东门好" in reader.get(talk.pages["comments"]).text
        assert "要近一点" in reader.get(talk.pages["proposal"]).text
    with town.unit("north"):
        set_(Comment, talk.comment, state="hidden", rule="insult", reason="x")
        set_(Statement, talk.said, state="hidden")
    for reader in readers.values():
        assert not any("放在东门好" in reader.get(talk.pages[page]).text for page in ("topic", "comments"))
        assert "要近一点" not in reader.get(talk.pages["proposal"]).text
    with town.unit("north"):
        set_(Proposal, talk.proposal, state="hidden", rule="off", reason="x")
    for reader in readers.values():
        assert not any(word in reader.get(talk.pages[page]).text for page in ("topic", "proposals", "proposal")
                       for word in ("东门旧垃圾房", "离楼二十米"))


def test_the_table_of_marks_counts_for_each_topic_alone(town, people, readers, talk):
    with town.unit("north"):
        other = Topic.create(title="另一个", state="open", stage="discuss").id
        Comment.create(topic_id=other, thread=f"topic {other}", text="只在那边")
    for page in talk.pages.values():
        assert "只在那边" not in readers["ada"].get(page).text
    assert "只在那边" in readers["ada"].get(f"{HALL}/topics/{other}/comments").text
    with town.unit("north"):
        Comment.update(topic_id=talk.topic, thread=f"topic {talk.topic}").where(Comment.topic_id == other).execute()
    assert "只在那边" in readers["ada"].get(talk.pages["comments"]).text
    assert "只在那边" not in readers["ada"].get(f"{HALL}/topics/{other}/comments").text


ASKED = ("ada", "bea", "clerk", "far", "guest", "far", "clerk", "bea", "ada")  # so that each sees others' kept pages


def test_comments_are_each_readers_own(town, people, readers, talk):
    page = talk.pages["comments"]
    with town.app.app_context(), town.unit("north"):
        posting.support(talk.comment, True, who(people["bea"]))
    for name in ASKED:
        text = readers[name].get(page).text
        assert ("陈爱莲" in text) == (name not in ("guest", "far")) and ("陈**" in text) == (name in ("guest", "far"))
        assert ("take-back" in text) == (name == "ada")
        assert ('aria-pressed="true"' in text) == (name == "bea")
        assert ("/support" in text) == (name == "clerk")
        assert ("<textarea" in text) == (name in ("ada", "bea", "clerk"))
        assert ('value="staff"' in text) == (name == "clerk")


def test_a_proposal_is_each_readers_own(town, people, readers, talk):
    page = talk.pages["proposal"]
    for name in ASKED:
        text = readers[name].get(page).text
        assert ("陈爱莲" in text) == (name not in ("guest", "far"))
        assert (f"{talk.proposal}/edit" in text) == (name == "ada")
        assert ("/unsign" in text) == (name == "ada") and ("/sign\"" in text) == (name in ("bea", "clerk"))
        assert ("desk/proposals" in text) == (name == "clerk")
        assert ("sign-in?next=/halls/proposals" in text) == (name == "guest")
    readers["bea"].submit(page, f"{page}/sign")
    readers["bea"].get(page)  # with the words of thanks
    assert "/unsign" in readers["bea"].get(page).text and "/unsign" not in readers["clerk"].get(page).text


def test_languages_and_tokens_are_each_readers_own(town, readers, talk):
    for path in (talk.pages["comments"], talk.pages["proposal"]):
        texts = [readers[name].get(path).text for name in ("bea", "clerk", "bea")]
        tokens = [set(re.findall(r'name="csrf_token" value="([^"]+)"', text)) for text in texts]
        assert tokens[0] == tokens[2] != tokens[1] and len(tokens[0]) == 1
        english = readers["bea"].get(path, headers={"Accept-Language": "en"}).text
        assert '<html lang="en"' in english and '<html lang="zh' in readers["bea"].get(path).text


def test_a_poll_is_each_readers_own(town, readers, people, poll):
    number, (one, two) = poll("plurality", people=2, title="修路灯")
    page, visitors = f"{HALL}/polls/{number}", [town.visitor(one), town.visitor(two)]
    readers = {"one": visitors[0], "two": visitors[1], "clerk": readers["clerk"], "guest": readers["guest"]}
    for name in ("one", "two", "clerk", "guest", "one"):
        text = readers[name].get(page).text
        assert ("您可以投票" in text) == (name in ("one", "two")) and ("desk/polls" in text) == (name == "clerk")
        assert ("sign-in?next=/halls" in text) == (name == "guest")
        listed = readers[name].get(f"{HALL}/polls/").text
        assert (f"{page}/vote" in listed) == (name in ("one", "two"))
    codes = [v.submit(f"{page}/vote", f"{page}/vote", tick=str(n)).location[-8:] for n, v in enumerate(visitors)]
    for _time in range(2):
        for name, own in (("one", codes[0]), ("two", codes[1]), ("clerk", ""), ("guest", "")):
            text = readers[name].get(page).text
            assert [code in text for code in codes] == [code == own for code in codes]
            assert ("选票已经存好" in text) == bool(own)
            assert not any(code in readers[name].get(f"{page}/vote").text for code in codes)


def test_a_result_is_shown_with_each_readers_own_receipt_and_bill(town, poll, readers):
    number, voters = poll("pb.mes.add1", people=3, costs=(1_00, 2_00, 3_00), money_fen=3_00, title="分钱")
    page, visitors = f"{HALL}/polls/{number}", [town.visitor(v) for v in voters]
    codes = [v.submit(f"{page}/vote", f"{page}/vote", tick=str(n)).location[-8:] for n, v in enumerate(visitors)]
    with town.app.app_context(), town.unit("north"):
        closing.close(number, early=True)
    assert "结果" not in visitors[0].get(page).text.split("<main")[1].split("<h2")[0]
    with town.app.app_context(), database.use(town.db), sites.within(town.north.id):
        closing.count(number)
    for _time in range(2):
        for n, visitor in enumerate(visitors):
            text = visitor.get(page).text
            assert [code in text for code in codes] == [k == n for k in range(3)]
            bill = text.split("我那一份用在哪里")[1].split("</details>")[0]
            assert ("长椅" in bill) == (n == 0)
        for reader in (readers["guest"], readers["clerk"]):
            text = reader.get(page).text
            assert not any(code in text for code in codes) and "我那一份用在哪里" not in text


@pytest.mark.parametrize("rule", ["yesno", "plurality"])
def test_nothing_early_is_learned_of_an_open_poll(town, poll, readers, rule):
    """Before and after others have voted, each page is the same to the last letter but for tokens."""
    number, voters = poll(rule, people=4, title="修路灯")
    reader, page = town.visitor(voters[0]), f"{HALL}/polls/{number}"
    paths = (page, f"{page}/vote", f"{HALL}/polls/", f"{HALL}/", "/north/")
    before = [TOKENS.sub("", visitor.get(path).text) for visitor in (reader, readers["guest"], readers["clerk"])
              for path in paths]
    with town.app.app_context(), town.unit("north"):
        for voter in voters[1:]:
            casting.cast(number, voter.id, {"ticks": [1]}, who(voter))
        assert Ballot.select().count() == 3
    town.app.portal.pieces.clear()  # made anew, not only kept
    after = [TOKENS.sub("", visitor.get(path).text) for visitor in (reader, readers["guest"], readers["clerk"])
             for path in paths]
    assert before == after


@pytest.mark.parametrize("change, shown", [
    ({"state": "open"}, "正在投票"), ({"state": "closed"}, "正在计票"), ({"title": "改了名"}, "改了名")],
    ids=lambda v: v if isinstance(v, str) else "")
def test_the_list_of_polls_is_as_it_stands(town, poll, readers, talk, change, shown):
    number, _voters = poll(title="修路灯", state="superseded", people=0, topic_id=talk.topic)
    before = readers["ada"].get(f"{HALL}/polls/").text
    with town.unit("north"):
        set_(Poll, number, **change)
    after = readers["ada"].get(f"{HALL}/polls/").text
    assert shown not in before.split("<main")[1].split("</main")[0] and shown in after.split("<main")[1]


def test_few_statements_make_each_kept_page(town, poll, readers, talk, monkeypatch):
    number, (one, *_rest) = poll(title="修路灯")
    db, seen = town.app.portal.db, []
    run = db._execute_cursor
    monkeypatch.setattr(db, "_execute_cursor", lambda sql, *rest, **more: seen.append(sql) or run(sql, *rest, **more))
    reader = town.visitor(one)
    for path in (*talk.pages.values(), f"{HALL}/polls/", f"{HALL}/polls/{number}", f"{HALL}/polls/{number}/vote",
                 f"{HALL}/"):
        reader.get(path)
        seen.clear()
        reader.get(path)
        few = 1 if path == f"{HALL}/" else 2
        assert len([sql for sql in seen if sql.startswith("SELECT")]) == few, (path, seen)
