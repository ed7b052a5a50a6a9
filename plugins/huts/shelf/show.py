"""How huts and items are said on a page: hours, chips, facts, the strip of days. Plain values for the templates."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple
from urllib.parse import urlencode

from babel.dates import get_day_names
from markupsafe import Markup

from portal import _, clock, dates, kept, markdown, ngettext, now, picture_url, site, site_url, site_view, working_time

from .. import categories, hours
from ..lending import ranges, rules
from ..lending.opening import opening as opening_of
from . import pictures, words
from .queries import House, Line, Thing, rules_here

DAYS = 14  # of the strip
NEVER = 2**40  # seconds: farther than anything is known


class HouseLine(NamedTuple):
    """A hut in the list of all."""

    id: int
    name: str
    character: str
    address: str
    picture: str
    state: tuple[str, str]


class Card(NamedTuple):
    """An item in a list."""

    id: int
    name: str
    meta: str
    picture: str
    words: str
    kind: str


class Opening(NamedTuple):
    """When a hut is open: now, in the week, and on days of its own."""

    words: str
    kind: str
    until: str
    week: tuple[tuple[str, str], ...]
    special: tuple[tuple[str, str, str], ...]
    story: Markup


def today() -> str:
    """The day it is here, as 2026-12-31."""
    return clock.local_date(now(), site.zone).isoformat()


def locale() -> str:
    """The reader's language."""
    return dates.locale


def weekdays(width: str = "wide") -> list[str]:
    """Monday to Sunday in the reader's language."""
    names = get_day_names(width, "stand-alone", locale())
    return [names[n] for n in range(7)]


def state(found: tuple[str, str]) -> tuple[str, str]:
    """(words, kind) of a state, in the reader's language."""
    return _(found[0]), found[1]


def yuan(fen: int) -> str:
    """An amount as people write it; nothing for 0."""
    return "" if not fen else f"{fen // 100}" if fen % 100 == 0 else f"{fen / 100:.2f}"


def hours_of(row, special: dict[str, tuple[list, str]]) -> hours.Hours:
    """The opening hours of a hut that was read."""
    return hours.Hours(row.hours, working_time(site.zone), {day: times for day, (times, _why) in special.items()},
                       row.holidays)


def times(spans: hours.Times) -> str:
    """When it is open on a day, in words."""
    day = date(2026, 1, 1)  # any day without a change of clocks
    said = [f"{_clock(day, a)}–{_clock(day, b)}" for a, b in spans]
    return _(", ").join(said) if said else _("Not open")


def _clock(day: date, minute: int) -> str:
    return dates.clock(clock.at_minute(day, minute, site.zone)) if minute < 1440 else "24:00"


def opening(row: House, special: dict[str, tuple[list, str]]) -> Opening:
    """When a hut is open, ready to show."""
    found, at = hours_of(row, special), now()
    span = found.span_at(at)
    names = weekdays("abbreviated")
    week = tuple((names[s.first] if s.first == s.last else _("%(first)s to %(last)s", first=names[s.first],
                                                             last=names[s.last]), times(s.times))
                 for s in found.stretches() if s.times)
    if span:
        said = _("Open now"), "ok", _("Today until %(time)s", time=dates.clock(span[1]))
    else:
        opens = found.next_open(at)
        said = _("Closed now"), "warn", _("Opens %(when)s", when=dates.near_at(opens)) if opens else ""
    ahead = tuple(special_line(day, spans, why) for day, (spans, why) in special.items())
    return Opening(*said, week, ahead, markdown(row.story) if row.story else Markup(""))


def opening_turns(row: House, special: dict[str, tuple[list, str]]) -> int:
    """The instant at which a hut next opens or closes; far away where it never does."""
    found, at = hours_of(row, special), now()
    span = found.span_at(at)
    return span[1] if span else found.next_open(at) or NEVER


def days_ahead(row: House, special: dict[str, tuple[list, str]]) -> dict:
    """The next two weeks of a hut, a box a day: (number, whole date, hours in words, from when, up to when)."""
    found, first = hours_of(row, special), clock.local_date(now(), site.zone)
    order, names = [(first.weekday() + n) % 7 for n in range(7)], weekdays("narrow")
    days = []
    for day in (first + timedelta(days=n) for n in range(DAYS)):
        spans = found.on(day)
        ends = [hours.clock_of(minute) for minute in (spans[0][0], spans[-1][1])] if spans else ["", ""]
        days.append((day.day, dates.day(clock.start_of_day(day, site.zone)), times(spans), *ends))
    return {"weekdays": [names[n] for n in order], "days": days}


def special_line(day: str, spans: list, why: str) -> tuple[str, str, str]:
    """(day, times, why) of a day with hours of its own."""
    at = clock.start_of_day(date.fromisoformat(day), site.zone)
    return dates.day(at), times(tuple((a, b) for a, b in spans)), why


def house_line(row: tuple) -> HouseLine:
    """A row of the list of huts."""
    number, name, character, address, picture, _hours, _holidays, state_name, items = row
    chip = (ngettext("%(n)s item", "%(n)s items", items), "") if state_name == "open" else state(words.HUTS[state_name])
    return HouseLine(number, name, character, address, picture_url(picture) if picture else "", chip)


def groups(counted: Iterable[tuple[str, int]]) -> list[tuple[str, str]]:
    """(code, name) of the groups of kinds that there are items of, the largest first."""
    found: dict[str, int] = {}
    for code, n in counted:
        group = code.partition(".")[0]
        found[group] = found.get(group, 0) + n
    return [(code, categories.name(code, locale())) for code, _n in sorted(found.items(), key=lambda row: -row[1])]


def kinds() -> list[str]:
    """The names of all kinds of things."""
    return [categories.name(code, locale()) for code in categories.leaves()]


def suggested(typed: str) -> list[str]:
    """Names of kinds that a word could have meant."""
    return [categories.name(code, locale()) for code in categories.found(typed).candidates][:5]


def things(lines: list[Line]) -> Markup | str:
    """Items as cards."""
    return kept("huts/things.html", lambda: {"things": [card(line) for line in lines]}, lines=tuple(lines)) \
        if lines else ""


def card(line: Line) -> Card:
    """An item in a list."""
    meta = "·".join(filter(None, (line.hut, ngettext("%(n)s unit", "%(n)s units", line.units) if line.units > 1 else "",
                                  line.summary if not line.picture else "")))
    return Card(line.id, line.name, meta, picture_url(line.picture) if line.picture else "",
                *chip(line.units, line.free, line.waiting, line.back, line.gives))


def chip(units: int, free: int, waiting: int, back: int | None, gives: bool) -> tuple[str, str]:
    """(words, kind) of whether an item can be had."""
    if not units:
        return (_("Given away") if gives else _("Not here just now")), "bad"
    if waiting:
        return ngettext("%(n)s person waits", "%(n)s people wait", waiting), "bad"
    if free:
        return (_("To give away") if gives else ngettext("%(n)s free now", "%(n)s free now", free)), "ok"
    return (_("Back %(day)s", day=dates.near(back)) if back else _("Out")), "warn"


class NearLine(NamedTuple):
    """An item that is free somewhere around here."""

    url: str
    name: str
    where: str
    far: str
    free: str


def near_lines(found: Iterable) -> list[NearLine]:
    """What `near.free` has found, ready to show; of another site with its name."""
    lines = []
    for one in found:
        there = site if one.site_id == site.id else site_view(one.site_id)
        where = one.hut if there is site else _("%(hut)s in %(place)s", hut=one.hut, place=there.name)
        lines.append(NearLine(site_url(there, f"huts/items/{one.id}"), one.name, where, distance(one.metres),
                              ngettext("%(n)s free now", "%(n)s free now", one.free)))
    return lines


def distance(metres: int | None) -> str:
    """How far something is, in words; nothing where that is not known."""
    if metres is None:
        return ""
    return _("%(n)s m", n=max(10, round(metres, -1))) if metres < 1000 else _("%(n)s km", n=round(metres / 1000, 1))


def kind_name(kind: str) -> str:
    """The name of a kind that the address names; empty where there is none such."""
    return categories.name(kind, locale()) if kind in categories.tree() else ""


def after(name: str, number: int) -> str:
    """The address of the page of a list that begins behind a row."""
    return "?" + urlencode({"after": f"{number}.{name}"})


def address(kind: str, hut_id: int | None, last: Line) -> str:
    """The address of the next page of the same items."""
    given = {"k": kind, "hut": hut_id, "after": f"{last.id}.{last.name}"}
    return "?" + urlencode({name: value for name, value in given.items() if value})


def item(row: Thing) -> dict:
    """What an item's page shows."""
    picture = picture_url(row.picture) if row.picture else ""
    said = tuple(rules_here())
    made = kept("huts/article.html", lambda: _article(row, said), row=row, picture=picture, said=said)
    return {"article": made, "strip": _strip(row), "picture": picture,
            "words": chip(row.units, row.free, row.waiting, row.back, row.gives)[0]}


def _article(row: Thing, rows: tuple) -> dict:
    said, kind = chip(row.units, row.free, row.waiting, row.back, row.gives)
    found = rules.resolve([rules.row(*rule) for rule in rows], row.hut_id, row.category, "resident")
    facts = [(_("Where"), row.hut), (_("Kind"), categories.name(row.category, locale()))]
    if row.days:
        found = found._replace(days=min(found.days, row.days))
    if not row.gives:
        facts.append((_("How long"), _long(found)))
        deposit = row.deposit_fen or found.deposit_fen
        facts.append((_("Deposit"), _("%(yuan)s yuan", yuan=yuan(deposit)) if deposit else _("None")))
    owner = row.owner_name if row.owner == "organisation" else _(words.OWNERS[row.owner])
    facts.append((_("Whose"), owner))
    return {"words": said, "kind": kind, "facts": facts, "others": pictures.others(row), "name": row.name,
            "body": markdown(row.text) if row.text else "", "rules": row.rules.splitlines(),
            "inside": row.inside.splitlines()}


def _long(found) -> str:
    days = ngettext("At most %(n)s day", "At most %(n)s days", found.days)
    if not found.extends or not found.extend_days:
        return days
    more = ngettext("%(n)s day more while nobody waits", "%(n)s days more while nobody waits", found.extend_days)
    return _("%(days)s; %(more)s", days=days, more=more)


def _strip(row: Thing) -> Markup | str:
    """The next two weeks, a box a day."""
    first = clock.local_date(now(), site.zone)
    found = tuple(ranges.days(row.id, first, DAYS, opening_of(row.hut_id)))
    return kept("huts/strip.html", lambda: _days(found), found=found, units=row.units) if row.units else ""


def _days(found) -> dict:
    names = weekdays("narrow")
    first = found[0][0]
    order = [(first.weekday() + n) % 7 for n in range(7)]
    days = []
    for day, free, open_ in found:
        at = clock.start_of_day(day, site.zone)
        said = _("Not open") if not open_ else ngettext("%(n)s free", "%(n)s free", free) if free else _("None")
        days.append((day.day, dates.day(at), said, not (open_ and free)))
    return {"weekdays": [names[n] for n in order], "days": days}
