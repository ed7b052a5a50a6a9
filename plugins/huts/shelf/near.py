"""What is free now in huts around here: of this site, of its street and of the district, the nearest first."""

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from math import cos, inf, radians
from typing import NamedTuple

from peewee import fn

from portal import SiteView, now, site_view, viewer, within_all

from .. import categories
from ..lending.nearest import apart
from ..models import Hut, Item
from .queries import free_now

MOST = 48
Point = tuple[float | None, float | None]  # degrees, WGS 84


class Near(NamedTuple):
    """An item that is free now; `metres` from where somebody is, None where that is not known."""

    site_id: int
    id: int
    name: str
    hut: str
    free: int
    metres: int | None


class Fits(NamedTuple):
    """The sites whose things somebody may borrow, by what a thing's audience is."""

    community: tuple[int, ...]
    street: tuple[int, ...]
    district: tuple[int, ...]


def around(site: SiteView) -> tuple[int, ...]:
    """This site, those above it and those below it or beside it in its street, where huts are on."""
    street = site_view(site.parent_id) if site.kind == "community" and site.parent_id else None
    kin = {k.id: k for k in (*site.ancestors, *(street.below if street else ()), *site.below) if "huts" in k.plugins}
    return tuple(dict.fromkeys((site.id, *kin)))


def fits(site: SiteView, ids: Iterable[int]) -> Fits:
    """Which of these sites lend to the viewer; to a guest, what they lend to one who lives here."""
    homes = (viewer.homes if viewer else ()) or {site.id, *(kin.id for kin in site.ancestors)}
    views = [site_view(i) for i in ids]
    above = {v.id: {kin.kind: kin.id for kin in (*v.ancestors, v)} for v in views}
    return Fits(tuple(v.id for v in views if v.id in homes),
                *(tuple(v.id for v in views if above[v.id].get(kind) in homes) for kind in ("street", "district")))


def kinds_of(words: str, kind: str) -> tuple[str, ...]:
    """The kinds that somebody looks for: one of the tree, or those that the words are a name of."""
    codes = (kind,) if kind in categories.tree() else categories.found(words).candidates
    return tuple(dict.fromkeys(below for code in codes for below in categories.below(code)))


def free(site: SiteView, words: str, kind: str, here: Point) -> list[Near]:
    """What is free now around here of a kind, or else with the words in its name, the nearest first. One query."""
    kinds = kinds_of(words, kind)
    if not kinds and not words:
        return []
    ids = around(site)
    lent = fits(site, ids)
    count, wanted = free_now(now()), Item.category.in_(kinds) if kinds else Item.name.contains(words)
    with _open(ids):
        rows = list(
            Item.select(Item.site, Item.id, Item.name, Hut.name, count, Hut.lat, Hut.lon)
            .join(Hut, on=(Hut.id == Item.hut_id))
            .where((Item.state == "shown") & (Hut.state == "open") & (Item.units > 0) & (Item.waiting == 0) & wanted
                   & (count > 0) & _lent(Item.site, Item.audience, lent) & _lent(Hut.site, Hut.audience, lent))
            .order_by(*by_distance(here), Item.id).limit(MOST).tuples())
    found = [Near(*row[:5], _metres(here, row[5:])) for row in rows]
    return sorted(found, key=lambda one: (inf if one.metres is None else one.metres, one.name, one.id))


def _open(ids: Sequence[int]) -> AbstractContextManager:
    return within_all(tuple(ids))


def _lent(where, audience, lent: Fits):
    """Whether a row's audience has the viewer in it."""
    return ((audience == "anyone") | where.in_(lent.community) | ((audience == "street") & where.in_(lent.street))
            | ((audience == "district") & where.in_(lent.district)))


def by_distance(here: Point) -> tuple:
    """By the square of the distance, as on a flat map; huts without a point come last."""
    lat, lon = here
    if lat is None or lon is None:
        return ()
    across = cos(radians(lat)) ** 2
    return (Hut.lat.is_null() | Hut.lon.is_null(),
            (Hut.lat - lat) * (Hut.lat - lat) + (Hut.lon - lon) * (Hut.lon - lon) * across)


def _metres(here: Point, there: Point) -> int | None:
    far = apart(here, there)
    return None if far == inf else round(far)


def origins() -> list[tuple[int, str, float | None, float | None]]:
    """(id, name, latitude, longitude) of this site's huts, from which distances can be told; by name."""
    return list(Hut.select(Hut.id, Hut.name, Hut.lat, Hut.lon).where(Hut.state != "draft")
                .order_by(fn.COALESCE(Hut.lat, 99) == 99, Hut.name, Hut.id).tuples())
