"""What comes after a date: the recap, what those who came say of it, and the hours of helpers."""

import json
import re
from typing import NamedTuple

from peewee import JOIN, fn

from portal import Person, now, param, prepared

from ..models import Feedback, Occurrence, Recap, SignUp
from ..places.held import lock
from ..rules import N_, Refusal, helped

MOST_PICTURES = 6
MOST_HOURS = 100  # of one helper and date
HOURS = re.compile(r"(\d{1,3}(?:[.,]\d{1,2})?)", re.ASCII)


class Told(NamedTuple):
    """A recap as it is kept: Markdown, and JSON of its pictures."""

    text: str
    pictures: str
    version: int


_recap = prepared(lambda: Recap.select(Recap.text, Recap.pictures, Recap.version).where(
    Recap.occurrence_id == param("id")))


def recap_of(occurrence_id: int) -> Told | None:
    """What staff tell of a date; None before they do."""
    row = _recap.one(id=occurrence_id)
    return row and Told(*row)


def pictures_of(told: Told | None) -> list[list[str]]:
    """[name, what it shows] of each picture."""
    return json.loads(told.pictures) if told and told.pictures else []


def keep_recap(occurrence_id: int, text: str, pictures: list[list[str]], version: int, who: dict) -> bool:
    """Store a recap over `version`, 0 for the first one; False when somebody else was quicker."""
    said = {"text": text, "pictures": json.dumps(pictures, ensure_ascii=False) if pictures else "",
            "actor_id": who["actor_id"], "at": now()}
    if not version:
        insert = Recap.insert(occurrence_id=occurrence_id, **said).on_conflict(
            conflict_target=[Recap.site, Recap.occurrence_id], action="IGNORE")
        return bool(insert.as_rowcount().execute())
    return bool(Recap.update(**said, version=version + 1).where(
        (Recap.occurrence_id == occurrence_id) & (Recap.version == version)).execute())


def has_said(occurrence_id: int, person_id: int) -> bool:
    """Whether a person has said already how they liked it."""
    return Feedback.select().where((Feedback.occurrence_id == occurrence_id)
                                   & (Feedback.person_id == person_id)).exists()


def say_how(date_id: int, ends_at: int, came: bool, person_id: int, stars: str, text: str) -> Refusal | None:
    """Keep how somebody who came liked a date, once; why not."""
    if not came or ends_at > now():
        return Refusal(N_("Only who came can say how it was, and only afterwards."))
    if stars not in ("1", "2", "3", "4", "5"):
        return Refusal(N_("Please choose how it was, from 1 to 5."))
    insert = Feedback.insert(occurrence_id=date_id, person_id=person_id, stars=int(stars), text=text).on_conflict(
        conflict_target=[Feedback.site, Feedback.occurrence_id, Feedback.person_id], action="IGNORE")
    return None if insert.as_rowcount().execute() else Refusal(N_("You have told us already. Thank you!"))


def said_of(occurrence_id: int) -> tuple[dict[int, int], list[str]]:
    """How many gave how many stars, and the sentences: in the order of their letters, so that nobody is told by it."""
    rows = list(Feedback.select(Feedback.stars, Feedback.text).where(Feedback.occurrence_id == occurrence_id).tuples())
    stars = {n: sum(given == n for given, _text in rows) for n in (5, 4, 3, 2, 1)}
    return stars, sorted(text for _given, text in rows if text)


class Help(NamedTuple):
    """What somebody helped who had a place as a helper, with the minutes that staff have set and those that count."""

    id: int
    name: str
    came: bool
    set: int | None
    minutes: int | None


def helpers(date: Occurrence) -> list[Help]:
    """The helpers of a date, by name; who was not checked in has no minutes until staff set some."""
    name = fn.COALESCE(Person.name, SignUp.guest_name)
    rows = (SignUp.select(SignUp.id, name, SignUp.came, SignUp.minutes)
            .join(Person, JOIN.LEFT_OUTER, on=(Person.id == SignUp.person_id))
            .where((SignUp.occurrence_id == date.id) & (SignUp.role == "helper") & (SignUp.state == "joined"))
            .order_by(name, SignUp.id).tuples())
    return [Help(number, name, came is not None, minutes,
                   None if came is None and minutes is None else helped(date.starts_at, date.ends_at, date.all_day,
                                                                        minutes))
            for number, name, came, minutes in rows]


def minutes_of(typed: str) -> int | None:
    """Hours that somebody typed, as minutes; None when it makes no sense."""
    found = HOURS.fullmatch(typed.strip())
    minutes = round(float(found[1].replace(",", ".")) * 60) if found else MOST_HOURS * 60 + 1
    return minutes if minutes <= MOST_HOURS * 60 else None


def keep_minutes(date: Occurrence, given: dict[int, int | None]) -> None:
    """Set how long the helpers of a date helped; None: as long as it took."""
    lock(date.id)
    for number, minutes in sorted(given.items()):
        SignUp.update(minutes=minutes).where((SignUp.id == number) & (SignUp.occurrence_id == date.id)
                                             & (SignUp.role == "helper")).execute()


_helped = prepared(lambda: (
    Occurrence.select(Occurrence.title, Occurrence.starts_at, Occurrence.ends_at, Occurrence.all_day, SignUp.minutes)
    .join(SignUp, on=(SignUp.occurrence_id == Occurrence.id))
    .where((SignUp.person_id == param("person")) & (SignUp.role == "helper") & (SignUp.state == "joined")
           & (SignUp.came.is_null(False) | SignUp.minutes.is_null(False)) & (Occurrence.ends_at <= param("now")))
    .order_by(Occurrence.starts_at)))


def helped_by(person_id: int) -> list[dict]:
    """The dates of the past that a person helped at, with their minutes."""
    return [{"title": title, "starts_at": start, "minutes": helped(start, *rest)}
            for title, start, *rest in _helped(person=person_id, now=now())]
