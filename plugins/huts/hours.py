"""When a hut is open: weekdays, special days, public holidays; and what staff type of it."""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from portal import clock

from .refusals import Refusal

N_ = str  # marks a text that is translated where it is shown

Times = tuple[tuple[int, int], ...]  # [from, to) in minutes of a day, in order, apart from each other
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")  # fields of a form
LONGEST, MOST_TIMES = 120, 6
HORIZON = 366  # days that are looked through before a hut counts as one that never opens
CLOSED = frozenset(("", "-", "closed", "休", "休息", "关", "關", "关门", "關門", "不开", "不開", "不开放", "不開放",
                    "闭馆", "閉館", "公休"))
_DASH = re.compile(r"\s*(?:[-‐‑‒–—―−~〜∼]+|至|到|\bto\b)\s*")
_BREAK = re.compile(r"[,、;\n]|(?<=[\d点點时時分半m])\s*(?:和|及|\band\b)\s*")
_SPACED = re.compile(r"(?<=[\d点點时時分半m])\s+(?=[\d上下早晚中])")  # "9:00-12:00 14:00-21:00"
_TIME = re.compile(r"(?P<half>上午|早上|早|中午|下午|晚上|晚)?\s*(?P<hour>\d{1,2})"
                   r"(?:[:.](?P<minute>\d\d)|[点點时時](?:(?P<said>\d{1,2})分?|(?P<thirty>半)|[整正])?)?"
                   r"\s*(?P<english>am|pm)?")
_EARLY = ("am", "早", "早上", "上午")


class Stretch(NamedTuple):
    """Weekdays in a row (0 is Monday) with the same hours; no times: closed."""

    first: int
    last: int
    times: Times


class Read(NamedTuple):
    """What a form says of a week: seven days, or by field what is wrong with it."""

    week: tuple[Times, ...]
    problems: Mapping[str, Refusal]


class Hours:
    """The opening hours of a hut.

    `week` and the days of `special` ({"2026-12-31": …}) are what JSON gives: lists of [from, to] in minutes.
    `working` is the site's WorkingTime, whose zone holds. On an official day off the hut is closed, unless
    `holidays` is "open"; a special day goes before both.
    A make-up workday is an ordinary day of its week.
    """

    def __init__(self, week: object, working: clock.WorkingTime, special: Mapping[str, object] | None = None,
                 holidays: str = "closed") -> None:
        self.working, self.zone, self.on_holidays = working, working.zone, holidays == "open"
        self.week = week_of(week)
        self.special = {date.fromisoformat(day): _times(times) for day, times in (special or {}).items()}

    def on(self, day: date) -> Times:
        """When it is open on that day: (from, to) in minutes; empty when closed."""
        if day in self.special:
            return self.special[day]
        if not self.on_holidays and self.working.holiday_name(day):
            return ()
        return self.week[day.weekday()]

    def announced(self, day: date) -> bool:
        """Whether nothing that is yet to be announced can change that day's hours."""
        return day in self.special or self.on_holidays or self.working.announced(day)

    def spans(self, day: date) -> tuple[tuple[int, int], ...]:
        """When it is open on that day, as instants. Times that a change of clocks leaps over are not there."""
        ends = ((clock.at_minute(day, a, self.zone), clock.at_minute(day, b, self.zone)) for a, b in self.on(day))
        return tuple((start, end) for start, end in ends if start < end)

    def span_at(self, ts: int) -> tuple[int, int] | None:
        """The opening that holds this instant; None while it is closed."""
        near = (span for day in self._days(_near(ts, self.zone), 3) for span in self.spans(day))
        return next(((start, end) for start, end in near if start <= ts < end), None)

    def open_at(self, ts: int) -> bool:
        """Whether it is open at this instant; at closing time it no longer is."""
        return self.span_at(ts) is not None

    def next_open(self, ts: int) -> int | None:
        """The first instant from `ts` on at which it is open (`ts` itself when it is); None if it never opens."""
        for day in self._open_days(_near(ts, self.zone)):
            starts = [max(start, ts) for start, end in self.spans(day) if end > ts]
            if starts:
                return min(starts)
        return None

    def closing(self, day: date) -> int | None:
        """Closing time of the first open day from `day` on; None if it never opens."""
        return self.nth_open_closing(day, 1)

    def nth_open_closing(self, day: date, n: int) -> int | None:
        """Closing time of the n-th open day from `day` on, which counts if it is open; None if there is none."""
        found = self.deadline(day, n)
        return found and found.at

    def deadline(self, day: date, n: int = 1) -> clock.Deadline | None:
        """The n-th open day from `day` on and its closing time; marked while a holiday may yet move it."""
        for open_day in self._open_days(day):
            n -= 1
            if n <= 0:
                at = max(end for _, end in self.spans(open_day))
                return clock.Deadline(at, open_day, self.announced(day) and self.announced(open_day))
        return None

    def crosses_closing(self, start: int, end: int) -> bool:
        """Whether [start, end) is not within one opening, so that it could not be fetched or brought back."""
        span = self.span_at(start)
        return span is None or not start < end <= span[1]

    def stretches(self) -> tuple[Stretch, ...]:
        """The week from Monday, days in a row with the same hours together: Tuesday to Sunday 9:00–21:00."""
        found: list[Stretch] = []
        for n, times in enumerate(self.week):
            if found and found[-1].times == times:
                found[-1] = found[-1]._replace(last=n)
            else:
                found.append(Stretch(n, n, times))
        return tuple(found)

    def _open_days(self, day: date) -> Iterator[date]:
        """The open days from `day` on, until for a year none came that is not a special day."""
        seen = day
        for later in self._later(day):
            if (later - seen).days > HORIZON and not any(d >= later for d in self.special):
                return
            if self.spans(later):
                seen = later
                yield later

    def _later(self, day: date) -> Iterator[date]:
        """All days from `day` on; only the special ones where no weekday ever opens."""
        if not any(self.week):
            return iter(sorted(d for d in self.special if d >= day))
        return self._days(day, date.max.toordinal())

    def _days(self, day: date, n: int) -> Iterator[date]:
        """So many days from `day` on, as far as the calendar goes (its last day has no end)."""
        last = min(day.toordinal() + n, date.max.toordinal() - 1)
        return map(date.fromordinal, range(day.toordinal(), last))


def _near(ts: int, zone: Any) -> date:
    """The day before that of `ts`: where a zone leaps over a day, its hours fall on the next."""
    return clock.local_date(ts, zone) - clock.DAY


def week_of(found: object) -> tuple[Times, ...]:
    """A week of seven days from what is kept of it: JSON, or what was read from it. Days not said are closed."""
    days = json.loads(found or "[]") if isinstance(found, str) else list(found or ())
    return tuple(_times(times) for times in [*days, *[()] * 7][:7])


def _times(found: object) -> Times:
    pairs = json.loads(found or "[]") if isinstance(found, str) else found
    return _joined([(int(start), int(end)) for start, end in pairs])


def _joined(times: list[tuple[int, int]]) -> Times:
    """Times in order, those that touch made one."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(times):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return tuple(found)


def read(values: Mapping[str, str]) -> Read:
    """The week that a form says, a field for each of `WEEKDAYS`; with problems the days they are in are closed."""
    said = {name: read_day(values.get(name, "")) for name in WEEKDAYS}
    wrong = {name: found for name, found in said.items() if isinstance(found, Refusal)}
    return Read(tuple(() if name in wrong else said[name] for name in WEEKDAYS), wrong)


def read_day(text: str) -> Times | Refusal:
    """The times that somebody typed for a day: "9:00-12:00, 14:00-21:00", also in Chinese; nothing: closed."""
    plain = unicodedata.normalize("NFKC", text[:LONGEST + 1]).strip().lower()
    if plain in CLOSED:
        return ()
    parts = [part.strip() for part in _BREAK.split(_SPACED.sub(",", _DASH.sub("-", plain))) if part.strip()]
    if len(text) > LONGEST or not 0 < len(parts) <= MOST_TIMES:
        return Refusal(N_("Please write at most %(most)s times a day, like 9:00-12:00, 14:00-21:00."),
                       {"most": MOST_TIMES})
    found = [_span(part) for part in parts]
    wrong = next((span for span in found if isinstance(span, Refusal)), None)
    return wrong or _apart(found)


def _span(part: str) -> tuple[int, int] | Refusal:
    """One opening that was typed."""
    start, _, end = part.partition("-")
    half = _half(start)
    ends = _minute(start), _minute(end)
    if half and ends[1] is not None and ends[1] <= (ends[0] or 0) and not _half(end):
        ends = ends[0], _minute(half + end)  # "下午2点到5点"
    if ends[0] is None or ends[1] is None:
        return Refusal(N_("“%(part)s” is no time that can be read. Please write it like 9:00-12:00, 14:00-21:00."),
                       {"part": part})
    if ends[0] >= ends[1]:
        return Refusal(N_("“%(part)s” ends before it begins. The day ends at 24:00; hours over midnight cannot be."),
                       {"part": part})
    return ends[0], ends[1]


def _half(text: str) -> str:
    """The half of the day that is said before the hour, if one is."""
    found = _TIME.fullmatch(text.strip())
    return found and found["half"] or ""


def _minute(text: str) -> int | None:
    """The minute of the day that was typed, 24:00 being the last."""
    found = _TIME.fullmatch(text.strip())
    if found is None or found["half"] and found["english"]:
        return None
    hour = _hour(int(found["hour"]), found["half"] or found["english"] or "")
    minute = int(found["minute"] or found["said"] or (30 if found["thirty"] else 0))
    return hour * 60 + minute if minute < 60 and 0 <= hour * 60 + minute <= 1440 else None


def _hour(hour: int, half: str) -> int:
    """The hour of the day, counted to 24; negative where the half of the day contradicts it."""
    if half in _EARLY:
        return -1 if hour > 12 else hour % 12 if half == "am" else hour
    if half in ("晚", "晚上") and hour == 12:
        return 24
    return hour + 12 if half and hour < (11 if half == "中午" else 12) else hour


def _apart(spans: list[tuple[int, int]]) -> Times | Refusal:
    """The times in order; refused where two overlap."""
    spans.sort()
    for (_, end), (start, _) in zip(spans, spans[1:], strict=False):
        if start < end:
            return Refusal(N_("Two of these times overlap: the hut is open at %(time)s already."),
                           {"time": clock_of(start)})
    return _joined(spans)


def typed(times: Times) -> str:
    """Times as a form holds them: "9:00-12:00, 14:00-21:00"."""
    return ", ".join(f"{clock_of(start)}-{clock_of(end)}" for start, end in times)


def clock_of(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02}"


def packed(week: tuple[Times, ...]) -> str:
    """A week as a row keeps it."""
    return json.dumps(week)
