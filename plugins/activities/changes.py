"""What changes activities: publishing, cancelling, moving, and all that follows from it.

Every function runs in the caller's writing unit. Who has a place is decided in `seats` and `offering`.
"""

import secrets
import uuid
from collections import Counter
from collections.abc import Iterable

from portal import index, notify, now, plain, unindex

from . import queries, rules
from .models import Activity, Occurrence, SignUp, Tag
from .places import dues, offering
from .rules import N_

COPIED = ("tags", "picture", "audience", "price_fen")  # stand on the occurrences too


def new_uid() -> str:
    """A UID for a calendar entry of our own."""
    return f"{uuid.uuid4()}@xiaowu"


def move(activity: Activity, name: str) -> bool:
    """Publish, withdraw or cancel an activity; False when its state does not allow that."""
    state = rules.moved(activity.state, name)
    if state is None:
        return False
    changed = Activity.update(state=state, version=Activity.version + 1, changed_at=now()).where(
        (Activity.id == activity.id) & (Activity.state == activity.state)).execute()
    if not changed:
        return False
    activity.state = state
    settle(activity)
    return True


def settle(activity: Activity) -> None:
    """Make everything that copies from an activity agree with it: its dates, the search, the tags."""
    listed = int(activity.state in ("published", "cancelled"))
    values = {name: getattr(activity, name) for name in COPIED} | {"listed": listed}
    Occurrence.update(**values).where(Occurrence.activity_id == activity.id).execute()
    dues.plan(Occurrence.activity_id == activity.id)
    find(activity)
    count_tags()


def find(activity: Activity) -> None:
    """Keep the search's entry of an activity."""
    dated = Occurrence.select(Occurrence.id).where(Occurrence.activity_id == activity.id).exists()
    if activity.state != "published" or not dated:
        unindex("activities", activity.id)
        return
    words = f"{activity.place} {activity.organiser} {activity.tags} {plain(activity.text, 4000)}"
    index("activities", str(activity.id), activity.title, f"activities/{activity.id}", words,
          plain(activity.text, 160) or activity.place)


def count_tags() -> None:
    """Count anew which tags the published activities carry."""
    carried = Activity.select(Activity.tags).where((Activity.state == "published") & (Activity.tags != ""))
    counted = Counter(tag for tags, in carried.tuples() for tag in rules.unpacked(tags))
    known = dict(Tag.select(Tag.name, Tag.n).tuples())
    gone = [name for name in known if name not in counted]
    if gone:
        Tag.delete().where(Tag.name.in_(gone)).execute()
    for name, n in counted.items():
        if name not in known:
            Tag.insert(name=name, n=n).on_conflict(
                conflict_target=[Tag.site, Tag.name], update={Tag.n: n}).execute()
        elif known[name] != n:
            Tag.update(n=n).where(Tag.name == name).execute()


def cancel(activity: Activity, reason: str = "", by: str = "staff") -> int:
    """Cancel an activity with all its dates ahead; how many people were told."""
    ahead = [i for i, in Occurrence.select(Occurrence.id).where(
        (Occurrence.activity_id == activity.id) & (Occurrence.state == "published")
        & (Occurrence.ends_at > now())).order_by(Occurrence.id).tuples()]
    told = sum(cancel_date(occurrence_id, reason, by) for occurrence_id in ahead)
    if move(activity, "cancel"):
        Activity.update(cancelled_by=by).where(Activity.id == activity.id).execute()
    return told


def cancel_date(occurrence_id: int, reason: str = "", by: str = "staff") -> int:
    """Cancel one date and tell those who signed up; how many they are. Their sign-ups are kept."""
    reason = reason.strip()[:300]
    done = Occurrence.update(state="cancelled", note=reason, cancelled_by=by, **touched()).where(
        (Occurrence.id == occurrence_id) & (Occurrence.state == "published")).execute()
    if done:
        offering.recall_offers(occurrence_id)
    return tell(occurrence_id, "cancelled", N_("Cancelled: %(title)s"),
                N_("%(title)s on %(when)s will not take place. %(reason)s"), reason) if done else 0


def restore_date(occurrence_id: int) -> int:
    """Take a cancellation back and tell those who had signed up; how many they are."""
    done = Occurrence.update(state="published", note="", cancelled_by="", **touched()).where(
        (Occurrence.id == occurrence_id) & (Occurrence.state == "cancelled")).execute()
    if done:
        dues.plan(Occurrence.id == occurrence_id)
        offering.deal(occurrence_id)
    return tell(occurrence_id, "restored", N_("It takes place: %(title)s"),
                N_("%(title)s on %(when)s takes place after all. Your places are kept.")) if done else 0


def in_scope(date: Occurrence, scope: str) -> list[Occurrence]:
    """The dates that an edit of one is about: this one, this and the following, or all that lie ahead."""
    if scope == "this":
        return [date]
    others = (Occurrence.activity_id == date.activity_id) & (Occurrence.state == "published")
    others &= (Occurrence.starts_at >= date.starts_at) if scope == "following" else (Occurrence.ends_at > now())
    return list(Occurrence.select().where(others | (Occurrence.id == date.id)).order_by(Occurrence.id))


def move_date(date: Occurrence, start: int, end: int, all_day: bool, place: str, title: str) -> int:
    """Store a date's new time, place and title; how many people were told of a new time."""
    moved = (start, end) != (date.starts_at, date.ends_at)
    if not moved and (place, title, all_day) == (date.place, date.title, bool(date.all_day)):
        return 0
    Occurrence.update(starts_at=start, ends_at=end, all_day=all_day, place=place, title=title, **touched()).where(
        Occurrence.id == date.id).execute()
    return tell_moved(date.id) if moved and end > now() and date.state == "published" else 0


def delete_date(date: Occurrence) -> bool:
    """Delete a date that nobody has ever had to do with; False when somebody has: then it can be cancelled."""
    if SignUp.select(SignUp.id).where(SignUp.occurrence_id == date.id).exists():
        return False
    return bool(Occurrence.delete().where(Occurrence.id == date.id).execute())


def touched() -> dict:
    """What every change of a date's time, place or state sets besides, so that calendars notice."""
    return {"sequence": Occurrence.sequence + 1, "changed_at": now()}


def tell_moved(occurrence_id: int) -> int:
    """Tell those who signed up that a date has been moved, and make its offers anew; how many they are."""
    dues.plan(Occurrence.id == occurrence_id)
    told = tell(occurrence_id, "moved", N_("New time: %(title)s"),
                N_("%(title)s has been moved to %(when)s. Your places are kept."))
    offering.recall_offers(occurrence_id)  # how long one holds depends on when the date begins
    offering.deal(occurrence_id)
    return told


def tell(occurrence_id: int, what: str, title: str, text: str, reason: str = "") -> int:
    """Send a notice to everybody who is signed up for a date; how many they are."""
    people = sorted(p for p, in queries.signed_up(id=occurrence_id))
    if not people:
        return 0
    row = Occurrence.get_by_id(occurrence_id)
    start, end, all_day = row.starts_at, row.ends_at, row.all_day
    values = {"title": row.title, "reason": reason, "when": lambda dates: dates.when(start, end, all_day)}
    kind = "activities.cancelled" if what == "cancelled" else "activities.changed"
    event = f"{what} {occurrence_id} {start} {now()}"
    for person_id in people:
        notify(person_id, kind, event, title, text, values, f"activities/{row.activity_id}?on={row.id}")
    return len(people)


def add_dates(activity: Activity, dates: Iterable[tuple[int, int, bool]]) -> int:
    """Give an activity of our own further dates (start, end, whole days); how many."""
    shared = {name: getattr(activity, name) for name in (*COPIED, "title", "place", "capacity", "helpers")}
    listed = int(activity.state in ("published", "cancelled"))
    rows = [shared | {"activity_id": activity.id, "recurrence_key": f"own-{secrets.token_hex(6)}",
                      "starts_at": start, "ends_at": end, "all_day": all_day, "listed": listed}
            for start, end, all_day in dates]
    if rows:
        Occurrence.insert_many(rows).execute()
        dues.plan(Occurrence.activity_id == activity.id)
    return len(rows)
