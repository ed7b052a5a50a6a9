"""Huts and items: what staff register, and what residents find."""

import pytest
from portal.plugins.huts.models import Code, Hut, Item, Loan, SpecialDay, Unit

from portal.base import clock
from tests.huts.conftest import at, label

HUT = {"name": "桂花小屋", "code": "gh", "character": "一间老屋", "address": "桂花巷 41 号",
       "tuesday": "9：00至12：00，14:00-21:00", "wednesday": "9-12", "story": "以前是**粮站**。"}
ITEM = {"name": "人字梯", "category": "人字梯", "summary": "四级", "rules": "轻放\n擦干净", "value": "120.50"}


@pytest.fixture
def staff(town):
    return town.visitor(town.person("梁姐", home="north", role="staff"))


def registered(staff) -> str:
    """The address of the desk's page of a new hut that is open."""
    done = staff.submit("/north/huts/desk/new", **HUT)
    assert done.status_code == 303, done.text
    page = done.location.removeprefix("http://localhost")
    assert staff.submit(page, f"{page}/open").status_code == 303
    return page


def written(staff, town, **values) -> str:
    """The address of the desk's page of a new item that residents see."""
    with town.unit("north"):
        hut = str(Hut.get().id)
    done = staff.submit("/north/huts/desk/items/new", **ITEM | {"hut": hut} | values)
    assert done.status_code == 303, done.text
    page = done.location.removeprefix("http://localhost")
    assert staff.submit(page, f"{page}/show").status_code == 303
    return page


def test_staff_register_a_hut_and_residents_see_when_it_is_open(town, staff):
    page = registered(staff)
    number = page.rpartition("/")[2]
    guest = town.visitor()
    with clock.frozen(at(3, 10)):  # Tuesday
        text = guest.get(f"/north/huts/{number}").text
        assert "现在开着" in text and "桂花巷 41 号" in text and "<strong>粮站</strong>" in text
    with clock.frozen(at(3, 13)):
        assert "现在关着" in guest.get(f"/north/huts/{number}").text
    assert "桂花小屋" in guest.get("/north/huts/").text
    with town.unit("north"):
        row = Hut.get()
        assert row.code == "GH" and row.hours.startswith("[[], [[540, 720], [840, 1260]], [[540, 720]]")


def test_hours_that_cannot_be_read_are_named_by_their_day(staff):
    done = staff.submit("/north/huts/desk/new", **HUT | {"friday": "12:00-9:00", "code": "G H"})
    assert done.status_code == 422 and 'href="#friday"' in done.text and 'value="12:00-9:00"' in done.text


def test_a_hut_that_never_opens_is_not_shown(staff):
    done = staff.submit("/north/huts/desk/new", **HUT | {"tuesday": "", "wednesday": ""})
    page = done.location.removeprefix("http://localhost")
    staff.submit(page, f"{page}/open")
    assert staff.get(page).text.count(f'action="{page}/open"') == 1


def test_a_day_with_other_hours_goes_before_its_weekday(town, staff):
    page = registered(staff)
    number = page.rpartition("/")[2]
    with clock.frozen(at(2, 10)):
        assert staff.submit(page, f"{page}/days", day="2026-03-03", times="", why="盘点").status_code == 303
        assert staff.submit(page, f"{page}/days", day="2026-03-03", times="21:00-9:00").status_code == 422
        assert "盘点" in staff.get(f"/north/huts/{number}").text
    with clock.frozen(at(3, 10)):
        assert "现在关着" in staff.get(f"/north/huts/{number}").text
        staff.submit(page, f"{page}/days/2026-03-03/delete")
        assert "现在开着" in staff.get(f"/north/huts/{number}").text
    with town.unit("north"):
        assert not SpecialDay.select().exists()


def test_an_item_is_written_shown_found_and_withdrawn(town, staff):
    registered(staff)
    page = written(staff, town)
    number, guest = page.rpartition("/")[2], town.visitor()
    text = guest.get(f"/north/huts/items/{number}").text
    assert "擦干净" in text and "现在有" in text
    assert f"/north/huts/items/{number}" in guest.get("/north/huts/items/?q=梯子").text  # another word for its kind
    assert f"/north/huts/items/{number}" in guest.get("/north/search?q=人字").text
    assert staff.submit(page, f"{page}/withdraw").status_code == 303
    assert guest.get(f"/north/huts/items/{number}").status_code == 404
    for search in ("/north/huts/items/?q=梯子", "/north/search?q=人字"):
        assert f"/north/huts/items/{number}" not in guest.get(search).text
    with town.unit("north"):
        assert Item.get().value_fen == 12050


def test_an_item_needs_a_kind_a_home_and_an_amount_that_can_be_read(town, staff):
    registered(staff)
    done = staff.submit("/north/huts/desk/items/new", **ITEM | {"category": "飞碟", "hut": "999", "value": "很多"})
    assert done.status_code == 422 and all(f'href="#{name}' in done.text for name in ("category", "hut", "value"))
    with town.unit("north"):
        assert not Item.select().exists()


def test_two_of_the_staff_do_not_overwrite_each_other(town, staff):
    registered(staff)
    page = written(staff, town)
    first, second = (staff.form(f"{page}/edit") for _ in range(2))
    assert staff.send(first, summary="五级").status_code == 303
    again = staff.send(second, summary="六级")
    assert again.status_code == 422 and "六级" in again.text
    with town.unit("north"):
        assert Item.get().summary == "五级"


def test_units_get_labels_of_their_own_and_a_label_leads_to_its_item(town, staff):
    registered(staff)
    page = written(staff, town)
    number = page.rpartition("/")[2]
    staff.submit(page, f"{page}/units", number="4", condition="worn")
    with town.unit("north"):
        labels = [unit.code for unit in Unit.select().order_by(Unit.id)]
        assert len(set(labels)) == 5 == Item.get().units == Code.select().count()
    guest = town.visitor()
    shown = guest.get(f"/north/huts/u/{labels[0].lower()}").location
    assert shown.endswith(f"/north/huts/items/{number}?unit={labels[0]}")
    assert guest.get(f"/north/huts/items/?q={labels[0]}").location.endswith(f"/huts/u/{labels[0]}")
    assert guest.get(f"/south/huts/u/{labels[0]}").location.endswith(f"/north/huts/u/{labels[0]}")
    assert guest.get(f"/north/huts/u/{label(77)}").status_code == 404


def test_who_waits_has_the_unit_that_is_added(town, staff, shelf, neighbours, noon):
    from portal.plugins.huts.lending import asking, checks

    from tests.huts.conftest import who
    _hut, item, _labels = shelf(units=1)
    with town.app.app_context(), town.unit("north"):
        for one in neighbours(3):
            asking.ask(item, one.id, who(one))
    assert staff.submit(f"/north/huts/desk/items/{item}", f"/north/huts/desk/items/{item}/units", number="1",
                        condition="good").status_code == 303
    with town.app.app_context(), town.unit("north"):
        assert [loan.state for loan in Loan.select().order_by(Loan.id)] == ["ready", "ready", "asked"]
        assert checks.first_broken() is None


def test_a_unit_that_somebody_has_is_not_retired(town, staff, shelf, neighbours, noon):
    from portal.plugins.huts.lending import asking

    from tests.huts.conftest import who
    _hut, item, labels = shelf(units=2)
    ada, = neighbours(1)
    with town.app.app_context(), town.unit("north"):
        assert isinstance(asking.ask(item, ada.id, who(ada), start=at(5), end=at(7)), int)
    for code in labels:
        staff.submit(f"/north/huts/desk/units/{code}", f"/north/huts/desk/units/{code}/retire") \
            if "/retire" in staff.get(f"/north/huts/desk/units/{code}").text else None
    with town.unit("north"):
        assert sorted(unit.state for unit in Unit.select()) == ["in", "retired"] and Item.get_by_id(item).units == 1


def test_only_staff_of_this_community_keep_its_huts(town, staff):
    page = registered(staff)
    for visitor in (town.visitor(town.person("Ada", home="north")),
                    town.visitor(town.person("Bo", home="south", role="staff"))):
        for path in ("/north/huts/desk/", page, f"{page}/edit", "/north/huts/desk/items/"):
            assert visitor.get(path).status_code == 404
    south = town.visitor(town.person("Chen", home="south", role="staff"))
    assert south.get(page.replace("/north/", "/south/")).status_code == 404


def test_drafts_are_for_staff_only(town, staff):
    done = staff.submit("/north/huts/desk/new", **HUT)
    number = done.location.rpartition("/")[2]
    assert staff.get(f"/north/huts/{number}").status_code == 200
    assert town.visitor().get(f"/north/huts/{number}").status_code == 404
    assert "桂花小屋" not in town.visitor().get("/north/huts/").text


def test_other_plugins_are_offered_the_huts(town, staff):
    registered(staff)
    with town.app.app_context(), town.unit("north", write=False):
        from portal.base import sites
        offered = town.app.portal.plugins.all(sites.view(town.north.id), "places")
    assert [(place.key, place.name) for place in offered] == [("hut GH", "桂花小屋")]
