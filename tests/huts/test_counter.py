"""The counter of a hut: scan, lend, take back, and the buttons beside it; as staff meet it."""

import json
from io import BytesIO

import pytest
from PIL import Image
from portal.plugins.huts import codes
from portal.plugins.huts.lending import asking, checks, handing
from portal.plugins.huts.models import Borrower, Hut, Item, Loan, Move, Rule, Ticket, Unit

from portal.base import clock
from portal.people.models import Audit
from tests.huts.conftest import DESK, at, label, planted, who


@pytest.fixture
def desk(town, noon):
    """The northern community's staff at the counter, at noon."""
    return town.visitor(town.person("李敏", home="north", role="staff"))


@pytest.fixture
def hut(shelf):
    """(address of the counter, item, labels) of a hut with two wheelchairs."""
    number, item, labels = shelf(2)
    return f"/north/huts/counter/{number}", item, labels


@pytest.fixture
def in_north(town):
    """A unit in the northern community, after which everything still agrees."""
    def enter():
        return town.unit("north")
    yield enter
    with town.app.app_context(), town.unit("north"):
        assert checks.first_broken() is None


def lend(desk, page: str, person, *labels: str, **fields):
    return desk.submit(f"{page}?p={person.id}&u={'.'.join(labels)}", f"{page}/lend", **fields)


def states(in_north) -> list[str]:
    with in_north():
        return [loan.state for loan in Loan.select().order_by(Loan.id)]


def test_two_things_are_lent_and_one_is_brought_back(desk, hut, neighbours, in_north):
    page, _item, (one, two) = hut
    ada, = neighbours(1)
    found = desk.get(f"{page}?q=0000").text
    assert "邻居0" in found and "138****0000" in found
    listed = desk.get(f"{page}?p={ada.id}&u={one}&q=https%3A%2F%2Fx.example%2Fnorth%2Fhuts%2Fu%2F{two}").text
    assert codes.shown(one) in listed and codes.shown(two) in listed and f'value="{one}.{two}"' in listed
    answer = lend(desk, page, ada, one, two)
    assert answer.status_code == 303 and states(in_north) == ["out", "out"]
    done = desk.get(answer.location).text
    assert 'role="status"' in done and "/slip?loan=" in done
    assert "邻居0" in desk.get(f"{page}?q={one.lower()}").text  # who has it
    answer = desk.submit(f"{page}?q={one}", f"{page}/back")
    assert answer.status_code == 303 and states(in_north) == ["closed", "out"]
    assert codes.shown(one) in desk.get(answer.location).text
    with in_north():
        assert [(m.channel, m.person_id) for m in Move.select().where(Move.new == "out")] == [("desk", ada.id)] * 2
        assert Audit.select().where(Audit.action == "huts.lend").count() == 2


def test_a_unit_first_and_then_the_person(desk, hut, neighbours):
    page, _item, (one, _two) = hut
    ada, = neighbours(1)
    assert f'name="u" value="{one}"' in desk.get(f"{page}?q={one}").text
    then = desk.get(f"{page}?q=邻居0&u={one}").text
    assert f'name="p" value="{ada.id}"' in then and f'name="u" value="{one}"' in then
    assert f'name="u" value="{one}"' not in desk.get(f"{page}?p={ada.id}&u={one}&rm={one}").text


def test_of_several_people_one_is_chosen(desk, hut, town):
    page, _item, (one, _two) = hut
    people = [town.person("陈爱莲", home="north", phone=f"139000011{n}1") for n in range(2)]
    found = desk.get(f"{page}?q=陈爱莲&u={one}").text
    assert all(f"?p={person.id}&amp;u={one}" in found for person in people)
    assert "139****1111" in found and "13900001111" not in found


def test_who_lives_elsewhere_is_not_found_by_a_few_digits(desk, hut, town, in_north):
    page, item, (one, _two) = hut
    far = town.person("南边人", home="south", phone="13700000777")
    assert all("137****0777" not in desk.get(f"{page}?q={q}").text for q in ("0777", "南边人", "13700000777"))
    assert f'name="p" value="{far.id}"' not in desk.get(f"{page}?p={far.id}").text
    assert lend(desk, page, far, one).status_code == 422
    with in_north():
        Hut.update(audience="street").execute()
    assert "137****0777" not in desk.get(f"{page}?q=0777").text
    assert "137****0777" in desk.get(f"{page}?q=13700000777").text
    assert lend(desk, page, far, one).status_code == 422 and states(in_north) == []  # the thing is for residents
    with in_north():
        Item.update(audience="street").execute()
    assert lend(desk, page, far, one).status_code == 303


def test_what_is_refused_says_why_and_what_else_there_is(desk, hut, neighbours, open_at):
    page, item, (one, two) = hut
    ada, bea = neighbours(2)
    with open_at(3):
        loan = asking.ask(item, bea.id, who(bea))
        set_aside = Unit.get_by_id(Loan.get_by_id(loan).unit_id).code
    free, = {one, two} - {set_aside}
    refused = desk.get(f"{page}?p={ada.id}&q={set_aside}").text
    assert 'role="alert"' in refused and codes.shown(free) in refused
    assert f'value="{set_aside}"' not in refused  # not on the list
    assert lend(desk, page, ada, free, set_aside).status_code == 422  # all, or nothing
    opened = desk.get(f"{page}?q={set_aside}").text  # the one for whom it lies ready
    assert f'name="p" value="{bea.id}"' in opened and f'name="u" value="{set_aside}"' in opened
    for nonsense in ("没有人", "777", "ABCDEFG", label(99)):
        assert 'role="alert"' in desk.get(f"{page}?q={nonsense}").text, nonsense
    assert lend(desk, page, bea, set_aside).status_code == 303


def test_a_second_tap_and_a_lost_answer_are_one_loan(desk, hut, neighbours, in_north):
    page, _item, (one, _two) = hut
    ada, = neighbours(1)
    form = desk.form(f"{page}?p={ada.id}&u={one}", f"{page}/lend")
    first, again = desk.send(form), desk.send(form)
    assert (first.status_code, first.location) == (again.status_code, again.location)
    without = desk.send(form, _key="")  # the page was opened anew, and sent again
    assert without.status_code == 303 and without.location == first.location
    assert states(in_north) == ["out"]
    back = desk.form(f"{page}?q={one}", f"{page}/back")
    assert [desk.send(back).status_code, desk.send(back).status_code, desk.send(back, _key="").status_code] == [303] * 3
    assert states(in_north) == ["closed"]


def test_past_a_limit_only_with_a_reason_that_is_kept(desk, hut, neighbours, in_north):
    page, _item, (one, two) = hut
    ada, = neighbours(1)
    with in_north():
        Rule.create(terms=json.dumps({"most": 1}))
    assert 'name="reason"' in desk.get(f"{page}?p={ada.id}&u={one}.{two}").text
    assert lend(desk, page, ada, one, two).status_code == 422 and states(in_north) == []
    assert lend(desk, page, ada, one, two, reason="两位老人同住").status_code == 303
    with in_north():
        assert {move.why for move in Move.select().where(Move.new == "out")} == {"两位老人同住"}
        assert {audit.detail for audit in Audit.select().where(Audit.action == "huts.lend")} == {"两位老人同住"}


@pytest.mark.parametrize("state", ["draft", "withdrawn"])
def test_what_residents_do_not_see_is_lent_only_with_a_reason(desk, hut, neighbours, in_north, open_at, state):
    page, item, (one, two) = hut
    ada, bea = neighbours(2)
    with open_at(3):
        asking.ask(item, bea.id, who(bea))
        Item.update(state=state).execute()
        held = Unit.get(Unit.state == "set").code
    free, = {one, two} - {held}
    assert "草稿" in desk.get(f"{page}?p={ada.id}&u={free}").text
    assert lend(desk, page, ada, free).status_code == 422 and states(in_north) == ["ready"]
    assert lend(desk, page, ada, free, reason="先试用").status_code == 303
    assert lend(desk, page, bea, held).status_code == 303  # what was promised before is handed over


def test_who_has_something_overdue_or_pauses(desk, hut, neighbours, open_at, in_north):
    page, _item, (one, two) = hut
    ada, = neighbours(1)
    with open_at(3):
        handing.lend([one], ada.id, DESK)
    with clock.frozen(at(25, 12)):
        late = desk.get(f"{page}?p={ada.id}&u={two}").text
        assert 'data-k="bad"' in late and 'name="reason"' in late
        assert lend(desk, page, ada, two).status_code == 422
        assert codes.shown(one) in desk.get(f"{page}/lists").text


def test_questions_deposit_and_photo_are_kept_with_the_loan(desk, hut, neighbours, in_north):
    page, item, (one, _two) = hut
    ada, = neighbours(1)
    with in_north():
        Item.update(asked_out="刹车试过\n折叠教过", asked_back="坐垫在", deposit_fen=5000).execute()
    picture = BytesIO()
    Image.new("RGB", (60, 40), "red").save(picture, "PNG")
    answer = lend(desk, page, ada, one, **{f"a{item}.0": "1", f"d{one}": "5000",
                                           "photo": (BytesIO(picture.getvalue()), "a.png")})
    assert answer.status_code == 303
    with in_north():
        loan = Loan.get()
        assert json.loads(loan.answers) == {"out": {"刹车试过": True, "折叠教过": False}}
        assert loan.deposit_fen == 5000 and len(json.loads(loan.photos)) == 1
    assert desk.submit(f"{page}?q={one}", f"{page}/back", b0="1", deposit="1").status_code == 303
    with in_north():
        loan = Loan.get()
        assert json.loads(loan.answers) == {"out": {"刹车试过": True, "折叠教过": False}, "back": {"坐垫在": True}}
        assert loan.deposit_fen == 0 and len(json.loads(loan.photos)) == 1


def test_a_picture_that_is_none_changes_nothing(desk, hut, neighbours, in_north):
    page, _item, (one, _two) = hut
    ada, = neighbours(1)
    assert lend(desk, page, ada, one, photo=(BytesIO(b"no picture"), "a.png")).status_code == 422
    assert states(in_north) == []


def test_another_day_to_bring_it_back(desk, hut, neighbours, in_north):
    page, _item, (one, _two) = hut
    ada, = neighbours(1)
    assert lend(desk, page, ada, one, until="2026-03-0x").status_code == 422
    assert lend(desk, page, ada, one, until="2026-03-01").status_code == 422
    assert all(lend(desk, page, ada, one, until=day).status_code == 422 for day in ("0001-01-01", "9999-12-31"))
    assert lend(desk, page, ada, one, until="2026-03-07").status_code == 303
    with in_north():
        assert Loan.get().due_at == at(7, 21)


def test_brought_to_another_hut_and_home_from_there(desk, hut, neighbours, town, in_north):
    page, _item, (one, _two) = hut
    ada, = neighbours(1)
    with town.app.app_context(), in_north():
        other = planted(1, first=5)[0]
        Hut.update(name="镬耳小屋").where(Hut.id == other).execute()
    lend(desk, page, ada, one)
    there = f"/north/huts/counter/{other}"
    answer = desk.submit(f"{there}?q={one}", f"{there}/back")
    assert answer.status_code == 303 and states(in_north) == ["back"]
    assert codes.shown(one) in desk.get(f"{there}/lists").text  # to be sent home
    form = desk.form(f"{page}/lists", f"{page}/arrived")
    assert desk.send(form).status_code == 303 and desk.send(form).status_code == 303
    assert states(in_north) == ["closed"]
    with in_north():
        assert Unit.get(Unit.code == one).state == "in"
    assert desk.post(f"{there}/arrived", {"code": one}).status_code in (400, 422)


def test_a_unit_of_another_community_is_taken_back_without_a_word_of_who_had_it(desk, hut, shelf, neighbours, town):
    page, _item, _labels = hut
    _hut, _thing, (foreign,) = shelf(1, at="south", name="冲击电钻", first=900)
    cyd = town.person("南边人", home="south", phone="13700000777")
    with town.app.app_context(), town.unit("south"):
        handing.lend([foreign], cyd.id, DESK)
    seen = desk.get(f"{page}?q={foreign}").text
    assert "南边人" not in seen and "0777" not in seen and "东巷社区" in seen
    answer = desk.submit(f"{page}?q={foreign}", f"{page}/back", condition="damaged", text="插头松了")
    assert answer.status_code == 303
    assert "南边人" not in desk.get(answer.location).text
    with town.app.app_context(), town.unit("south"):
        assert Loan.get().state == "closed" and Unit.get().state == "repair" and Ticket.get().text == "插头松了"
        assert checks.first_broken() is None
    with town.unit("north"):
        assert Ticket.select().count() == 0


def test_other_peoples_counters_are_not_there(desk, hut, shelf, town, neighbours, noon, in_north):
    page, item, (one, two) = hut
    ada, = neighbours(1)
    south, _thing, (foreign,) = shelf(1, at="south", first=700)
    lend(desk, page, ada, one)
    with in_north():
        loan = Loan.get().id
    paths = ["", f"{page[6:]}", f"{page[6:]}/lists", f"{page[6:]}/sheet", f"{page[6:]}/typed",
             f"{page[6:]}/slip?loan={loan}", f"{page[6:]}/loans/{loan}", "/huts/counter/tickets",
             f"/huts/counter/units/{two}/damage"]
    resident, clerk = town.visitor(ada), town.visitor(town.person("南边的", home="south", role="staff"))
    for path in paths[1:]:
        assert resident.get(f"/north{path}").status_code == 404, path
        assert town.visitor().get(f"/north{path}").status_code == 303, path
        assert clerk.get(f"/north{path}").status_code == 404, path
    for path in (page[6:], f"/huts/counter/{south}/loans/{loan}", f"/huts/counter/{south}/slip?loan={loan}",
                 f"/huts/counter/units/{two}/damage"):
        assert clerk.get(f"/south{path}").status_code == 404, path
    form = desk.form(f"{page}?q={one}", f"{page}/back")
    for visitor in (resident, clerk):
        token = visitor.form("/north/me" if visitor is resident else "/south/me").values["csrf_token"]
        for path in ("lend", "back", "arrived", "typed", f"loans/{loan}/extend", f"loans/{loan}/act"):
            assert visitor.post(f"{page}/{path}", form.values | {"csrf_token": token, "move": "lose", "why": "x"}
                                ).status_code == 404, path
    assert states(in_north) == ["out"]
    assert "csrf_token" in form.values and foreign not in desk.get(f"{page}?p={ada.id}&u={foreign}").text


def test_the_buttons_of_a_loan(desk, hut, neighbours, open_at, in_north):
    page, item, (one, two) = hut
    ada, bea = neighbours(2)

    def act(loan: int, step: str, **fields):
        return desk.submit(f"{page}/loans/{loan}", f"{page}/loans/{loan}/{step}", **fields)

    with open_at(3):
        Rule.create(terms=json.dumps({"approval": True}))
        loan = asking.ask(item, ada.id, who(ada), start=at(3, 18), end=at(5))
    assert desk.get("/north/desk/").status_code == 200
    assert "/loans/" in desk.get(f"{page}/lists").text
    assert desk.submit(f"{page}/lists", f"{page}/loans/{loan}/approve").status_code == 303
    assert states(in_north) == ["approved"]
    form = desk.form(f"{page}/lists", f"{page}/loans/{loan}/ready")
    assert desk.send(form).status_code == 303 and desk.send(form, _key="").status_code == 303
    assert states(in_north) == ["ready"]
    assert act(loan, "act", move="cancel", why="").status_code == 422
    assert act(loan, "miss").status_code == 303 and states(in_north) == ["noshow"]
    lend(desk, page, bea, two, reason="x")
    with in_north():
        out = Loan.select().order_by(Loan.id.desc()).get().id
        due = Loan.get_by_id(out).due_at
    assert act(out, "deposit", deposit="xx").status_code == 422
    assert act(out, "deposit", deposit="50").status_code == 303
    assert act(out, "extend").status_code == 303 and act(out, "extend").status_code == 422
    with in_north():
        assert Loan.get_by_id(out).due_at > due and Loan.get_by_id(out).deposit_fen == 5000
    assert act(out, "act", move="lose", why="").status_code == 422
    assert act(out, "act", move="dispute", why="说已经还了").status_code == 303
    assert act(out, "act", move="settle", why="在仓库找到").status_code == 303
    assert states(in_north)[-1] == "closed"
    with in_north():
        assert [m.why for m in Move.select().where(Move.loan_id == out).order_by(Move.id)][-2:] == [
            "说已经还了", "在仓库找到"]
        assert Audit.select().where(Audit.action == "huts.deposit").count() == 1


def test_nothing_is_made_ready_that_a_neighbour_holds_before(desk, shelf, neighbours, open_at):
    number, item, _labels = shelf(1)
    ada, bea = neighbours(2)
    page = f"/north/huts/counter/{number}"
    with open_at(3):
        asking.ask(item, ada.id, who(ada), start=at(3, 14), end=at(3, 16))
        loan = asking.ask(item, bea.id, who(bea), start=at(3, 16), end=at(3, 18))
    answer = desk.submit(f"{page}/loans/{loan}", f"{page}/loans/{loan}/ready")
    assert answer.status_code == 422
    with open_at(3):
        assert Loan.get_by_id(loan).state == "approved"


def test_a_slip_and_the_sheet_of_the_day(desk, hut, neighbours, open_at):
    page, item, (one, two) = hut
    ada, bea = neighbours(2)
    with open_at(3):
        Rule.create(terms=json.dumps({"days": 1}))
        first = handing.lend([one], ada.id, DESK)[0].loan_id
        asking.ask(item, bea.id, who(bea))
    slip = desk.get(f"{page}/slip?loan={first}").text
    assert "邻居0" in slip and codes.shown(one) in slip and 'class="slip"' in slip
    assert 'class="slip a6"' in desk.get(f"{page}/slip?loan={first}&paper=a6").text
    assert desk.get(f"{page}/slip?loan=99999").status_code == 404
    with clock.frozen(at(4, 12)):
        sheet = desk.get(f"{page}/sheet").text
        assert all(said in sheet for said in ("邻居0", codes.shown(one), "邻居1", codes.shown(two)))


def test_the_counter_says_in_the_menu_how_many_wait(desk, hut, neighbours, open_at):
    page, item, _labels = hut
    ada, = neighbours(1)
    assert '<span class="n">1</span>' not in desk.get(page).text
    with open_at(3):
        Rule.create(terms=json.dumps({"approval": True}))
        asking.ask(item, ada.id, who(ada))
    assert '<span class="n">1</span>' in desk.get(page).text
    assert desk.get("/north/huts/counter/").status_code == 303  # there is one hut only


def test_looking_changes_nothing(desk, hut, neighbours, in_north):
    page, _item, (one, two) = hut
    ada, = neighbours(1)
    for path in (f"?q={one}", f"?p={ada.id}&q={two}&u={one}", "?q=0000", f"?p={ada.id}&u={one}"):
        assert desk.get(page + path).status_code == 200
    with in_north():
        assert Loan.select().count() == Borrower.select().count() == 0
