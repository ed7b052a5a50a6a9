"""Dates as people say them in the three languages, from epoch seconds and a zone; kept once said."""

from collections.abc import Callable
from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Any

from markupsafe import Markup

from portal.base import clock
from portal.pages.speech import SPEECH, Tile

KEPT = 2048


class _Kept(dict[Any, Any]):
    """Answers by argument, made when first asked for; emptied when it holds too many."""

    __slots__ = ("make",)

    def __init__(self, make: Callable[[Any], Any]) -> None:
        super().__init__()
        self.make = make

    def __missing__(self, key: Any) -> Any:
        if len(self) >= KEPT:
            self.clear()
        answer = self[key] = self.make(key)
        return answer


class _Sayings:
    """Everything that depends only on zone, locale and the present year; shared by all requests."""

    def __init__(self, zone: tzinfo, locale: str, this_year: int) -> None:
        self.zone, self.this_year = zone, this_year
        self.speech = SPEECH.get(locale) or SPEECH["zh_Hans_CN"]
        for name in ("day", "at", "said", "said_at", "clock", "clock_tile", "date_tile", "iso", "iso_day"):
            setattr(self, name, _Kept(getattr(self, f"_{name}")))
        self.time_tag, self.day_tag = _Kept(self._time_tag), _Kept(self._day_tag)
        self.month_title, self.when = _Kept(self._month_title), _Kept(lambda args: self._when(*args))
        self.when_tag = _Kept(lambda args: self._when_tag(*args))

    def local(self, ts: int) -> datetime:
        return datetime.fromtimestamp(ts, self.zone)

    def far(self, day: date) -> bool:
        """Whether the year has to be said."""
        return day.year != self.this_year

    def _day(self, ts: int) -> str:
        t = self.local(ts)
        return self.speech.day(t, self.far(t))

    def _said(self, ts: int) -> str:
        t = self.local(ts)
        return self.speech.said(t, self.far(t))

    def _dated_clock(self, ts: int) -> str:
        t = self.local(ts)
        return self.speech.day_end if (t.hour, t.minute) == (23, 59) else self.speech.clock(t)

    def _at(self, ts: int) -> str:
        return self.speech.at(self._day(ts), self._dated_clock(ts))

    def _said_at(self, ts: int) -> str:
        return self.speech.said_at(self._said(ts), self._dated_clock(ts))

    def _clock(self, ts: int) -> str:
        return self.speech.clock(self.local(ts))

    def _clock_tile(self, ts: int) -> tuple[str, str]:
        return self.speech.clock_tile(self.local(ts))

    def _date_tile(self, ts: int) -> Tile:
        t = self.local(ts)
        return self.speech.tile(t, self.far(t))

    def _month_title(self, ts: int) -> str:
        t = self.local(ts)
        return self.speech.month(t, self.far(t))

    def _iso(self, ts: int) -> str:
        return self.local(ts).isoformat(timespec="minutes")

    def _iso_day(self, ts: int) -> str:
        return self.local(ts).date().isoformat()

    def _time_tag(self, ts: int) -> Markup:
        return Markup('<time datetime="{}">{}</time>').format(self._iso(ts), self._at(ts))

    def _day_tag(self, ts: int) -> Markup:
        return Markup('<time datetime="{}">{}</time>').format(self._iso_day(ts), self._day(ts))

    def _when_tag(self, start: int, end: int | None, all_day: bool) -> Markup:
        stamp = self._iso_day(start) if all_day else self._iso(start)
        return Markup('<time datetime="{}">{}</time>').format(stamp, self._when(start, end, all_day))

    def _when(self, start: int, end: int | None, all_day: bool) -> str:
        if all_day:
            return self._whole_days(start, end)
        if end is None or end <= start:
            return self._at(start)
        a, b = self.local(start), self.local(end)
        if a.date() == b.date():
            return self.speech.at(self._day(start), self.speech.clocks(a, b))
        return self.speech.span(self._at(start), self._after_midnight(a, b) or self._end(b, end))

    def _after_midnight(self, a: datetime, b: datetime) -> str | None:
        """The end of an evening that runs into the small hours, without a second date."""
        if b.date() != a.date() + timedelta(days=1) or b.hour >= 5:
            return None
        if (b.hour, b.minute) == (0, 0):
            return self.speech.midnight
        return self.speech.next_day.format(self.speech.clock(b))

    def _end(self, b: datetime, end: int) -> str:
        """The end on another date; a midnight belongs to the day before it."""
        if (b.hour, b.minute) == (0, 0):
            return self.speech.at(self._day(end - 1), self.speech.midnight)
        return self._at(end)

    def _whole_days(self, start: int, end: int | None) -> str:
        last = max(start, (end or start) - 1)
        if self.local(start).date() == self.local(last).date():
            return self.speech.at(self._day(start), self.speech.all_day)
        return self.speech.span(self._day(start), self._day(last))


_sayings = lru_cache(maxsize=128)(_Sayings)


class Dates:
    """Dates for one reader: `zone`, `locale` and the present moment are settled once a request.

    Every method takes epoch seconds and is bound for templates; what was said is kept, so that a
    list of 24 rows costs microseconds. The year is said only when it is not the present one.

    day(ts)       周六 11月28日 · 11月28日（星期六） · Sat 28 November
    at(ts)        周六 11月28日 上午9:30 · 11月28日（星期六）上午9時30分 · Sat 28 November, 9:30 am
    said(ts)      in sentences: 11月28日（周六） · Saturday 28 November; said_at(ts) with the time
    clock(ts)     上午9:30 · 上午9時30分 · 9:30 am; clock_tile(ts) in two parts for a `.day` tile
    date_tile(ts) (weekday, number, month) for a `.day` tile
    month_title(ts), iso(ts), iso_day(ts) for datetime=, time_tag(ts), day_tag(ts) as <time>
    """

    def __init__(self, zone: tzinfo | str, locale: str, now: int | None = None) -> None:
        self.zone, self.locale = clock.as_zone(zone), locale
        self.now = clock.now() if now is None else now
        self.today = clock.local_date(self.now, self.zone)
        kept = self._kept = _sayings(self.zone, locale, self.today.year)
        self.day, self.at = kept.day.__getitem__, kept.at.__getitem__
        self.said, self.said_at = kept.said.__getitem__, kept.said_at.__getitem__
        self.clock, self.clock_tile = kept.clock.__getitem__, kept.clock_tile.__getitem__
        self.date_tile, self.month_title = kept.date_tile.__getitem__, kept.month_title.__getitem__
        self.iso, self.iso_day = kept.iso.__getitem__, kept.iso_day.__getitem__
        self.time_tag, self.day_tag = kept.time_tag.__getitem__, kept.day_tag.__getitem__

    def when(self, start: int, end: int | None = None, all_day: bool = False) -> str:
        """From when to when, as short as can be said; of whole days, `end` is the midnight after the last."""
        return self._kept.when[start, end, all_day]

    def when_tag(self, start: int, end: int | None = None, all_day: bool = False) -> Markup:
        """`when` in <time datetime> of its start."""
        return self._kept.when_tag[start, end, all_day]

    def near(self, ts: int) -> str:
        """The day, with yesterday, today or tomorrow instead of its weekday: 今天 11月22日."""
        day, speech = clock.local_date(ts, self.zone), self._kept.speech
        word = speech.near.get((day - self.today).days)
        return speech.near_day(word, day, self._kept.far(day)) if word else self.day(ts)

    def near_at(self, ts: int) -> str:
        """`near` with the time: 明天 11月23日 下午3:00."""
        return self._kept.speech.at(self.near(ts), self.clock(ts))

    def ago(self, ts: int, now: int | None = None) -> str:
        """How long ago: 刚刚, 5分钟前, 3小时前, 昨天 晚上8:40, then the date."""
        passed, speech = (self.now if now is None else now) - ts, self._kept.speech
        if -60 <= passed < 60:
            return speech.now
        if 0 < passed < 3600:
            return _counted(speech.minutes, passed // 60)
        days = (self.today - clock.local_date(ts, self.zone)).days
        if passed > 0 and days == 0:
            return _counted(speech.hours, passed // 3600)
        return speech.at(speech.near[-1], self.clock(ts)) if days == 1 else self.day(ts)

    def week_title(self, ts: int) -> str:
        """The week that holds `ts`, named when it is last, this or next: 下周 11月30日到12月6日."""
        day, speech = clock.local_date(ts, self.zone), self._kept.speech
        monday = day - timedelta(days=day.weekday())
        this = self.today - timedelta(days=self.today.weekday())
        sunday = monday + timedelta(days=6)
        days = speech.days(monday, sunday, self._kept.far(monday) or self._kept.far(sunday))
        word = speech.weeks.get((monday - this).days // 7)
        return speech.titled(word, days) if word else days


def _counted(text: str, n: int) -> str:
    """`text` with its number; English loses the s of one."""
    return text.format(n).replace("s ago", " ago") if n == 1 else text.format(n)
