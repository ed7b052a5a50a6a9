"""The forms for activities and their dates offer the places of the plugins that are on in the site."""

from types import ModuleType

import pytest

from portal import hookspecs
from portal.app import create_app
from portal.base import sites
from portal.hooks import Plugins
from portal.offers import Place
from portal.testing import Town
from tests.activities.parties import dates_of

HALL = "小礼堂（祖庙路3号）"


def named(name: str, *places: Place) -> ModuleType:
    """A plugin that offers places."""
    module = ModuleType(name)
    module.places = hookspecs.hookimpl(lambda site: list(places))
    return module


@pytest.fixture
def town(settings):
    """Two plugins offer places; `away` is off in the north."""
    plugins = Plugins(raising=True).discover()
    plugins.register("rooms", named("rooms", Place("1", "小礼堂", "祖庙路3号"), Place("2", '<b>"驿站"</b>')))
    plugins.register("away", named("away", Place("1", "别处的礼堂")))
    made = Town(create_app(settings, raising=True, plugins=plugins))
    with made.unit():
        sites.enable(made.north.id, "away", False)
    yield made
    made.db.close()


@pytest.mark.parametrize("page", ["new", "{id}/edit", "date/{date}"])
def test_places_are_offered_beside_free_text(town, announce, staff, page):
    number = announce("剪纸", place="门口", capacity=3)
    text = staff.get("/north/activities/desk/" + page.format(id=number, date=dates_of(town, number)[0].id)).text
    assert 'list="offered"' in text and f'<option value="{HALL}">' in text
    assert "别处的礼堂" not in text and "<b>" not in text.partition("<datalist")[2].partition("</datalist>")[0]


def test_a_place_that_was_offered_or_typed_is_kept(town, announce, staff):
    number = announce("剪纸")
    page = f"/north/activities/desk/{number}/edit"
    for place in (HALL, "大榕树下"):
        assert staff.submit(page, page, place=place).status_code == 303
        assert place in staff.get(f"/north/activities/{number}").text


def test_without_such_plugins_the_field_is_as_it_was(town, announce, staff):
    south = town.visitor(town.person("Su", home="south", role="staff"))
    with town.unit():
        for name in ("rooms", "away"):
            sites.enable(town.south.id, name, False)
    assert "<datalist" not in south.get("/south/activities/desk/new").text
