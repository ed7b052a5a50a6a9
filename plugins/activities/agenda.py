"""What a person has signed up for, in all sites, for their own calendar."""

from collections.abc import Iterator

from portal import Day, param, prepared

from .models import Activity, Occurrence, SignUp

MOST = 1000

joined = prepared(lambda: (
    Occurrence.select(Occurrence.site, Occurrence.id, Activity.id, Activity.uid, Occurrence.recurrence_key,
                      Occurrence.title, Occurrence.starts_at, Occurrence.ends_at, Occurrence.all_day,
                      Occurrence.state, Occurrence.place, Occurrence.sequence, Occurrence.changed_at)
    .join(SignUp, on=(SignUp.occurrence_id == Occurrence.id))
    .join_from(Occurrence, Activity, on=(Activity.id == Occurrence.activity_id))
    .where((SignUp.person_id == param("person")) & (SignUp.state == "joined") & (Occurrence.listed == 1)
           & (Occurrence.ends_at > param("start")) & (Occurrence.starts_at < param("end")))
    .order_by(Occurrence.starts_at, Occurrence.id).limit(MOST)))


def of(person_id: int, start: int, end: int) -> Iterator[Day]:
    """The dates that a person has places on, cancelled ones too, under the names that the site's calendar has."""
    for row in joined(person=person_id, start=start, end=end):
        (site_id, row_id, activity_id, uid, key, title, starts_at, ends_at, all_day, state, place, sequence,
         changed_at) = row
        yield Day(starts_at, ends_at, title, f"activities/{activity_id}?on={row_id}", place, bool(all_day),
                  state == "cancelled", f"{row_id}.{uid}" if key else uid, site_id, sequence, changed_at)
