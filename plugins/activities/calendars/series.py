"""Series in plain Python: on which days an activity of our own repeats, and how an edit of one date moves others."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from ..rules import N_, Refusal
from .ical_text import Line
from .repeats import WEEKDAYS, Rule

PATTERNS = {
    "": N_("Only once"), "week": N_("Every week"), "fortnight": N_("Every two weeks"),
    "month": N_("Every month on the same weekday"), "date": N_("Every month on the same date"),
}
HOLIDAYS = {"keep": N_("It takes place"), "skip": N_("It is left out"), "move": N_("It moves to the next working day")}
SCOPES = {"this": N_("Only this date"), "following": N_("This and the following dates"),
          "all": N_("All dates ahead")}
MOST = 120  # dates of one series
LONGEST = 730  # days from its first date to its last
EVERY_MONTH = 28  # the last date that every month has


def rule_of(pattern: str, first: date, until: date) -> str:
    """The RRULE of a pattern that begins on a day."""
    end = f"UNTIL={until:%Y%m%d}"
    if pattern in ("week", "fortnight"):
        return f"FREQ=WEEKLY;INTERVAL={1 if pattern == 'week' else 2};{end}"
    if pattern == "date":
        return f"FREQ=MONTHLY;BYMONTHDAY={first.day};{end}"
    nth = (first.day - 1) // 7 + 1
    return f"FREQ=MONTHLY;BYDAY={nth if nth < 5 else -1}{WEEKDAYS[first.weekday()]};{end}"


def wrong(pattern: str, first: date, until: date | None) -> Refusal | None:
    """Why a series cannot be like this; None when it can."""
    if pattern not in PATTERNS or not pattern:
        return None
    if until is None:
        return Refusal(N_("Say until when it repeats: a series needs an end."))
    if until < first:
        return Refusal(N_("The last date must not lie before the first."))
    if (until - first).days > LONGEST:
        return Refusal(N_("A series is at most two years long. You can go on with it later."))
    if pattern == "date" and first.day > EVERY_MONTH:
        return Refusal(N_("Not every month has a day %(day)s. Choose the weekday instead."), {"day": first.day})
    return None


def days(pattern: str, first: date, until: date, after: date = date.min) -> list[date]:
    """The days of a series, the first included; of one that goes on those after its last day so far."""
    if not pattern:
        return [first]
    start = datetime(first.year, first.month, first.day)
    rule = Rule(Line(0, "RRULE", "", rule_of(pattern, first, until)), first, floating=True)
    found = (at.date() for at in rule.times(start, datetime(until.year, until.month, until.day)))
    return [day for day in found if day > after][:MOST]


def around_holidays(planned: list[date], how: str, name: Callable[[date], str | None],
                    next_open: Callable[[date], date]) -> list[date]:
    """The days with public holidays kept, left out, or moved to the next working day; no day twice."""
    found: list[date] = []
    for day in planned:
        if how != "keep" and name(day):
            if how == "skip":
                continue
            day = next_open(day)
        if day not in found:
            found.append(day)
    return sorted(found)


class Change(NamedTuple):
    """How the edited date moved: from (start, end) to (start, end), in epoch seconds."""

    old: tuple[int, int]
    new: tuple[int, int]
    zone: str

    def moved(self, start: int, end: int) -> tuple[int, int]:
        """When another date of the series is, after the same change. One at another hour was moved on purpose: it
        stays as it is, and so does every one when the time did not change."""
        zone = ZoneInfo(self.zone)
        was, becomes, other = (datetime.fromtimestamp(at, zone) for at in (self.old[0], self.new[0], start))
        if self.old == self.new or other.time() != was.time():
            return start, end
        return on_day(other.date() + (becomes.date() - was.date()), *self.new, self.zone)


def on_day(day: date, start: int, end: int, zone: str) -> tuple[int, int]:
    """The hours of one date on another day: when it begins and ends there, in epoch seconds."""
    place = ZoneInfo(zone)
    starts, ends = (datetime.fromtimestamp(at, place) for at in (start, end))
    return _at(day, starts, place), _at(day + (ends.date() - starts.date()), ends, place)


def _at(day: date, clock: datetime, zone: ZoneInfo) -> int:
    return int(datetime.combine(day, clock.time(), zone).timestamp())


def months_on(planned: list[date], n: int) -> list[date]:
    """The same weekdays n months on: the third Saturday stays the third; a fifth that is missing is left out."""
    found = []
    for day in planned:
        years, month = divmod(day.month - 1 + n, 12)
        following = date(day.year + years, month + 1, 1)
        first = following + timedelta(days=(day.weekday() - following.weekday()) % 7)
        moved = first + timedelta(weeks=(day.day - 1) // 7)
        if moved.month == following.month:
            found.append(moved)
    return found
