"""Calendar files (RFC 5545): `read` one, ask its events when they take place, `pair` that with stored rows.

A file is taken whole or refused with the line and the reason. Where the standard leaves a choice or
real files break it, the answers are those of recurring-ical-events, so that people see what apps show.
"""
import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cached_property
from zoneinfo import ZoneInfo

from .ical_text import N_, CalendarError, Line, Part, Zones, instant, is_date, sources, span, timed, wall
from .repeats import DAY, WEEKDAYS, Rule

MAX_BYTES = 5_000_000
MAX_EVENTS = 5_000
NEAR = 84 * 3600
CENTURY = 36_525 * DAY
__all__ = ["WEEKDAYS", "Calendar", "CalendarError", "Event", "Occurrence", "pair", "read"]


@dataclass(frozen=True)
class Occurrence:
    """One time an event takes place (UTC epoch seconds); an all-day one ends at midnight after its last day.

    `recurrence_key` names the place in the series and stays when the occurrence is moved: the original
    start, as `20260304T023000Z` or `20260304` (all day), and "" for an event that does not repeat.
    """
    recurrence_key: str
    starts_at: int
    ends_at: int
    all_day: bool
    title: str
    location: str
    status: str


def _finder(table: dict[datetime, tuple], starts: set[datetime]) -> Callable[[datetime], object]:
    """Looks a start up by its instant, else by its clock among what meets no start: files mix up zones."""
    loose = {wall(original): kept for at, (original, kept) in table.items() if at not in starts}

    def find(moment: datetime) -> object:
        at = instant(moment)
        return table[at][1] if at in table else loose.get(wall(moment))
    return find


class Entry:
    """One VEVENT: the start of a series, a single event, or a changed occurrence (`moves` names which)."""

    def __init__(self, part: Part, zones: Zones):
        self.part, self.line = part, part.line
        begin = part.first("DTSTART")
        if begin is None:
            raise CalendarError(part.line, N_("This event has no start."))
        if len(part.all("DTSTART")) > 1:
            raise CalendarError(part.all("DTSTART")[1].number, N_("This event has two starts."))
        self.start = zones.moment(begin.value, begin)
        self.end = self._end(zones)
        floating = self._align(zones.floats(begin), zones.floats(part.first("DTEND")))
        self.rules = [Rule(line, self.start, floating) for line in part.all("RRULE")]
        self.excluded = [zones.moment(text, line) for line, text in self._listed("EXDATE")]
        self.added = [self._addition(zones, line, text) for line, text in self._listed("RDATE")]
        self.repeats = bool(self.rules or self.added or self.excluded)
        which = part.first("RECURRENCE-ID")
        self.moves = zones.moment(which.value, which) if which else None
        self.onward = bool(which) and which.param("RANGE").upper() == "THISANDFUTURE"
        if max(self.length, abs(self.shift)) > CENTURY:
            raise CalendarError(part.line, N_("The times of this event lie too far apart."))
        sequence = part.text("SEQUENCE").strip()
        self.sequence = int(sequence) if re.fullmatch(r"-?\d{1,9}", sequence, re.ASCII) else -1
        self.title, self.location = part.text("SUMMARY"), part.text("LOCATION")
        self.status = part.text("STATUS").strip().upper()

    def _end(self, zones: Zones) -> date | datetime:
        if line := self.part.first("DTEND"):
            return zones.moment(line.value, line)
        if line := self.part.first("DURATION"):
            length = span(line.value, line)
            if length.seconds and is_date(self.start):
                self.start = timed(self.start, zones.home)
            try:
                return self.start + length
            except OverflowError:
                raise CalendarError(line.number, N_("Not a length of time: %(value)s"),
                                    value=line.value[:60]) from None
        return self.start + DAY if is_date(self.start) else self.start

    def _align(self, loose_start: bool, loose_end: bool) -> bool:
        """A date beside a time counts from midnight, and what names no zone takes the other's."""
        if is_date(self.start) != is_date(self.end):
            zone = getattr(self.start, "tzinfo", None) or getattr(self.end, "tzinfo", None)
            self.start, self.end = timed(self.start, zone), timed(self.end, zone)
        elif loose_end and not loose_start:
            self.end = self.end.replace(tzinfo=self.start.tzinfo)
        elif loose_start and self.end.tzinfo is not self.start.tzinfo:
            self.start, loose_start = self.start.replace(tzinfo=self.end.tzinfo), False
        if self.end < self.start:
            line = self.part.first("DTEND") or self.part.first("DURATION")
            raise CalendarError(line.number, N_("The event ends before it starts."))
        self.length = self.end - self.start
        return loose_start

    def _listed(self, name: str) -> Iterator[tuple[Line, str]]:
        for line in self.part.all(name):
            for text in line.value.split(","):
                if text.strip():
                    yield line, text

    def _addition(self, zones: Zones, line: Line, text: str) -> tuple[date | datetime, timedelta | None]:
        begin, _, end = text.partition("/")
        start = zones.moment(begin, line)
        if not end:
            return start, None
        zone = getattr(self.start, "tzinfo", zones.home)
        start = timed(start, zone)
        length = span(end, line) if "P" in end.upper() else timed(zones.moment(end, line), zone) - start
        if length < timedelta(0):
            raise CalendarError(line.number, N_("The event ends before it starts."))
        if length > CENTURY:
            raise CalendarError(line.number, N_("The times of this event lie too far apart."))
        return start, length

    @property
    def shift(self) -> timedelta:
        """How far a change that holds from here on moves what follows."""
        if self.moves is None:
            return timedelta(0)
        zone = getattr(self.start, "tzinfo", None) or getattr(self.moves, "tzinfo", None)
        return timed(self.start, zone) - timed(self.moves, zone)


@dataclass
class Event:
    """One UID of the file: what it says about the event as a whole, and when it takes place."""
    uid: str
    title: str
    description: str
    location: str
    categories: list[str]
    url: str
    all_day: bool
    status: str
    repeats: bool
    endless: bool
    sequence: int
    line: int
    entries: list[Entry] = field(repr=False)
    site: tzinfo = field(repr=False)

    @cached_property
    def _master(self) -> Entry | None:
        masters = [entry for entry in self.entries if entry.moves is None]
        return max(masters, key=lambda entry: entry.sequence, default=None)

    @cached_property
    def _changes(self) -> dict[datetime, tuple[date | datetime, Entry]]:
        """The newest version of each changed occurrence, by the instant it replaces."""
        found: dict[datetime, tuple[date | datetime, Entry]] = {}
        for entry in self.entries:
            if entry.moves is not None:
                at = instant(entry.moves)
                older = found.get(at)
                if older is None or entry.sequence > older[1].sequence:
                    found[at] = entry.moves, entry
        return found

    @cached_property
    def _onward(self) -> list[tuple[datetime, Entry]]:
        instants = {instant(entry.moves) for entry in self.entries if entry.onward}
        return [(at, self._changes[at][1]) for at in sorted(instants)]

    @cached_property
    def _excluded(self) -> dict[datetime, tuple[date | datetime, bool]]:
        values = self._master.excluded if self._master else []
        return {instant(value): (value, True) for value in values}

    def occurrences(self, start: datetime, end: datetime) -> list[Occurrence]:
        """The occurrences that overlap [start, end), in order; a time without a zone is the site's.

        Raises CalendarError for a rule that gives more than MAX_TIMES occurrences.
        """
        window = self._epoch(start), self._epoch(end)
        series = list(self._series(*window))
        starts = {instant(moment) for moment, _ in series}
        gone, change = _finder(self._excluded, starts), _finder(self._changes, starts)
        days = {value for value, _ in self._excluded.values() if is_date(value)}
        found, used = [], set()
        for moment, length in series:
            if moment.date() in days or gone(moment):
                continue
            changed = change(moment)
            if changed is None:
                found.append(self._regular(moment, length))
            elif id(changed) not in used:
                used.add(id(changed))
                found.append(self._occurrence(changed, self._key(moment), changed.start, changed.end))
        found += self._strays(used)
        return sorted((each for each in found if self._within(each, *window)),
                      key=lambda each: (each.starts_at, each.recurrence_key))

    def _strays(self, used: set[int]) -> Iterator[Occurrence]:
        """Changed occurrences that lie outside the window's part of the series, or outside the series."""
        walls = {wall(value) for value, _ in self._excluded.values()}
        for at, (original, entry) in self._changes.items():
            gone = at in self._excluded or wall(original) in walls
            if id(entry) not in used and not gone and not self._outdated(entry):
                yield self._occurrence(entry, self._key(original), entry.start, entry.end)

    def _outdated(self, entry: Entry) -> bool:
        """An older version of the whole series that names an occurrence the series no longer has."""
        if not entry.repeats or not self._master or entry.sequence >= self._master.sequence:
            return False
        at, clock = instant(entry.moves), wall(entry.moves)
        near = self._series(self._epoch(entry.moves) - 86400, self._epoch(entry.moves) + 86400)
        return not any(at == instant(moment) or clock == wall(moment) for moment, _ in near)

    def _series(self, low: int, high: int) -> Iterator[tuple[datetime, timedelta | None]]:
        """Starts as the rules give them, each once, wide enough to hold what may reach into the window."""
        master = self._master
        if master is None:
            return
        shifts = [entry.shift for _, entry in self._onward] + [timedelta(0)]
        longest = max([master.length] + [entry.length for _, entry in self._onward])
        first = _clock_time(low, -longest - max(shifts) - 2 * DAY)
        last = _clock_time(high, 2 * DAY - min(shifts))
        zone = None if is_date(master.start) else master.start.tzinfo
        lengths = {instant(start): length for start, length in master.added if length}
        seen = set()
        for moment in self._starts(master, zone, first, last):
            at = instant(moment)
            if at not in seen:
                seen.add(at)
                yield moment, lengths.get(at)

    def _starts(self, master: Entry, zone: tzinfo | None,
                first: datetime, last: datetime) -> Iterator[datetime]:
        begin = timed(master.start, zone)
        bounded = [rule for rule in master.rules if rule.until]
        if not bounded or not all(rule.past(wall(begin)) for rule in bounded):
            yield begin
        for start, _ in master.added:
            yield timed(start, zone) if zone else wall(start)
        for rule in master.rules:
            for moment in rule.times(first, last):
                yield moment.replace(tzinfo=zone) if zone else moment.replace(hour=0, minute=0, second=0)

    def _regular(self, moment: datetime, length: timedelta | None) -> Occurrence:
        entry, key = self._master, self._key(moment)
        for since, changed in self._onward:
            if since < instant(moment):
                entry = changed
        if entry is not self._master:
            moment += entry.shift
        end = moment + (entry.length if length is None else length)
        if is_date(self._master.start):
            return self._occurrence(entry, key, moment.date(), end.date())
        return self._occurrence(entry, key, moment, end)

    def _key(self, original: date | datetime) -> str:
        master = self._master
        if master and not (master.rules or master.added) and instant(original) == instant(master.start):
            return ""
        if is_date(original) or original.tzinfo is None:
            return f"{original:%Y%m%d}"
        return f"{original.astimezone(UTC):%Y%m%dT%H%M%SZ}"

    def _occurrence(self, entry: Entry, key: str,
                    start: date | datetime, end: date | datetime) -> Occurrence:
        return Occurrence(key, self._epoch(start), self._epoch(end), is_date(start),
                          entry.title, entry.location, entry.status)

    def _within(self, each: Occurrence, low: int, high: int) -> bool:
        if each.starts_at == each.ends_at:
            return low <= each.starts_at < high
        return each.starts_at < high and low < each.ends_at

    def _epoch(self, value: date | datetime) -> int:
        value = timed(value, self.site)
        return int((value if value.tzinfo else value.replace(tzinfo=self.site)).timestamp())


def _clock_time(epoch: int, offset: timedelta) -> datetime:
    try:
        return datetime(1970, 1, 1) + timedelta(seconds=epoch) + offset
    except OverflowError:
        return datetime.max if offset > timedelta(0) else datetime.min


@dataclass
class Calendar:
    """What a file holds: its name ("" when it has none) and its events, one per UID, in the file's order."""
    name: str
    events: list[Event]


def read(data: bytes, zone: str) -> Calendar:
    """Reads a calendar file whole, or raises CalendarError; `zone` (an IANA name) is for times without one.

    An event without UID gets one made of its start and title, so that a second import finds it again.
    """
    if len(data) > MAX_BYTES:
        raise CalendarError(1, N_("The file is larger than 5 MB."))
    site = ZoneInfo(zone)
    found = sources(data)
    groups: dict[str, list[Entry]] = {}
    made: Counter[str] = Counter()
    parts = [(part, source) for source in found for part in source.events]
    if len(parts) > MAX_EVENTS:
        raise CalendarError(parts[MAX_EVENTS][0].line, N_("The file holds more than 5,000 events."))
    zones = {id(source): _source_zones(source, site) for source in found}
    for part, source in parts:
        entry = Entry(part, zones[id(source)])
        groups.setdefault(_uid(part, made), []).append(entry)
    names = (source.text("X-WR-CALNAME") or source.text("NAME") for source in found)
    return Calendar(next(filter(None, names), ""), [_event(uid, each, site) for uid, each in groups.items()])


def _source_zones(source: Part, site: tzinfo) -> Zones:
    scale = source.first("CALSCALE")
    if scale and scale.value.strip().upper() != "GREGORIAN":
        raise CalendarError(scale.number, N_("Only the Gregorian calendar can be read."))
    return Zones(source, site)


def _uid(part: Part, made: Counter[str]) -> str:
    if uid := part.text("UID").strip():
        return uid
    start = part.first("DTSTART")
    uid = hashlib.sha256(f"{start.params}:{start.value}:{part.text('SUMMARY')}".encode()).hexdigest()[:24]
    made[uid] += 1
    return f"{uid}-{made[uid]}"


def _event(uid: str, entries: list[Entry], site: tzinfo) -> Event:
    masters = [entry for entry in entries if entry.moves is None]
    main = max(masters or entries, key=lambda entry: entry.sequence)
    said = main.part
    kinds = [kind.strip() for line in said.all("CATEGORIES")
             for kind in re.split(r"(?<!\\),", line.value) if kind.strip()]
    return Event(
        uid=uid, title=main.title, description=said.text("DESCRIPTION"), location=main.location,
        categories=[Line(0, "", "", kind).text for kind in kinds], url=said.text("URL").strip(),
        all_day=is_date(main.start), status=main.status, repeats=bool(main.rules or main.added),
        endless=any(rule.count is None and rule.until is None for rule in main.rules),
        sequence=max(0, main.sequence), line=said.line, entries=entries, site=site)


def pair(known: Mapping[str, int], found: list[Occurrence]) -> dict[str, Occurrence]:
    """Which found occurrence carries on which stored one (`known`: recurrence key → start).

    The same key first. Where a whole series was shifted no key remains; then the nearest start within
    three and a half days, both in order. A stored key missing from the answer has vanished.
    """
    by_key = {each.recurrence_key: each for each in found}
    pairs = {key: by_key[key] for key in known if key in by_key}
    waiting = [each for each in found if each.recurrence_key not in known]
    waiting.sort(key=lambda each: each.starts_at)
    for key, start in sorted(known.items(), key=lambda item: item[1]):
        if key not in pairs:
            while waiting and waiting[0].starts_at < start - NEAR:
                waiting.pop(0)
            if waiting and waiting[0].starts_at <= start + NEAR:
                pairs[key] = waiting.pop(0)
    return pairs
