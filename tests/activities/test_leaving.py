"""Leaving: late ones are told so and staff too, by whichever way they leave; what has happened stays."""

import json

import pytest
from portal.plugins.activities.models import Occurrence, SignUp

from portal.base import clock
from portal.people.models import Notice
from tests.activities.parties import dates_of, enter, join, state_of

HOUR = 3600


@pytest.fixture
def late_date(town, announce):
    """A date of tomorrow that is left late, with guests; (activity, who announced it)."""
    organiser = town.person("组织者", home="north")
    return announce("包饺子", [1], capacity=5, guests=True, leave_hours=48, actor_id=organiser.id), organiser


def told(town, person) -> list[str]:
    with town.unit():
        return [n.text for n in Notice.select().where((Notice.person == person) & (Notice.kind == "activities.late"))]


def test_a_guest_who_leaves_late_is_told_and_so_is_who_announced_it(noon, town, late_date):
    activity, organiser = late_date
    guest, page = town.visitor(), f"/north/activities/{activity}"
    own = guest.submit(page, f"{page}/sign-up", name="何阿姨", phone="13900001111").location
    assert "有点晚" in guest.get(own).text
    guest.submit(own, own)
    assert 'data-k="warn"' in guest.get(own).text
    assert len(told(town, organiser)) == 1 and "何阿姨" in told(town, organiser)[0]


def test_until_when_it_is_not_late_is_said(noon, town, announce, ada):
    activity = announce("包饺子", [2], capacity=5, guests=True, leave_hours=24)
    visitor, page = town.visitor(ada), f"/north/activities/{activity}"
    join(visitor, activity, who=["me"])
    own = town.visitor().submit(page, f"{page}/sign-up", name="何阿姨", phone="13900001111").location
    for shown in (visitor.get(page).text, town.visitor().get(own).text):
        assert "3月2日" in shown.split("来不了？")[1].split("</p>")[0]


def test_a_resident_who_leaves_late_too(noon, town, late_date, ada):
    activity, organiser = late_date
    visitor, page = town.visitor(ada), f"/north/activities/{activity}"
    join(visitor, activity, who=["me"])
    visitor.submit(page, f"{page}/leave")
    assert 'data-k="warn"' in visitor.get(page).text
    assert len(told(town, organiser)) == 1 and "陈爱莲" in told(town, organiser)[0]


def test_the_command_line_tells_of_it_too_and_knows_when_it_is_over(town, late_date, neighbours, call_portal):
    activity, organiser = late_date
    first, second = neighbours(2)
    date_id = dates_of(town, activity)[0].id
    for person in (first, second):
        enter(town, date_id, person)

    def leave(person):
        here = "--community", "north", "--json"
        return call_portal("activities", "leave", str(date_id), "--as", str(person.id), *here)
    assert leave(first).exit_code == 0 and len(told(town, organiser)) == 1
    with town.unit("north"):
        Occurrence.update(starts_at=clock.now() - 2 * HOUR, ends_at=clock.now() - HOUR).execute()
    done = leave(second)
    assert done.exit_code == 1 and json.loads(done.stdout)["refused"]
    assert state_of(town, second, activity) == "joined"


@pytest.mark.parametrize("happened", ["checked in", "cancelled"])
def test_what_has_happened_stays(noon, town, announce, ada, happened):
    activity = announce("早操", [2 / 24], capacity=5, guests=True)
    visitor, guest, page = town.visitor(ada), town.visitor(), f"/north/activities/{activity}"
    own = guest.submit(page, f"{page}/sign-up", name="何阿姨", phone="13900001111").location
    join(visitor, activity, who=["me"])
    forms = visitor.form(page, f"{page}/leave"), guest.form(own, own)
    with town.unit("north"):
        if happened == "cancelled":
            Occurrence.update(state="cancelled").execute()
        else:
            SignUp.update(came=1, came_at=clock.now()).execute()
    assert f"{page}/leave" not in visitor.get(page).text and f'action="{own}"' not in guest.get(own).text
    assert visitor.send(forms[0]).status_code == 422
    assert guest.send(forms[1]).status_code == 303 and 'data-k="warn"' in guest.get(own).text
    with town.unit("north"):
        assert {s.state for s in SignUp.select()} == {"joined"}
