"""What changes activities: signing up and leaving, publishing, cancelling, and all that follows from it.

Every function runs in the caller's writing unit. The scarce thing is an occurrence: its row is counted up or
locked before anything is decided, and sign-ups follow after it, always in this order.
"""

import secrets
import uuid
from collections import Counter
from collections.abc import Iterable

from portal import index, notify, now, plain, unindex

from . import queries, rules
from .models import Activity, Occurrence, SignUp, SignUpMember, Tag
from .rules import N_, Party

COPIED = ("tags", "picture", "audience", "price_fen")  # stand on the occurrences too


def take(occurrence_id: int, party: Party, who: dict) -> str:
    """Take places for a party: "joined", "full" (or just closed), or "already" when the person has some."""
    at = now()
    ahead = (Occurrence.starts_at > at) | (Occurrence.all_day & (Occurrence.ends_at > at))
    counted = Occurrence.update(taken=Occurrence.taken + party.size).where(
        (Occurrence.id == occurrence_id) & (Occurrence.state == "published") & (Occurrence.listed == 1)
        & ahead & (Occurrence.taken + party.size <= Occurrence.capacity)).execute()
    if not counted:
        return "full"
    sign_up_id = _note(occurrence_id, party, who, at)
    if sign_up_id is None:
        Occurrence.update(taken=Occurrence.taken - party.size).where(Occurrence.id == occurrence_id).execute()
        return "already"
    SignUpMember.delete().where(SignUpMember.sign_up_id == sign_up_id).execute()
    if party.members:
        SignUpMember.insert_many([{"sign_up_id": sign_up_id, "household_id": key, "name": name}
                                  for key, name in party.members]).execute()
    return "joined"


def _note(occurrence_id: int, party: Party, who: dict, at: int) -> int | None:
    """The id of the sign-up now stored; None when the person is signed up already."""
    values = {"size": party.size, "oneself": party.oneself, "state": "joined", "at": at, "left_at": None,
              "actor_id": who["actor_id"], "channel": who["channel"]}
    mine = (SignUp.occurrence_id == occurrence_id) & (SignUp.person_id == who["person_id"])
    if not SignUp.update(**values).where(mine & (SignUp.state == "left")).execute():
        insert = SignUp.insert(occurrence_id=occurrence_id, person_id=who["person_id"], **values)
        once = insert.on_conflict(conflict_target=[SignUp.site, SignUp.occurrence_id, SignUp.person_id],
                                  action="IGNORE")
        if not once.as_rowcount().execute():
            return None
    return SignUp.select(SignUp.id).where(mine).tuples().get()[0]


def give_back(occurrence_id: int, who: dict) -> int:
    """Leave an occurrence: the number of places given back, 0 when the person had none."""
    lock(occurrence_id)
    mine = ((SignUp.occurrence_id == occurrence_id) & (SignUp.person_id == who["person_id"])
            & (SignUp.state == "joined"))
    row = SignUp.select(SignUp.id, SignUp.size).where(mine).tuples().first()
    if row is None:
        return 0
    SignUp.update(state="left", left_at=now(), actor_id=who["actor_id"], channel=who["channel"]).where(
        SignUp.id == row[0]).execute()
    Occurrence.update(taken=Occurrence.taken - row[1]).where(Occurrence.id == occurrence_id).execute()
    return row[1]


def lock(occurrence_id: int) -> bool:
    """Hold an occurrence's row until the unit ends; False when there is none."""
    return bool(Occurrence.update(taken=Occurrence.taken).where(Occurrence.id == occurrence_id).execute())


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
    return tell(occurrence_id, "cancelled", N_("Cancelled: %(title)s"),
                N_("%(title)s on %(when)s will not take place. %(reason)s"), reason) if done else 0


def restore_date(occurrence_id: int) -> int:
    """Take a cancellation back and tell those who had signed up; how many they are."""
    done = Occurrence.update(state="published", note="", cancelled_by="", **touched()).where(
        (Occurrence.id == occurrence_id) & (Occurrence.state == "cancelled")).execute()
    return tell(occurrence_id, "restored", N_("It takes place: %(title)s"),
                N_("%(title)s on %(when)s takes place after all. Your places are kept.")) if done else 0


def touched() -> dict:
    """What every change of a date's time, place or state sets besides, so that calendars notice."""
    return {"sequence": Occurrence.sequence + 1, "changed_at": now()}


def tell_moved(occurrence_id: int) -> int:
    """Tell those who signed up that a date has been moved; how many they are."""
    return tell(occurrence_id, "moved", N_("New time: %(title)s"),
                N_("%(title)s has been moved to %(when)s. Your places are kept."))


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


def set_capacity(occurrence_id: int, capacity: int | None) -> bool:
    """Change how many places a date has; False when more are taken already."""
    fits = Occurrence.taken <= capacity if capacity is not None else Occurrence.taken == 0
    return bool(Occurrence.update(capacity=capacity).where((Occurrence.id == occurrence_id) & fits).execute())


def add_dates(activity: Activity, dates: Iterable[tuple[int, int, bool]]) -> int:
    """Give an activity of our own further dates (start, end, whole days); how many."""
    shared = {name: getattr(activity, name) for name in (*COPIED, "title", "place", "capacity")}
    listed = int(activity.state in ("published", "cancelled"))
    rows = [shared | {"activity_id": activity.id, "recurrence_key": f"own-{secrets.token_hex(6)}",
                      "starts_at": start, "ends_at": end, "all_day": all_day, "listed": listed}
            for start, end, all_day in dates]
    if rows:
        Occurrence.insert_many(rows).execute()
    return len(rows)
