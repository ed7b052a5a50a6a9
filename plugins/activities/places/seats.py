"""Who has a place: signing up, leaving, and what staff decide. The counts of an occurrence change only here and beside
its waitlist.

Every function runs in the caller's writing unit. An occurrence's row is counted up or locked before anything is
decided, and its sign-ups follow after it, always in this order.
"""

import json
from collections.abc import Sequence
from typing import NamedTuple

from peewee import JOIN, fn

from portal import Person, notify, now, param, prepared

from ..models import Activity, Occurrence, SignUp, SignUpMember
from ..queries import no_shows
from ..rules import GONE, LIVE, MOST_MISSED, N_, Party, leaves_late
from .held import ANYBODY, NEEDED, Held, is_open, live, lock, of_person, tell_one, uncount
from .offering import deal


class Wish(NamedTuple):
    """What somebody signs up for: the party, as what, and what they answered."""

    party: Party
    role: str = "participant"
    answers: Sequence[str] = ()
    guest_name: str = ""
    guest_phone: str | None = None
    key: str = ""


def take(occurrence_id: int, party: Party, who: dict) -> str:
    """Take places for a party: "joined", "full" (or just closed), or "already" when the person has some."""
    return sign_up(occurrence_id, Wish(party), who)


def sign_up(occurrence_id: int, wish: Wish, who: dict, wait: bool = False, approval: bool = False) -> str:
    """Sign a party up: "joined"; "asked" where staff look at it first; "full" or, with `wait`, "waiting" or "offered".

    "already" when the person is signed up in whatever way. "closed" for a waitlist that nobody can join. Who did not
    come too often of late finds every date full, and their help is looked at first.
    """
    size, missed = wish.party.size, fn.COALESCE(no_shows(who["person_id"] or 0, now()), 0)
    reliable = missed < MOST_MISSED
    most = Occurrence.helpers if wish.role == "helper" else Occurrence.capacity
    if approval or (wish.role == "helper" and not is_reliable(who["person_id"])):
        return _entered(occurrence_id, wish, who, "asked", Occurrence.asked, most >= size)
    counter, room = _places(wish.role, size)
    done = _entered(occurrence_id, wish, who, "joined", counter, room & reliable)
    if wish.role == "helper" or done != "full" or not wait:
        return done
    done = _entered(occurrence_id, wish, who, "waiting", Occurrence.waiting, Occurrence.capacity >= size)
    if done != "waiting":
        return "closed" if done == "full" else done
    deal(occurrence_id)
    return of_person(occurrence_id, who["person_id"]).state


def _places(role: str, size: int):
    """Where a party in a role is counted, and whether there is room for it."""
    if role == "helper":
        return Occurrence.helping, Occurrence.helping + size <= Occurrence.helpers
    free = Occurrence.taken + Occurrence.held + size <= Occurrence.capacity
    return Occurrence.taken, (Occurrence.waiting == 0) & free


def is_reliable(person_id: int | None) -> bool:
    """Whether a person may take a place without waiting first."""
    return person_id is None or no_shows(person_id, now()).scalar() < MOST_MISSED


def _entered(occurrence_id: int, wish: Wish, who: dict, state: str, counter, room=True) -> str:
    """Count up first; where there was room, store the sign-up, and undo the count if the person has one already."""
    n = 1 if state in ("waiting", "asked") else wish.party.size
    further = {"queue": Occurrence.queue + 1} if state == "waiting" else {}
    counted = Occurrence.update(**{counter.name: counter + n}, **further).where(
        (Occurrence.id == occurrence_id) & is_open() & room).execute()
    if not counted:
        return "full"
    if _store(occurrence_id, wish, who, state):
        return state
    Occurrence.update(**{counter.name: counter - n}).where(Occurrence.id == occurrence_id).execute()
    return "already"


def _store(occurrence_id: int, wish: Wish, who: dict, state: str) -> bool:
    """Keep the sign-up in place of one that is gone; False when the person has one that counts."""
    party, person_id = wish.party, who["person_id"]
    number = Occurrence.select(Occurrence.queue).where(Occurrence.id == occurrence_id).scalar() \
        if state == "waiting" else None
    values = {
        "role": wish.role, "size": party.size, "oneself": party.oneself, "companions": party.companions,
        "state": state, "number": number, "offered_until": None, "answers": _packed(wish.answers), "at": now(),
        "left_at": None, "late": False, "guest_name": wish.guest_name, "guest_phone": wish.guest_phone,
        "key": wish.key, "actor_id": who["actor_id"], "channel": who["channel"],
        "came": None, "came_at": None}
    mine = (SignUp.occurrence_id == occurrence_id) & (
        SignUp.person_id == person_id if person_id is not None
        else SignUp.person_id.is_null() & (SignUp.guest_phone == wish.guest_phone)
        & (SignUp.guest_name == wish.guest_name))
    if not SignUp.update(**values).where(mine & SignUp.state.in_(GONE)).execute():
        if person_id is None and SignUp.select(SignUp.id).where(mine).exists():
            return False
        insert = SignUp.insert(occurrence_id=occurrence_id, person_id=person_id, **values)
        once = insert.on_conflict(conflict_target=[SignUp.site, SignUp.occurrence_id, SignUp.person_id],
                                  action="IGNORE")
        if not once.as_rowcount().execute():
            return False
    _keep_members(SignUp.select(SignUp.id).where(mine & SignUp.state.in_(LIVE)).scalar(), party)
    return True


def _packed(answers: Sequence[str]) -> str:
    given = [answer.strip()[:500] for answer in answers]
    return json.dumps(given, ensure_ascii=False) if any(given) else ""


def _keep_members(sign_up_id: int, party: Party) -> None:
    SignUpMember.delete().where(SignUpMember.sign_up_id == sign_up_id).execute()
    if party.members:
        SignUpMember.insert_many([{"sign_up_id": sign_up_id, "household_id": key, "name": name}
                                  for key, name in party.members]).execute()


def give_back(occurrence_id: int, who: dict) -> Held | None:
    """Leave an occurrence, in whatever state: what the person had, None when that was nothing."""
    lock(occurrence_id)
    mine = of_person(occurrence_id, who["person_id"])
    return mine and _left(mine, who)


def leave(sign_up_id: int, who: dict) -> Held | None:
    """End a sign-up that is known by its id, as a guest's is."""
    held = _locked(sign_up_id)
    return held and _left(held, who)


def _left(held: Held, who: dict) -> Held:
    """End a sign-up as its owner wishes and offer its places on; who leaves late is told of to the organiser."""
    late = let_go(held, "left", who)
    deal(held.occurrence_id)
    if late:
        _tell_organiser(held)
    return held._replace(late=late)


def _tell_organiser(held: Held) -> None:
    """Tell whoever announced the activity that a party has left late."""
    organiser, name, title, *span = (
        Occurrence.select(Activity.actor_id, fn.COALESCE(Person.name, SignUp.guest_name), Occurrence.title,
                          Occurrence.starts_at, Occurrence.ends_at, Occurrence.all_day)
        .join(Activity, on=(Activity.id == Occurrence.activity_id))
        .join_from(Occurrence, SignUp, on=(SignUp.occurrence_id == Occurrence.id))
        .join(Person, JOIN.LEFT_OUTER, on=(Person.id == SignUp.person_id))
        .where(SignUp.id == held.id).tuples().get())
    if organiser is not None and organiser != held.person_id:
        notify(organiser, "activities.late", f"late {held.id} {now()}", N_("Left late: %(title)s"),
               N_("%(name)s (%(n)s people) will not come to %(title)s on %(when)s."),
               {"name": name, "n": held.size, "title": title, "when": lambda dates: dates.when(*span)},
               f"activities/desk/date/{held.occurrence_id}/roster")


def _locked(sign_up_id: int) -> Held | None:
    """A sign-up that counts, with its occurrence locked."""
    found = SignUp.select(SignUp.occurrence_id).where(SignUp.id == sign_up_id).scalar()
    mine = live(SignUp.id == sign_up_id) if found and lock(found) else []
    return mine[0] if mine else None


def as_guest(person_id):
    """The sign-ups made without an account from a person's phone, but for dates they are signed up for themself."""
    phone = Person.select(Person.phone).where((Person.id == person_id) & Person.phone.is_null(False))
    own = SignUp.alias()
    taken = own.select(own.occurrence_id).where(own.person_id == person_id)
    return SignUp.select(SignUp.id).where(
        SignUp.person_id.is_null() & (SignUp.guest_phone == phone) & SignUp.occurrence_id.not_in(taken))


_as_guest = prepared(lambda: as_guest(param("person")))


def times_as_guest(person_id: int) -> int:
    """How many these are."""
    return len(_as_guest(person=person_id))


def adopt(person_id: int) -> int:
    """Make a person's sign-ups as a guest their own, one for each date; how many."""
    rows = as_guest(person_id).select(SignUp.id, SignUp.occurrence_id).order_by(SignUp.occurrence_id, SignUp.id)
    done = 0
    for sign_up_id, occurrence_id in list(rows.tuples()):
        lock(occurrence_id)
        if as_guest(person_id).where(SignUp.id == sign_up_id).exists():
            done += SignUp.update(person_id=person_id, guest_phone=None, key="").where(
                SignUp.id == sign_up_id).execute()
    return done


def let_go(held: Held, state: str, who: dict) -> bool:
    """End a sign-up of a locked occurrence; its places are free, nobody is asked yet. Whether that was late."""
    late = _is_late(held)
    SignUp.update(state=state, left_at=now(), offered_until=None, number=None, late=late,
                  actor_id=who["actor_id"], channel=who["channel"]).where(SignUp.id == held.id).execute()
    uncount(held)
    return late


def _is_late(held: Held) -> bool:
    if held.state != "joined":
        return False
    starts_at, hours = (Occurrence.select(Occurrence.starts_at, Activity.leave_hours)
                        .join(Activity, on=(Activity.id == Occurrence.activity_id))
                        .where(Occurrence.id == held.occurrence_id).tuples().get())
    return leaves_late(starts_at, hours, now())


def approve(sign_up_id: int, who: dict) -> str:
    """Let a party in that staff had to look at: its state now, "" when there is nothing to decide."""
    held = _asked(sign_up_id)
    if held is None:
        return ""
    uncount(held)
    counter, room = _places(held.role, held.size)
    state, number = "joined", None
    if not Occurrence.update(**{counter.name: counter + held.size}).where(
            (Occurrence.id == held.occurrence_id) & room).execute():
        state, number = ("refused", None) if held.role == "helper" else ("waiting", _queued(held.occurrence_id))
    SignUp.update(state=state, number=number).where(SignUp.id == held.id).execute()
    _tell_decided(held, state)
    if state == "waiting":
        deal(held.occurrence_id)
    return SignUp.select(SignUp.state).where(SignUp.id == held.id).scalar()


def _queued(occurrence_id: int) -> int:
    """The number of one more party on the waitlist."""
    Occurrence.update(waiting=Occurrence.waiting + 1, queue=Occurrence.queue + 1).where(
        Occurrence.id == occurrence_id).execute()
    return Occurrence.select(Occurrence.queue).where(Occurrence.id == occurrence_id).scalar()


def _tell_decided(held: Held, state: str) -> None:
    said = {"joined": (N_("You are signed up: %(title)s"), N_("%(title)s on %(when)s: your sign-up was accepted.")),
            "waiting": (N_("You are on the waitlist: %(title)s"),
                        N_("%(title)s on %(when)s: your sign-up was accepted, and you wait for a place."))}
    title, text = said.get(state) or (N_("Not signed up: %(title)s"),
                                      N_("%(title)s on %(when)s: there are helpers enough. Thank you for asking."))
    tell_one(held, "changed", f"decided {held.id} {now()}", title, text)


def refuse(sign_up_id: int, reason: str, who: dict) -> bool:
    """Turn a party down that staff had to look at, with a reason; False when there is nothing to decide."""
    held = _asked(sign_up_id)
    if held is None:
        return False
    let_go(held, "refused", who)
    tell_one(held, "changed", f"decided {held.id} {now()}", N_("Not signed up: %(title)s"),
             N_("%(title)s on %(when)s: your sign-up could not be accepted. %(reason)s"), {"reason": reason})
    return True


def _asked(sign_up_id: int) -> Held | None:
    """A sign-up that waits for staff, with its occurrence locked."""
    held = _locked(sign_up_id)
    return held if held is not None and held.state == "asked" else None


def remove(sign_up_id: int, reason: str, who: dict) -> Held | None:
    """Staff take a sign-up off the roster or the waitlist, with a reason that the person reads."""
    held = _locked(sign_up_id)
    if held is not None:
        let_go(held, "refused", who)
        tell_one(held, "changed", f"removed {sign_up_id} {now()}", N_("Your sign-up was cancelled: %(title)s"),
                 N_("%(title)s on %(when)s: staff have cancelled your sign-up. %(reason)s"), {"reason": reason})
        deal(held.occurrence_id)
    return held


def set_capacity(occurrence_id: int, capacity: int | None) -> bool:
    """Change how many places a date has and offer new ones to those who wait; False when more are taken already."""
    fits = NEEDED <= capacity if capacity is not None else ANYBODY == 0
    done = Occurrence.update(capacity=capacity).where((Occurrence.id == occurrence_id) & fits).execute()
    if done:
        deal(occurrence_id)
    return bool(done)
