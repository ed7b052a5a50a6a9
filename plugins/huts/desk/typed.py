"""A day's sheet of paper, typed in later: each line under the same rules as at the counter, at the time it says."""

from collections.abc import Mapping, Sequence
from datetime import date, time
from typing import Any, NamedTuple

from peewee import IntegrityError

from portal import clock, current, frozen, now, site

from .. import codes
from ..refusals import Refusal
from . import hand, people, rows, scan
from .scan import N_

LINES = 12
NO_DAY = N_("Please choose the day of the sheet: today or one before.")
NO_TIME = N_("Please write the time like 14:30, not later than now.")
NO_LABEL = N_("No label reads so.")
NO_WAY = N_("Please say whether it went out or came back.")
SEVERAL = N_("Several people are meant. Please type more of the name, or the phone.")
EARLIER = N_("It was lent only at %(when)s.")
MEANWHILE = N_("It was lent or held otherwise at that time.")


class Line(NamedTuple):
    """A line as it was typed; `way` is out or back."""

    n: int
    time: str = ""
    person: str = ""
    label: str = ""
    way: str = ""
    problem: Refusal | None = None

    @property
    def empty(self) -> bool:
        """Nothing was written on it."""
        return not (self.time or self.person or self.label)


class Done(NamedTuple):
    """A line that was stored."""

    line: Line
    name: str
    person: str


def lines_of(values: Mapping[str, str]) -> list[Line]:
    """The lines of a form."""
    return [Line(n, *(values.get(f"{name}{n}", "").strip()[:300] for name in "twl"), values.get(f"d{n}", ""))
            for n in range(LINES)]


def day_of(text: str) -> date | Refusal:
    """The day of a sheet."""
    today = clock.local_date(now(), site.zone)
    try:
        found = date.fromisoformat(text.strip()) if text.strip() else today
    except ValueError:
        return Refusal(NO_DAY)
    return found if found <= today and (today - found).days < 31 else Refusal(NO_DAY)


def store(hut, day: date, lines: Sequence[Line], who: Mapping[str, Any], key: str) -> tuple[list[Done], list[Line]]:
    """Do what the lines say in the order of their times: what was stored, and the lines that cannot be, each with
    its reason. A line is stored whole or not at all."""
    done, left = [], []
    at = {line.n: _instant(line.time, day) for line in lines}
    written = [line for line in lines if not line.empty]
    for line in sorted(written, key=lambda line: (at[line.n] or 0, line.n)):
        answer = _tried(hut, line, at[line.n], who, f"{key} {line.n}"[:64])
        if isinstance(answer, Refusal):
            left.append(line._replace(problem=answer))
        else:
            done.append(answer)
    return done, sorted(left)


def _instant(text: str, day: date) -> int | None:
    """When a line says; None for what is no time, or is yet to come."""
    text = text.replace("：", ":").replace(".", ":")
    try:
        said = time.fromisoformat(text.zfill(5))
    except ValueError:
        return None
    found = clock.at_minute(day, said.hour * 60 + said.minute, site.zone)
    return found if found <= now() else None


def _tried(hut, line: Line, at: int | None, who: Mapping[str, Any], key: str) -> Done | Refusal:
    if at is None:
        return Refusal(NO_TIME)
    code = codes.read(line.label)
    if code is None:
        return Refusal(NO_LABEL)
    try:
        with current.savepoint(), frozen(at):
            return _lend(hut, line, code, who, key) if line.way == "out" else \
                _back(hut, line, code, who) if line.way == "back" else Refusal(NO_WAY)
    except IntegrityError:  # what the database itself refuses: another range of this unit at that time
        return Refusal(MEANWHILE)


def _lend(hut, line: Line, code: str, who: Mapping[str, Any], key: str) -> Done | Refusal:
    found = people.sought(line.person, hut.audience)
    if len(found) != 1:
        return Refusal(SEVERAL if found else scan.NOBODY)
    piece, person = rows.piece(code), found[0]
    if piece is None:
        return Refusal(NO_LABEL)
    mine = rows.loan_of(piece.id, ("out",))
    if mine is not None and mine.person_id == person.id:
        return Done(line, piece.name, person.name)
    done = hand.lend(person, [code], {**who, "person_id": person.id}, hand.Said(key=key))
    return done if isinstance(done, Refusal) else Done(line, piece.name, person.name)


def _back(hut, line: Line, code: str, who: Mapping[str, Any]) -> Done | Refusal:
    """Whoever brought it; the name on the line is not needed."""
    piece = rows.piece(code)
    loan = rows.loan_of(piece.id, rows.WITH_SOMEBODY) if piece else None
    if loan is not None and loan.out_at is not None and loan.out_at > now():
        return Refusal(EARLIER, {"when": lambda dates: dates.at(loan.out_at)})
    done = hand.take_back(code, hut.id, who, hand.Said())
    if isinstance(done, Refusal):
        return done
    name = piece.name if piece else hand.returned_elsewhere(code, done.site_id, "").name
    return Done(line, name, loan.person or "" if loan else "")
