"""Proposals: versions with their differences, signatures that count once, answers, doubles, the ballot."""

import re
import time
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from portal.plugins.halls.models import Option, Poll, Topic
from portal.plugins.halls.polls.drafts import MOST_OPTIONS
from portal.plugins.halls.proposals import acts, personal, rules
from portal.plugins.halls.proposals.models import Attachment, Proposal, ProposalAuthor, ProposalVersion, Signature
from portal.plugins.halls.topics.models import Statement

from portal.people.models import Audit, Notice
from portal.testing import forms_of
from tests.halls.talk import opened, said


@pytest.fixture
def clerk(town):
    return town.person("李敏", home="north", role="staff")


@pytest.fixture
def staff(town, clerk):
    return town.visitor(clerk)


@pytest.fixture
def topic(town, clerk) -> int:
    with town.unit("north"):
        return Topic.create(title="充电棚", state="open", stage="propose", threshold=3, actor_id=clerk.id).id


@pytest.fixture
def people(town):
    """Five neighbours and their browsers."""
    found = [town.person(name, home="north") for name in ("黄文英", "陈桂英", "何国强", "简美", "冼志")]
    return [(person, town.visitor(person)) for person in found]


@pytest.fixture
def proposal(town, topic, people):
    """Write a proposal as one of the neighbours; its address."""
    def made(n=0, title="放在东门旧垃圾房", text="离楼二十米，接电方便。") -> str:
        page = f"/north/halls/topics/{topic}/proposals/new"
        answer = people[n][1].submit(page, title=title, text=text)
        assert answer.status_code == 303, answer.text
        return answer.location
    return made


def number(page: str) -> int:
    return int(page.rpartition("/")[2])


def row(town, page: str) -> Proposal:
    with town.unit("north", write=False):
        return Proposal.get_by_id(number(page))


@given(st.text(max_size=60), st.text(max_size=60))
def test_differences_hold_both_texts(old, new):
    found = list(rules.differences(old, new))
    assert "".join(text for mark, text in found if mark != "ins") == old
    assert "".join(text for mark, text in found if mark != "del") == new


@pytest.mark.parametrize(("old", "new"), [
    ("啊" * 5_000, "x" + "啊" * 4_000 + "y"), ("。" * 5_000, "x" + "。\n" * 2_000), ("啊吧" * 2_500, "吧啊" * 2_500)])
def test_long_texts_of_one_letter_are_compared_in_a_moment(old, new):
    began = time.process_time()
    found = list(rules.differences(old, new))
    assert time.process_time() - began < 1
    assert "".join(text for mark, text in found if mark != "ins") == old
    assert "".join(text for mark, text in found if mark != "del") == new


def test_differences_are_by_character_in_chinese_and_by_word_else():
    assert list(rules.differences("装三盏灯", "装五盏灯")) == [("", "装"), ("del", "三"), ("ins", "五"), ("", "盏灯")]
    assert ("del", "lamp") in rules.differences("a lamp", "a lantern")


def test_a_proposal_is_signed_by_its_author_and_read_by_everybody(town, topic, proposal, people):
    page = proposal()
    text = town.visitor().get(page).text
    assert "放在东门旧垃圾房" in text and "1人联署" in text and "再有2人联署" in text and "黄**" in text
    assert page in town.visitor().get(f"/north/halls/topics/{topic}/proposals").text
    assert page in town.visitor().get("/north/search?q=垃圾房").text
    assert town.visitor().get(page.replace("north", "south")).status_code == 404
    new = f"/north/halls/topics/{topic}/proposals/new"
    assert people[0][1].submit(new, title=" ", text="x").status_code == 422


@pytest.mark.parametrize("state,stage,template,taken", [
    ("open", "propose", "budget", True), ("open", "discuss", "proposals", True), ("open", "discuss", "vote", False),
    ("open", "listen", "proposals", False), ("open", "vote", "proposals", False), ("ended", "propose", "vote", False)])
def test_proposals_are_taken_in_their_stage(town, topic, people, state, stage, template, taken):
    page = f"/north/halls/topics/{topic}/proposals/new"
    form = people[0][1].form(page)
    with town.unit("north"):
        Topic.update(state=state, stage=stage, template=template).execute()
    assert people[0][1].send(form, title="灯", text="装灯").status_code == (303 if taken else 422)
    with town.unit("north", write=False):
        assert Proposal.select().exists() == taken


@pytest.mark.parametrize("text,title", [("要有雨棚", "要有雨棚"), ("长" * 130, "长" * 119 + "…")])
def test_a_proposal_grows_out_of_a_statement_while_that_is_shown(town, topic, people, text, title):
    statement, = said(town, topic, text)
    new = f"/north/halls/topics/{topic}/proposals/new?statement={statement}"
    form = people[0][1].form(new)
    assert (form.values["title"], form.values["text"].strip()) == (title, text)
    form.action = new  # a form without an action goes where its page is
    assert people[0][1].send(form, title=" ").status_code == 422
    page = people[0][1].send(form, title="东门雨棚", _key="anew").location
    assert row(town, page).statement_id == statement and row(town, page).title == "东门雨棚"
    origin = f"由这句话发展而来：“{text}”"
    assert origin in town.visitor().get(page).text
    with town.unit("north"):
        Statement.update(state="hidden").execute()
    assert origin not in town.visitor().get(page).text


@pytest.mark.parametrize("state,elsewhere", [("waiting", False), ("hidden", False), ("shown", True)])
def test_no_proposal_grows_out_of_a_statement_that_is_not_shown_here(town, topic, people, state, elsewhere):
    statement, = said(town, opened(town) if elsewhere else topic, "要有雨棚", state=state)
    for number_given in (statement, "x", -1, "9" * 30):
        new = f"/north/halls/topics/{topic}/proposals/new?statement={number_given}"
        form = people[0][1].form(new)
        assert form.values["title"] == "" and "要有雨棚" not in people[0][1].get(new).text
    form.action = new.replace("9" * 30, str(statement))
    page = people[0][1].send(form, title="灯", text="装灯").location
    assert row(town, page).statement_id is None


def test_enough_signatures_are_told_to_staff_once(town, clerk, proposal, people):
    page = proposal()
    for _person, visitor in people[1:3]:
        form = visitor.form(page, f"{page}/sign")
        visitor.send(form)
        form.values["_key"] = "once more"
        visitor.send(form)
    assert row(town, page).signatures == 3 and row(town, page).reached_at
    people[2][1].submit(page, f"{page}/unsign")
    people[2][1].submit(page, f"{page}/sign")
    assert row(town, page).signatures == 3
    with town.unit(write=False):
        assert [n.title for n in Notice.select().where(Notice.person == clerk)] == ["提案联署够数：放在东门旧垃圾房"]


def test_every_version_stays_and_says_what_has_changed(town, proposal, people):
    page = proposal()
    people[1][1].submit(page, f"{page}/sign")
    form = people[0][1].form(f"{page}/edit")
    assert people[0][1].send(form, text="离楼三十米，接电方便。").status_code == 303
    text = town.visitor().get(f"{page}/changes").text
    assert "离楼<del>二</del><ins>三</ins>十米" in text
    assert "其中2人在最近一次修改之前联署" in town.visitor().get(page).text
    form.values["_key"] = "late"
    late = people[0][1].send(form, text="离楼四十米")
    assert late.status_code == 422 and "三十米" in late.text
    with town.unit("north", write=False):
        assert [v.version for v in ProposalVersion.select().order_by(ProposalVersion.id)] == [1, 2]
    assert people[1][1].get(f"{page}/edit").status_code == 404


def test_of_two_changes_over_one_version_the_first_is_kept(town, proposal, people):
    page, who = number(proposal()), {"actor_id": people[0][0].id, "person_id": people[0][0].id, "channel": "web"}
    with town.app.app_context(), town.unit("north"):
        assert acts.change(page, 1, "一", "一", who) and not acts.change(page, 1, "二", "二", who)
        assert Proposal.get().title == "一"


def test_what_is_written_is_no_html(town, proposal, people):
    page = proposal(text="<script>1</script>")
    people[0][1].submit(f"{page}/edit", text="<img src=x>")
    for path in (page, f"{page}/changes"):
        text = town.visitor().get(path).text
        assert "<script>1" not in text and "<img src=x" not in text


def test_staff_answer_and_earlier_answers_stay(town, proposal, people, staff):
    page = proposal()
    desk = f"/north/halls/desk/proposals/{number(page)}/answer"
    assert staff.submit(desk, status="accepted", text=" ").status_code == 422
    staff.submit(desk, status="work", text="正在量尺寸")
    staff.submit(desk, status="partly", text="先装**一半**")
    text = town.visitor().get(page).text
    assert text.index("部分采纳") < text.index("正在量尺寸") and "<strong>一半</strong>" in text
    assert row(town, page).answered == "partly"
    with town.unit("north", write=False):
        assert Notice.select().where(Notice.person == people[0][0]).count() == 2
        assert Audit.select().where(Audit.action == "halls.answer").count() == 2


def test_doubles_are_merged_with_authors_and_signatures_each_person_once(town, proposal, people, staff, clerk):
    one, two = proposal(0), proposal(1, "东门垃圾房改充电棚")
    for page, n in ((one, 1), (one, 2), (two, 2)):
        people[n][1].submit(page, f"{page}/sign")
    desk = f"/north/halls/desk/proposals/{number(two)}/merge"
    assert staff.submit(desk, number=str(number(two))).status_code == 422
    assert staff.submit(desk, number=str(number(one))).status_code == 303
    assert (row(town, one).signatures, row(town, two).standing) == (3, "merged")
    with town.unit("north", write=False):
        names = [a.person_id for a in ProposalAuthor.select().where(ProposalAuthor.proposal_id == number(one))
                 .order_by(ProposalAuthor.id)]
    assert names == [people[0][0].id, people[1][0].id]
    assert one in town.visitor().get(two).text and f"{two}/sign" not in people[3][1].get(two).text
    people[3][1].submit(one, f"{one}/sign")
    assert row(town, one).signatures == 4


def test_only_open_ones_of_one_topic_are_merged(town, proposal, topic, clerk):
    one, two = number(proposal(0)), number(proposal(1))
    from portal.people.roles import Viewer
    me = Viewer(clerk.id, "李敏")
    with town.app.app_context(), town.unit("north"):
        other = Topic.create(title="别的", state="open", stage="propose").id
        Proposal.update(topic_id=other).where(Proposal.id == two).execute()
        assert not acts.merge(one, two, me) and not acts.merge(one, one, me) and not acts.merge(one, 9999, me)
        Proposal.update(topic_id=topic, standing="withdrawn").where(Proposal.id == two).execute()
        assert not acts.merge(one, two, me)


def test_an_author_takes_it_back_and_nobody_signs_it(town, proposal, people):
    page = proposal()
    form = people[1][1].form(page, f"{page}/sign")
    assert people[1][1].get(f"{page}/withdraw").status_code == 404
    people[0][1].submit(f"{page}/withdraw")
    people[1][1].send(form)
    assert row(town, page).signatures == 1 and "已撤回" in town.visitor().get(page).text
    assert page not in town.visitor().get("/north/search?q=垃圾房").text


def test_a_withdrawn_one_takes_no_signature(town, proposal, people):
    page = number(proposal())
    who = {"actor_id": people[1][0].id, "person_id": people[1][0].id, "channel": "web"}
    with town.app.app_context(), town.unit("north"):
        assert acts.withdraw(page) and not acts.sign(page, who) and not acts.unsign(page, people[0][0].id)
        assert Signature.select().count() == 1


def test_on_the_ballot_of_a_draft_once(town, topic, proposal, staff):
    page = proposal()
    desk = f"/north/halls/desk/proposals/{number(page)}/ballot"
    with town.unit("north"):
        draft = Poll.create(topic_id=topic, title="选哪个", rule="approval").id
        running = Poll.create(topic_id=topic, title="已开", rule="approval", state="open").id
    assert staff.submit(desk, number=str(running)).status_code == 422
    for _n in range(2):
        staff.submit(desk, number=str(draft))
    with town.unit("north", write=False):
        option, = Option.select()
        assert (option.poll_id, option.number, option.proposal_id) == (draft, 0, number(page))


def test_a_ballot_that_is_full_or_has_it_stays_as_it_was_made_ready(town, topic, proposal, staff):
    page = proposal()
    desk, ready = f"/north/halls/desk/proposals/{number(page)}/ballot", '{"paper": 0}'
    with town.unit("north"):
        draft = Poll.create(topic_id=topic, title="选哪个", rule="approval", flight=ready).id
        for n in range(MOST_OPTIONS):
            Option.create(poll_id=draft, number=n, title=f"第{n}项")
    staff.submit(desk, number=str(draft))
    with town.unit("north"):
        assert Option.select().count() == MOST_OPTIONS and Poll.get().flight == ready
        Option.update(proposal_id=number(page)).where(Option.number == 0).execute()
        Option.delete().where(Option.number > 1).execute()
    staff.submit(desk, number=str(draft))
    with town.unit("north"):
        assert Option.select().count() == 2 and Poll.get().flight == ready


def test_a_hidden_proposal_leaves_a_line(town, topic, proposal, people, staff):
    page = proposal()
    staff.submit(f"/north/halls/desk/moderation/proposal/{number(page)}", rule="advert", reason="卖充电桩的")
    text = people[0][1].get(page).text
    assert "垃圾房" not in text and "卖充电桩的" in text and "打广告" in text
    for path in (f"{page}/changes", f"{page}/edit", f"{page}/comments"):
        assert people[0][1].get(path).status_code == 404
    for path in (f"/north/halls/topics/{topic}/proposals", f"/north/halls/topics/{topic}/proposals.csv",
                 "/north/search?q=垃圾房"):
        assert "旧垃圾房" not in town.visitor().get(path).text
    staff.submit("/north/halls/desk/hidings/1", "/north/halls/desk/hidings/1/undo")
    assert page in town.visitor().get("/north/search?q=垃圾房").text


def test_pictures_of_a_proposal(town, proposal, people):
    page, out = proposal(), BytesIO()
    Image.new("RGB", (300, 200), "orange").save(out, "PNG")
    desk = f"{page}/pictures"
    bad = people[0][1].submit(desk, title="草图", file=(BytesIO(b"%PDF-1.4"), "a.png"))
    assert bad.status_code == 422
    assert people[0][1].submit(desk, title="草图", file=(BytesIO(out.getvalue()), "a.png")).status_code == 303
    assert 'alt="草图"' in town.visitor().get(page).text
    assert people[1][1].get(desk).status_code == 404
    away = next(f for f in forms_of(people[0][1].get(desk).text) if "away" in f.values)
    away.action = desk
    people[0][1].send(away)
    with town.unit("north", write=False):
        assert Attachment.select().count() == 0


def test_who_does_not_take_part_reads_only(town, topic, proposal):
    page = proposal()
    stranger = town.visitor(town.person("远客", home="south"))
    for visitor in (stranger, town.visitor()):
        assert f"{page}/sign" not in visitor.get(page).text
    form = next(f for f in forms_of(stranger.get("/north/me/display").text) if "csrf_token" in f.values)
    form.action = f"{page}/sign"
    stranger.send(form)
    assert row(town, page).signatures == 1
    for do in ("answer", "merge", "ballot"):
        assert stranger.get(f"/north/halls/desk/proposals/{number(page)}/{do}").status_code == 404


def test_what_proposals_keep_of_a_person(town, proposal, people):
    page = proposal()
    for _person, visitor in people[1:3]:
        visitor.submit(page, f"{page}/sign")
    with town.app.app_context(), town.unit("north"):
        told = personal.export(people[0][0].id)
        assert told["proposals"][0]["title"] == "放在东门旧垃圾房" and len(told["signatures"]) == 1
        personal.merge(people[1][0].id, people[2][0].id)
        assert Proposal.get().signatures == Signature.select().count() == 2
        personal.erase(people[0][0].id)
        assert ProposalAuthor.get().person_id is None
    assert "已离开的人" in town.visitor().get(page).text


def test_the_desk_lists_those_that_wait_for_an_answer_first(town, topic, staff, people, proposal):
    many, few, due = (proposal(n, title=title) for n, title in enumerate(("很多人联署", "刚写出来", "等答复的")))
    with town.unit("north"):
        for page, signatures, reached in ((many, 2, None), (few, 0, None), (due, 3, 1)):
            Proposal.update(signatures=signatures, reached_at=reached).where(Proposal.id == number(page)).execute()
    desk = "/north/halls/desk/proposals"
    assert f'href="{desk}"' in staff.get("/north/desk/").text
    text = staff.get(desk).text
    assert text.index("等答复的") < text.index("很多人联署") < text.index("刚写出来")
    assert text.count(">等答复<") == 1 and f"/desk/proposals/{number(due)}/answer" in text
    with town.unit("north"):
        Proposal.update(answered="rejected").where(Proposal.id == number(due)).execute()
    assert ">等答复<" not in staff.get(desk).text
    assert people[0][1].get(desk).status_code == 404


def test_the_desk_lists_them_page_by_page(town, topic, staff):
    with town.unit("north"):
        for n in range(45):
            Proposal.create(topic_id=topic, title=f"提案{n:02}", text="……", signatures=n // 3, created_at=1)
    page, found = "/north/halls/desk/proposals", []
    while page:
        text = staff.get(page).text
        found += re.findall(r">(提案\d\d)<", text)
        more = re.search(r'href="(\?after=[^"]+)" rel="next"', text)
        page = more and "/north/halls/desk/proposals" + more[1]
    assert found == [f"提案{n:02}" for n in reversed(range(45))]
