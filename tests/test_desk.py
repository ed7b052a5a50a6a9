"""The staff desk through its pages: menu, plugins and their settings, figures, what staff did."""

from collections.abc import Iterator

import pytest

from portal.app import create_app
from portal.base import sites
from portal.base.due import Due
from portal.base.sites import SitePlugin
from portal.hooks import Plugins
from portal.hookspecs import hookimpl
from portal.offers import Figure, Link, Setting
from portal.people.audit import audit
from portal.people.models import Audit, Membership, PluginFault
from portal.people.roles import Viewer
from portal.testing import Town

EN = {"Accept-Language": "en"}


@pytest.fixture
def told():
    """What the plugin `walks` was told."""
    return []


class Walks:
    """A plugin with a bit of everything that the desk shows."""

    __name__, __package__ = "walks", ""

    def __init__(self, file, told):
        self.__file__, self.told = str(file), told

    @hookimpl
    def title(self):
        return "Walks"

    @hookimpl
    def describe(self):
        return "Walking together"

    @hookimpl
    def settings(self):
        return [
            Setting("most", "Most people", "number", 8), Setting("greeting", "Greeting"),
            Setting("dogs", "Dogs may come", "yes", False),
            Setting("pace", "Pace", "choice", "slow", (("slow", "Slow"), ("fast", "Fast")))]

    @hookimpl
    def staff_items(self, site, viewer):
        return [Link("walks/desk", "Walks today", "map-pin")]

    @hookimpl
    def figures(self, site):
        return [Figure("Walks done", 12, (("May", 5), ("June", 7)))]

    @hookimpl
    def enabled(self, site):
        self.told.append(("on", site.slug))

    @hookimpl
    def disabled(self, site):
        self.told.append(("off", site.slug))


@pytest.fixture
def house(settings, told, tmp_path) -> Iterator[Town]:
    """A town whose one plugin is `walks`, on in both communities; another one could not be used."""
    plugins = Plugins(raising=True)
    plugins.register("walks", Walks(tmp_path / "walks.py", told))
    plugins.refused["broken"] = "no migration makes its table broken_thing"
    made = Town(create_app(settings, raising=True, plugins=plugins))
    yield made
    made.db.close()


@pytest.fixture
def staff(house):
    return house.visitor(house.person("Jing", home="north", role="staff"))


def read(visitor, path):
    answer = visitor.get(path, headers=EN)
    assert answer.status_code == 200, path
    return answer.text


PAGES = (
    "desk/",
    "desk/plugins",
    "desk/settings",
    "desk/settings/walks",
    "desk/figures",
    "desk/audit",
    "desk/failed",
    "desk/people",
    "desk/people/add",
    "desk/buildings",
    "desk/brand",
)


def test_pages_are_for_staff_of_this_site_only(house, staff):
    guest, resident = house.visitor(), house.visitor(house.person("Ada", home="north"))
    elsewhere = house.visitor(house.person("Bo", home="south", role="staff"))
    for path in PAGES:
        assert staff.get(f"/north/{path}").status_code == 200, path
        assert guest.get(f"/north/{path}").status_code == 303, path
        assert resident.get(f"/north/{path}").status_code == 404, path
        assert elsewhere.get(f"/north/{path}").status_code == 404, path


def test_menu_holds_what_the_viewer_may_use(house, staff):
    page = read(staff, "/north/desk/plugins")
    assert "Walks today" in page and "/north/desk/brand" in page and "/north/desk/holidays" not in page
    assert page.count('aria-current="page"') == 1
    grid = house.visitor(house.person("Gu", home="north", role="grid"))
    page = read(grid, "/north/desk/")
    assert (
        "/north/desk/people" in page and "/north/desk/plugins" not in page and "/north/desk/audit" not in page
    )


def test_street_staff_find_the_way_up(house):
    street = house.visitor(house.person("Su", role="street", at="street"))
    assert "/street/district/" in read(street, "/north/desk/")
    assert "/street/district/plugins" in read(street, "/street/desk/")


def test_home_says_what_waits(house, staff):
    house.person("Ada", home="north", verified=False)
    house.person("Bo", home="south", verified=False)
    with house.unit():
        PluginFault.create(site_id=house.north.id, plugin="walks", hook="figures", reason="ValueError", n=4)
        PluginFault.create(site_id=house.south.id, plugin="walks", hook="search", reason="KeyError", n=9)
        Due.create(site_id=house.north.id, kind="walks.end", due_at=0, state="failed")
    page = read(staff, "/north/desk/")
    assert "1 resident waits" in page and "Walks failed 4 times" in page and "9 times" not in page
    assert "1 thing that was due" in page
    assert "ValueError" in read(staff, "/north/desk/plugins")


def test_a_switch_is_obeyed_by_the_next_request(house, staff, told):
    before = sites_version(house)
    answer = staff.submit("/north/desk/plugins", "/north/desk/plugins/walks", on="0")
    assert (answer.status_code, answer.location) == (303, "/north/desk/plugins")
    assert "Walks today" not in read(staff, "/north/desk/plugins")
    assert sites_version(house) > before and told == [("off", "north")]
    with house.unit(write=False):
        rows = dict(
            SitePlugin.select(SitePlugin.site, SitePlugin.enabled)
            .where(SitePlugin.plugin == "walks")
            .tuples()
        )
    assert rows == {house.north.id: False, house.south.id: True}
    staff.submit("/north/desk/plugins", "/north/desk/plugins/walks", on="1")
    assert told[-1] == ("on", "north") and "Walks today" in read(staff, "/north/desk/plugins")
    assert "Switched on" in read(staff, "/north/desk/audit") and "Jing" in read(staff, "/north/desk/audit")


def sites_version(house) -> int:
    with house.unit(write=False):
        return sites.Site.get_by_id(house.north.id).version


def test_a_switch_by_htmx_answers_its_row(house, staff):
    form = staff.form("/north/desk/plugins", "/north/desk/plugins/walks")
    answer = staff.send(form, on="0", headers={"HX-Request": "true", "HX-Request-Type": "partial"} | EN)
    assert answer.status_code == 200 and answer.text.strip().startswith('<li id="plugin-walks">')
    assert 'aria-pressed="false"' in answer.text and "<html" not in answer.text and "_key" in answer.text


def test_switching_twice_the_same_way_is_told_once(house, staff, told):
    for _time in range(2):
        staff.submit("/north/desk/plugins", "/north/desk/plugins/walks", on="0")
    assert told == [("off", "north")]


def test_unknown_and_refused_plugins(house, staff):
    form = staff.form("/north/desk/plugins", "/north/desk/plugins/walks")
    for name in ("broken", "nothing"):
        form.action = f"/north/desk/plugins/{name}"
        assert staff.send(form, on="1").status_code == 404
    assert "no migration makes its table" in read(staff, "/north/desk/plugins")
    assert staff.get("/north/desk/settings/broken").status_code == 404


def test_a_switch_needs_the_right(house, staff):
    form = staff.form("/north/desk/plugins", "/north/desk/plugins/walks")
    grid = house.visitor(house.person("Gu", home="north", role="grid"))
    form.values |= grid.form("/north/desk/people/" + str(grid_resident(house)), "").values
    assert grid.send(form, on="0").status_code == 404


def grid_resident(house) -> int:
    return house.person("Ada", home="north", verified=False).id


def test_settings_are_checked_and_kept(house, staff):
    url = "/north/desk/settings/walks"
    answer = staff.submit(
        url, url, **{"s-most": "many", "s-greeting": "你好", "s-pace": "flying"}, headers=EN
    )
    assert (
        answer.status_code == 422
        and "Write a whole number" in answer.text
        and "Choose one of these" in answer.text
    )
    assert 'value="many"' in answer.text and 'value="你好"' in answer.text and 'href="#s-most"' in answer.text
    answer = staff.submit(url, url, **{"s-most": "12", "s-greeting": "你好", "s-pace": "fast", "s-dogs": "1"})
    assert answer.status_code == 303
    with house.unit(write=False):
        stored = dict(sites.view(house.north.id).settings["walks"])
        assert (
            "walks" in sites.view(house.north.id).plugins and not sites.view(house.south.id).settings["walks"]
        )
    assert stored == {"most": 12, "greeting": "你好", "dogs": True, "pace": "fast"}


def test_outdated_settings_show_both_versions(house, staff):
    url = "/north/desk/settings/walks"
    mine = staff.form(url, url)
    staff.submit(url, url, **{"s-most": "12"})
    answer = staff.send(mine, **{"s-most": "20"}, headers=EN)
    assert answer.status_code == 422 and "Compare both versions" in answer.text
    assert ">12<" in answer.text and ">20<" in answer.text and 'value="20"' in answer.text
    with house.unit(write=False):
        assert sites.view(house.north.id).settings["walks"]["most"] == 12


def test_figures_of_core_and_plugins(house, staff):
    house.person("Ada", home="north", verified=False)
    house.person("Bo", home="south")
    page = read(staff, "/north/desk/figures")
    assert "<b>2</b>Residents" in page and "Walks done" in page and "<svg" in page and ">7</td>" in page


def test_what_staff_did_is_paged_and_of_this_site_only(house, staff):
    for site, n in (("north", 45), ("south", 1)):
        with house.unit(site):
            for i in range(n):
                audit(None, "walks.led", f"{site} walk {i}.")
    first = read(staff, "/north/desk/audit")
    assert "north walk 44." in first and "north walk 4." not in first and "south walk" not in first
    older = first.partition('href="?before=')[2].partition('"')[0]
    assert "north walk 4." in read(staff, f"/north/desk/audit?before={older}")


def test_audit_names_persons_as_they_are_called_now(house, staff):
    ada = house.person("Ada", home="north")
    who = Viewer(person_id=ada.id, name="Ada", actor_id=house.person("Jie").id, channel="phone")
    with house.unit("north"):
        audit(who, "core.verified", f"person:{ada.id}")
        assert Audit.select().count() == 1
    page = read(staff, "/north/desk/audit")
    assert "Jie" in page and "for Ada" in page and "by phone" in page and "Verified a resident: Ada" in page


def test_the_desk_asks_few_questions_however_many_residents(house, staff):
    def queries(path):
        run, seen = house.db.execute_sql, []
        house.db.execute_sql = lambda sql, params=None: seen.append(sql) or run(sql, params)
        try:
            assert staff.get(path).status_code == 200
        finally:
            del house.db.execute_sql
        return len(seen)

    queries("/north/desk/people")
    few = queries("/north/desk/people")
    for n in range(30):
        house.person(f"Ada{n}", home="north", verified=n % 2 == 0)
    with house.unit(write=False):
        assert Membership.select().count() == 31
    assert queries("/north/desk/people") == few <= 4
