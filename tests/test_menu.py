"""What waits for staff stands in their menu with the next request, and is gone with the next one."""

import re

import pytest
from portal.plugins.activities.models import Appeal
from portal.plugins.halls.models import Topic
from portal.plugins.halls.moderation.models import Hiding, Report
from portal.plugins.halls.proposals.models import Proposal
from portal.plugins.halls.topics.models import Statement
from portal.plugins.huts.lent.models import Offer
from portal.plugins.huts.models import Hut, Item, ThingHiding, ThingReport
from portal.plugins.huts.skills.models import Skill

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
}


def _item() -> int:
    hut = Hut.create(code="H1", name="小屋")
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
