"""Where to go instead: the next free days, the same kind in another hut with its distance, a place in the queue."""

from collections.abc import Mapping
from math import asin, cos, radians, sin, sqrt
from typing import Any

from portal import param, prepared

from ..models import Hut, Item
from . import queue, ranges
from .offering import Shelf
from .stock import Stock

LOOKED_AT = 12  # things of the same kind whose days are looked at
EARTH = 6371000  # metres


def _alike_query():
    """The things of a kind in other huts, the nearest first as on a flat map; behind them those without a point."""
    north, east = Hut.lat - param("lat"), Hut.lon - param("lon")
    far = north * north + east * east * param("across")
    return (Item.select(Item.id, Item.name, Hut.id, Hut.name, Hut.lat, Hut.lon).join(Hut, on=(Hut.id == Item.hut_id))
            .where((Item.category == param("category")) & (Item.id != param("item")) & (Item.hut_id != param("hut"))
                   & (Item.state == "shown") & (Item.units > 0) & (Hut.state == "open"))
            .order_by(far.is_null(), far, Item.id).limit(LOOKED_AT))


_alike = prepared(_alike_query)
_place = prepared(lambda: Hut.select(Hut.lat, Hut.lon).where(Hut.id == param("hut")))


def of(shelf: Shelf, found: Stock, start: int, end: int, hut_id: int) -> dict[str, Any]:
    """What is possible in place of [start, end): "from" and "to" of the next free time as long, else the queue; and
    the same kind of thing that is free then elsewhere."""
    item, length, hours = shelf.item, end - start, shelf.opening(hut_id)
    start = max(start, found.at)
    whole = hours.is_day(end)
    free = found.next_free(start, length, hut_id)
    while whole and free is not None and not hours.is_day(free):  # the next whole day, if it is free then, too
        free = found.next_free(hours.ahead(free, 1), length, hut_id)
    place = item.waiting + 1
    return {"from": free, "to": None if free is None else free + length, "place": place,
            "days": queue.estimate(item, place)} | elsewhere(item, start, end)


def elsewhere(item: Item, start: int | None = None, end: int | None = None) -> dict[str, Any]:
    """The nearest thing of the same kind in another hut, free in [start, end) or lying there now: its "item", "name",
    "hut" and "metres" (None where a hut has no point on the map); empty where there is none."""
    here = _place.one(hut=item.hut_id) or (None, None)
    rows = _alike(category=item.category, item=item.id, hut=item.hut_id, lat=here[0], lon=here[1],
                  across=cos(radians(here[0] or 0)) ** 2)
    found = ranges.stocks([row[0] for row in rows])
    for metres, item_id, (_id, name, hut_id, hut, *_at) in sorted((apart(here, row[4:]), row[0], row) for row in rows):
        if _free(found[item_id], start, end):
            return {"item": item_id, "name": name, "hut": hut_id, "hut_name": hut,
                    "metres": None if metres == float("inf") else round(metres)}
    return {}


def _free(found: Stock, start: int | None, end: int | None) -> bool:
    if start is None or end is None:
        return any(piece.state == "in" for piece in found.pieces.values())
    return bool(found.free(start, end))


def apart(one: tuple[float | None, float | None], other: tuple[float | None, float | None]) -> float:
    """Metres between two points; without one of them, as far as can be."""
    if None in one or None in other:
        return float("inf")
    (a, b), (c, d) = (map(radians, point) for point in (one, other))
    return 2 * EARTH * asin(sqrt(sin((c - a) / 2) ** 2 + cos(a) * cos(c) * sin((d - b) / 2) ** 2))


def plain(found: Mapping[str, Any] | None) -> dict[str, Any]:
    """The same without what is not known, for JSON."""
    return {name: value for name, value in (found or {}).items() if value is not None}
