"""Writing calendar files (RFC 5545) that phones, Outlook and Google take as they are.

Every occurrence is a VEVENT with a UID of its own and no repeat rule: places, times and cancellations
differ from one to the next, and an app that subscribes follows each by UID and SEQUENCE.
"""
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

PRODUCT = "-//Xiaowu//Calendar//EN"
WIDTH = 75
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True)
class Entry:
    """One occurrence to publish; times in UTC epoch seconds, an all-day one ends at a midnight of the zone.

    `uid` must stay the same for the life of the occurrence and `sequence` grow whenever its time, place
    or status changes; `status` is CONFIRMED, TENTATIVE or CANCELLED; `changed_at` dates the row.
    """
    uid: str
    starts_at: int
    ends_at: int
    title: str
    all_day: bool = False
    location: str = ""
    description: str = ""
    url: str = ""
    status: str = "CONFIRMED"
    sequence: int = 0
    changed_at: int = 0
    categories: tuple[str, ...] = ()


def write(name: str, events: Iterable[Entry], zone: str) -> bytes:
    """The bytes of a calendar called `name`, with times in `zone` (an IANA name) and its VTIMEZONE.

    The same rows give the same bytes, so that the answer can carry an ETag.
    """
    events = list(events)
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "CALSCALE:GREGORIAN", "METHOD:PUBLISH",
             f"NAME:{text(name)}", f"X-WR-CALNAME:{text(name)}",
             "REFRESH-INTERVAL;VALUE=DURATION:PT6H", "X-PUBLISHED-TTL:PT6H"]
    timed = [event for event in events if not event.all_day]
    if timed:
        first = min(event.starts_at for event in timed)
        last = max(event.ends_at for event in timed)
        lines += _zone(zone, first, last)
    for event in events:
        lines += _event(event, zone)
    lines.append("END:VCALENDAR")
    return b"".join(fold(line) for line in lines)


def text(value: str) -> str:
    """A value of type TEXT: separators escaped, line breaks as \\n, other control characters left out."""
    value = _CONTROL.sub("", re.sub(r"\r\n?", "\n", value))
    return re.sub(r"([\\;,])", r"\\\1", value).replace("\n", r"\n")


def fold(line: str) -> bytes:
    """A line in pieces of at most 75 octets, never cutting a character in two."""
    if len(line) < WIDTH // 4:
        return line.encode(errors="replace") + b"\r\n"
    pieces, piece = [], b""
    for character in line:
        octets = character.encode(errors="replace")
        if len(piece) + len(octets) > WIDTH:
            pieces.append(piece)
            piece = b" "
        piece += octets
    return b"\r\n".join([*pieces, piece]) + b"\r\n"


def _event(event: Entry, zone: str) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{text(event.uid)}"
    yield f"DTSTAMP:{_utc(event.changed_at)}"
    yield f"LAST-MODIFIED:{_utc(event.changed_at)}"
    yield f"SEQUENCE:{event.sequence}"
    yield from _times(event, zone)
    yield f"SUMMARY:{text(event.title)}"
    if event.location:
        yield f"LOCATION:{text(event.location)}"
    if event.description:
        yield f"DESCRIPTION:{text(event.description)}"
    if event.categories:
        yield "CATEGORIES:" + ",".join(text(category) for category in event.categories)
    if event.url:
        yield "URL:" + re.sub(r"\s", "", _CONTROL.sub("", event.url))
    yield f"STATUS:{event.status}"
    yield "END:VEVENT"


def _times(event: Entry, zone: str) -> Iterator[str]:
    """DTSTART and DTEND; without an end a timed event takes no time and an all-day one its day."""
    place = ZoneInfo(zone)
    starts, ends = (datetime.fromtimestamp(at, place) for at in (event.starts_at, event.ends_at))
    if event.all_day:
        yield f"DTSTART;VALUE=DATE:{starts:%Y%m%d}"
        if ends.date() > starts.date():
            yield f"DTEND;VALUE=DATE:{ends:%Y%m%d}"
        return
    # the second of two equal clock readings (autumn) can only be said in UTC
    twice = starts.fold or ends.fold
    for name, at in (("DTSTART", starts), ("DTEND", ends)):
        if name == "DTSTART" or event.ends_at > event.starts_at:
            yield f"{name}:{_utc(at.timestamp())}" if twice else f"{name};TZID={zone}:{at:%Y%m%dT%H%M%S}"


def _utc(at: float) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%Y%m%dT%H%M%SZ}"


def _zone(zone: str, first: int, last: int) -> Iterator[str]:
    """The VTIMEZONE of a zone, true between two times: every change of its clocks as one observance."""
    place = ZoneInfo(zone)
    at = datetime.fromtimestamp(first, UTC) - timedelta(days=1)
    end = datetime.fromtimestamp(last, UTC) + timedelta(days=1)
    yield from ("BEGIN:VTIMEZONE", f"TZID:{zone}")
    yield from _observance(at, place, at)
    while at < end:
        if at.astimezone(place).utcoffset() != (at + timedelta(days=1)).astimezone(place).utcoffset():
            yield from _observance(_change(at, place), place, at)
        at += timedelta(days=1)
    yield "END:VTIMEZONE"


def _change(at: datetime, place: ZoneInfo) -> datetime:
    """The minute within the day after `at` in which the clocks change."""
    low, high = 0, 1440
    before = at.astimezone(place).utcoffset()
    while high - low > 1:
        middle = (low + high) // 2
        same = (at + timedelta(minutes=middle)).astimezone(place).utcoffset() == before
        low, high = (middle, high) if same else (low, middle)
    return (at + timedelta(minutes=high)).replace(second=0, microsecond=0)


def _observance(since: datetime, place: ZoneInfo, before: datetime) -> Iterator[str]:
    now, then = since.astimezone(place), before.astimezone(place)
    kind = "DAYLIGHT" if now.dst() else "STANDARD"
    local = since.replace(tzinfo=None) + then.utcoffset()
    yield f"BEGIN:{kind}"
    yield f"DTSTART:{local:%Y%m%dT%H%M%S}"
    yield f"TZOFFSETFROM:{_offset(then.utcoffset())}"
    yield f"TZOFFSETTO:{_offset(now.utcoffset())}"
    yield f"TZNAME:{now.tzname()}"
    yield f"END:{kind}"


def _offset(value: timedelta) -> str:
    minutes = round(value.total_seconds() / 60)
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}{abs(minutes) % 60:02}"
