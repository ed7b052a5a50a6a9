"""Repeat rules of calendar files (RRULE of RFC 5545): their times on the wall clock, from anywhere in the series."""
import calendar
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import product

from .ical_text import N_, TIME, CalendarError, Line, is_date, wall

MAX_TIMES = 20_000
MAX_STEPS = 100_000
DAY = timedelta(days=1)
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
UNITS = {"WEEKLY": timedelta(days=7), "DAILY": DAY, "HOURLY": timedelta(hours=1),
         "MINUTELY": timedelta(minutes=1), "SECONDLY": timedelta(seconds=1)}
RANGES = {"BYMONTH": 12, "BYMONTHDAY": 31, "BYYEARDAY": 366, "BYWEEKNO": 53, "BYSETPOS": 366,
          "BYHOUR": 23, "BYMINUTE": 59, "BYSECOND": 60}
_BYDAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)", re.ASCII)


class Rule:
    """An RRULE, walked on the series' own clock (times without zone, as the wall clock shows them)."""

    def __init__(self, line: Line, start: date | datetime, floating: bool):
        self.line = line.number
        given = self._split(line)
        self.start = wall(start)
        self.zone = None if floating or is_date(start) else start.tzinfo
        self.freq = given.pop("FREQ", "")
        self.interval = self._number(given.pop("INTERVAL", "1"), 1, 10_000)
        count = given.pop("COUNT", "-1")
        self.count = None if count.startswith("-") else self._number(count, 0, 10**17)
        self.until = self._limit(given.pop("UNTIL", ""), is_date(start))
        self.first_day = WEEKDAYS.index(self._one(given.pop("WKST", "MO"), WEEKDAYS))
        self.days = [self._weekday(day) for day in given.pop("BYDAY", "").split(",") if day]
        self.by = {name: self._numbers(name, given.pop(name, "")) for name in RANGES}
        self._one(self.freq, ("YEARLY", "MONTHLY", *UNITS))
        self._one(given.pop("RSCALE", "GREGORIAN"), ("GREGORIAN",))
        if any(not name.startswith(("X-", "SKIP")) for name in given):
            raise self._wrong(next(iter(given)))
        if is_date(start):
            self.by.update(BYHOUR=set(), BYMINUTE=set(), BYSECOND=set())  # as the standard has it
        self.plain = not self.days and not any(self.by.values())
        self._fill()

    def _split(self, line: Line) -> dict[str, str]:
        pairs = re.sub(r"[\\\s]", "", line.value).upper().split(";")
        return dict(pair.split("=", 1) for pair in pairs if "=" in pair)

    def _wrong(self, value: str) -> CalendarError:
        reason = N_("The repeat rule cannot be understood: %(value)s")
        return CalendarError(self.line, reason, value=value[:60])

    def _one(self, value: str, allowed: tuple[str, ...]) -> str:
        if value not in allowed:
            raise self._wrong(value)
        return value

    def _number(self, text: str, low: int, high: int) -> int:
        if not re.fullmatch(r"[+-]?\d{1,18}", text, re.ASCII) or not low <= int(text) <= high:
            raise self._wrong(text)
        return int(text)

    def _numbers(self, name: str, text: str) -> set[int]:
        high, low = RANGES[name], {"BYMONTH": 1, "BYHOUR": 0, "BYMINUTE": 0, "BYSECOND": 0}.get(name)
        found = {self._number(item, -high if low is None else low, high) for item in text.split(",") if item}
        if low is None and 0 in found:
            raise self._wrong(text)
        return {min(second, 59) for second in found} if name == "BYSECOND" else found

    def _weekday(self, text: str) -> tuple[int, int]:
        found = _BYDAY.fullmatch(text)
        if not found or found[1] and not 1 <= abs(int(found[1])) <= 53:
            raise self._wrong(text)
        return int(found[1] or 0), WEEKDAYS.index(found[2])

    def _limit(self, text: str, all_day: bool) -> datetime | None:
        """UNTIL on the clock it is compared on; whoever leaves out the zone of a zoned series means UTC."""
        found = TIME.fullmatch(text)
        if not text:
            return None
        try:
            value = datetime(*(int(number) for number in found.groups()[:6] if number))
        except (AttributeError, ValueError):
            raise self._wrong(text) from None
        if all_day:
            return value.replace(hour=0, minute=0, second=0)
        return value.replace(tzinfo=UTC) if self.zone else value

    def _fill(self) -> None:
        """What the rule leaves open follows from the first start."""
        by, start = self.by, self.start
        if not (self.days or by["BYWEEKNO"] or by["BYYEARDAY"] or by["BYMONTHDAY"]):
            if self.freq == "WEEKLY":
                self.days = [(0, start.weekday())]
            elif self.freq in ("YEARLY", "MONTHLY"):
                by["BYMONTHDAY"] = {start.day}
                by["BYMONTH"] = by["BYMONTH"] or ({start.month} if self.freq == "YEARLY" else set())
        finer = ("HOURLY", "MINUTELY", "SECONDLY")
        at = finer.index(self.freq) if self.freq in finer else -1
        for place, name in enumerate(("hour", "minute", "second")):
            key = f"BY{name.upper()}"
            if place > at:
                by[key] = by[key] or {getattr(start, name)}

    def past(self, moment: datetime) -> bool:
        """Whether a time lies after UNTIL."""
        if self.until is None:
            return False
        return (moment.replace(tzinfo=self.zone) if self.zone else moment) > self.until

    def times(self, first: datetime, last: datetime) -> Iterator[datetime]:
        """The times of the rule, beginning somewhere before `first` (both on the series' clock)."""
        at = self._steps_to(first) if self.count is None or self.plain else 0
        left = MAX_TIMES * MAX_STEPS if self.count is None else self.count - at
        given = 0
        for step in range(at, at + MAX_STEPS):
            period = self._period(step)
            if period is None or period > last:
                return
            for moment in self._chosen(period):
                if moment < self.start:
                    continue
                if left <= 0 or moment > last or self.past(moment):
                    return
                left -= 1
                if moment >= first:
                    given += 1
                    yield moment
                if given > MAX_TIMES:
                    raise CalendarError(self.line, N_("This event repeats too often."))
        raise CalendarError(self.line, N_("This event repeats too often."))

    def _steps_to(self, first: datetime) -> int:
        start, unit = self.start, UNITS.get(self.freq)
        if unit:
            steps = (first - start) // (unit * self.interval)
        else:
            months = 12 * (first.year - start.year) + first.month - start.month
            steps = months // (self.interval * (12 if self.freq == "YEARLY" else 1))
        return 0 if self.plain and not unit and self.count is not None else max(0, steps - 1)

    def _period(self, step: int) -> datetime | None:
        """The first moment of the step-th year, month, week, day… of the rule."""
        start, unit = self.start, UNITS.get(self.freq)
        far = step * self.interval
        try:
            if self.freq == "YEARLY":
                return datetime(start.year + far, 1, 1)
            if self.freq == "MONTHLY":
                year, month = divmod(start.year * 12 + start.month - 1 + far, 12)
                return datetime(year, month + 1, 1)
            if self.freq == "WEEKLY":
                start -= DAY * ((start.weekday() - self.first_day) % 7)
            clear = {"WEEKLY": 3, "DAILY": 3, "HOURLY": 2, "MINUTELY": 1}.get(self.freq, 0)
            zero = dict.fromkeys(("second", "minute", "hour")[:clear], 0)
            return start.replace(**zero) + unit * far
        except (ValueError, OverflowError):
            return None

    def _chosen(self, period: datetime) -> list[datetime]:
        """The times within one period, in order."""
        hours, minutes, seconds = self._clock(period)
        clock = list(product(sorted(hours), sorted(minutes), sorted(seconds)))
        days = [day for day in self._days(period) if self._fits(day)] if clock else []
        found = [datetime(day.year, day.month, day.day, *time) for day in days for time in clock]
        if places := self.by["BYSETPOS"]:
            size = len(found)
            kept = {place - 1 if place > 0 else size + place for place in places}
            found = [found[place] for place in sorted(kept) if 0 <= place < size]
        return found

    def _clock(self, period: datetime) -> list[set[int]]:
        finer = {"HOURLY": 1, "MINUTELY": 2, "SECONDLY": 3}.get(self.freq, 0)
        result = []
        for place, name in enumerate(("hour", "minute", "second")):
            wanted, now = self.by[f"BY{name.upper()}"], {getattr(period, name)}
            result.append((wanted & now if wanted else now) if place < finer else wanted)
        return result

    def _days(self, period: datetime) -> list[date]:
        day = period.date()
        length = {"YEARLY": 365 + calendar.isleap(day.year), "WEEKLY": 7,
                  "MONTHLY": calendar.monthrange(day.year, day.month)[1]}.get(self.freq, 1)
        months, first = self.by["BYMONTH"], self.start.date()
        days = (day + DAY * at for at in range(min(length, (date.max - day).days + 1)))
        # a first week begins at the start: it matters to BYSETPOS
        return [each for each in days if (not months or each.month in months)
                and (self.freq != "WEEKLY" or each >= first)]

    def _fits(self, day: date) -> bool:
        by, month = self.by, calendar.monthrange(day.year, day.month)[1]
        at, year = day.timetuple().tm_yday, 365 + calendar.isleap(day.year)
        return ((not by["BYMONTHDAY"] or not by["BYMONTHDAY"].isdisjoint((day.day, day.day - month - 1)))
                and (not by["BYYEARDAY"] or not by["BYYEARDAY"].isdisjoint((at, at - year - 1)))
                and (not by["BYWEEKNO"] or not by["BYWEEKNO"].isdisjoint(self._week(day)))
                and (not self.days or self._named(day, month, at, year)))

    def _named(self, day: date, month: int, at: int, year: int) -> bool:
        """Whether BYDAY names the day: any of that weekday, or the n-th of its month or year."""
        if self.freq == "MONTHLY" or self.freq == "YEARLY" and self.by["BYMONTH"]:
            at, year = day.day, month
        places = {0, (at - 1) // 7 + 1, -((year - at) // 7) - 1}
        counted = self.freq in ("MONTHLY", "YEARLY")
        return any(weekday == day.weekday() and (not counted or place in places)
                   for place, weekday in self.days)

    def _week(self, day: date) -> tuple[int, int]:
        """The number of the day's week, from the start and from the end of the year it belongs to."""
        middle = day + DAY * (3 - (day.weekday() - self.first_day) % 7)
        number = (middle.timetuple().tm_yday - 1) // 7 + 1
        last = date(middle.year, 12, 31)
        weeks = 53 if (last.weekday() - self.first_day) % 7 == 3 or (
            calendar.isleap(middle.year) and (last.weekday() - self.first_day) % 7 == 4) else 52
        return number, number - weeks - 1
