"""What the pages of huts and items ask, prepared: plain rows in the order of the named tuples."""

import json
from collections.abc import Iterable, Sequence
from functools import cache
from typing import NamedTuple

from peewee import JOIN, Tuple, fn

from portal import now, param, prepared, remembered

from ..among import among, numbers
from ..models import Code, Hut, Item, Range, Rule, SpecialDay, Unit

PAGE, DESK_PAGE = 24, 48
FIRST = ("", 0)  # before every item of a list


class House(NamedTuple):
    """A hut as its page shows it."""

    id: int
    code: str
    name: str
    character: str
    story: str
    address: str
    lat: float | None
    lon: float | None
    phone: str
    keepers: str
    picture: str
    picture_alt: str
    more_pictures: str
    hours: str
    holidays: str
    state: str
    audience: str
    version: int
    changed_at: int


class Line(NamedTuple):
    """An item as a list shows it: `free` units lie there now, the next is expected `back` (epoch seconds, or none)."""

    id: int
    name: str
    summary: str
    category: str
    picture: str
    hut: str
    gives: bool
    units: int
    waiting: int
    free: int
    back: int | None


class Thing(NamedTuple):
    """An item as its page shows it, with the hut that is its home."""

    id: int
    name: str
    summary: str
    category: str
    text: str
    rules: str
    inside: str
    picture: str
    picture_alt: str
    more_pictures: str
    version: int
    owner: str
    owner_id: int | None
    owner_name: str
    gives: bool
    value_fen: int
    deposit_fen: int
    days: int
    state: str
    audience: str
    units: int
    waiting: int
    hut_id: int
    hut: str
    hut_state: str
    hut_audience: str
    hours: str
    holidays: str
    free: int
    back: int | None


HOUSE = [getattr(Hut, name) for name in House._fields]
_house = prepared(lambda: Hut.select(*HOUSE).where(Hut.id == param("id")))
_houses = prepared(lambda: (
    Hut.select(Hut.id, Hut.name, Hut.character, Hut.address, Hut.picture, Hut.hours, Hut.holidays, Hut.state,
               Item.select(fn.COUNT(Item.id)).where((Item.hut_id == Hut.id) & (Item.state == "shown")))
    .where(Hut.state != "draft").order_by(Hut.name, Hut.id)))
desk_houses = prepared(lambda: (
    Hut.select(Hut.id, Hut.code, Hut.name, Hut.state, Item.select(fn.COUNT(Item.id)).where(Item.hut_id == Hut.id))
    .order_by(Hut.name, Hut.id)))
_special = prepared(lambda: (
    SpecialDay.select(SpecialDay.day, SpecialDay.hours, SpecialDay.why)
    .where((SpecialDay.hut_id == param("hut")) & (SpecialDay.day >= param("since"))).order_by(SpecialDay.day)))


def desk_listed(after: tuple[str, int] = FIRST) -> list[int]:
    """The numbers of a page of all items by name, and one more where there are more."""
    return [item_id for item_id, in _desk_listed(name=after[0], id=after[1])]


def desk_lines(ids: Sequence[int]) -> list[tuple]:
    """(id, name, state, units, hut) of the items of these numbers by name."""
    return _desk_lines(ids=numbers(ids))


def house(hut_id: int) -> House | None:
    """A hut of the open site."""
    def find() -> tuple[House | None, None]:
        found = _house.one(id=hut_id)
        return found and House(*found), None
    return remembered("huts", ("house", hut_id), find)


def houses() -> list[tuple]:
    """(id, name, character, address, picture, hours, holidays, state, how many items) of the site's huts, by name."""
    return _houses()


def special_days(hut_id: int, since: str) -> dict[str, tuple[list, str]]:
    """Days from `since` (2026-12-31) on with hours of their own: {day: (hours, why)}."""
    return {day: (json.loads(hours), why) for day, hours, why in _special(hut=hut_id, since=since)}


def _covered(unit, at):
    """Whether a range of a unit holds this instant."""
    row = Range.alias()
    return fn.EXISTS(row.select(row.id).where((row.unit_id == unit.id) & (row.starts_at <= at) & (row.ends_at > at)))


def free_now(at):
    """How many units of an item lie in a hut for anybody: a query to be part of another."""
    unit = Unit.alias()
    return unit.select(fn.COUNT(unit.id)).where(
        (unit.item_id == Item.id) & (unit.state == "in") & ~_covered(unit, at))


def _free():
    return free_now(param("now"))


def _back():
    """When the next unit of an item is expected: a query to be part of another."""
    row = Range.alias()
    return row.select(fn.MIN(row.ends_at)).where((row.item_id == Item.id) & (row.ends_at > param("now")))


def _shown():
    """What residents see: for a query that has an item and its hut."""
    return (Item.state == "shown") & (Hut.state != "draft")


def _lines():
    return Item.select(Item.id, Item.name, Item.summary, Item.category, Item.picture, Hut.name, Item.gives, Item.units,
                       Item.waiting, _free(), _back()).join(Hut, on=(Hut.id == Item.hut_id)).where(_shown())


@cache
def _listed(hut: bool, kinds: int):
    def build():
        query = Item.select(Item.id).join(Hut, on=(Hut.id == Item.hut_id)).where(
            _shown() & (Tuple(Item.name, Item.id) > Tuple(param("name"), param("id"))))
        if hut:
            query = query.where(Item.hut_id == param("hut"))
        if kinds:
            query = query.where(Item.category.in_([param(f"kind{n}") for n in range(kinds)]))
        return query.order_by(Item.name, Item.id).limit(PAGE + 1)
    return prepared(build)


def listed(hut_id: int | None = None, kinds: Iterable[str] = (), after: tuple[str, int] = FIRST) -> list[int]:
    """The numbers of a page of the items that residents see, by name, and one more where there are more."""
    chosen = tuple(kinds)
    ask, (name, number) = _listed(hut_id is not None, len(chosen)), after
    rows = ask(hut=hut_id, name=name, id=number, **{f"kind{n}": k for n, k in enumerate(chosen)})
    return [item_id for item_id, in rows]


_feed = prepared(lambda: _lines().where(Tuple(Item.name, Item.id) > Tuple(param("name"), param("id"))).order_by(
    Item.name, Item.id).limit(param("most")))


def feed(after: tuple[str, int], most: int) -> list[Line]:
    """So many of the items that residents see, by name, behind one."""
    return [Line(*row) for row in _feed(now=now(), name=after[0], id=after[1], most=most)]


_some = prepared(lambda: _lines().where(among(Item.id, "ids")).order_by(Item.id))  # reads these alone, by number


def some(ids: Sequence[int]) -> list[Line]:
    """The items of these numbers that residents see, in the same order."""
    found = {row[0]: Line(*row) for row in _some(now=now(), ids=numbers(ids))}
    return [found[n] for n in ids if n in found]


_thing = prepared(lambda: (
    Item.select(*(getattr(Item, name) for name in Thing._fields[:22]), Hut.id, Hut.name, Hut.state, Hut.audience,
                Hut.hours, Hut.holidays, _free(), _back())
    .join(Hut, on=(Hut.id == Item.hut_id)).where(Item.id == param("id"))))


def thing(item_id: int) -> Thing | None:
    """An item of the open site, whether residents see it or not."""
    found = _thing.one(id=item_id, now=now())
    return found and Thing(*found)


units = prepared(lambda: (
    Unit.select(Unit.id, Unit.code, Unit.condition, Unit.note, Unit.state, Hut.name)
    .join(Hut, JOIN.LEFT_OUTER, on=(Hut.id == Unit.hut_id)).where(Unit.item_id == param("item"))
    .order_by(Unit.id)))
unit_of = prepared(lambda: (
    Unit.select(Unit.id, Unit.item_id, Unit.state).where(Unit.code == param("code"))))
kinds_of = prepared(lambda: (
    Item.select(Item.category, fn.COUNT(Item.id)).where((Item.state == "shown") & (Item.hut_id == param("hut")))
    .group_by(Item.category)))
kinds_here = prepared(lambda: (
    Item.select(Item.category, fn.COUNT(Item.id)).where(Item.state == "shown").group_by(Item.category)))
_desk_listed = prepared(lambda: (
    Item.select(Item.id).where(Tuple(Item.name, Item.id) > Tuple(param("name"), param("id")))
    .order_by(Item.name, Item.id).limit(DESK_PAGE + 1)))
_desk_lines = prepared(lambda: (
    Item.select(Item.id, Item.name, Item.state, Item.units, Hut.name).join(Hut, on=(Hut.id == Item.hut_id))
    .where(among(Item.id, "ids")).order_by(Item.name, Item.id)))
rules_here = prepared(lambda: Rule.select(Rule.hut_id, Rule.category, Rule.who, Rule.terms).order_by(Rule.id))
site_of = prepared(lambda: Code.select(Code.site_id).where(Code.code == param("code")))
offered = prepared(lambda: (
    Hut.select(Hut.code, Hut.name, Hut.address).where(Hut.state == "open").order_by(Hut.name)))
addresses = prepared(lambda: Hut.select(Hut.id).where(Hut.state != "draft").order_by(Hut.id))
