"""What comes due: offers end, freed places are offered in the morning, reminders go out before a date begins."""

import json

from portal import Due, later, notify, now, scope_id

from .. import queries
from ..models import Occurrence
from ..rules import N_
from . import offering
from .held import lock

REMINDERS = {  # hours before the start: (title, text, text where no place is named); said later they are still true
    24: (N_("Reminder: %(title)s"),
         N_("%(title)s, %(when)s, %(place)s. If you cannot come, please cancel in good time."),
         N_("%(title)s, %(when)s. If you cannot come, please cancel in good time.")),
    1: (N_("Soon: %(title)s"), N_("%(title)s, %(when)s, %(place)s. See you there!"),
        N_("%(title)s, %(when)s. See you there!")),
}
HORIZON = 49 * 3600  # reminders are planned this long before, in the night or with the date itself
AT_ONCE = 50  # people told in one transaction


def run(row: Due) -> None:
    """Do one due row, in its site and in a writing unit."""
    occurrence_id, *rest = map(int, row.ref.split())
    if row.kind == "activities.remind":
        remind(occurrence_id, *rest, **json.loads(row.data))
    elif row.kind == "activities.offer_ends":
        offering.end_offers(occurrence_id)
    elif lock(occurrence_id):
        offering.deal(occurrence_id)


def plan(which) -> None:
    """Leave due rows for the reminders of those dates among `which` that begin soon; a moved date moves its own."""
    at = now()
    rows = Occurrence.select(Occurrence.id, Occurrence.starts_at).where(
        which & (Occurrence.state == "published") & (Occurrence.listed == 1) & Occurrence.capacity.is_null(False)
        & (Occurrence.starts_at > at) & (Occurrence.starts_at < at + HORIZON))
    for occurrence_id, start in list(rows.tuples()):
        for hours in REMINDERS:
            if start - hours * 3600 > at:
                _later(start - hours * 3600, occurrence_id, hours, start)


def _later(at: int, occurrence_id: int, hours: int, start: int, **more) -> None:
    later(at, "activities.remind", f"{occurrence_id} {hours}", scope_id(), once=True, start=start, **more)


def remind(occurrence_id: int, hours: int, start: int, after: int = 0) -> int:
    """Remind those who take part, in portions, by their ids; how many. A date that moved meanwhile is left alone."""
    row = Occurrence.get_or_none((Occurrence.id == occurrence_id) & (Occurrence.state == "published")
                                 & (Occurrence.listed == 1))
    if row is None or row.starts_at != start or start <= now():
        return 0
    people = sorted(p for p, in queries.coming(id=occurrence_id) if p > after)
    title, *texts = REMINDERS[hours]
    values = {"title": row.title, "place": row.place,
              "when": lambda dates: dates.when(row.starts_at, row.ends_at, row.all_day)}
    for person_id in people[:AT_ONCE]:
        notify(person_id, "activities.reminder", f"{hours} {occurrence_id} {start}", title, texts[not row.place],
               values, f"activities/{row.activity_id}?on={row.id}", until=start)
    if len(people) > AT_ONCE:
        _later(now(), occurrence_id, hours, start, after=people[AT_ONCE - 1])
    return len(people[:AT_ONCE])
