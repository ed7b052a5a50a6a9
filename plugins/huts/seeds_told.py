"""The huts that seeds.toml tells of, and a hut's own row."""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from math import cos, radians, sin, sqrt
from typing import Any, NamedTuple

from portal import now

from . import categories, hours
from .models import Hut
from .shelf.pictures import Picture, columns

DAY = 86400
MIDDLE = 23.0215, 113.1185  # of a made-up district: degrees, WGS 84
CONDITIONS = ("good", "good", "good", "new", "worn")


class Idea(NamedTuple):
    """A thing of a hut, as seeds.toml has it; the amounts in fen."""

    category: str
    name: str
    summary: str
    units: int
    value_fen: int
    deposit_fen: int
    owner: str
    more: Mapping[str, str]


@cache
def huts() -> tuple[Mapping[str, Any], ...]:
    """The huts of seeds.toml, each with its things as `Idea`s."""
    text = resources.files(__package__).joinpath("seeds.toml").read_text("utf-8")
    return tuple({**hut, "things": tuple(_ideas(hut))} for hut in tomllib.loads(text)["hut"])


def _ideas(hut: Mapping[str, Any]) -> Iterator[Idea]:
    for line in hut["items"].strip().splitlines():
        code, name, summary, units, value, deposit, owner = (cell.strip() for cell in line.split("|"))
        if code not in categories.tree():
            raise KeyError(code)
        yield Idea(code, name, summary, int(units), int(value or 0) * 100, int(deposit or 0) * 100, owner,
                   hut.get("more", {}).get(name, {}))


def point(number: int, shift: float = 0.0) -> tuple[float, float]:
    """Where the hut of a community stands, in degrees: spread like the seeds of a sunflower over a district."""
    far, turn = 0.0045 * sqrt(number + 1), radians(137.508 * number)
    return round(MIDDLE[0] + far * sin(turn) + shift, 5), round(MIDDLE[1] + far * cos(turn) * 1.09 - shift, 5)


def house(plot, told: Mapping[str, Any], pictured: bool = True, **other: Any) -> Hut:
    """The hut's own row; `other` fields go before what is told of it."""
    week = tuple(hours.read_day(times) for times in told["week"])
    since = now() - 500 * DAY
    values = {name: told[name].strip() for name in ("code", "name", "character", "address", "keepers", "story")}
    lat, lon = point(plot.number)
    pictures = [Picture(plot.picture(name), text) for name, text in [(told["motif"], told["alt"]), *told["also"]]] \
        if pictured else []
    return Hut.create(**values | columns(pictures) | {"lat": lat, "lon": lon} | {
        "hours": hours.packed(week), "holidays": told.get("holidays", "closed"), "phone": plot.phone, "state": "open",
        "actor_id": plot.staff, "person_id": plot.staff, "created_at": since, "changed_at": since} | other)
