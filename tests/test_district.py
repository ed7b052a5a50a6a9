"""The district desk: what a street and the district see of the sites below, switch there and add."""

import pytest

from portal.base import sites
from portal.base.sites import Site, SitePlugin
from portal.people.models import Audit

EN = {"Accept-Language": "en"}
PAGES = ("district/", "district/plugins", "district/figures")


@pytest.fixture
def town(town):
    """The town with a second street and a community in it."""
    with town.unit():
        town.far = sites.add("far", "石湾街道", town.district)
        town.west = sites.add("west", "西头社区", town.far)
    return town


@pytest.fixture
def street(town):
    return town.visitor(town.person("Su", role="street", at="street"))


@pytest.fixture
def operator(town):
    return town.visitor(town.person("Op", role="operator", at="town"))


def enabled(town, site, plugin="bulletin"):
    with town.unit(write=False):
        row = SitePlugin.get_or_none((SitePlugin.site == site) & (SitePlugin.plugin == plugin))
        return bool(row and row.enabled)


def test_who_may_enter(town, street, operator):
    staff = town.visitor(town.person("Jing", home="north", role="staff"))
    for page in PAGES:
        assert street.get(f"/street/{page}").status_code == 200
        assert operator.get(f"/town/{page}").status_code == operator.get(f"/far/{page}").status_code == 200
        assert street.get(f"/town/{page}").status_code == street.get(f"/far/{page}").status_code == 404
        assert staff.get(f"/north/{page}").status_code == staff.get(f"/street/{page}").status_code == 404
        assert operator.get(f"/north/{page}").status_code == 404
        assert town.visitor().get(f"/town/{page}").status_code == 303


def test_a_street_sees_its_own_tree(town, street, operator):
    page = street.get("/street/district/").text
    assert "桂花里社区" in page and "东巷社区" in page and "西头社区" not in page
    page = operator.get("/town/district/").text
    assert page.index("石湾街道") < page.index("西头社区") and page.index("祖庙街道") < page.index("东巷社区")


def test_figures_of_all_below(town, street, operator):
    for home, verified in (("north", True), ("south", False), ("west", True)):
        town.person("Ada", home=home, verified=verified)
    assert "<b>2</b>" in street.get("/street/district/figures").text
    assert "<b>3</b>" in operator.get("/town/district/figures").text


def test_one_cell_switches_one_site(town, street):
    url = "/street/district/plugins"
    assert enabled(town, town.north) and enabled(town, town.south)
    answer = street.submit(url, url, switch=f"{town.north.id}:bulletin:0")
    assert answer.status_code == 303 and answer.location.endswith(f"plugins#s{town.north.id}")
    assert not enabled(town, town.north) and enabled(town, town.south)
    assert town.visitor().get("/north/bulletin/").status_code == 404
    with town.unit("north", write=False):
        assert (Audit.get().action, Audit.get().thing) == ("core.plugin_off", "bulletin")
    street.submit(url, url, switch=f"{town.north.id}:bulletin:1")
    assert enabled(town, town.north)


def test_a_street_cannot_switch_elsewhere(town, street, operator):
    url = "/street/district/plugins"
    for where in (town.west.id, town.district.id, 9999, "x", ""):
        assert street.submit(url, url, switch=f"{where}:bulletin:1").status_code == 404
    assert street.submit(url, url, switch=f"{town.north.id}:nothing:1").status_code == 404
    assert not enabled(town, town.west)
    url = f"/town/district/plugins?street={town.far.id}"
    assert "西头社区" in operator.get(url).text and "东巷社区" not in operator.get(url).text
    assert operator.submit(url, url, switch=f"{town.west.id}:bulletin:1").status_code == 303
    assert enabled(town, town.west)
    assert operator.get(f"/town/district/plugins?street={town.north.id}").status_code == 404


def test_adding_a_community(town, operator, street):
    url = "/town/district/add"
    assert street.get("/street/district/add").status_code == 404
    answer = operator.submit(
        url,
        url,
        name="南风社区",
        slug="nanfeng",
        parent=town.street.id,
        theme="osmanthus",
        plugin=["bulletin", "nothing"],
    )
    assert answer.status_code == 303
    with town.unit(write=False):
        site = Site.get(Site.slug == "nanfeng")
        assert (site.kind, site.parent_id, site.theme, site.name) == (
            "community",
            town.street.id,
            "osmanthus",
            "南风社区",
        )
    assert enabled(town, site) and not enabled(town, site, "activities")
    assert "南风社区" in town.visitor().get("/nanfeng/").text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("slug", "north"),
        ("slug", "static"),
        ("slug", "Nan Feng"),
        ("slug", ""),
        ("name", ""),
        ("theme", "nowhere"),
        ("parent", "north"),
    ],
)
def test_refused_with_what_was_typed(town, operator, field, value):
    url = "/town/district/add"
    value = town.north.id if value == "north" and field == "parent" else value
    typed = {"name": "南风社区", "slug": "nanfeng", "parent": town.street.id, "theme": "plain"} | {
        field: value
    }
    answer = operator.submit(url, url, **typed, headers=EN)
    assert answer.status_code == 422 and f'href="#{field}' in answer.text
    assert field == "name" or "南风社区" in answer.text
    with town.unit(write=False):
        assert Site.select().count() == 6


def test_a_street_of_the_district(town, operator):
    url = "/town/district/add"
    operator.submit(url, url, name="张槎街道", slug="zhangcha", parent=town.district.id, theme="plain")
    with town.unit(write=False):
        assert Site.get(Site.slug == "zhangcha").kind == "street"
