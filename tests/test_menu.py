"""What waits for staff stands in their menu with the next request, and is gone with the next one."""

import re
from types import ModuleType

import pytest
from portal.plugins.activities.models import Appeal
from portal.plugins.halls.models import Topic
from portal.plugins.halls.moderation.models import Hiding, Report
from portal.plugins.halls.proposals.models import Proposal
from portal.plugins.halls.topics.models import Statement
from portal.plugins.huts.lent.models import Offer
from portal.plugins.huts.models import Hut, Item, Loan, ThingHiding, ThingReport
from portal.plugins.huts.skills.models import Skill

from portal.app import create_app
from portal.base.changes import note_change
from portal.hooks import Plugins
from portal.hookspecs import hookimpl
from tests.support.town import Town

THING = {"kind": "skill", "thing_id": 1, "rule": "contact"}
SAID = {"kind": "comment", "thing_id": 1, "rule": "contact"}
# What waits: (model, its values, what staff do about it).
WAITING = {
    "an appeal": (Appeal, {"text": "我来了", "person_id": 1}, {"state": "kept"}),
    "a statement": (Statement, {"text": "路灯太暗"}, {"state": "shown"}),
    "a proposal": (Proposal, {"title": "装灯", "text": "装两盏", "reached_at": 5}, {"answered": "accepted"}),
    "a report": (Report, SAID, {"state": "dismissed"}),
    "a second opinion": (Hiding, SAID | {"reason": "x", "state": "asked"}, {"state": "hidden"}),
    "an appeal against hiding": (Hiding, SAID | {"reason": "x", "state": "hidden", "appeal": "waiting"},
                                 {"appeal": "refused"}),
    "a skill": (Skill, {"category": "repair", "title": "修车"}, {"state": "shown"}),
    "a report of a skill": (ThingReport, THING, {"state": "dismissed"}),
    "an appeal of who offers a skill": (ThingHiding, THING | {"reason": "x", "appeal": "waiting"},
                                        {"appeal": "refused"}),
    "a resident's thing": (Offer, {}, {"state": "home"}),
    "a loan that wants a yes": (Loan, {"hut_id": 1}, {"state": "approved"}),
}


def _item() -> int:
    hut = Hut.create(id=1, code="H1", name="小屋")
    return Item.create(hut_id=hut.id, category="ladder", name="梯子").id


NEEDED = {"topic_id": lambda: Topic.create(title="路灯", state="open").id, "item_id": _item}


@pytest.mark.parametrize("what", WAITING)
def test_what_waits_is_in_the_menu_until_it_is_done(town, what):
    model, values, done = WAITING[what]
    staff = town.visitor(town.person("李敏", home="north", role="staff"))

    def waiting() -> int:
        return sum(map(int, re.findall(r'<span class="n">(\d+)</span>', staff.get("/north/huts/desk/").text)))
    before = waiting()
    with town.unit("north"):
        row = model.create(**values, **{name: make() for name, make in NEEDED.items() if hasattr(model, name)})
    assert waiting() == before + 1
    with town.unit("south"):
        assert not model.select().exists()
    with town.unit("north"):
        model.update(**done).where(model.id == row.id).execute()
    assert waiting() == before


def shown(visitor) -> str:
    """The menu of staff."""
    return visitor.get("/north/desk/").text.partition('class="side subnav"')[2].partition("</nav>")[0]


def menu(visitor) -> list[str]:
    """The addresses in it."""
    return re.findall(r'href="/north/([^"]*)"', shown(visitor))


def test_it_is_kept_for_those_with_the_same_rights_alone(town):
    first, second = (town.visitor(town.person(name, home="north", role="staff")) for name in ("李敏", "王芳"))
    helper = town.visitor(town.person("陈辉", home="north", role="grid"))
    whole = menu(first)
    assert "desk/brand" in whole and "halls/desk/polls/" in whole and menu(second) == whole
    assert set() < set(menu(helper)) < set(whole) and "desk/brand" not in menu(helper)
    assert menu(first) == whole


def test_it_speaks_each_readers_language(town):
    one, other = (town.visitor(town.person(name, home="north", role="staff")) for name in ("李敏", "王芳"))
    other.client.set_cookie("lang", "en")
    for _time in range(2):
        assert ">公告<" in shown(one) and ">Bulletins<" in shown(other)


def test_nothing_is_asked_for_it_twice(town):
    staff, asked = town.visitor(town.person("李敏", home="north", role="staff")), []
    menu(staff)
    plugins = town.app.portal.plugins
    real, plugins.all = plugins.all, lambda *a, **k: asked.append(a[1]) or real(*a, **k)
    menu(staff)
    with town.unit("north"):
        note_change("halls.desk")
    calls = []
    real_call, plugins._call = plugins._call, lambda *a: calls.append(a[1]) or real_call(*a)
    menu(staff)
    assert "staff_items" not in asked and "staff_items" in calls
    calls.clear()
    menu(staff)
    assert "staff_items" not in calls


def test_a_plugin_that_refuses_somebody_is_asked_each_time(settings):
    """Rights that a plugin decides by itself are nobody else's."""
    refusing, plugins = ModuleType("one"), Plugins(raising=True).discover()
    refusing.may = hookimpl(
        lambda viewer, action: False if (viewer.name, action) == ("王芳", "bulletin.edit") else None)
    plugins.register("one", refusing)
    town = Town(create_app(settings, raising=True, plugins=plugins))
    one, other = (town.visitor(town.person(name, home="north", role="staff")) for name in ("李敏", "王芳"))
    for _time in range(2):
        assert "bulletin/desk" in menu(one) and "bulletin/desk" not in menu(other)
    town.db.close()
