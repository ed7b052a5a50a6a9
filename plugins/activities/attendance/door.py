"""The door of a date: who is expected, who has come, checking in and taking it back.

The places taken do not change here. What writes runs in the caller's unit, with the occurrence's row locked.
"""

import json
from typing import NamedTuple

from peewee import JOIN, fn

from portal import Person, now, param, prepared

from .. import rules
from ..models import Occurrence, SignUp, SignUpMember
from ..places.held import lock
from ..queries import listed, packed, unpack
from ..rules import N_, Refusal
from . import codes

STANDING = {"offered": N_("They are on the waitlist and have no place yet."),
            "waiting": N_("They are on the waitlist and have no place yet."),
            "asked": N_("Staff have not decided on this sign-up yet.")}


class Date(NamedTuple):
    """An occurrence as the door sees it."""

    id: int
    activity_id: int
    title: str
    state: str
    starts_at: int
    ends_at: int
    all_day: bool


class Party(NamedTuple):
    """A sign-up as the door sees it."""

    id: int
    name: str
    size: int
    role: str
    oneself: bool
    came: int | None
    came_at: int | None
    family: tuple[str, ...]


DATE = (Occurrence.id, Occurrence.activity_id, Occurrence.title, Occurrence.state, Occurrence.starts_at,
        Occurrence.ends_at, Occurrence.all_day)
_date = prepared(lambda: Occurrence.select(*DATE).where(Occurrence.id == param("id")))


def _joined():
    """Who has a place on the date, in one column."""
    shown = (SignUp.select(SignUp.id, fn.COALESCE(Person.name, SignUp.guest_name).alias("name"), SignUp.size,
                           SignUp.role, SignUp.oneself, SignUp.came, SignUp.came_at,
                           SignUpMember.select(packed(SignUpMember.name))
                           .where(SignUpMember.sign_up_id == SignUp.id).alias("family"))
             .where((SignUp.occurrence_id == param("id")) & (SignUp.state == "joined"))
             .join(Person, JOIN.LEFT_OUTER, on=(Person.id == SignUp.person_id)))
    return listed(shown, *Party._fields)


_seen = prepared(lambda: Occurrence.select(*DATE, _joined()).where(Occurrence.id == param("id")))

_counts = prepared(lambda: (
    Occurrence.select(fn.COALESCE(fn.SUM(SignUp.came), 0), fn.COALESCE(fn.SUM(SignUp.size), 0))
    .join(SignUp, JOIN.LEFT_OUTER, on=(SignUp.occurrence_id == Occurrence.id) & (SignUp.state == "joined"))
    .where(Occurrence.id == param("id")).group_by(Occurrence.id)))


def date(occurrence_id: int) -> Date | None:
    """The occurrence whose door it is; None when there is none."""
    row = _date.one(id=occurrence_id)
    return Date(*row) if row else None


def seen(occurrence_id: int) -> tuple[Date, str] | None:
    """A date and, for `parties`, everybody who has a place on it; None when there is no such date."""
    row = _seen.one(id=occurrence_id)
    return (Date(*row[:-1]), row[-1] or "") if row else None


def parties(joined: str) -> list[Party]:
    """Everybody who has a place on a date, by name."""
    found = [Party(*row[:-1], tuple(name for name, in unpack(row[-1]))) for row in json.loads(joined or "[]")]
    return sorted(found, key=lambda party: (party.name or "", party.id))


def counts(occurrence_id: int) -> tuple[int, int] | None:
    """How many people have come, of how many; None when there is no such date."""
    return _counts.one(id=occurrence_id)


def sought(found: list[Party], words: str, occurrence_id: int) -> tuple[list[Party], Refusal | None]:
    """The parties that a typed code or name means; else why there are none."""
    number, words = codes.number_of(words), " ".join(words.split()).casefold()
    named = [p for p in found if p.id == number] or [
        p for p in found if any(words in name.casefold() for name in (p.name or "", *p.family))]
    if named:
        return named, None
    return [], (number and _elsewhere(number, occurrence_id)) or Refusal(N_("Nobody here has this name or code."))


def _elsewhere(number: int, occurrence_id: int) -> Refusal | None:
    """Why a sign-up is not among those who have a place on this date; None when there is no such sign-up."""
    row = (SignUp.select(SignUp.occurrence_id, SignUp.state, Occurrence.title, Occurrence.starts_at,
                         Occurrence.ends_at, Occurrence.all_day)
           .join(Occurrence, on=(Occurrence.id == SignUp.occurrence_id)).where(SignUp.id == number).tuples().first())
    if row is None:
        return None
    if row[0] != occurrence_id:
        return Refusal(N_("This code is for another date: %(title)s, %(when)s."),
                       {"title": row[2], "when": lambda dates: dates.when(*row[3:])})
    return Refusal(STANDING.get(row[1], N_("This sign-up was cancelled.")))


def check_in(date: Date, number: int, typed: str = "") -> tuple[Party | None, Refusal | None]:
    """Note that a party is here, as many of it as typed: the party, and why nothing was changed.

    Whoever was here already is left as they were: no refusal, and the party with its time.
    """
    lock(date.id)
    _date, joined = seen(date.id)
    party = next((p for p in parties(joined) if p.id == number), None)
    problem = rules.door_shut(date.state, date.starts_at, now())
    if problem or party is None:
        return party, problem or _elsewhere(number, date.id) or Refusal(N_("Nobody here has this name or code."))
    if party.came is not None:
        return party, None
    n = rules.some_of(typed, party.size)
    if n is None:
        return party, Refusal(N_("Please write how many of them are here: 1 to %(size)s."), {"size": party.size})
    SignUp.update(came=n, came_at=now(), missed="").where(SignUp.id == number).execute()
    return party._replace(came=n), None


def undo(date: Date, number: int) -> bool:
    """Take a check-in back; False when there is none."""
    lock(date.id)
    return bool(SignUp.update(came=None, came_at=None).where(
        (SignUp.id == number) & (SignUp.occurrence_id == date.id) & SignUp.came.is_null(False)).execute())
