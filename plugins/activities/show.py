"""How activities are said on a page: rows by week, filters, chips, prices. Plain tuples for the templates."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple
from urllib.parse import urlencode

from portal import AUDIENCES, _, clock, dates, markdown, picture_url

from . import rules
from .attendance.afterwards import pictures_of
from .queries import PAGE, Ahead, Row, Thing

YEARS = 20 * 366 * 86400
SMALL = 640  # the width that every larger picture is also stored in
MINE = {"joined": (rules.N_("Signed up"), "ok"), "offered": (rules.N_("A place is held for you"), "warn"),
        "waiting": (rules.N_("On the waitlist"), "warn"), "asked": (rules.N_("Being looked at"), "warn")}
FILTERS = {"": rules.N_("All"), "week": rules.N_("This week"), "weekend": rules.N_("Weekend")}


class Line(NamedTuple):
    """A row of a list, ready to show."""

    url: str
    title: str
    iso: str
    weekday: str
    number: str
    month: str
    time: str
    place: str
    chip: str
    kind: str
    cancelled: bool


@dataclass(frozen=True)
class Asked:
    """What part of the list is asked for."""

    when: str = ""
    tag: str = ""
    free: bool = False
    day: date | None = None
    since: int = 0
    until: int = 0
    after: tuple[int, int] | None = None
    before: tuple[int, int] | None = None
    mine: bool = False

    @classmethod
    def of(cls, given, zone: str, now: int) -> "Asked":
        """From the address of the page; what makes no sense there is left out."""
        when = given.get("when", "") if given.get("when") in FILTERS else ""
        day = _day(given.get("from", ""))
        since, until = _span(when, zone, now)
        if day:
            since = max(now, clock.start_of_day(day, zone))
        return cls(when, given.get("tag", "").replace("%", "")[:rules.LONGEST_TAG], given.get("open") == "1", day,
                   since, until, _key(given.get("after", "")), _key(given.get("before", "")))

    @property
    def narrowed(self) -> bool:
        """Whether this is less than everything that lies ahead."""
        return bool(self.when or self.tag or self.free or self.day or self.after or self.before)

    @property
    def address(self) -> tuple:
        """What of it stands in the address, so that the same list is known again."""
        return self.when, self.tag, self.free, self.day, self.after, self.before

    def query(self, **changed: str) -> str:
        """The address of another page of the same list."""
        values = {"when": self.when, "tag": self.tag, "open": "1" if self.free else "",
                  "from": self.day.isoformat() if self.day else ""} | changed
        return "?" + urlencode({k: v for k, v in values.items() if v})


def _span(when: str, zone: str, now: int) -> tuple[int, int]:
    if not when:
        return now, now + YEARS
    monday, following = clock.week_bounds(now, zone)
    if when == "week":
        return now, following
    saturday = clock.local_date(monday, zone) + timedelta(days=5)
    return max(now, clock.start_of_day(saturday, zone)), following


def _key(text: str) -> tuple[int, int] | None:
    found = re.fullmatch(r"(\d{1,12})\.(\d{1,12})", text, re.ASCII)
    return (int(found[1]), int(found[2])) if found else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def page(found: list[Row], asked: Asked) -> tuple[list[Row], str, str]:
    """The rows of this page, and the addresses of the pages before and after it ("" where there is none)."""
    more = len(found) > PAGE
    if asked.before:
        rows = found[-PAGE:]
        earlier, later = more, True
    else:
        rows = found[:PAGE]
        earlier, later = asked.after is not None, more
    if not rows:
        return rows, "", ""
    before, after = (f"{r.starts_at}.{r.id}" for r in (rows[0], rows[-1]))
    return rows, asked.query(before=before) if earlier else "", asked.query(after=after) if later else ""


def weeks(rows: Iterable[Row], root: str) -> list[tuple[str, list[Line]]]:
    """The rows under the names of their weeks."""
    found: list[tuple[str, list[Line]]] = []
    zone, week_end, current = dates.zone, 0, None
    now = dates.now
    for row in rows:
        at = max(row.starts_at, now)
        if at >= week_end:
            week_end = clock.week_bounds(at, zone)[1]
            current = []
            found.append((dates.week_title(at), current))
        current.append(line(row, root, now))
    return found


def line(row: Row, root: str, now: int) -> Line:
    """One row."""
    (row_id, activity_id, title, start, end, all_day, capacity, taken, state, place, fen, note, _pic, mine) = row
    weekday, number, month = dates.date_tile(start)
    words, kind = chip(state, capacity, taken, end <= now, mine)
    cancelled = state == "cancelled"
    where = note if cancelled and note else "·".join(filter(None, (place, price(fen, capacity))))
    return Line(f"{root}/activities/{activity_id}?on={row_id}", title, dates.iso_day(start), weekday, number, month,
                hours(start, end, all_day), where, words, kind, cancelled)


def hours(start: int, end: int, all_day: bool) -> str:
    """From when to when, without the date that stands beside it."""
    return dates.when(start, end, all_day)[len(dates.day(start)):].strip(" ,")


def chip(state: str, capacity: int | None, taken: int, over: bool = False,
         mine: str | None = None) -> tuple[str, str]:
    """(words, kind) of a date's state; `mine` is that of the viewer's own sign-up."""
    if mine and state != "cancelled":
        words, kind = MINE[mine]
        return _(words), kind
    words, kind, left = rules.chip(state, capacity, taken, over)
    return (_(words, n=left) if left else _(words)), kind


def price(fen: int, capacity: int | None) -> str:
    """What it costs, in words; nothing where nobody signs up and nothing is to pay."""
    if fen:
        return _("%(yuan)s yuan, pay there", yuan=rules.yuan(fen))
    return _("Free") if capacity is not None else ""


def picture(name: str) -> tuple[str, str]:
    """(address, srcset) of a stored picture, which has a small size beside its own: `<hash>-1280.webp`."""
    stem, _dot, ending = name.rpartition(".")
    digest, _dash, width = stem.rpartition("-")
    if not width.isdecimal() or int(width) <= SMALL:
        return (picture_url(name) if name else ""), ""
    small = picture_url(f"{digest}-{SMALL}.{ending}")
    return small, f"{small} {SMALL}w, {picture_url(name)} {width}w"


def filters(asked: Asked, tags: Iterable[str], known: bool) -> list[tuple[str, str, bool]]:
    """(address, words, whether it is on) of the list's filters."""
    base = "./" if asked.mine else "?"
    plain = not (asked.tag or asked.free or asked.mine)
    found = [(base + (f"?when={k}" if asked.mine else f"when={k}") if k else base, _(word), plain and asked.when == k)
             for k, word in FILTERS.items()]
    mark = "./?" if asked.mine else "?"
    found.append((f"{mark}open=1", _("Places left"), asked.free))
    if known:
        found.append(("mine", _("Mine"), asked.mine))
    found += [(f"{mark}{urlencode({'tag': tag})}", tag, asked.tag == tag) for tag in tags]
    return found


def booked(thing: Thing) -> int:
    """How many places nobody else can take: while people wait, every one."""
    return thing.capacity if thing.waiting else thing.taken + thing.held


def others(found: Iterable[Ahead], root: str) -> list[tuple[str, str, str, str]]:
    """(address, when, chip, kind) of dates."""
    return [(f"{root}/activities/{d.activity_id}?on={d.id}", dates.when(d.starts_at, d.ends_at, d.all_day),
             *chip(d.state, d.capacity, d.taken, False, d.mine)) for d in found]


def article(thing: Thing, over: bool) -> dict:
    """What the text of an activity's page is made from; `over`: its date has ended."""
    picked, srcset = picture(thing.picture)
    shown = {"when": "", "words": ""}
    if thing.on:
        shown = {"when": dates.when(thing.starts_at, thing.ends_at, thing.all_day),
                 "words": chip(thing.on_state, thing.capacity, booked(thing), over)[0]}
    return shown | {
        "picture": picked, "srcset": srcset, "body": markdown(thing.text) if thing.text else "",
        "tags": rules.unpacked(thing.tags), "audience": _(AUDIENCES[thing.audience]),
        "price": price(thing.price_fen, thing.capacity), "cancelled": "cancelled" in (thing.on_state, thing.state),
        "access": thing.access, "bring": thing.bring,
    }


def recap(told) -> dict:
    """How a date was, ready to show."""
    return {"body": markdown(told.text, 3) if told.text else "",
            "pictures": [(*picture(name), alt) for name, alt in pictures_of(told)]}
