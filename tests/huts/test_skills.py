"""What neighbours do for each other: offered, looked at, asked for, done and thanked."""

import pytest
from portal.plugins.huts.skills import acts, personal, states
from portal.plugins.huts.skills.models import Skill, SkillAsk, SkillMove

from portal.base import clock
from portal.people.models import Audit
from tests.huts.conftest import DAY, at, who, worked

NEW = "/north/huts/skills/new"
OFFER = {"title": "修自行车", "category": "repair", "text": "补胎、**刹车**", "places": ["home", "hut"],
         "hours": "周六下午", "per": "task"}


@pytest.fixture
def staff(town):
    return town.visitor(town.person("梁姐", home="north", role="staff"))


@pytest.fixture
def ada_bo(town, neighbours):
    """Two neighbours, and a visitor for each."""
    people = neighbours(2)
    return people, list(map(town.visitor, people))


@pytest.fixture
def offered(town):
    """`offered(person)`: the number of a skill of theirs that residents see."""
    def make(person, at: str = "north", **values) -> int:
        with town.app.app_context(), town.unit(at):
            given = {"title": "修自行车", "category": "repair", "state": "shown"} | values
            skill = Skill.create(**given, **who(person))
            acts.refresh(skill.id)
            return skill.id
    return make


def asked(visitor, skill: int, words: str = "链条掉了") -> str:
    """The address of a request."""
    page = f"/north/huts/skills/{skill}"
    done = visitor.submit(page, f"{page}/ask", words=words, wished="周三晚上")
    assert done.status_code == 303, done.text
    return done.location.removeprefix("http://localhost")


def test_a_neighbour_of_the_street_asks_for_what_is_for_the_street(town, ada_bo, offered):
    (ada, _bo), _visitors = ada_bo
    skill = offered(ada, audience="street")
    known, stated = (town.visitor(town.person(name, home="south", verified=name == "Chen")) for name in ("Chen", "Du"))
    assert f"/skills/{skill}/ask" not in stated.get(f"/north/huts/skills/{skill}").text
    assert asked(known, skill)


def step(visitor, page: str, move: str, **values):
    return visitor.submit(page, f"{page}/{move}", **values)


def test_an_offer_is_looked_at_by_staff_before_neighbours_see_it(town, staff, ada_bo):
    _people, (ada, bo) = ada_bo
    done = ada.submit(NEW, **OFFER)
    assert done.status_code == 303, done.text
    page = done.location.removeprefix("http://localhost")
    number = page.rpartition("/")[2]
    assert bo.get(page).status_code == 404 and ada.get(page).status_code == 200
    assert "修自行车" not in bo.get("/north/huts/skills/").text
    desk = f"/north/huts/desk/skills/{number}"
    assert "修自行车" in staff.get("/north/huts/desk/skills/").text
    assert staff.submit(desk, f"{desk}/show", audience="street").status_code == 303
    text = bo.get(page).text
    assert "<strong>刹车</strong>" in text and "在小屋" in text and "周六下午" in text
    assert page in bo.get("/north/huts/skills/?k=repair").text and page not in bo.get("/north/huts/skills/?k=care").text
    assert page in bo.get("/north/huts/skills/?q=自行车").text and page in bo.get("/north/search?q=自行车").text
    assert "您提供的技能" in ada.get("/north/inbox").text
    assert staff.submit(desk, f"{desk}/hide", reason="").status_code == 422
    assert staff.submit(desk, f"{desk}/hide", reason="请写清楚地点").status_code == 303
    assert bo.get(page).status_code == 404 and "请写清楚地点" in ada.get(page).text
    assert page not in bo.get("/north/huts/skills/?q=自行车").text
    ada.submit(f"{page}/edit", **OFFER | {"title": "修自行车和童车"})
    with town.unit("north"):
        row = Skill.get()
        assert (row.state, row.title, row.reason, row.audience) == ("asked", "修自行车和童车", "", "street")


def test_who_does_not_live_here_offers_nothing(town):
    for visitor in (town.visitor(town.person("Neu", home="north", verified=False)),
                    town.visitor(town.person("Fremd", home="south"))):
        assert visitor.get(NEW).status_code == 303
        assert visitor.post(NEW, OFFER).status_code in (303, 400)
    with town.unit("north"):
        assert not Skill.select().exists()


def test_asked_agreed_done_and_thanked(town, ada_bo, offered):
    (one, _two), (ada, bo) = ada_bo
    skill = offered(one)
    page = asked(bo, skill)
    assert one.phone not in bo.get(page).text and "138****0000" in bo.get(page).text
    assert "138****0001" in ada.get(page).text and "13800000001" not in ada.get(page).text
    assert page in ada.get("/north/me").text and page in ada.get("/north/huts/mine").text
    assert step(ada, page, "accept").status_code == 303
    assert "13800000000" in bo.get(page).text and "13800000001" in ada.get(page).text
    step(ada, page, "finish")
    step(bo, page, "thank", why="又快又好", open="1")
    offer = f"/north/huts/skills/{skill}"
    assert "又快又好" in ada.get(offer).text and "1声谢谢" in ada.get(offer).text
    assert "邻**" in town.visitor().get(offer).text  # a guest reads no whole name
    with town.unit("north"):
        assert [(move.old, move.new, move.channel) for move in SkillMove.select().order_by(SkillMove.id)] == [
            ("", "asked", "web"), ("asked", "accepted", "web"), ("accepted", "done", "web"), ("done", "thanked", "web")]
        assert Skill.get().thanks == 1


def test_a_thank_you_is_read_by_others_only_with_the_thankers_yes(town, ada_bo, offered):
    (one, _two), (ada, bo) = ada_bo
    skill = offered(one)
    page = asked(bo, skill)
    for visitor, move, values in ((ada, "accept", {}), (bo, "finish", {}), (bo, "thank", {"why": "只跟您说"})):
        step(visitor, page, move, **values)
    assert "只跟您说" in ada.get(page).text
    text = bo.get(f"/north/huts/skills/{skill}").text
    assert "1声谢谢" in text and "只跟您说" not in text


def test_only_the_two_see_a_request_and_only_its_own_side_takes_a_step(town, staff, ada_bo, neighbours, offered):
    (one, _two), (ada, bo) = ada_bo
    page = asked(bo, offered(one))
    third = town.visitor(town.person("Chen", home="north"))
    for visitor in (third, staff):
        assert visitor.get(page).status_code == 404
    assert town.visitor().get(page).status_code == 303
    assert ada.get(page.replace("/north/", "/south/")).status_code == 404
    form = ada.form(page, f"{page}/accept")
    for visitor in (bo, third):
        stolen = visitor.form("/north/me/profile")
        stolen.action = form.action
        visitor.send(stolen)
    with town.unit("north"):
        assert SkillAsk.get().state == "asked"


def test_a_second_tap_and_a_second_wish_are_the_same_request(town, ada_bo, offered):
    (one, two), (ada, bo) = ada_bo
    skill = offered(one)
    path = f"/north/huts/skills/{skill}"
    form = bo.form(path, f"{path}/ask")
    first, second = (bo.send(form, words="链条") for _ in range(2))
    assert first.location == second.location
    no = bo.submit(path, f"{path}/ask", words="刹车")
    assert no.status_code == 422 and first.location.rpartition("/")[2] in no.text
    with town.app.app_context(), town.unit("north"):
        assert SkillAsk.select().count() == 1
        assert acts.ask(skill, one.id, who(one), "mine").reason == acts.YOURS
        number = SkillAsk.get().id
        assert [acts.step(number, "accept", "owner", who(one)) for _ in range(2)] == ["accepted"] * 2
        assert SkillMove.select().count() == 2


def test_an_ask_of_another_audience_is_refused_in_words(town, ada_bo, offered):
    (one, _two), _visitors = ada_bo
    skill = offered(one)
    for person in (town.person("Fremd", home="south"), town.person("Neu", home="north", verified=False)):
        visitor = town.visitor(person)
        assert "/ask" not in visitor.get(f"/north/huts/skills/{skill}").text
        assert visitor.post(f"/north/huts/skills/{skill}/ask", {"words": "x"}).status_code in (400, 422)
    with town.unit("north"):
        assert not SkillAsk.select().exists()


@pytest.mark.parametrize("by", ["owner", "asker", "clock"])
def test_every_state_leaves_to_each_side_what_the_table_says(by):
    for state in states.STATES:
        for move in states.BY:
            new = states.moved(state, move, by)
            assert (new is not None) == (move in states.moves_of(state, by))
    assert states.moves_of("asked", "owner") == ("accept", "decline")
    assert states.moves_of("accepted", "asker") == ("withdraw", "finish")
    assert states.moves_of("thanked", by) == ()


def test_what_nobody_answers_lapses(town, ada_bo, offered, noon):
    (one, two), (_ada, bo) = ada_bo
    page = asked(bo, offered(one))
    with clock.frozen(at(3, 12) + 13 * DAY):
        worked(town)
        assert "已经过期" not in bo.get(page).text
    with clock.frozen(at(3, 12) + 14 * DAY):
        worked(town)
        assert "已经过期" in bo.get(page).text
    with town.unit("north"):
        assert (SkillAsk.get().state, SkillMove.select().order_by(SkillMove.id.desc()).get().channel) == (
            "expired", "clock")


def test_who_waits_is_told_when_an_offer_goes(town, ada_bo, offered):
    (one, two), (ada, bo) = ada_bo
    skill = offered(one)
    page = asked(bo, skill)
    path = f"/north/huts/skills/{skill}"
    ada.submit(path, f"{path}/withdraw")
    with town.unit("north"):
        assert (Skill.get().state, SkillAsk.get().state) == ("withdrawn", "declined")
    assert "不再提供" in bo.get("/north/inbox").text and bo.get(page).status_code == 200


def test_a_list_of_many_is_paged_by_number(town, ada_bo, offered):
    (one, _two), (_ada, bo) = ada_bo
    with town.app.app_context(), town.unit("north"):
        numbers = [Skill.create(title=f"本事{n}", category="care", state="shown", **who(one)).id for n in range(30)]
    first = bo.get("/north/huts/skills/").text
    assert first.count("/north/huts/skills/") > 24 and f"before={numbers[6]}" in first
    assert f'/huts/skills/{numbers[5]}"' in bo.get(f"/north/huts/skills/?k=&before={numbers[6]}").text


def test_only_staff_of_this_community_decide(town, ada_bo, offered):
    (one, _two), (ada, _bo) = ada_bo
    skill = offered(one, state="asked")
    for visitor in (ada, town.visitor(town.person("Bo", home="south", role="staff"))):
        assert visitor.get(f"/north/huts/desk/skills/{skill}").status_code == 404
    south = town.visitor(town.person("Chen", home="south", role="staff"))
    assert south.get(f"/south/huts/desk/skills/{skill}").status_code == 404
    assert south.get(f"/south/huts/skills/{skill}").status_code == 404


def test_a_person_is_told_taken_out_and_moved(town, ada_bo, offered, neighbours):
    (one, two), (ada, bo) = ada_bo
    skill = offered(one)
    page = asked(bo, skill)
    step(ada, page, "accept")
    with town.app.app_context(), town.unit("north"):
        told = personal.export(two.id)
        assert told["skill_requests"][0]["words"] == "链条掉了" and not told["skills"]
        personal.merge(two.id, one.id)  # nobody asks themself
        assert SkillAsk.get().state == "withdrawn"
        personal.erase(one.id)
        row, ask = Skill.get(), SkillAsk.get()
        assert (row.title, row.person_id, row.state) == ("", None, "withdrawn")
        assert (ask.words, ask.person_id) == ("", None)
        assert not SkillMove.select().where(SkillMove.person_id.is_null(False)).exists()


def test_what_is_done_for_somebody_by_telephone_is_written_down(town, ada_bo, offered):
    (one, _two), _visitors = ada_bo
    skill, clerk = offered(one), town.person("黄工", home="north", role="staff")
    by = {"actor_id": clerk.id, "person_id": one.id, "channel": "phone"}
    with town.app.app_context(), town.unit("north"):
        assert acts.withdraw(skill, by) and not acts.withdraw(skill, by)
        row = Audit.get(Audit.action == "huts.skill_withdrawn")
        assert (row.actor_id, row.person_id, row.channel, row.thing) == (clerk.id, one.id, "phone", "修自行车")
