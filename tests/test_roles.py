"""Who may do what: by role and place, by the plugin that owns the action, and by nobody else."""

from types import ModuleType

import pytest

from portal import Action, hookimpl
from portal.app import create_app
from portal.base import database, sites
from portal.hooks import Plugins
from portal.people import signin
from portal.testing import Town


def viewer(town: Town, person, site):
    with town.unit():
        token = signin.start(person.id)
        view = sites.view(town.site(site).id)
        return view, signin.arrive(token, view.slug, None)[1]


def may(town: Town, person, site, action, thing=None) -> bool:
    view, who = viewer(town, person, site)
    with database.use(town.db), database.unit(), sites.within(view.id):
        return town.app.portal.rights.may(view, who, action, thing)


@pytest.mark.parametrize(("role", "at", "allowed"), [
    ("staff", "north", {"north"}), ("staff", "south", {"south"}), ("street", "street", {"north", "south", "street"}),
    ("operator", "town", {"north", "south", "street", "town"}), ("volunteer", "north", set()), ("", "north", set())])
def test_a_role_holds_where_it_was_given_and_below(town, role, at, allowed):
    person = town.person("P", home="north", role=role, at=at)
    slugs = ("town", "street", "north", "south")
    assert {s for s in slugs if may(town, person, s, "core.brand")} == allowed


def test_a_resident_of_a_community_is_one_of_its_street(town):
    person = town.person("P", home="north", verified=False)
    assert viewer(town, person, "street")[1].roles == {"resident"}
    assert viewer(town, person, "south")[1].roles == frozenset()
    assert viewer(town, town.person("Q", home="north"), "town")[1].verified


def test_a_guest_and_an_unknown_action_are_refused(town):
    staff = town.person("S", home="north", role="operator", at="town")
    assert not may(town, staff, "north", "core.nothing")
    with town.unit("north"):
        view = sites.view(town.north.id)
        assert not town.app.portal.rights.may(view, None, "core.desk")


def plugin(name: str, **hooks) -> ModuleType:
    module = ModuleType(name)
    module.__file__ = f"{name}/{name}.py"
    for hook, function in hooks.items():
        setattr(module, hook, hookimpl(function))
    return module


@pytest.fixture
def two(settings):
    """A town with two plugins: `shed` owns an action, `thief` says yes to everything."""
    def actions():
        return [Action("shed.open", "Open", ("volunteer",))]

    def owner(action, thing):
        return {"mine": True, "closed": False}.get(thing) if action == "shed.open" else None

    def yes(site, viewer, action, thing):
        return False if thing == "stopped" else True

    plugins = Plugins(raising=True)
    plugins.register("shed", plugin("shed", actions=actions, may=lambda action, thing: owner(action, thing)))
    plugins.register("thief", plugin("thief", may=yes))
    made = Town(create_app(settings, raising=True, plugins=plugins))
    yield made
    made.db.close()


def test_only_the_owner_of_an_action_can_allow_it(two):
    nobody, helper = two.person("N", home="north"), two.person("H", home="north", role="volunteer")
    assert not may(two, nobody, "north", "shed.open")
    assert not may(two, nobody, "north", "core.brand")
    assert may(two, nobody, "north", "shed.open", "mine")
    assert may(two, helper, "north", "shed.open")


def test_everybody_can_refuse(two):
    helper = two.person("H", home="north", role="volunteer")
    assert not may(two, helper, "north", "shed.open", "closed")
    assert not may(two, helper, "north", "shed.open", "stopped")


def test_a_plugin_that_is_off_has_no_rights(two):
    helper = two.person("H", home="north", role="volunteer")
    with two.unit():
        sites.enable(two.north.id, "shed", False)
    assert not may(two, helper, "north", "shed.open", "mine")
