"""What tests of activities ask and do again and again."""


from datetime import datetime
from zoneinfo import ZoneInfo

from portal.plugins.activities.models import (
    Occurrence,
)

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
