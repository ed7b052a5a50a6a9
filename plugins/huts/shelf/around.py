"""Where a hut stands: it in the middle, the nearest other huts around it, drawn without a map of streets."""

from math import cos, inf, radians
from typing import NamedTuple

from flask import abort

from portal import answer, may, site, site_url, site_view, within_all

from ..lending.nearest import apart
from ..models import Hut
from ..pages import pages
from . import near, queries, show

MOST = 8
LETTERS = "ABCDEFGH"
WIDTH, HEIGHT, EDGE = 400, 320, 28  # of the drawing, and how much of it stays free at its edges
RINGS = (100, 200, 300, 500, 1000, 2000, 3000, 5000, 10_000, 20_000, 50_000)  # metres
METRES = 111_195  # in a degree of latitude
NEAREST = 200  # metres from the middle to the edge, at least


class Spot(NamedTuple):
    """Another hut: its place in the drawing, and what the list below it says."""

    letter: str
    x: float
    y: float
    url: str
    name: str
    where: str
    far: str


class Ring(NamedTuple):
    """All that is as far from the hut in the middle."""

    radius: float
    far: str


@pages.get("/<int:hut_id>/map")
def hut_map(hut_id: int):
    """Where a hut stands, and which others are near."""
    row = queries.house(hut_id)
    if row is None or row.lat is None or row.lon is None or row.state == "draft" and not may("huts.edit"):
        abort(404)
    here = (row.lat, row.lon)
    found = others(row.id, here)
    reach = max([NEAREST, *(metres for metres, *_rest in found)])
    spots = [spot(here, reach, LETTERS[n], *one) for n, one in enumerate(found)]
    return answer("huts/map.html", row=row, spots=spots, rings=rings(reach), width=WIDTH, height=HEIGHT)


def others(hut_id: int, here: near.Point) -> list[tuple[float, int, int, str, float, float]]:
    """(metres, site, id, name, latitude, longitude) of the nearest open huts, wherever in the district."""
    with within_all(_sites()):
        rows = list(Hut.select(Hut.site, Hut.id, Hut.name, Hut.lat, Hut.lon).where(
            (Hut.state == "open") & (Hut.id != hut_id) & ~Hut.lat.is_null() & ~Hut.lon.is_null())
            .order_by(*near.by_distance(here), Hut.id).limit(MOST).tuples())
    return sorted((metres, *one) for one in rows if (metres := apart(here, one[3:])) < inf)


def _sites() -> tuple[int, ...]:
    """This site and every other one of its tree that has huts."""
    top = site_view(site.ancestors[0].id) if site.ancestors else site
    return tuple({site.id, *(kin.id for kin in (top, *top.below) if "huts" in kin.plugins)})


def spot(here: near.Point, reach: float, letter: str, metres: float, site_id: int, hut_id: int, name: str,
         lat: float, lon: float) -> Spot:
    """One of the others; `reach`: how many metres lie between the middle and the edge."""
    there = site if site_id == site.id else site_view(site_id)
    return Spot(letter, *drawn(here, (lat, lon), reach), site_url(there, f"huts/{hut_id}"), name,
                "" if there is site else there.name, show.distance(round(metres)))


def drawn(here: near.Point, there: near.Point, reach: float) -> tuple[float, float]:
    """The place of a point in the drawing, whose middle is `here`: as on a flat map, north at the top."""
    scale = METRES * _radius() / reach
    east, north = (there[1] - here[1]) * cos(radians(here[0])) * scale, (there[0] - here[0]) * scale
    return round(WIDTH / 2 + east, 1), round(HEIGHT / 2 - north, 1)


def rings(reach: float) -> list[Ring]:
    """Two rings of a round distance that have room."""
    return [Ring(round(_radius() * metres / reach, 1), show.distance(metres)) for metres in RINGS
            if metres <= reach and metres > reach / 8][-2:]


def _radius() -> float:
    return min(WIDTH, HEIGHT) / 2 - EDGE
