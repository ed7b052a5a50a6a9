"""Statements: one card at a time, one's own, and what staff let through. Nothing leads from an answer to a person."""

import re

import pytest
from portal.plugins.halls.models import Option, Poll, Topic
from portal.plugins.halls.moderation.models import Hiding
from portal.plugins.halls.polls.drafts import MOST_OPTIONS
from portal.plugins.halls.topics import moderating, participants
from portal.plugins.halls.topics.models import Statement, StatementVote

from portal.base import clock
from portal.people.models import Audit, Notice, Session
from portal.people.signin import digest
from portal.requests import COOKIE
from portal.testing import forms_of
from tests.halls.talk import opened, said
from tests.isolation.country import PART
from tests.support import tripwire


@pytest.fixture
def ada(town):
    return town.person("陈爱莲", home="north")


@pytest.fixture
def staff(town):
    return town.visitor(town.person("Staff", home="north", role="staff"))


def votes(town, at: str = "north") -> list[tuple]:
    with town.unit(at):
        return list(StatementVote.select(StatementVote.statement_id, StatementVote.participant, StatementVote.vote)
                    .order_by(StatementVote.statement_id, StatementVote.participant).tuples())


def state_of(town, statement: int) -> str:
    with town.unit("north", write=False):
        return Statement.get_by_id(statement).state


def letters_of(town, topic_id: int, person) -> str:
    with town.app.app_context():
        return participants.participant(topic_id, person.id)


def shown_on(page: str) -> str:
    return re.search(r'class="say">([^<]*)<', page)[1]


def test_card_by_card_until_all_are_answered(town, ada):
    topic = opened(town)
    ids = said(town, topic, "离楼十米", "要有雨棚", "晚上有人巡")
    card, visitor = f"/north/halls/topics/{topic}/card", town.visitor(ada)
    for text, vote in (("离楼十米", "1"), ("要有雨棚", "-1"), ("晚上有人巡", "0")):
        assert shown_on(visitor.get(card).text) == text
        answer = visitor.submit(card, card, v=vote)
        assert (answer.status_code, answer.location) == (303, card)
    mine = letters_of(town, topic, ada)
    assert votes(town) == [(ids[0], mine, 1), (ids[1], mine, -1), (ids[2], mine, 0)]
    assert not [f for f in forms_of(visitor.get(card).text) if f.action == card]
    assert re.fullmatch("[a-z2-7]{16}", mine)


def test_what_was_seen_least_comes_first(town):
    topic = opened(town)
    said(town, topic, "一", "二")
    card = f"/north/halls/topics/{topic}/card"
    people = [town.visitor(town.person(f"P{n}", home="north")) for n in range(3)]
    seen = []
    for visitor in people:
        seen.append(shown_on(visitor.get(card).text))
        visitor.submit(card, card, v="1")
    assert seen == ["一", "二", "一"]


def test_an_answer_can_be_changed_and_stays_one(town, ada):
    topic = opened(town)
    statement, = said(town, topic, "离楼十米")
    visitor, root = town.visitor(ada), f"/north/halls/topics/{topic}"
    visitor.submit(f"{root}/card", f"{root}/card", v="1")
    visitor.submit(f"{root}/mine", f"{root}/card", v="-1")
    assert votes(town) == [(statement, letters_of(town, topic, ada), -1)]
    with town.unit("north"):
        assert Statement.get_by_id(statement).seen == 1


def test_scripts_get_the_next_card_alone(town, ada):
    topic = opened(town)
    said(town, topic, "离楼十米", "要有雨棚")
    card, visitor = f"/north/halls/topics/{topic}/card", town.visitor(ada)
    answer = visitor.send(visitor.form(f"/north/halls/topics/{topic}", card), headers=PART, v="1")
    part = visitor.get(answer.location, headers=PART).text
    assert "要有雨棚" in part and "<html" not in part and 'id="statement"' in part


@pytest.mark.parametrize("given", [{"v": "2"}, {"v": ""}, {"v": "1", "statement": "0"}, {"v": "1", "statement": "x"},
                                   {"v": "1", "statement": "-5"}, {"v": "1", "statement": "9" * 30},
                                   {"v": "1", "statement": None}])
def test_what_is_no_answer_is_refused_in_words(town, ada, given):
    topic = opened(town)
    said(town, topic, "离楼十米")
    card, visitor = f"/north/halls/topics/{topic}/card", town.visitor(ada)
    answer = visitor.submit(card, card, **given)
    assert answer.status_code == 422 and "errs" in answer.text and not votes(town)


def test_only_shown_statements_of_this_topic_can_be_answered(town, ada):
    topic, other = opened(town), opened(town, title="另一个")
    said(town, topic, "离楼十米")
    waiting, = said(town, topic, "等着", state="waiting")
    hidden, = said(town, topic, "藏着", state="hidden")
    elsewhere, = said(town, other, "别处")
    card, visitor = f"/north/halls/topics/{topic}/card", town.visitor(ada)
    for statement in (waiting, hidden, elsewhere):
        assert visitor.submit(card, card, v="1", statement=str(statement)).status_code == 422
    for text in ("等着", "藏着", "别处"):
        assert text not in visitor.get(f"/north/halls/topics/{topic}/mine").text
    assert not votes(town)


def test_who_does_not_take_part_reads_why(town):
    topic = opened(town)
    said(town, topic, "离楼十米")
    card = f"/north/halls/topics/{topic}/card"
    guest, neighbour = town.visitor(), town.visitor(town.person("Ben", home="south"))
    assert "sign-in" in guest.get(card).text and "离楼十米" in guest.get(card).text
    page = neighbour.get(card).text
    assert "离楼十米" not in page and "本社区居民" in page
    resident = town.visitor(town.person("Cai", home="north"))
    form = resident.form(card, card)
    form.values["csrf_token"] = neighbour.form("/north/me/display").values["csrf_token"]
    assert neighbour.send(form, v="1").status_code == 422 and not votes(town)
    everybody = opened(town, title="大家", audience="anyone")
    said(town, everybody, "都可以")
    card = f"/north/halls/topics/{everybody}/card"
    assert neighbour.submit(card, card, v="1").status_code == 303


@pytest.mark.parametrize("state", ["ended", "draft"])
def test_nothing_is_taken_before_and_after(town, ada, state):
    topic = opened(town)
    said(town, topic, "离楼十米")
    root = f"/north/halls/topics/{topic}"
    visitor = town.visitor(ada)
    form, own = visitor.form(f"{root}/card", f"{root}/card"), visitor.form(f"{root}/statements/new")
    with town.unit("north"):
        Topic.update(state=state).execute()
    assert visitor.send(form, v="1").status_code == (422 if state == "ended" else 404)
    assert visitor.send(own, text="太晚了").status_code == (422 if state == "ended" else 404)
    with town.unit("north"):
        assert not StatementVote.select().count() and Statement.select().count() == 1


def test_ones_own_waits_for_staff_and_is_shown(town, ada, staff):
    topic = opened(town)
    root, visitor = f"/north/halls/topics/{topic}", town.visitor(ada)
    assert visitor.submit(f"{root}/statements/new", text="  要有\n雨棚 ").status_code == 303
    neighbour = town.visitor(town.person("Ben", home="north"))
    assert "要有 雨棚" not in neighbour.get(root).text
    with town.unit("north"):
        row = Statement.get()
        assert (row.text, row.state, row.person_id, row.actor_id, row.channel) == (
            "要有 雨棚", "waiting", ada.id, ada.id, "web")
    waiting = "/north/halls/desk/statements"
    assert "要有 雨棚" in staff.get(waiting).text
    assert staff.submit(waiting, f"{waiting}/{row.id}/show").status_code == 303
    assert "要有 雨棚" in neighbour.get(root).text and "要有 雨棚" not in staff.get(waiting).text
    with town.unit():
        assert "要有 雨棚" in Notice.get(Notice.person == ada.id).text
    assert "议事厅：恢复显示" in staff.get("/north/desk/audit").text


def test_hidden_with_rule_and_reason_that_the_author_reads(town, ada, staff):
    topic = opened(town)
    statement, = said(town, topic, "老王乱停车", person_id=ada.id, state="waiting")
    path = f"/north/halls/desk/statements/{statement}/hide"
    refused = staff.submit(path, reason="")
    assert refused.status_code == 422 and 'href="#rule-0"' in refused.text
    assert staff.submit(path, rule="private", reason="请不要点名。").status_code == 303
    with town.unit("north"):
        row = Statement.get_by_id(statement)
        assert (row.state, row.rule, row.reason) == ("hidden", "private", "请不要点名。")
    with town.unit():
        told = Notice.get(Notice.person == ada.id)
    assert told.title == "涉及他人隐私" and "请不要点名。" in told.text
    for place in ("", "/card", "/mine"):
        assert "老王" not in town.visitor(ada).get(f"/north/halls/topics/{topic}{place}").text
    assert "老王" in staff.get(f"/north/halls/desk/topics/{topic}/statements").text


def test_one_that_is_shown_is_hidden_by_two_while_people_vote(town, ada, staff):
    topic = opened(town)
    statement, = said(town, topic, "老王乱停车", person_id=ada.id, state="waiting")
    with town.unit("north"):
        Poll.create(topic_id=topic, title="放在哪里", rule="yesno", state="open", closes_at=clock.now() + 86400)
    desk, common = "/north/halls/desk/statements", f"/north/halls/desk/moderation/statement/{statement}"
    hide, late = f"{desk}/{statement}/hide", staff.form(f"{desk}/{statement}/hide")
    staff.submit(desk, f"{desk}/{statement}/show")
    assert staff.send(late, rule="private", reason="x").location == common == staff.get(hide).location
    assert f'href="{common}"' in staff.get(f"/north/halls/desk/topics/{topic}/statements").text
    staff.submit(common, rule="private", reason="请不要点名。")
    assert state_of(town, statement) == "shown"
    with town.unit("north", write=False):
        page = f"/north/halls/desk/hidings/{Hiding.get().id}"
    second = town.visitor(town.person("Second", home="north", role="staff"))
    second.submit(page, f"{page}/agree")
    assert state_of(town, statement) == "hidden"
    assert town.visitor(ada).submit(page.replace("desk/hidings", "hidden"), text="大家都看见").status_code == 303


def test_one_that_is_hidden_by_moderation_is_not_shown_past_it(town, staff):
    topic = opened(town)
    one, other = said(town, topic, "老王乱停车", "要有雨棚", state="waiting")
    listed, desk = f"/north/halls/desk/topics/{topic}/statements", "/north/halls/desk/statements"
    show = staff.form(desk, f"{desk}/{one}/show")
    staff.send(show)
    staff.submit(f"/north/halls/desk/moderation/statement/{one}", rule="advert", reason="广告")
    with town.unit("north", write=False):
        page = f"/north/halls/desk/hidings/{Hiding.get().id}"
    show.values["_key"] = "again"
    assert staff.send(show).location == page and state_of(town, one) == "hidden"
    assert page in staff.get(listed).text and f"{desk}/{one}/show" not in staff.get(listed).text
    staff.submit(page, f"{page}/undo")
    assert state_of(town, one) == "shown"
    staff.submit(f"{desk}/{other}/hide", rule="double", reason="重复")  # one that waits needs nobody else
    assert state_of(town, other) == "hidden"
    staff.submit(listed, f"{desk}/{other}/show")
    assert state_of(town, other) == "shown"


def test_whoever_is_signed_in_can_report_what_a_card_says(town, ada):
    topic = opened(town)
    statement, = said(town, topic, "老王乱停车")
    card, report = f"/north/halls/topics/{topic}/card", f"/north/halls/report/statement/{statement}"
    assert report in town.visitor(ada).get(card).text and report not in town.visitor().get(card).text
    assert town.visitor(ada).submit(report, rule="private").status_code == 303


def test_two_of_staff_who_decide_the_same_tell_it_once(town, ada, staff):
    topic = opened(town)
    statement, = said(town, topic, "要有雨棚", person_id=ada.id, state="waiting")
    path = "/north/halls/desk/statements"
    other = town.visitor(town.person("Second", home="north", role="staff"))
    forms = [v.form(path, f"{path}/{statement}/show") for v in (staff, other)]
    for visitor, form in zip((staff, other), forms, strict=True):
        assert visitor.send(form).status_code == 303
    with town.unit():
        assert Notice.select().where(Notice.person == ada.id).count() == 1
    with town.unit("north"):
        assert Audit.select().where(Audit.action == "halls.statement_shown").count() == 1


@pytest.mark.parametrize("text", ["", "   ", "长" * 141])
def test_a_statement_that_does_not_fit_is_kept_in_the_form(town, ada, text):
    topic = opened(town)
    answer = town.visitor(ada).submit(f"/north/halls/topics/{topic}/statements/new", text=text)
    assert answer.status_code == 422 and 'href="#text"' in answer.text and text.strip() in answer.text
    with town.unit("north"):
        assert not Statement.select().count()


def test_the_same_words_and_too_many_are_refused(town, ada):
    topic = opened(town)
    said(town, topic, "要有雨棚")
    path, visitor = f"/north/halls/topics/{topic}/statements/new", town.visitor(ada)
    assert visitor.submit(path, text="要有雨棚").status_code == 422
    for n in range(9):
        assert visitor.submit(path, text=f"第{n}").status_code == 303
    assert visitor.submit(path, text="第十").status_code == 422


def test_staff_add_the_first_ones_and_they_are_shown(town, staff):
    topic = opened(town)
    path = f"/north/halls/desk/topics/{topic}/statements"
    form = next(f for f in forms_of(staff.get(path).text) if "text" in f.values)
    form.action = path
    assert staff.send(form, text="要有雨棚").status_code == 303
    assert "要有雨棚" in town.visitor().get(f"/north/halls/topics/{topic}/card").text
    assert staff.send(form, text="长" * 141, _key="x").status_code == 422


def test_no_row_leads_from_an_answer_to_a_person(town, ada):
    topic = opened(town)
    said(town, topic, "离楼十米")
    card, visitor = f"/north/halls/topics/{topic}/card", town.visitor(ada)
    visitor.submit(card, card, v="1")
    mine = letters_of(town, topic, ada)
    with town.unit("north"), tripwire.lifted():
        columns = {field.column_name for field in StatementVote._meta.sorted_fields}
        assert columns == {"id", "site_id", "topic_id", "statement_id", "participant", "vote"}
        for part in town.app.portal.parts():
            for model in part.models:
                rows = town.db.execute_sql(f'SELECT * FROM "{model._meta.table_name}"').fetchall()
                held = [row for row in rows if mine in map(str, row)]
                assert not held or model is StatementVote, model
    other = opened(town, title="另一个")
    assert letters_of(town, other, ada) != mine
    town.app.secret_key = "another secret of the portal, long enough"
    assert letters_of(town, topic, ada) != mine


def test_what_is_kept_of_a_person_is_told_moved_and_made_nameless(town, ada):
    topic = opened(town)
    one, two = said(town, topic, "离楼十米", "要有雨棚")
    own, = said(town, topic, "晚上有人巡", person_id=ada.id, actor_id=ada.id)
    ben = town.person("Ben", home="north")
    card = f"/north/halls/topics/{topic}/card"
    for person, choices in ((ada, {one: "1", two: "-1"}), (ben, {one: "-1"})):
        visitor = town.visitor(person)
        for statement, vote in choices.items():
            visitor.submit(card, card, v=vote, statement=str(statement))
    ask, a, b = town.app.portal.plugins.ask, letters_of(town, topic, ada), letters_of(town, topic, ben)
    with town.app.app_context(), town.unit("north"):
        told = ask("halls", "export", person_id=ada.id)
        assert [s["text"] for s in told["statements"]] == ["晚上有人巡"]
        assert [(v["text"], v["vote"]) for v in told["statement_votes"]] == [("离楼十米", 1), ("要有雨棚", -1)]
        ask("halls", "merge", person_id=ada.id, into_id=ben.id)
    assert votes(town) == [(one, b, -1), (two, b, -1)]
    with town.app.app_context(), town.unit("north"):
        assert Statement.get_by_id(own).person_id == ben.id
        ask("halls", "erase", person_id=ben.id)
        assert Statement.get_by_id(own).person_id is None and Statement.get_by_id(own).actor_id is None
    left = votes(town)
    assert [(s, v) for s, _p, v in left] == [(one, -1), (two, -1)]
    assert len({p for _s, p, _v in left}) == 1 and not {a, b} & {p for _s, p, _v in left}


def test_acting_for_a_resident_keeps_the_residents_answer(town, ada):
    topic = opened(town)
    statement, = said(town, topic, "离楼十米")
    clerk = town.person("Clerk", home="north", role="staff")
    visitor = town.visitor(clerk)
    with town.unit():
        Session.update(acting_for=ada.id, acting_site=town.north.id, acting_channel="phone").where(
            Session.token == digest(visitor.client.get_cookie(COOKIE).value)).execute()
    root = f"/north/halls/topics/{topic}"
    visitor.submit(f"{root}/card", f"{root}/card", v="1")
    assert votes(town) == [(statement, letters_of(town, topic, ada), 1)]
    visitor.submit(f"{root}/statements/new", f"{root}/statements/new", text="要有雨棚")
    with town.unit("north"):
        row = Statement.get(Statement.state == "waiting")
        assert (row.person_id, row.actor_id, row.channel) == (ada.id, clerk.id, "phone")


def test_a_statement_goes_on_the_ballot_of_a_draft_only(town, staff):
    topic = opened(town)
    statement, = said(town, topic, "离楼十米")
    path = f"/north/halls/desk/statements/{statement}/ballot"
    with town.unit("north"):
        draft = Poll.create(topic_id=topic, title="Draft", rule="approval").id
        taken = Poll.create(topic_id=topic, title="Open", rule="approval", state="open").id
        elsewhere = Poll.create(title="Elsewhere", rule="approval").id
        Option.create(poll_id=draft, number=0, title="别的")
    for poll in (taken, elsewhere, "", "x", "9" * 30):
        assert staff.submit(path, poll=str(poll)).status_code == 422
    for expected in (303, 422):  # not twice
        assert staff.submit(path, poll=str(draft)).status_code == expected
    with town.unit("north"):
        options = list(Option.select(Option.poll_id, Option.number, Option.title, Option.statement_id)
                       .order_by(Option.id).tuples())
        assert options == [(draft, 0, "别的", None), (draft, 1, "离楼十米", statement)]
        for n in range(2, MOST_OPTIONS):
            Option.create(poll_id=draft, number=n, title=f"第{n}项")
    more, = said(town, topic, "要有雨棚")
    full = staff.submit(f"/north/halls/desk/statements/{more}/ballot", poll=str(draft))
    assert full.status_code == 422 and f"已有{MOST_OPTIONS}个选项" in full.text


def test_every_rule_is_said():
    assert set(moderating.RULES) >= {"double", "insult", "private"} and all(moderating.RULES.values())
