"""What a resident does with a thing: hold it, wait for it, extend it, let it go."""

import pytest
from portal.plugins.huts.lending import checks, handing
from portal.plugins.huts.models import Hut, Item, Loan

from portal.base import clock
from tests.huts.conftest import DESK, at

PAGE = "/north/huts/items/{}"


def hold(visitor, item: int, **fields):
    """Send the form of an item."""
    return visitor.submit(PAGE.format(item), PAGE.format(item) + "/hold", **fields)


@pytest.fixture
def right(town):
    """At the end every rule of lending holds."""
    yield
    with town.app.app_context(), town.unit("north", write=False):
        assert checks.first_broken() is None


def test_as_soon_as_possible_it_is_set_aside(town, shelf, neighbours, noon, right):
    _hut, item, _labels = shelf(units=1)
    ada, bo = map(town.visitor, neighbours(2))
    done = hold(ada, item, when="soon")
    assert done.status_code == 303
    page = ada.get(done.location)
    assert "可以来取" in page.text and "折叠轮椅" in ada.get("/north/me").text
    assert bo.get(done.location).status_code == 404 and town.visitor().get(done.location).status_code == 303
    waiting = hold(bo, item, when="soon")
    assert "排" in bo.get(waiting.location).text
    with town.unit("north"):
        assert [loan.state for loan in Loan.select().order_by(Loan.id)] == ["ready", "asked"]
        assert Item.get().waiting == 1


def test_days_that_are_taken_are_refused_with_the_next_free_ones(town, shelf, neighbours, noon, right):
    _hut, item, _labels = shelf(units=1)
    ada, bo = map(town.visitor, neighbours(2))
    assert hold(ada, item, when="days", **{"from": "2026-03-05", "to": "2026-03-08"}).status_code == 303
    no = hold(bo, item, when="days", **{"from": "2026-03-06", "to": "2026-03-07"})
    assert no.status_code == 422 and "?from=2026-03-08&amp;to=2026-03-09#hold" in no.text
    assert 'value="2026-03-06"' in no.text  # what was typed is kept
    assert hold(bo, item, when="days", **{"from": "2026-03-08", "to": "2026-03-09"}).status_code == 303  # they touch


@pytest.mark.parametrize("days", [
    ("2026-03-08", "2026-03-05"), ("2026-03-01", "2026-03-02"), ("2026-03-05", ""), ("gestern", "2026-03-05"),
    ("2026-03-05", "2029-01-01"), ("", ""), ("0000-00-00", "9999-99-99")])
def test_days_that_make_no_sense_are_refused_in_words(town, shelf, neighbours, noon, days):
    _hut, item, _labels = shelf(units=1)
    ada = town.visitor(*neighbours(1))
    no = hold(ada, item, when="days", **dict(zip(("from", "to"), days, strict=True)))
    assert no.status_code == 422 and 'role="alert"' in no.text
    with town.unit("north"):
        assert not Loan.select().exists()


def test_days_on_which_the_hut_never_opens_are_refused(town, shelf, neighbours, noon, right):
    _hut, item, _labels = shelf(units=1)
    ada = town.visitor(*neighbours(1))
    no = hold(ada, item, when="days", **{"from": "2026-03-09", "to": "2026-03-10"})  # a Monday
    assert no.status_code == 422 and "?from=2026-03-10&amp;to=2026-03-11#hold" in no.text
    assert hold(ada, item, when="days", **{"from": "2026-03-09", "to": "2026-03-11"}).status_code == 303
    with clock.frozen(at(3, 21.5)):
        no = hold(ada, item, when="days", **{"from": "2026-03-03", "to": "2026-03-04"})  # it is closed already
        assert no.status_code == 422 and "?from=2026-03-04&amp;to=2026-03-05#hold" in no.text


def test_a_thing_for_others_in_a_hut_for_this_community(town, shelf, neighbours, noon):
    hut, item, _labels = shelf(units=1, audience="street")
    far = town.visitor(*neighbours(1, home="south"))
    page = far.get(PAGE.format(item)).text
    assert "/hold" not in page and "本社区居民" in page
    with town.unit("north"):
        Hut.update(audience="street").where(Hut.id == hut).execute()
    assert hold(far, item, when="soon").status_code == 303


def test_a_second_tap_is_the_same_hold(town, shelf, neighbours, noon, right):
    _hut, item, _labels = shelf(units=2)
    ada = town.visitor(*neighbours(1))
    form = ada.form(PAGE.format(item), PAGE.format(item) + "/hold")
    first, second = (ada.send(form, when="soon") for _ in range(2))
    assert first.location == second.location
    with town.unit("north"):
        assert Loan.select().count() == 1


def test_who_cannot_borrow_is_told_why(town, shelf, noon):
    _hut, item, _labels = shelf(units=1)
    stated = town.visitor(town.person("Neu", home="north", verified=False))
    foreign = town.visitor(town.person("Fremd", home="south"))
    for visitor in (stated, foreign):
        assert "/hold" not in visitor.get(PAGE.format(item)).text
        assert visitor.post(PAGE.format(item) + "/hold", {"when": "soon"}).status_code in (400, 403, 422)
    with town.unit("north"):
        assert not Loan.select().exists()


def test_a_neighbour_of_the_street_borrows_what_is_for_the_street(town, shelf, noon, right):
    _hut, item, _labels = shelf(units=1, audience="street")
    with town.unit("north"):
        Hut.update(audience="street").execute()
    known, stated = (town.visitor(town.person(name, home="south", verified=name == "Bo")) for name in ("Bo", "Chen"))
    assert "/hold" not in stated.get(PAGE.format(item)).text
    assert hold(known, item, when="soon").status_code == 303


def test_let_go_and_the_next_one_has_it(town, shelf, neighbours, noon, right):
    _hut, item, _labels = shelf(units=1)
    ada, bo = map(town.visitor, neighbours(2))
    mine, theirs = hold(ada, item, when="soon").location, hold(bo, item, when="soon").location
    path = mine.removeprefix("http://localhost")
    assert bo.post(f"{path}/cancel").status_code in (400, 403, 404)
    assert ada.submit(path, f"{path}/cancel").status_code == 303
    assert "可以来取" in bo.get(theirs).text


def test_extend_while_nobody_waits(town, shelf, neighbours, noon, right):
    _hut, item, labels = shelf(units=1)
    people = neighbours(2)
    ada, bo = map(town.visitor, people)
    with town.app.app_context(), town.unit("north"):
        handing.lend(labels, people[0].id, {**DESK, "person_id": people[0].id})
        number, due = Loan.get().id, Loan.get().due_at
    path = f"/north/huts/loans/{number}"
    assert ada.submit(path, f"{path}/extend").status_code == 303
    with town.unit("north"):
        later = Loan.get().due_at
        assert later > due
    hold(bo, item, when="soon")
    with clock.frozen(at(4, 12)):
        ada.submit(path, f"{path}/extend")
    with town.unit("north"):
        assert Loan.get_by_id(number).due_at == later


def test_a_child_can_be_the_one_it_is_for(town, shelf, neighbours, noon):
    from portal.people.models import Household
    _hut, item, _labels = shelf(units=2)
    people = neighbours(2)
    ada = town.visitor(people[0])
    with town.unit():
        kin = Household.create(person=people[0], name="小宝", birth_year=2019)
        foreign = Household.create(person=people[1], name="小丽", birth_year=2019)
    hold(ada, item, when="days", **{"from": "2026-03-05", "to": "2026-03-06", "for": str(kin.id)})
    hold(ada, item, when="days", **{"from": "2026-03-05", "to": "2026-03-06", "for": str(foreign.id)})
    with town.unit("north"):
        assert [loan.kin_id for loan in Loan.select().order_by(Loan.id)] == [kin.id, None]
