"""Who did not come: marks by staff, what three of them mean, and appeals. Nobody is marked by itself.

What writes runs in the caller's unit, with the occurrence's row locked where it has one.
"""

from typing import NamedTuple

from peewee import JOIN, fn

from portal import Person, notify, now, prepared, remembered

from ..models import Appeal, Occurrence, SignUp
from ..places.held import lock
from ..queries import no_shows
from ..rules import MISSED_DAYS, MOST_MISSED, N_, Refusal, waits_first

MARKS = {"no-show": N_("Did not come"), "excused": N_("Excused"), "forgiven": N_("Did not come, but lifted")}


class Absent(NamedTuple):
    """A party with a place that was not checked in."""

    id: int
    person_id: int | None
    name: str
    phone: str
    size: int
    missed: str


def absent(occurrence_id: int) -> list[Absent]:
    """Whoever has a place on a date and was not checked in, by name."""
    name, phone = (fn.COALESCE(a, b) for a, b in ((Person.name, SignUp.guest_name), (Person.phone, SignUp.guest_phone)))
    rows = (SignUp.select(SignUp.id, SignUp.person_id, name, phone, SignUp.size, SignUp.missed)
            .join(Person, JOIN.LEFT_OUTER, on=(Person.id == SignUp.person_id))
            .where(_not_here(occurrence_id)).order_by(name, SignUp.id).tuples())
    return [Absent(*row) for row in rows]


def _not_here(occurrence_id: int):
    return (SignUp.occurrence_id == occurrence_id) & (SignUp.state == "joined") & SignUp.came.is_null()


def mark(date: Occurrence, mark: str, number: int | None = None) -> tuple[int, Refusal | None]:
    """Mark one party, or all that nothing is said of, as "no-show" or "excused": how many, and why none.

    "" takes a mark back. Only who has a place can be marked, once the date has begun, and never who was checked in.
    """
    if date.starts_at > now():
        return 0, Refusal(N_("The date has not begun yet."))
    if date.state != "published":
        return 0, Refusal(N_("This date has been cancelled."))
    lock(date.id)
    which = _not_here(date.id) & (SignUp.id == number if number is not None else SignUp.missed == "")
    people = [i for i, in SignUp.select(SignUp.person_id).where(which & SignUp.person_id.is_null(False))
              .order_by(SignUp.person_id).tuples()] if mark == "no-show" else []
    done = SignUp.update(missed=mark).where(which).execute()
    for person_id in people:
        _tell(person_id, date.id)
    return done, None if done else Refusal(N_("Nobody is left to mark: who came or has cancelled cannot be."))


def _tell(person_id: int, occurrence_id: int) -> None:
    """Tell somebody that they wait first from now on."""
    if count_of(person_id) >= MOST_MISSED:
        notify(person_id, "activities.missed", f"missed {occurrence_id}", N_("New sign-ups wait first"),
               waits_first(MOST_MISSED).reason, {}, "activities/appeal")


def count_of(person_id: int) -> int:
    """How often a person did not come, of late."""
    return no_shows(person_id, now()).scalar()


def dates_missed(person_id: int) -> list[tuple]:
    """(title, start, end, whole days) of the dates that count against a person."""
    return list(Occurrence.select(Occurrence.title, Occurrence.starts_at, Occurrence.ends_at, Occurrence.all_day)
                .join(SignUp, on=(SignUp.occurrence_id == Occurrence.id)).where(_counts(person_id))
                .order_by(Occurrence.starts_at).tuples())


def _counts(person_id: int):
    return ((SignUp.person_id == person_id) & (SignUp.missed == "no-show")
            & (Occurrence.starts_at > now() - MISSED_DAYS * 86400))


def appeal(person_id: int, text: str, who: dict) -> Refusal | None:
    """Ask staff to look at it; in place of the person's last appeal, unless that is still open."""
    if count_of(person_id) < MOST_MISSED:
        return Refusal(N_("You can sign up for everything, so there is nothing to lift."))
    if not text:
        return Refusal(N_("Please write a sentence: what was it like?"))
    said = {"text": text, "state": "open", "answer": "", "actor_id": who["actor_id"], "channel": who["channel"],
            "decided_by": None, "decided_at": None, "at": now()}
    insert = Appeal.insert(person_id=person_id, **said).on_conflict(
        conflict_target=[Appeal.site, Appeal.person_id], action="IGNORE")
    if insert.as_rowcount().execute() or Appeal.update(**said).where(
            (Appeal.person_id == person_id) & (Appeal.state != "open")).execute():
        return None
    return Refusal(N_("You have written to us already. We will tell you as soon as somebody has looked at it."))


def decide(appeal_id: int, written_at: int, lift: bool, answer: str, who: dict) -> Appeal | None:
    """Lift what stands against a person, or not, and tell them; None when there is nothing to decide any more.

    `written_at` is that of the appeal which staff have read: a later one is not decided with it.
    """
    done = Appeal.update(state="lifted" if lift else "kept", answer=answer, decided_by=who["actor_id"],
                         decided_at=now()).where((Appeal.id == appeal_id) & (Appeal.at == written_at)
                                                & (Appeal.state == "open")).execute()
    if not done:
        return None
    row = Appeal.get_by_id(appeal_id)
    if lift:
        SignUp.update(missed="forgiven").where(
            (SignUp.person_id == row.person_id) & (SignUp.missed == "no-show")).execute()
    _tell_decided(row)
    return row


def _tell_decided(row: Appeal) -> None:
    title, text = (N_("You can sign up again"), N_("We have looked at it: nothing stands against you. %(answer)s")) \
        if row.state == "lifted" else (
        N_("New sign-ups still wait first"), N_("We have looked at it, and leave it as it is for now. %(answer)s"))
    event = f"appeal {row.id} {row.state} {row.decided_at}"
    notify(row.person_id, "activities.missed", event, title, text, {"answer": row.answer}, "activities/appeal")


# How many wait for staff.
_open_appeals = prepared(lambda: Appeal.select(fn.COUNT(Appeal.id)).where(Appeal.state == "open"))


def open_appeals() -> int:
    """How many appeals wait; counted anew once one has come or is decided."""
    return remembered("activities.desk", "appeals", lambda: (_open_appeals.one()[0], None))
