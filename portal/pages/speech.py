"""How the three languages say days, times and spans; no clock and no zone in here."""

from datetime import date, datetime
from typing import NamedTuple

PERIODS = ((5, "凌晨"), (8, "早上"), (12, "上午"), (13, "中午"), (19, "下午"), (24, "晚上"))
MONTHS = ("January February March April May June July August September October November December").split()
WEEKDAYS = ("Monday Tuesday Wednesday Thursday Friday Saturday Sunday").split()


class Tile(NamedTuple):
    """The three lines of a `.day` tile."""

    weekday: str
    number: str
    month: str


def _period(hour: int) -> str:
    return next(word for until, word in PERIODS if hour < until)


class Hans:
    """How the Mainland says it: 周六 11月28日 上午9:30, in a sentence 11月28日（周六）上午9:30."""

    week = "周一 周二 周三 周四 周五 周六 周日".split()
    near = {-1: "昨天", 0: "今天", 1: "明天"}
    weeks = {-1: "上周", 0: "这周", 1: "下周"}
    all_day, to, next_day, year_month, day_end = "全天", "到", "次日{}", "{}年{}月", "当晚23:59"
    midnight, now, minutes, hours = "午夜12:00", "刚刚", "{}分钟前", "{}小时前"

    def date(self, day: date, year: bool) -> str:
        return f"{day.year}年{day.month}月{day.day}日" if year else f"{day.month}月{day.day}日"

    def day(self, day: date, year: bool) -> str:
        return f"{self.week[day.weekday()]} {self.date(day, year)}"

    def said(self, day: date, year: bool) -> str:
        return f"{self.date(day, year)}（{self.week[day.weekday()]}）"

    def near_day(self, word: str, day: date, year: bool) -> str:
        return f"{word} {self.date(day, year)}"

    def time(self, t: datetime) -> str:
        """Hour and minute without the part of the day."""
        return f"{(t.hour - 1) % 12 + 1 if t.hour else 0}:{t.minute:02}"

    def clock(self, t: datetime) -> str:
        return _period(t.hour) + self.time(t)

    def clock_tile(self, t: datetime) -> tuple[str, str]:
        return _period(t.hour), Hans.time(self, t)

    def at(self, day: str, time: str) -> str:
        return f"{day} {time}"

    def said_at(self, day: str, time: str) -> str:
        return day + time

    def span(self, first: str, last: str) -> str:
        return f"{first} {self.to} {last}" if last[0].isdigit() else f"{first} {self.to}{last}"

    def clocks(self, a: datetime, b: datetime) -> str:
        """Two times of one day; the part of the day is said again only when it changes."""
        return self.span(self.clock(a), self.time(b) if _period(a.hour) == _period(b.hour) else self.clock(b))

    def days(self, first: date, last: date, year: bool) -> str:
        """First to last date, without weekdays."""
        same = (first.year, first.month) == (last.year, last.month)
        return self.date(first, year) + self.to + (f"{last.day}日" if same else self.date(last, year))

    def month(self, day: date, year: bool) -> str:
        return self.year_month.format(day.year, day.month) if year else f"{day.month}月"

    def titled(self, word: str, days: str) -> str:
        return f"{word} {days}"

    def tile(self, day: date, year: bool) -> Tile:
        return Tile(self.week[day.weekday()], str(day.day), self.month(day, year))


class Hant(Hans):
    """How Hong Kong says it: 11月28日（星期六）上午9時30分."""

    week = "星期一 星期二 星期三 星期四 星期五 星期六 星期日".split()
    near = {-1: "昨日", 0: "今日", 1: "明日"}
    weeks = {-1: "上星期", 0: "本星期", 1: "下星期"}
    all_day, to, next_day, day_end = "全日", "至", "翌日{}", "當晚11時59分"
    midnight, now, minutes, hours = "午夜12時", "剛剛", "{}分鐘前", "{}小時前"

    def day(self, day: date, year: bool) -> str:
        return self.said(day, year)

    def near_day(self, word: str, day: date, year: bool) -> str:
        return f"{word}（{self.date(day, year)}）"

    def time(self, t: datetime) -> str:
        hour = (t.hour - 1) % 12 + 1 if t.hour else "零"
        return f"{hour}時{t.minute:02}分" if t.minute else f"{hour}時"

    def at(self, day: str, time: str) -> str:
        return day + time

    def span(self, first: str, last: str) -> str:
        return first + self.to + last

    def titled(self, word: str, days: str) -> str:
        return f"{word}（{days}）"


class English:
    """How English says it: Sat 28 November, 9:30 am."""

    near = {-1: "Yesterday", 0: "Today", 1: "Tomorrow"}
    weeks = {-1: "Last week", 0: "This week", 1: "Next week"}
    all_day, next_day, day_end, midnight = "all day", "{} the next day", "11:59 pm", "midnight"
    now, minutes, hours = "just now", "{} minutes ago", "{} hours ago"

    def date(self, day: date, year: bool) -> str:
        return f"{day.day} {self.month(day, year)}"

    def day(self, day: date, year: bool) -> str:
        return f"{WEEKDAYS[day.weekday()][:3]} {self.date(day, year)}"

    def said(self, day: date, year: bool) -> str:
        return f"{WEEKDAYS[day.weekday()]} {self.date(day, year)}"

    def near_day(self, word: str, day: date, year: bool) -> str:
        return f"{word}, {self.date(day, year)}"

    def time(self, t: datetime) -> str:
        hour = (t.hour - 1) % 12 + 1
        return f"{hour}:{t.minute:02}" if t.minute else str(hour)

    def clock(self, t: datetime) -> str:
        if (t.hour, t.minute) == (12, 0):
            return "noon"
        return f"{self.time(t)} {'am' if t.hour < 12 else 'pm'}"

    def clock_tile(self, t: datetime) -> tuple[str, str]:
        return ("am" if t.hour < 12 else "pm"), f"{(t.hour - 1) % 12 + 1}:{t.minute:02}"

    def at(self, day: str, time: str) -> str:
        return f"{day}, {time}"

    said_at = at

    def span(self, first: str, last: str) -> str:
        return f"{first} to {last}"

    def clocks(self, a: datetime, b: datetime) -> str:
        """Two times of one day; am or pm is said once when it holds for both."""
        same = (a.hour < 12) == (b.hour < 12) and "noon" not in (self.clock(a), self.clock(b))
        return self.span(self.time(a) if same else self.clock(a), self.clock(b))

    def days(self, first: date, last: date, year: bool) -> str:
        """First to last date, without weekdays."""
        same = (first.year, first.month) == (last.year, last.month)
        return self.span(str(first.day) if same else self.date(first, year), self.date(last, year))

    def month(self, day: date, year: bool) -> str:
        return f"{MONTHS[day.month - 1]} {day.year}" if year else MONTHS[day.month - 1]

    def titled(self, word: str, days: str) -> str:
        return f"{word}, {days}"

    def tile(self, day: date, year: bool) -> Tile:
        month = MONTHS[day.month - 1][:3]
        return Tile(WEEKDAYS[day.weekday()][:3], str(day.day), f"{month} {day.year}" if year else month)


SPEECH: dict[str, Hans | English] = {"zh_Hans_CN": Hans(), "zh_Hant_HK": Hant(), "en": English()}
