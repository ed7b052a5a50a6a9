"""What breaks a rule: reported by anybody, hidden by a rule with a reason, by two while people vote, and appealed."""

import pytest
from portal.plugins.halls.comments.models import Comment
from portal.plugins.halls.models import Poll, Topic
from portal.plugins.halls.moderation.models import Hiding, Report

from portal.base import clock
from portal.people.models import Audit, Notice

DESK = "/north/halls/desk/moderation"
WORDS = "你们都是骗子"


class Talk:
    """A comment of somebody, on a topic that residents see."""

    def __init__(self, town, comment):
        self.town, self.comment = town, comment
        self.report_page, self.desk_page = (f"/north/halls/{part}comment/{comment}"
                                            for part in ("report/", "desk/moderation/"))

    def hiding(self) -> Hiding:
        with self.town.unit("north", write=False):
            return Hiding.select().order_by(Hiding.id.desc()).get()

    def state(self) -> str:
        with self.town.unit("north", write=False):
            return Comment.get_by_id(self.comment).state

    def told(self, person) -> list[str]:
        with self.town.unit(write=False):
            return [n.title for n in Notice.select().where(Notice.person == person).order_by(Notice.id)]


@pytest.fixture
def author(town):
    return town.person("黄文", home="north")


@pytest.fixture
def talk(town, author):
    with town.unit("north"):
        topic = Topic.create(title="充电棚", state="open", stage="discuss")
        made = Comment.create(topic_id=topic.id, thread=f"topic {topic.id}", text=WORDS, person_id=author.id,
                              actor_id=author.id)
    return Talk(town, made.id)


@pytest.fixture
def clerks(town):
    """The browsers of three of the staff."""
    return [town.visitor(town.person(name, home="north", role="staff")) for name in ("李敏", "林岚", "冼叔")]


@pytest.fixture
def voting(town, talk):
    """People vote on the topic."""
    with town.unit("north"):
        Poll.create(topic_id=Topic.get().id, title="放在哪里", rule="yesno", state="open",
                    closes_at=clock.now() + 86400)


def hide(clerk, talk, reason="骂人，请讲事情"):
    return clerk.submit(talk.desk_page, n=1 if "leave" in clerk.get(talk.desk_page).text else 0, rule="insult",
                        reason=reason, do=None)


def test_a_report_waits_in_the_queue_and_its_reporter_hears_what_came_of_it(town, talk, clerks):
    neighbour = town.person("简小姐", home="north")
    visitor = town.visitor(neighbour)
    assert visitor.submit(talk.report_page).status_code == 422
    assert visitor.submit(talk.report_page, rule="insult", text="不能这样讲").status_code == 303
    page = clerks[0].get(DESK).text
    assert WORDS in page and "1人次举报" in page
    looked = clerks[0].get(talk.desk_page).text
    assert "不能这样讲" in looked and "简小姐" not in looked
    assert hide(clerks[0], talk).status_code == 303
    assert talk.state() == "hidden" and talk.told(neighbour) == ["您举报的内容已隐藏"]
    with town.unit("north", write=False):
        assert Audit.select().where(Audit.action == "halls.hide").count() == 1


def test_one_report_of_a_person_and_none_again_after_staff_have_looked(town, talk, clerks):
    visitor = town.visitor(town.person("简小姐", home="north"))
    for _n in range(2):
        visitor.submit(talk.report_page, rule="off")
    assert clerks[0].submit(talk.desk_page, do="leave").status_code == 303
    assert talk.state() == "shown"
    visitor.submit(talk.report_page, rule="off")
    with town.unit("north", write=False):
        assert [r.state for r in Report.select()] == ["dismissed"]
    with clock.frozen(clock.now() + 60):
        with town.unit("north"):
            Comment.update(at=clock.now()).execute()
        visitor.submit(talk.report_page, rule="insult")
    with town.unit("north", write=False):
        assert [(r.state, r.rule) for r in Report.select()] == [("waiting", "insult")]


def test_reports_have_a_measure(town, talk, monkeypatch):
    monkeypatch.setattr("portal.plugins.halls.moderation.views.A_DAY", 1)
    visitor = town.visitor(town.person("简小姐", home="north"))
    with town.unit("north"):
        other = Comment.create(topic_id=Topic.get().id, thread="topic 1", text="x").id
    assert visitor.submit(talk.report_page, rule="off").status_code == 303
    assert visitor.submit(f"/north/halls/report/comment/{other}", rule="off").status_code == 303
    with town.unit("north", write=False):
        assert Report.select().count() == 1


def test_its_author_reads_why_and_appeals_and_somebody_else_decides(town, talk, author, clerks):
    hide(clerks[0], talk)
    page = f"/north/halls/hidden/{talk.hiding().id}"
    visitor = town.visitor(author)
    seen = visitor.get(page).text
    assert talk.told(author) == ["侮辱他人"] and WORDS in seen and "骂人，请讲事情" in seen
    assert town.visitor(town.person("简小姐", home="north")).get(page).status_code == 404
    assert visitor.submit(page, text=" ").status_code == 422
    assert visitor.submit(page, text="我讲的是骗子公司").status_code == 303
    decision = f"/north/halls/desk/hidings/{talk.hiding().id}"
    assert "我讲的是骗子公司" in clerks[0].get(decision).text
    form = clerks[1].form(decision)
    form.action = decision
    answer = {"granted": "yes", "answer": "讲的是公司"}
    clerks[0].send(form_of(clerks[0], decision), **answer)
    assert talk.state() == "hidden"  # who has hidden it does not decide
    assert clerks[1].send(form, **answer).status_code == 303
    assert talk.state() == "shown" and talk.told(author)[-1] == "您写的内容重新显示了"
    assert "讲的是公司" in visitor.get(page).text


def form_of(clerk, page):
    """A form with the clerk's own token, wherever it stood on the page."""
    form = clerk.form("/north/me/display" if clerk.get("/north/me/display").status_code == 200 else page)
    form.values, form.action = {k: v for k, v in form.values.items() if k in ("csrf_token", "_key")}, page
    return form


def test_an_appeal_that_is_refused_is_the_last_one(town, talk, author, clerks):
    hide(clerks[0], talk)
    page, decision = (f"/north/halls/{part}/{talk.hiding().id}" for part in ("hidden", "desk/hidings"))
    visitor = town.visitor(author)
    visitor.submit(page, text="再看看")
    clerks[1].submit(decision, granted="no", answer="还是骂人")
    assert talk.state() == "hidden" and talk.hiding().appeal == "refused"
    assert "还是骂人" in visitor.get(page).text and "<textarea" not in visitor.get(page).text
    visitor.send(form_of(visitor, page), text="又一次")
    assert talk.hiding().appeal == "refused"


def test_while_people_vote_one_person_alone_hides_nothing(town, talk, author, clerks, voting):
    assert hide(clerks[0], talk).status_code == 303
    assert talk.state() == "shown" and talk.told(author) == [] and talk.hiding().state == "asked"
    agree = f"/north/halls/desk/hidings/{talk.hiding().id}/agree"
    page = agree.removesuffix("/agree")
    assert agree not in clerks[0].get(page).text
    clerks[0].send(form_of(clerks[0], agree))
    assert talk.state() == "shown"
    assert hide(clerks[1], talk).status_code == 303  # asks again: not the same as agreeing
    assert talk.state() == "shown"
    clerks[1].submit(page, agree)
    assert talk.state() == "hidden" and talk.told(author) == ["侮辱他人"]
    town.visitor(author).submit(f"/north/halls/hidden/{talk.hiding().id}", text="再看看")
    for clerk in clerks[:2]:
        clerk.send(form_of(clerk, page), granted="yes", answer="x")
        assert talk.state() == "hidden"  # neither of the two decides
    clerks[2].submit(page, granted="yes", answer="可以留")
    assert talk.state() == "shown"


def test_a_second_person_may_decline_and_it_can_be_asked_again(talk, clerks, voting):
    hide(clerks[0], talk)
    page = f"/north/halls/desk/hidings/{talk.hiding().id}"
    clerks[1].submit(page, f"{page}/decline")
    assert talk.state() == "shown" and talk.hiding().state == "declined"
    hide(clerks[0], talk)
    assert talk.hiding().state == "asked"


def test_a_mistake_is_undone_but_not_past_an_appeal(town, talk, author, clerks):
    hide(clerks[0], talk)
    page = f"/north/halls/desk/hidings/{talk.hiding().id}"
    undo = clerks[0].form(page, f"{page}/undo")
    town.visitor(author).submit(f"/north/halls/hidden/{talk.hiding().id}", text="再看看")
    clerks[0].send(undo)
    assert talk.state() == "hidden"
    clerks[1].submit(page, granted="no", answer="不行")
    clerks[0].submit(page, f"{page}/undo")
    assert talk.state() == "shown"
    hide(clerks[0], talk)
    assert talk.state() == "hidden"


def test_while_people_vote_one_person_alone_shows_nothing_again(town, talk, author, clerks, voting):
    hide(clerks[0], talk)
    page = f"/north/halls/desk/hidings/{talk.hiding().id}"
    clerks[1].submit(page, f"{page}/agree")
    assert "才会重新显示" in clerks[0].get(page).text
    clerks[0].submit(page, f"{page}/undo")
    assert talk.state() == "hidden" and talk.hiding().back_by is not None
    assert f"{page}/undo" not in clerks[0].get(page).text
    clerks[0].send(form_of(clerks[0], f"{page}/undo"))
    assert talk.state() == "hidden"
    clerks[1].submit(page, f"{page}/keep")
    assert talk.state() == "hidden" and talk.hiding().back_by is None
    clerks[1].send(form_of(clerks[1], f"{page}/keep"))  # nothing is asked any more
    clerks[1].submit(page, f"{page}/undo")
    assert talk.state() == "hidden" and "待重新显示" in clerks[0].get("/north/halls/desk/moderation").text
    clerks[0].submit(page, f"{page}/undo")
    assert talk.state() == "shown" and talk.told(author)[-1] == "您写的内容重新显示了"


def test_once_the_poll_is_over_one_person_shows_it_again(town, talk, clerks, voting):
    hide(clerks[0], talk)
    page = f"/north/halls/desk/hidings/{talk.hiding().id}"
    clerks[1].submit(page, f"{page}/agree")
    clerks[0].submit(page, f"{page}/undo")
    with town.unit("north"):
        Poll.update(state="counted").execute()
    clerks[0].submit(page, f"{page}/undo")
    assert talk.state() == "shown"


def test_two_who_hide_at_once_hide_once(town, talk, clerks):
    forms = [clerk.form(talk.desk_page) for clerk in clerks[:2]]
    for clerk, form in zip(clerks, forms, strict=False):
        assert clerk.send(form, rule="insult", reason="骂人").status_code == 303
    with town.unit("north", write=False):
        assert Hiding.select().count() == 1


def test_only_staff_moderate_and_only_of_their_site(town, talk, clerks):
    resident, guest = town.visitor(town.person("甲", home="north")), town.visitor()
    hide(clerks[0], talk)
    paths = [DESK, talk.desk_page, f"/north/halls/desk/hidings/{talk.hiding().id}"]
    for path in paths:
        assert resident.get(path).status_code == 404 and guest.get(path).status_code == 303
        assert resident.send(form_of(resident, path), rule="off", reason="x").status_code in (404, 405)
    south = town.visitor(town.person("乙", home="south", role="staff"))
    for path in (talk.report_page, *paths[1:]):
        assert south.get(path.replace("north", "south")).status_code == 404
    assert guest.get(talk.report_page).status_code == 303


def test_what_moderation_keeps_of_a_person(town, talk, author, clerks):
    from portal.plugins.halls.moderation import personal
    neighbour, twin = town.person("简小姐", home="north"), town.person("简小姐二", home="north")
    for person in (neighbour, twin):
        town.visitor(person).submit(talk.report_page, rule="insult", text="不能这样讲")
    hide(clerks[0], talk)
    with town.app.app_context(), town.unit("north"):
        assert personal.export(neighbour.id)["reports"][0]["text"] == "不能这样讲"
        assert personal.export(author.id)["hidden"][0]["reason"] == "骂人，请讲事情"
        personal.merge(neighbour.id, twin.id)
        assert Report.select().count() == 1 and Report.get().person_id == twin.id
        personal.erase(twin.id)
        personal.erase(author.id)
        assert (Report.get().person_id, Report.get().text, Hiding.get().author_id) == (None, "", None)
