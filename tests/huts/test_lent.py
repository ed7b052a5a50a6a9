"""What residents lend through the hut, or give away."""

import pytest
from portal.plugins.huts.lending import asking, checks, handing, returning
from portal.plugins.huts.lent import acts, personal
from portal.plugins.huts.lent.models import Offer
from portal.plugins.huts.models import Code, Hut, Item, Loan, Unit

from tests.huts.conftest import DESK, OPEN, who

NEW = "/north/huts/offers/new"
THING = {"name": "电饭煲", "category": "人字梯", "summary": "四级", "way": "lend", "days": "2", "value": "120.50"}


@pytest.fixture
def staff(town):
    return town.visitor(town.person("梁姐", home="north", role="staff"))


@pytest.fixture
def hut(town):
    """Two huts of the northern community; the number of the first."""
    with town.app.app_context(), town.unit("north"):
        first = Hut.create(code="GH", name="桂花小屋", hours=OPEN, state="open").id
        Hut.create(code="YT", name="榕树小屋", hours=OPEN, state="open")
        return first


def offered(visitor, hut: int, **values) -> str:
    """The number of a thing that somebody has offered."""
    done = visitor.submit(NEW, **THING | {"hut": str(hut)} | values)
    assert done.status_code == 303, done.text
    return done.location.rpartition("/")[2]


def accepted(staff, offer: str, **values) -> int:
    """The number of its item, once staff have taken it."""
    page = f"/north/huts/desk/offers/{offer}"
    done = staff.submit(page, f"{page}/accept", **{"number": "1", "condition": "good"} | values)
    assert done.status_code == 303, done.text
    return int(done.location.rpartition("/")[2])


def test_a_thing_is_offered_taken_in_lent_and_comes_back(town, staff, hut, neighbours, noon):
    one, two = neighbours(2)
    ada, bo = town.visitor(one), town.visitor(two)
    number = offered(ada, hut)
    page = f"/north/huts/offers/{number}"
    assert "电饭煲" in ada.get("/north/huts/mine").text and bo.get(page).status_code == 404
    with town.unit("north"):
        item = Item.get().id
        other = Hut.get(Hut.code == "YT").id
    assert bo.get(f"/north/huts/items/{item}").status_code == 404
    assert "电饭煲" in staff.get("/north/huts/desk/offers/").text
    assert accepted(staff, number, hut=str(other), number="2") == item
    with town.unit("north"):
        labels = [unit.code for unit in Unit.select().order_by(Unit.id)]
        row = Item.get()
        assert (row.owner, row.owner_id, row.hut_id, row.units, row.state) == ("resident", one.id, other, 2, "shown")
        assert row.value_fen == 12050 and Code.select().count() == 2
    text = bo.get(f"/north/huts/items/{item}").text
    assert "最长2天" in text and "街坊的" in text
    days = {"when": "days", "from": "2026-03-05", "to": "2026-03-08"}
    assert bo.submit(f"/north/huts/items/{item}", f"/north/huts/items/{item}/hold", **days).status_code == 422
    assert f"/north/huts/items/{item}" in bo.get("/north/huts/items/?q=电饭煲").text
    with town.app.app_context(), town.unit("north"):
        handing.lend(labels[:1], two.id, {**DESK, "person_id": two.id})
        assert checks.first_broken() is None
    text = ada.get(page).text
    assert "榕树小屋" in text and "前还" in text and two.name not in text
    ada.submit(page, f"{page}/back")
    assert bo.get(f"/north/huts/items/{item}").status_code == 404
    desk = f"/north/huts/desk/offers/{number}"
    staff.submit(desk, f"{desk}/end")
    with town.app.app_context(), town.unit("north"):
        assert (Offer.get().state, Item.get().units) == ("back", 2)  # somebody has it still
        returning.give_back(labels[0], other, DESK)
    staff.submit(desk, f"{desk}/end")
    with town.app.app_context(), town.unit("north"):
        assert (Offer.get().state, Item.get().state, Item.get().units) == ("returned", "withdrawn", 0)
        assert {unit.state for unit in Unit.select()} == {"retired"} and checks.first_broken() is None
    assert "电饭煲" in ada.get("/north/inbox").text


def test_what_is_wanted_back_goes_to_nobody_new(town, staff, hut, neighbours, noon):
    one, two, three = neighbours(3)
    ada = town.visitor(one)
    number = offered(ada, hut)
    item = accepted(staff, number)
    with town.app.app_context(), town.unit("north"):
        for person in (two, three):
            assert isinstance(asking.ask(item, person.id, who(person)), int)
        assert [loan.state for loan in Loan.select().order_by(Loan.id)] == ["ready", "asked"]
        assert acts.end(int(number), None).reason == acts.STILL_OUT
    page = f"/north/huts/offers/{number}"
    ada.submit(page, f"{page}/back")
    with town.app.app_context(), town.unit("north"):
        assert [loan.state for loan in Loan.select().order_by(Loan.id)] == ["ready", "cancelled"]
        assert checks.first_broken() is None
    assert "主人要用" in town.visitor(three).get("/north/inbox").text


def test_what_staff_do_not_take_is_told_with_the_reason(town, staff, hut, neighbours):
    ada = town.visitor(*neighbours(1))
    number = offered(ada, hut)
    page = f"/north/huts/desk/offers/{number}"
    assert staff.submit(page, f"{page}/decline", reason="").status_code == 422
    assert staff.submit(page, f"{page}/decline", reason="放不下").status_code == 303
    assert "放不下" in ada.get(f"/north/huts/offers/{number}").text and "放不下" in ada.get("/north/inbox").text
    with town.app.app_context(), town.unit("north"):
        assert Item.get().state == "withdrawn" and not Unit.select().exists()
        assert acts.accept(int(number), hut, 1, "good", None).reason == acts.NOT_NOW


def test_a_gift_stays_with_whoever_took_it(town, staff, hut, neighbours):
    ada = town.visitor(*neighbours(1))
    number = offered(ada, hut, way="give")
    accepted(staff, number)
    page = f"/north/huts/offers/{number}"
    assert f"{page}/back" not in ada.get(page).text
    with town.app.app_context(), town.unit("north"):
        assert acts.want_back(int(number), "", DESK).reason == acts.GIFT and Item.get().gives


def test_a_second_tap_takes_it_once(town, staff, hut, neighbours):
    ada = town.visitor(*neighbours(1))
    form = ada.form(NEW)
    first, second = (ada.send(form, **THING, hut=str(hut)) for _ in range(2))
    assert first.location == second.location
    desk = f"/north/huts/desk/offers/{first.location.rpartition('/')[2]}"
    forms = [staff.form(desk, f"{desk}/accept") for _ in range(2)]
    for form in forms:
        staff.send(form, number="2", condition="good")
    with town.unit("north"):
        assert Offer.select().count() == Item.select().count() == 1 and Unit.select().count() == 2


def test_only_its_owner_and_staff_of_this_community(town, staff, hut, neighbours):
    one, two = neighbours(2)
    ada, bo = town.visitor(one), town.visitor(two)
    number = offered(ada, hut)
    south = town.visitor(town.person("Chen", home="south", role="staff"))
    for visitor, path in ((bo, f"/north/huts/offers/{number}"), (ada, f"/north/huts/desk/offers/{number}"),
                          (south, f"/south/huts/desk/offers/{number}"), (south, f"/south/huts/offers/{number}")):
        assert visitor.get(path).status_code == 404
    stated = town.visitor(town.person("Neu", home="north", verified=False))
    assert stated.get(NEW).status_code == 303


def test_what_cannot_be_read_is_named_by_its_field(town, hut, neighbours):
    ada = town.visitor(*neighbours(1))
    done = ada.submit(NEW, **THING | {"category": "飞碟", "value": "很多", "days": "999", "hut": "77"})
    assert done.status_code == 422
    assert all(f'href="#{name}' in done.text for name in ("category", "value", "days", "hut"))
    with town.unit("north"):
        assert not Item.select().exists()


def test_a_person_is_told_and_taken_out(town, staff, hut, neighbours):
    one, = neighbours(1)
    ada = town.visitor(one)
    offered(ada, hut)
    with town.app.app_context(), town.unit("north"):
        assert personal.export(one.id)["offers"][0]["name"] == "电饭煲"
        personal.erase(one.id)
        assert (Offer.get().state, Offer.get().person_id, Item.get().state) == ("withdrawn", None, "withdrawn")
