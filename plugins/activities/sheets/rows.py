"""What a spreadsheet of activities means: one row is one date, rows of the same title and text are one activity.

Plain Python, which knows neither Flask nor the database.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from portal import AUDIENCES, sheet_file

from .. import rules
from ..rules import N_

MOST_ROWS, Problem, letters = sheet_file.MOST_ROWS, sheet_file.Problem, sheet_file.letters
LONGEST_DAYS = 60  # of one date
YEARS = (2000, 2100)
DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
CLOCK = re.compile(r"(\d{1,2})\s*[:：]\s*(\d{2})(?:[:：]\d{2})?")
PRICE = re.compile(r"(\d{1,6})(?:[.,](\d{1,2}))?")
MOST_PLACES = 100_000


class Column(NamedTuple):
    """A column: its heading, what it says about it, and how long its text may be (0: it is no free text)."""

    name: str
    hint: str
    most: int = 0


COLUMNS = {
    "title": Column(N_("Title"), N_("Must be filled. Rows with the same title and description are one activity."), 120),
    "text": Column(N_("Description"), N_("Blank lines make paragraphs."), 8000),
    "day": Column(N_("Day"), N_("Must be filled: year, month and day, such as 2027-03-06.")),
    "start": Column(N_("Begins at"), N_("Hour and minute, such as 14:30. Empty: the whole day.")),
    "end": Column(N_("Ends at"), N_("Hour and minute. Empty: after an hour.")),
    "last_day": Column(N_("Last day"), N_("Only when it is not the same day")),
    "place": Column(N_("Place"), N_("Where this date takes place."), 120),
    "capacity": Column(N_("Places"), N_("Empty: nobody needs to sign up.")),
    "organiser": Column(N_("Organiser"), N_("Who invites."), 120),
    "audience": Column(N_("For whom"), N_("One of these: %(words)s. Empty: the first.")),
    "price": Column(N_("Price in yuan"), N_("Empty: free. It is paid there.")),
    "tags": Column(N_("Tags"), N_("A few words with spaces between them"), 200),
    "bring": Column(N_("What to bring"), N_("One sentence."), 200),
    "access": Column(N_("How to get in"), N_("For wheelchairs, prams, guide dogs; where the nearest toilet is"), 300),
}
SHARED = ("organiser", "audience", "price_fen", "tags", "bring", "access")  # the same in all rows of an activity
NEEDED = ("title", "day")


class Date(NamedTuple):
    """One row: when and where, and of which activity (its number in the file)."""

    activity: int
    row: int
    start: int
    end: int
    all_day: bool
    place: str
    capacity: int | None


class Checked(NamedTuple):
    """What a sheet holds. With problems nothing else counts."""

    activities: list[dict]
    dates: list[Date]
    problems: list[Problem]


class Wrong(Exception):
    """A cell that cannot be taken."""

    def __init__(self, reason: str, /, **values: object):
        super().__init__(reason)
        self.reason, self.values = reason, values


def check(rows: Sequence[Sequence[object]], zone: str, headings: Mapping[str, str],
          audiences: Mapping[str, str]) -> Checked:
    """Read the rows of a sheet, headings first. `headings` and `audiences` say in small letters what words mean."""
    columns, problems = _columns(rows[0] if rows else (), headings)
    if problems:
        return Checked([], [], problems)
    filled = [(n, row) for n, row in enumerate(rows[1:], 2) if any(_text(cell) for cell in row)]
    if not filled:
        return Checked([], [], [Problem(2, "", N_("There is no row below the headings."))])
    if len(filled) > MOST_ROWS:
        return Checked([], [], [Problem(filled[MOST_ROWS][0], "A", N_("There are more than %(n)s rows."),
                                        {"n": MOST_ROWS})])
    reading = _Reading(columns, [_text(cell) for cell in rows[0]], ZoneInfo(zone), audiences)
    for n, row in filled:
        reading.take(n, row)
    return Checked(reading.activities, reading.dates, reading.problems)


def _columns(heads: Sequence[object], headings: Mapping[str, str]) -> tuple[dict[str, int], list[Problem]]:
    """Where each column stands."""
    found: dict[str, int] = {}
    problems = []
    for at, cell in enumerate(heads):
        key = headings.get(_text(cell).lower())
        if key is None and _text(cell):
            problems.append(Problem(1, letters(at + 1), N_("No column is called “%(name)s”. Take the headings of the "
                                                           "template."), {"name": _text(cell)[:60]}))
        elif key in found:
            problems.append(Problem(1, letters(at + 1), N_("This column is there twice.")))
        elif key:
            found[key] = at
    if not problems and any(key not in found for key in NEEDED):
        problems.append(Problem(1, "", N_("The columns for title and day must be there, in the first row.")))
    return found, problems


class _Reading:
    """What was read so far."""

    def __init__(self, columns: dict[str, int], heads: list[str], zone: ZoneInfo, audiences: Mapping[str, str]):
        self.columns, self.heads, self.zone, self.audiences = columns, heads, zone, audiences
        self.activities: list[dict] = []
        self.first_rows: list[int] = []
        self.numbers: dict[tuple[str, str], int] = {}
        self.dates: list[Date] = []
        self.problems: list[Problem] = []
        self.taken: dict[tuple[int, int], int] = {}

    def take(self, n: int, row: Sequence[object]) -> None:
        """One row; what is wrong with it is noted, cell by cell."""
        before = len(self.problems)
        cells = {key: row[at] if at < len(row) else "" for key, at in self.columns.items()}
        said = {key: self._ask(n, key, _free_text(key), cells.get(key, "")) for key, c in COLUMNS.items() if c.most}
        said["tags"] = rules.packed(rules.tags_of(said["tags"] or ""))
        said["audience"] = self._ask(n, "audience", self._audience, cells.get("audience", ""))
        said["price_fen"] = self._ask(n, "price", _fen, cells.get("price", ""))
        said["capacity"] = self._ask(n, "capacity", _places, cells.get("capacity", ""))
        span = self._span(n, cells)
        if len(self.problems) == before and span:
            self._keep(n, said, span)

    def _ask(self, n: int, key: str, read: Callable, cell: object):
        try:
            return read(cell)
        except Wrong as e:
            self._note(n, key, e.reason, **e.values)

    def _note(self, n: int, key: str, reason: str, /, **values: object) -> None:
        at = self.columns.get(key)
        column = "" if at is None else f"{letters(at + 1)} {self.heads[at]}"
        self.problems.append(Problem(n, column, reason, values))

    def _audience(self, cell: object) -> str:
        word = _text(cell)
        if word and word.lower() not in self.audiences:
            raise Wrong(N_("“%(word)s” is none of the words for this. See the second sheet of the template."),
                        word=word[:60])
        return self.audiences[word.lower()] if word else next(iter(AUDIENCES))

    def _span(self, n: int, cells: dict[str, object]) -> tuple[int, int, bool] | None:
        """When a row takes place."""
        before = len(self.problems)
        day, last = (self._ask(n, key, _day, cells.get(key, "")) for key in ("day", "last_day"))
        start, end = (self._ask(n, key, _clock, cells.get(key, "")) for key in ("start", "end"))
        if len(self.problems) > before:
            return None
        if day is None:
            return self._note(n, "day", N_("This must be filled."))
        try:
            return span(day, start, end, last, self.zone)
        except Wrong as e:
            return self._note(n, e.values.pop("key"), e.reason, **e.values)

    def _keep(self, n: int, said: dict, when: tuple[int, int, bool]) -> None:
        """A row that is right in itself; also with those before it?"""
        key = said["title"], said["text"]
        number = self.numbers.setdefault(key, len(self.activities))
        if number == len(self.activities):
            self.activities.append(said)
            self.first_rows.append(n)
        for name in SHARED:
            if self.activities[number][name] != said[name]:
                self._note(n, "price" if name == "price_fen" else name, N_(
                    "Row %(first)s, which is the same activity, says something else here."),
                    first=self.first_rows[number])
        twin = self.taken.setdefault((number, when[0]), n)
        if twin != n:
            self._note(n, "day", N_("Row %(first)s has the same activity at this time already."), first=twin)
        self.dates.append(Date(number, n, *when, said["place"], said["capacity"]))


def span(day: date, start: time | None, end: time | None, last: date | None, zone: ZoneInfo) -> tuple[int, int, bool]:
    """(start, end, whole days) in epoch seconds; without hours it takes whole days, without an end an hour.

    Raises Wrong, whose value `key` names the column.
    """
    until = last or day
    if not 0 <= (until - day).days <= LONGEST_DAYS:
        raise Wrong(N_("The last day must lie within %(n)s days after the first."), n=LONGEST_DAYS, key="last_day")
    if start is None:
        if end is not None:
            raise Wrong(N_("Say when it begins, too, or leave both hours empty."), key="start")
        return _at(day, time(), zone), _at(until + timedelta(days=1), time(), zone), True
    if end is None and until > day:
        raise Wrong(N_("Say when it ends on the last day."), key="end")
    begins = _at(day, start, zone)
    ends = begins + 3600 if end is None else _at(until, end, zone)
    if ends <= begins:
        raise Wrong(N_("It must end after it begins."), key="end")
    return begins, ends, False


def _at(day: date, clock: time, zone: ZoneInfo) -> int:
    return int(datetime.combine(day, clock, zone).timestamp())


def _text(cell: object) -> str:
    """A cell as text: whole numbers without a point."""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else str(cell)
    return str(cell).replace("\r\n", "\n").replace("\0", "").strip()


@cache
def _free_text(key: str) -> Callable[[object], str]:
    most, needed = COLUMNS[key].most, key in NEEDED

    def read(cell: object) -> str:
        text = _text(cell)
        if needed and not text:
            raise Wrong(N_("This must be filled."))
        if len(text) > most:
            raise Wrong(N_("This has %(n)s characters; there is room for %(most)s."), n=len(text), most=most)
        return text if key == "text" else " ".join(text.split())
    return read


def _day(cell: object) -> date | None:
    """The day that a cell names; None where it is empty."""
    if isinstance(cell, datetime):
        day = cell.date()
    elif isinstance(cell, date):
        day = cell
    else:
        if not _text(cell):
            return None
        found = DAY.fullmatch(_text(cell))
        if not found:
            raise Wrong(N_("This is not a day such as 2027-03-06."))
        try:
            day = date(*map(int, found.groups()))
        except ValueError:
            raise Wrong(N_("There is no such day: %(day)s."), day=_text(cell)) from None
    if not YEARS[0] <= day.year <= YEARS[1]:
        raise Wrong(N_("The year must lie between %(first)s and %(last)s."), first=YEARS[0], last=YEARS[1])
    return day


def _clock(cell: object) -> time | None:
    """The hour that a cell names; None where it is empty."""
    if isinstance(cell, datetime):
        cell = cell.time()
    if isinstance(cell, timedelta) and timedelta() <= cell < timedelta(days=1):
        cell = (datetime.min + cell).time()
    if isinstance(cell, time):
        return cell.replace(second=0, microsecond=0)
    if not _text(cell):
        return None
    found = CLOCK.fullmatch(_text(cell))
    if not found or int(found[1]) > 23 or int(found[2]) > 59:
        raise Wrong(N_("This is not an hour such as 14:30."))
    return time(int(found[1]), int(found[2]))


def _places(cell: object) -> int | None:
    text = _text(cell)
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{1,6}", text) or not 1 <= int(text) <= MOST_PLACES:
        raise Wrong(N_("Write a whole number from 1 to %(most)s, or leave it empty."), most=MOST_PLACES)
    return int(text)


def _fen(cell: object) -> int:
    text = _text(cell)
    found = PRICE.fullmatch(text)
    if text and not found:
        raise Wrong(N_("Write the price as 12 or 12.50."))
    return int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0")) if found else 0
