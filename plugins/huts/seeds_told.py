"""The huts that seeds.toml tells of, and a hut's own row."""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

from portal import now

from . import categories, hours
from .models import Hut

DAY = 86400
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


def house(plot, told: Mapping[str, Any], **other: Any) -> Hut:
    """The hut's own row; `other` fields go before what is told of it."""
    week = tuple(hours.read_day(times) for times in told["week"])
    since = now() - 500 * DAY
    values = {name: told[name].strip() for name in ("code", "name", "character", "address", "keepers", "story")}
    return Hut.create(**values | {
        "hours": hours.packed(week), "holidays": told.get("holidays", "closed"), "phone": plot.phone, "state": "open",
        "picture": plot.picture(told["motif"]), "picture_alt": told["alt"], "actor_id": plot.staff,
        "person_id": plot.staff, "created_at": since, "changed_at": since} | other)
