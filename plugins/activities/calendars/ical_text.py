"""The text of calendar files (RFC 5545): lines, components, dates and times, time zones.

What cannot be read raises CalendarError with the number of its line.
"""
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from io import StringIO
from typing import NamedTuple
from zoneinfo import ZoneInfo

from dateutil.tz import tzical

MAX_OBSERVANCES = 500
READ = ("VCALENDAR", "VEVENT", "VTIMEZONE", "STANDARD", "DAYLIGHT")  # elsewhere flaws do no harm
_LINE = re.compile(r'([\w][\w \t-]*)((?:;(?:"[^"]*"|[^":])*)?):(.*)', re.DOTALL)
_PARAMS = re.compile(r'(?:\s*;\s*[\w-]+\s*=(?:"[^"]*"|[^";])*)*\s*')
TIME = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z?))?", re.ASCII)
_SPAN = re.compile(r"([+-]?)P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?", re.ASCII)
_OFFSET = re.compile(r"(?:UTC|GMT)?\s*([+-])(\d{1,2}):?(\d\d)?", re.ASCII)
_SHOWN = re.compile(r"\((?:UTC|GMT)([+-])(\d\d):(\d\d)\)", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def N_(text: str) -> str:
    """Marks a msgid for the catalogs."""
    return text


class CalendarError(ValueError):
    """A calendar file is refused: `line` of the file, `reason` (a msgid) and the `values` to fill it with."""

    def __init__(self, line: int, reason: str, **values: object):
        self.line, self.reason, self.values = line, reason, values
        super().__init__(f"line {line}: {reason % values}")


class Line(NamedTuple):
    """One line of the file, unfolded: `number` is where it begins, `name` in capitals, the value as written."""
    number: int
    name: str
    params: str
    value: str

    def param(self, name: str) -> str:
        found = re.search(rf';\s*{name}\s*=\s*(?:"([^"]*)"|([^;]*))', self.params, re.IGNORECASE)
        return (found[1] or found[2] or "").strip() if found else ""

    @property
    def text(self) -> str:
        plain = re.sub(r"\\([\\,;:nN])", lambda m: "\n" if m[1] in "nN" else m[1], self.value)
        return _CONTROL.sub("", plain)


@dataclass
class Part:
    """One BEGIN … END of the file; a VCALENDAR also knows the events and time zones below it."""
    name: str
    line: int
    lines: list[Line] = field(default_factory=list)
    parts: list["Part"] = field(default_factory=list)
    events: list["Part"] = field(default_factory=list)

    def all(self, name: str) -> list[Line]:
        return [line for line in self.lines if line.name == name and line.value.strip()]

    def first(self, name: str) -> Line | None:
        return next(iter(self.all(name)), None)

    def text(self, name: str) -> str:
        line = self.first(name)
        return line.text if line else ""


def _unfolded(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Each logical line with the number of its first line; folds may cut a Chinese character in two."""
    number, pending = 1, []
    for at, raw in enumerate(re.split(rb"\r\n|\n|\r", data.removeprefix(b"\xef\xbb\xbf")), 1):
        if raw[:1] in (b" ", b"\t") and pending:
            pending.append(raw[1:])
        elif raw.strip():
            if pending:
                yield number, b"".join(pending)
            number, pending = at, [raw]
    if pending:
        yield number, b"".join(pending)


def text_of(data: bytes) -> str:
    """A file that was read, as text that reads the same again; only whole lines are sure to be UTF-8."""
    lines = (raw.decode().replace("\0", "") for _, raw in _unfolded(data))  # PostgreSQL keeps no NUL
    return "".join(f"{line}\n" for line in lines)


def _lines(data: bytes) -> Iterator[Line]:
    for number, raw in _unfolded(data):
        try:
            content = raw.decode()
        except UnicodeDecodeError:
            raise CalendarError(number, N_("The text is not in UTF-8.")) from None
        parts = _LINE.fullmatch(content)
        if parts:
            yield Line(number, re.sub(r"\s", "", parts[1]).upper(), parts[2], parts[3])
        elif not content.upper().startswith("X-"):
            yield Line(number, "", "", content)


def sources(data: bytes) -> list[Part]:
    """The VCALENDARs of a file, read to their end."""
    found: list[Part] = []
    stack: list[Part] = []
    last = 1
    for line in _lines(data):
        last = line.number
        if line.name == "BEGIN":
            stack.append(Part(line.value.strip().upper(), line.number))
        elif not stack:
            if not line.name.startswith("X-"):
                raise CalendarError(line.number, N_("This is not a calendar file."))
        elif line.name == "END":
            _close(line, stack, found)
        elif line.name:
            stack[-1].lines.append(line)
        elif stack[-1].name in READ:
            reason = N_("This is not a line of a calendar: %(value)s")
            raise CalendarError(line.number, reason, value=line.value[:60])
    if stack:
        raise CalendarError(last, N_("The file stops before %(value)s ends."), value=stack[-1].name)
    if not found:
        raise CalendarError(1, N_("This is not a calendar file."))
    return found


def _close(line: Line, stack: list[Part], found: list[Part]) -> None:
    part = stack.pop()
    if part.name in READ and part.name != line.value.strip().upper():
        raise CalendarError(line.number, N_("%(value)s is not closed here."), value=part.name)
    if stack:
        stack[-1].parts.append(part)
        if part.name == "VEVENT" and stack[0].name == "VCALENDAR":
            stack[0].events.append(part)
    elif part.name == "VCALENDAR":
        found.append(part)


class Zones:
    """The time zones of one calendar, by the names it uses; `home` is for times that name none."""

    def __init__(self, source: Part, site: tzinfo):
        self.known: dict[str, tzinfo] = {}
        zones = [part for part in source.parts if part.name == "VTIMEZONE"]
        self.defined = {part.text("TZID").strip("/ "): part for part in zones}
        wanted = source.first("X-WR-TIMEZONE")
        self.home = site
        self.everywhere = self.named(wanted.text, wanted.number) if wanted else None
        self.home = self.everywhere or site

    def named(self, name: str, line: int) -> tzinfo:
        if name not in self.known:
            zone = self._find(name.strip("/ "))
            if zone is None:
                raise CalendarError(line, N_("Unknown time zone: %(value)s"), value=name[:60])
            self.known[name] = zone
        return self.known[name]

    def _find(self, name: str) -> tzinfo | None:
        if zone := _iana(name):
            return zone
        if name in self.defined:
            return _observed(self.defined[name])
        from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON  # slow to import, seldom needed
        if name in WINDOWS_TO_OLSON:
            return _iana(WINDOWS_TO_OLSON[name])
        for at in range(1, name.count("/") + 1):
            if zone := _iana(name.split("/", at)[at]):
                return zone
        if offset := _OFFSET.fullmatch(name):
            return _offset(offset)
        # Exchange writes "(UTC+08:00) Beijing, …" and no more: clear where the clocks never change
        steady = {datetime(2026, month, 1, tzinfo=self.home).utcoffset() for month in (1, 4, 7, 10)}
        shown = _SHOWN.match(name)
        return self.home if shown and steady == {_offset(shown).utcoffset(None)} else None

    def moment(self, text: str, line: Line) -> date | datetime:
        """The date or zoned time of a value: UTC, the zone it names, else the calendar's, else the site's."""
        found = TIME.fullmatch(text.strip().upper())
        if not _PARAMS.fullmatch(line.params):
            reason = N_("This is not a line of a calendar: %(value)s")
            raise CalendarError(line.number, reason, value=f"{line.name}{line.params}"[:60])
        try:
            numbers = [int(number) for number in found.groups()[:6] if number]
            if len(numbers) == 3:
                return date(_sane(numbers[0]), *numbers[1:])
            value = datetime(_sane(numbers[0]), *numbers[1:5], min(numbers[5], 59))
        except (AttributeError, ValueError):
            raise CalendarError(line.number, N_("Not a date or time: %(value)s"), value=text[:60]) from None
        if name := line.param("TZID"):
            value = value.replace(tzinfo=self.named(name, line.number))
        elif found[7]:
            value = value.replace(tzinfo=ZoneInfo("UTC"))
        if self.everywhere and value.tzname() == "UTC":
            return value.astimezone(self.everywhere)
        return value if value.tzinfo else value.replace(tzinfo=self.home)

    def floats(self, line: Line | None) -> bool:
        """Whether a time names no zone at all."""
        if line is None or self.everywhere or line.param("TZID"):
            return False
        return bool(re.fullmatch(r"\d{8}T\d{6}", line.value.strip().upper()))


def _sane(year: int) -> int:
    """A year that leaves room to count in both directions."""
    if not 100 <= year <= 9000:
        raise ValueError(year)
    return year


def _iana(name: str) -> tzinfo | None:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


def _offset(found: re.Match) -> tzinfo:
    minutes = min(int(found[2]) * 60 + int(found[3] or 0), 1439)
    return timezone(timedelta(minutes=-minutes if found[1] == "-" else minutes))


def _observed(part: Part) -> tzinfo:
    """The zone that a VTIMEZONE describes; what no real one says is refused, for it could take for ever."""
    text = ["BEGIN:VTIMEZONE", "TZID:x"]
    kinds = [rule.name for rule in part.parts]
    try:
        for at, rule in enumerate(part.parts[:MAX_OBSERVANCES]):
            kind = rule.name if at or "STANDARD" in kinds else "STANDARD"
            text += [f"BEGIN:{kind}", *_observance(rule), f"END:{kind}"]
        zone = tzical(StringIO("\n".join([*text, "END:VTIMEZONE"]))).get()
        datetime(2026, 1, 1, tzinfo=zone).utcoffset()
        return zone
    except (ValueError, AttributeError, LookupError, TypeError, OverflowError):
        raise CalendarError(part.line, N_("The time zone cannot be understood.")) from None


def _observance(rule: Part) -> Iterator[str]:
    for line in rule.lines:
        value = line.value.strip().upper()
        if line.name.startswith("TZOFFSET") and not re.fullmatch(r"[+-]?([01]\d|2[0-3])[0-5]\d(\d\d)?", value):
            raise ValueError(value)
        if line.name == "RRULE" and not re.fullmatch("(?=.*FREQ=YEARLY)(?!.*BY(HOUR|MINUTE|SECOND)).*", value):
            raise ValueError(value)
        if line.name in ("DTSTART", "RRULE", "RDATE", "EXDATE", "TZOFFSETFROM", "TZOFFSETTO"):
            yield f"{line.name}:{value}" + ("T000000" if line.name == "DTSTART" and "T" not in value else "")


def span(text: str, line: Line) -> timedelta:
    """A DURATION, which may be negative."""
    found = _SPAN.fullmatch(text.strip().upper())
    try:
        weeks, days, hours, minutes, seconds = (int(number or 0) for number in found.groups()[1:])
        length = timedelta(days, seconds, minutes=minutes, hours=hours, weeks=weeks)
    except (AttributeError, OverflowError):
        raise CalendarError(line.number, N_("Not a length of time: %(value)s"), value=text[:60]) from None
    return -length if found[1] == "-" else length


def timed(value: date | datetime, zone: tzinfo | None) -> datetime:
    """A time as it is, a date as its midnight in the zone."""
    return value if isinstance(value, datetime) else datetime(value.year, value.month, value.day, tzinfo=zone)


def is_date(*values: date | datetime) -> bool:
    return not any(isinstance(value, datetime) for value in values)


def instant(value: date | datetime) -> datetime:
    """What a start is known by: its time in UTC (a date: its midnight)."""
    return timed(value, None) if is_date(value) or value.tzinfo is None else wall(value.astimezone(UTC))


def wall(value: date | datetime) -> datetime:
    """What the clock on the wall shows."""
    return timed(value, None).replace(tzinfo=None)
