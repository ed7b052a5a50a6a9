"""What is held of an occurrence: the sign-ups that count, and its row that is locked before they are touched."""

from typing import NamedTuple

from portal import notify, now

from ..models import Occurrence, SignUp
from ..rules import LIVE

NEEDED = Occurrence.taken + Occurrence.held  # places of a date
ANYBODY = NEEDED + Occurrence.waiting + Occurrence.asked + Occurrence.helping  # 0: nobody has to do with it
COUNTERS = {"offered": Occurrence.held, "waiting": Occurrence.waiting, "asked": Occurrence.asked}


class Held(NamedTuple):
    """A sign-up that counts somewhere."""

    id: int
    occurrence_id: int
    person_id: int | None
    role: str
    size: int
    state: str
    late: bool = False  # left after the time for it


def lock(occurrence_id: int) -> bool:
    """Hold an occurrence's row until the unit ends; False when there is none."""
    return bool(Occurrence.update(taken=Occurrence.taken).where(Occurrence.id == occurrence_id).execute())


def is_open():
    """An occurrence that people can sign up for."""
    at = now()
    ahead = (Occurrence.starts_at > at) | (Occurrence.all_day & (Occurrence.ends_at > at))
    return (Occurrence.state == "published") & (Occurrence.listed == 1) & ahead


FIELDS = (SignUp.id, SignUp.occurrence_id, SignUp.person_id, SignUp.role, SignUp.size, SignUp.state)


def live(which) -> list[Held]:
    """The sign-ups that count among `which`, by id."""
    return [Held(*row) for row in SignUp.select(*FIELDS).where(which & SignUp.state.in_(LIVE))
            .order_by(SignUp.id).tuples()]


def of_person(occurrence_id: int, person_id: int) -> Held | None:
    """What a person has of an occurrence."""
    found = live((SignUp.occurrence_id == occurrence_id) & (SignUp.person_id == person_id))
    return found[0] if found else None


def uncount(held: Held) -> None:
    """Take a sign-up out of its occurrence's counts."""
    counter = COUNTERS.get(held.state) or (Occurrence.helping if held.role == "helper" else Occurrence.taken)
    n = 1 if held.state in ("waiting", "asked") else held.size
    Occurrence.update(**{counter.name: counter - n}).where(Occurrence.id == held.occurrence_id).execute()


def tell_one(held: Held, kind: str, event: str, title: str, text: str, values: dict | None = None,
             until: int | None = None) -> None:
    """Send a notice about an occurrence to the person of one sign-up; nothing where nobody has an account."""
    if held.person_id is None:
        return
    row = Occurrence.select(Occurrence.title, Occurrence.starts_at, Occurrence.ends_at, Occurrence.all_day,
                            Occurrence.activity_id).where(Occurrence.id == held.occurrence_id).tuples().get()
    said = {"title": row[0], "when": lambda dates: dates.when(row[1], row[2], row[3])} | (values or {})
    notify(held.person_id, f"activities.{kind}", event, title, text, said,
           f"activities/{row[4]}?on={held.occurrence_id}", until=until)
