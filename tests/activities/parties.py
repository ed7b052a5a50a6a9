"""What tests of activities ask and do again and again."""


from datetime import datetime
from zoneinfo import ZoneInfo

from portal.plugins.activities.models import Occurrence, SignUp
from portal.plugins.activities.places import checks, dues, seats
from portal.plugins.activities.rules import Party

from portal.base import clock
from portal.base.due import Due
from portal.people.models import Household

NOON = int(datetime(2028, 3, 1, 12, tzinfo=ZoneInfo("Asia/Shanghai")).timestamp())


def dates_of(town, activity_id: int, at: str = "north") -> list[Occurrence]:
    with town.unit(at):
        return list(Occurrence.select().where(Occurrence.activity_id == activity_id).order_by(Occurrence.starts_at))


def join(visitor, activity_id: int, at: str = "north", **fields):
    """Sign up by the form on the page."""
    page = f"/{at}/activities/{activity_id}"
    return visitor.submit(page, f"{page}/sign-up", **fields)


def family_ids(town, person) -> list[str]:
    with town.unit():
        return [str(h.id) for h in Household.select().where(Household.person == person).order_by(Household.id)]


def state_of(town, person, activity: int) -> str:
    """How a person stands with the dates of an activity in the north."""
    with town.unit("north"):
        dates = Occurrence.select(Occurrence.id).where(Occurrence.activity_id == activity)
        found = SignUp.get_or_none((SignUp.person_id == person.id) & SignUp.occurrence_id.in_(dates))
        return found.state if found else ""


def enter(town, date_id: int, person, size: int = 1) -> str:
    """Sign somebody up with so many people, or have them wait, without a page."""
    who = {"actor_id": person.id, "person_id": person.id, "channel": "web"}
    with town.app.app_context(), town.unit("north"):
        return seats.sign_up(date_id, seats.Wish(Party(True, (), size - 1)), who, wait=True)


def go(town, date_id: int, person) -> None:
    """Give back what somebody has, without a page."""
    with town.app.app_context(), town.unit("north"):
        seats.give_back(date_id, {"actor_id": person.id, "person_id": person.id, "channel": "web"})


def sound(town) -> None:
    """Nothing is wrong with the counts of the north."""
    with town.unit("north"):
        assert checks.broken() == []


def work(town) -> None:
    """What the worker does with all that has come due."""
    while True:
        with town.unit("north"):
            row = Due.select().where((Due.state == "waiting") & (Due.due_at <= clock.now())
                                     & Due.kind.startswith("activities.")).order_by(Due.due_at, Due.id).first()
            if row is None:
                return
            with town.app.app_context():
                dues.run(row)
            Due.update(state="done").where(Due.id == row.id).execute()
