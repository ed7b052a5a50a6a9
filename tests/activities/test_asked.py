"""What staff look at first: only what can be, and only while there is something to decide."""

import pytest
from portal.plugins.activities import changes
from portal.plugins.activities.models import Occurrence, SignUp
from portal.plugins.activities.places import seats
from portal.plugins.activities.rules import Party

from portal.people.models import Notice
from tests.activities.parties import dates_of, join, sound, state_of


def test_a_party_that_can_never_fit_is_refused_at_once(noon, town, announce, ada):
    activity = announce("夜市", [5], capacity=2, helpers=1, companions=5, approval=True)
    visitor = town.visitor(ada)
    refused = join(visitor, activity, who=["me"], companions="2")
    assert refused.status_code == 422 and "您选了3位，这场一共只有2位" in refused.text
    assert "帮手请单独报名" in join(visitor, activity, who=["me"], companions="1", role="helper").text
    assert join(visitor, activity, who=["me"], companions="1").status_code == 303
    assert state_of(town, ada, activity) == "asked"


@pytest.mark.parametrize("role", ["participant", "helper"])
def test_that_is_kept_where_it_is_stored(noon, town, announce, ada, role):
    activity = announce("夜市", [5], capacity=1, helpers=1, approval=True)
    who, wish = {"actor_id": None, "person_id": ada.id, "channel": "web"}, seats.Wish(Party(True, (), 1), role)
    with town.app.app_context(), town.unit("north"):
        assert seats.sign_up(dates_of_open(activity).id, wish, who, approval=True) == "full"
    assert state_of(town, ada, activity) == ""


def dates_of_open(activity: int) -> Occurrence:
    return Occurrence.get(Occurrence.activity_id == activity)


@pytest.mark.parametrize("change", [{"state": "cancelled"}, {"starts_at": 1, "ends_at": 2}])
def test_nothing_is_decided_about_a_date_that_is_cancelled_or_over(noon, town, announce, ada, staff, change):
    activity = announce("夜市", [5], capacity=1, approval=True)
    join(town.visitor(ada), activity, who=["me"])
    date = dates_of(town, activity)[0]
    roster, decide = (f"/north/activities/desk/date/{date.id}/{name}" for name in ("roster", "decide"))
    form = staff.form(roster, decide)
    with town.unit("north"):
        Occurrence.update(**change).where(Occurrence.id == date.id).execute()
        number = SignUp.get().id
    assert decide not in staff.get(roster).text
    assert ("cancelled" in change.values()) == ('data-k="bad"' in staff.get(roster).text)
    for what in ("approve", "refuse", "remove"):
        assert staff.send(form, sign_up=number, do=what).status_code == 303
        assert 'data-k="warn"' in staff.get(roster).text
    assert state_of(town, ada, activity) == "asked"
    with town.unit():
        assert not Notice.select().exists()


def test_a_date_that_somebody_wants_to_come_to_keeps_its_places(noon, town, announce, ada, staff):
    """Without places nobody signs up, and who is looked at could never be let in."""
    for fields in ({"approval": True}, {"helpers": 1}):
        activity = announce("夜市", [5], capacity=1, **fields)
        join(town.visitor(ada), activity, who=["me"], **({"role": "helper"} if "helpers" in fields else {}))
        date = dates_of(town, activity)[0]
        for page in (f"date/{date.id}", f"{activity}/edit"):
            assert staff.submit(f"/north/activities/desk/{page}", capacity="").status_code == 422
        with town.app.app_context(), town.unit("north"):
            assert not seats.set_capacity(date.id, None)
    sound(town)


def test_when_it_takes_place_after_all_staff_decide(noon, town, announce, ada, staff):
    activity = announce("夜市", [5], capacity=1, approval=True)
    join(town.visitor(ada), activity, who=["me"])
    date = dates_of(town, activity)[0]
    with town.app.app_context(), town.unit("north"):
        changes.cancel_date(date.id)
        changes.restore_date(date.id)
        number = SignUp.get().id
    roster = f"/north/activities/desk/date/{date.id}/roster"
    staff.submit(roster, f"/north/activities/desk/date/{date.id}/decide", sign_up=number, do="approve")
    assert state_of(town, ada, activity) == "joined"
