"""The time it is, local days as epoch seconds, and working time with public holidays."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, timedelta, tzinfo
from functools import cache, lru_cache
from time import time as _time
from typing import NamedTuple
from zoneinfo import ZoneInfo

N_ = str
DAY = timedelta(days=1)
ANNOUNCED_FROM = 7
NOT_ANNOUNCED = N_("Holidays not yet announced")

FESTIVALS = {
    "元旦": N_("New Year's Day"),
    "春节": N_("Spring Festival"),
    "清明": N_("Tomb-Sweeping Day"),
    "劳动节": N_("Labour Day"),
    "端午": N_("Dragon Boat Festival"),
    "中秋": N_("Mid-Autumn Festival"),
    "国庆节": N_("National Day"),
    "国庆节、中秋节": N_("National Day and Mid-Autumn Festival"),
    "中秋节、国庆节": N_("National Day and Mid-Autumn Festival"),
    "中国人民抗日战争暨世界反法西斯战争胜利70周年纪念日": N_("Victory Day, 70 years"),
}
FESTIVALS |= {"清明节": FESTIVALS["清明"], "端午节": FESTIVALS["端午"], "中秋节": FESTIVALS["中秋"]}

_frozen: ContextVar[int | None] = ContextVar("frozen", default=None)


def now() -> int:
    """The time in whole epoch seconds; inside `frozen(ts)` it is always `ts`."""
    ts = _frozen.get()
    return int(_time()) if ts is None else ts


def stands_still() -> bool:
    """Whether this is inside `frozen(ts)`."""
    return _frozen.get() is not None


@contextmanager
def frozen(ts: int) -> Iterator[int]:
    """Stop the clock at `ts` for this context (tests, previews of another day)."""
    token = _frozen.set(int(ts))
    try:
        yield int(ts)
    finally:
        _frozen.reset(token)


def as_zone(zone: tzinfo | str) -> tzinfo:
    """The zone itself, or the one of that IANA name."""
    return ZoneInfo(zone) if isinstance(zone, str) else zone


def local(ts: int, zone: tzinfo | str) -> datetime:
    """`ts` as wall-clock time in `zone`."""
    return datetime.fromtimestamp(ts, as_zone(zone))


def local_date(ts: int, zone: tzinfo | str) -> date:
    """The calendar day that `ts` falls on in `zone`."""
    return local(ts, zone).date()


@lru_cache(maxsize=4096)
def at_minute(day: date, minute: int, zone: tzinfo | str) -> int:
    """Epoch second at which the wall clock shows `minute` (0 to 1440) of `day`.

    An hour that the clock repeats is taken the first time. A time that the clock leaps over is
    counted with the offset before the leap, so that a missing midnight is the day's first moment.
    """
    day, minute = day + DAY * (minute // 1440), minute % 1440
    return int(datetime(day.year, day.month, day.day, *divmod(minute, 60), tzinfo=as_zone(zone)).timestamp())


def start_of_day(day: date, zone: tzinfo | str) -> int:
    """Epoch second of the first moment of `day` in `zone`."""
    return at_minute(day, 0, zone)


def day_bounds(ts: int, zone: tzinfo | str) -> tuple[int, int]:
    """The local day that holds `ts`: its first second, and the next day's."""
    day = local_date(ts, zone)
    return start_of_day(day, zone), start_of_day(day + DAY, zone)


def week_bounds(ts: int, zone: tzinfo | str) -> tuple[int, int]:
    """The week, from Monday, that holds `ts`: its first second, and the next week's."""
    day = local_date(ts, zone)
    monday = day - DAY * day.weekday()
    return start_of_day(monday, zone), start_of_day(monday + 7 * DAY, zone)


def month_bounds(ts: int, zone: tzinfo | str) -> tuple[int, int]:
    """The local month that holds `ts`: its first second, and the next month's."""
    first = local_date(ts, zone).replace(day=1)
    return start_of_day(first, zone), start_of_day((first + 31 * DAY).replace(day=1), zone)


class Mark(NamedTuple):
    """What the public calendar says of a day: whose festival (a msgid), and off or make-up work."""

    name: str
    off: bool


class Deadline(NamedTuple):
    """When something is due; `announced` is false while that year's holidays are not yet known."""

    at: int
    day: date
    announced: bool


class HolidaysRefused(ValueError):
    """A holiday file that cannot be read: `msgid` and `values` make the sentence to show."""

    def __init__(self, msgid: str, **values: object) -> None:
        super().__init__(msgid % values if values else msgid)
        self.msgid, self.values = msgid, values


@cache
def _published() -> tuple[dict[date, Mark], frozenset[int]]:
    """The marks and the years that chinesecalendar carries; its import costs 25 ms, so it comes late."""
    from chinese_calendar import Holiday, constants

    msgids = {h.value: FESTIVALS.get(h.chinese, h.value) for h in Holiday}
    marks = {day: Mark(msgids[name], True) for day, name in constants.holidays.items()}
    marks |= {day: Mark(msgids[name], False) for day, name in constants.workdays.items()}
    first, last = min(constants.holidays).year, max(constants.holidays).year
    return marks, frozenset(range(first, last + 1))


class WorkingTime:
    """Open days of a place: the Mainland's public holidays, and over them the rows that staff loaded.

    `holidays` maps a date to (name, off): off closes a day, otherwise it is a make-up workday. In a
    year without published holidays only weekends are closed, and `announced` says so.
    """

    def __init__(self, zone: tzinfo | str, holidays: Mapping[date, tuple[str, bool]] | None = None) -> None:
        self.zone = as_zone(zone)
        self._rows = {day: Mark(*row) for day, row in (holidays or {}).items()}
        years = Counter(day.year for day in self._rows)
        self._years = {year for year, rows in years.items() if rows >= ANNOUNCED_FROM}

    def mark(self, day: date) -> Mark | None:
        """What the public calendar says of `day`; None for a plain one."""
        return self._rows.get(day) or _published()[0].get(day)

    def announced(self, day: date) -> bool:
        """Whether the holidays of that year are known (from the library, or at least seven rows)."""
        return day.year in self._years or day.year in _published()[1]

    def is_open(self, day: date) -> bool:
        """Whether staff work on `day`."""
        mark = self.mark(day)
        return day.weekday() < 5 if mark is None else not mark.off

    def next_open(self, day: date) -> date:
        """`day` itself when open, else the first open day after it (gives up after a year)."""
        days = (day + DAY * n for n in range(366))
        return next((d for d in days if self.is_open(d)), day)

    def deadline(self, day: date, n_days: int, closing_minute: int) -> Deadline:
        """`n_days` calendar days after `day`, moved on to an open day, at its closing time."""
        due = day + DAY * n_days
        end = self.next_open(due)
        announced = self.announced(due) and self.announced(end)
        return Deadline(at_minute(end, closing_minute, self.zone), end, announced)

    def holiday_name(self, day: date) -> str | None:
        """The msgid of the holiday that closes `day` ("Spring Festival"), if one does."""
        mark = self.mark(day)
        return mark.name if mark and mark.off else None

    def make_up_workday(self, day: date) -> str | None:
        """The msgid of the holiday that `day` makes up for, if it is such a workday."""
        mark = self.mark(day)
        return mark.name if mark and not mark.off else None


def read_holidays(raw: bytes) -> dict[date, tuple[str, bool]]:
    """Rows for `WorkingTime` from a year's file: {"days": [{"name", "date", "isOffDay"}, …]}.

    Known names become msgids, others stay as written. Raises HolidaysRefused with the place.
    """
    try:
        days = json.loads(raw)["days"]
    except json.JSONDecodeError as e:
        if not raw.strip():
            raise HolidaysRefused(N_("This is not a holiday file: it has no list of days")) from None
        raise HolidaysRefused(N_("Line %(line)s is no JSON"), line=e.lineno) from None
    except (ValueError, KeyError, TypeError, RecursionError):
        raise HolidaysRefused(N_("This is not a holiday file: it has no list of days")) from None
    if not isinstance(days, list) or not days:
        raise HolidaysRefused(N_("This is not a holiday file: it has no list of days"))
    rows: dict[date, tuple[str, bool]] = {}
    for number, row in enumerate(days, 1):
        day, mark = _holiday(number, row)
        if day in rows:
            raise HolidaysRefused(N_("Day %(number)s: %(date)s is there twice"), number=number, date=day)
        rows[day] = mark
    year = main_year(rows)
    for number, day in enumerate(rows, 1):
        if abs(day.year - year) > 1:
            raise HolidaysRefused(N_("Day %(number)s: %(date)s is far from %(year)s"), number=number, date=day,
                                  year=year)
    return rows


def main_year(days: Iterable[date]) -> int:
    """The year that most of the days are of; a year's file may have some of the year before."""
    return Counter(day.year for day in days).most_common(1)[0][0]


def _holiday(number: int, row: object) -> tuple[date, tuple[str, bool]]:
    """One checked row of a holiday file."""
    row = row if isinstance(row, dict) else {}
    name, off = row.get("name"), row.get("isOffDay")
    try:
        day = date.fromisoformat(row.get("date"))
    except (ValueError, TypeError):
        raise HolidaysRefused(N_("Day %(number)s has no date like 2027-01-31"), number=number) from None
    if not isinstance(name, str) or not name.strip():
        raise HolidaysRefused(N_("Day %(number)s has no name"), number=number)
    if not isinstance(off, bool):
        raise HolidaysRefused(N_("Day %(number)s does not say whether it is off"), number=number)
    return day, (FESTIVALS.get(name.strip(), name.strip()), off)
