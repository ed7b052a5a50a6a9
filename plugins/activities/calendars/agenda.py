"""What goes out line by line: what a person has signed up for, in all sites, and what is new for everybody."""

from collections.abc import Iterator

from peewee import fn

from portal import Day, News, _, dates, now, param, plain, prepared

from ..models import Activity, Occurrence, SignUp

MOST, NEWEST = 1000, 40

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


newest = prepared(lambda: (
    Activity.select(Activity.id, Activity.title, Activity.state, Activity.changed_at, Activity.place, Activity.text,
                    fn.MIN(Occurrence.starts_at))
    .join(Occurrence, on=(Occurrence.activity_id == Activity.id))
    .where((Occurrence.listed == 1) & (Occurrence.ends_at > param("now")))
    .group_by(Activity.id, Activity.title, Activity.state, Activity.changed_at, Activity.place, Activity.text)
    .order_by(Activity.changed_at.desc(), Activity.id.desc()).limit(NEWEST)))


def news() -> Iterator[News]:
    """The activities that were announced, changed or cancelled last and have a date ahead."""
    for activity_id, title, state, at, place, text, start in newest(now=now()):
        said = _("Cancelled: %(title)s", title=title) if state == "cancelled" else title
        about = "\n".join(filter(None, ("·".join(filter(None, (dates.day(start), place))), plain(text, 300))))
        yield News(at, said, f"activities/{activity_id}", about)
