"""Huts of a made-up site: one with a story in each community of the demo, 158 in a district."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

from portal import bulk, clock, index_many, now

from . import categories, hours, seeds_loans, seeds_many
from .models import Hut, Item, Rule, SpecialDay, Unit
from .shelf.keeping import new_label

DAY = 86400
ITEM = ("hut_id", "category", "name", "summary", "text", "rules", "inside", "asked_out", "asked_back", "owner",
        "owner_name", "gives", "value_fen", "deposit_fen", "state", "units", "actor_id", "person_id", "created_at",
        "changed_at")
UNIT = ("item_id", "hut_id", "home_id", "code", "condition", "created_at", "changed_at")
CONDITIONS = ("good", "good", "good", "new", "worn")
TOLD = ("text", "rules", "inside", "asked_out", "asked_back")


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


def fill(site, plot) -> bool:
    """Huts in communities; elsewhere the plugin stays off."""
    if plot.number < 0:
        return False
    if plot.scale != "demo":
        seeds_many.fill(site, plot)
        return True
    told = huts()[plot.number % len(huts())]
    hut = house(plot, told)
    _special(site, hut, told)
    things = _shelve(plot, hut, told["things"])
    _terms(hut, told)
    if len(plot.people) > seeds_loans.NEEDED:
        seeds_loans.fill(plot, hut, things)
    return True


def house(plot, told: Mapping[str, Any], **other: Any) -> Hut:
    """The hut's own row; `other` fields go before what is told of it."""
    week = tuple(hours.read_day(times) for times in told["week"])
    since = now() - 500 * DAY
    values = {name: told[name].strip() for name in ("code", "name", "character", "address", "keepers", "story")}
    return Hut.create(**values | {
        "hours": hours.packed(week), "holidays": told.get("holidays", "closed"), "phone": plot.phone, "state": "open",
        "picture": plot.picture(told["motif"]), "picture_alt": told["alt"], "actor_id": plot.staff,
        "person_id": plot.staff, "created_at": since, "changed_at": since} | other)


def _special(site, hut: Hut, told: Mapping[str, Any]) -> None:
    """A day soon on which the hut stays closed."""
    day = clock.local_date(now(), site.zone) + timedelta(days=told["closed_in"])
    SpecialDay.create(hut_id=hut.id, day=day.isoformat(), hours="[]", why=told["why"])


def _terms(hut: Hut, told: Mapping[str, Any]) -> None:
    """The hut's rules: where staff say yes first, and how long tools are lent."""
    if told.get("approval"):
        Rule.create(hut_id=hut.id, category=told["approval"], terms='{"approval": true}')
    Rule.create(category="tool", terms='{"days": 7, "extend_days": 7}')
    Rule.create(category="feast", terms='{"days": 5, "ahead_days": 90}')


def _shelve(plot, hut: Hut, ideas: Sequence[Idea]) -> dict[str, int]:
    """Put things and their units into a hut, and have the search know them; {name: item}."""
    since = now() - 400 * DAY
    ids = bulk(Item, ITEM, [_row(plot, hut, idea, since + n * DAY) for n, idea in enumerate(ideas)])
    units = [(item, hut.id, hut.id, new_label(plot.random), plot.random.choice(CONDITIONS), since, since)
             for item, idea in zip(ids, ideas, strict=True) for _ in range(idea.units)]
    bulk(Unit, UNIT, units)
    index_many("huts", [entry(item, idea) for item, idea in zip(ids, ideas, strict=True)])
    return {idea.name: item for item, idea in zip(ids, ideas, strict=True)}


def _row(plot, hut: Hut, idea: Idea, at: int) -> tuple:
    gift = idea.owner == "gift"
    owner = ("organisation", idea.owner) if idea.owner and not gift else ("community", "")
    told = [idea.more.get(name, "").strip() for name in TOLD]
    return (hut.id, idea.category, idea.name, idea.summary, *told, *owner, gift, idea.value_fen, idea.deposit_fen,
            "shown", idea.units, plot.staff, plot.staff, at, at)


def entry(item: int, idea: Idea) -> tuple[str, str, str, str, str]:
    """A thing as the search keeps it."""
    words = (categories.words(idea.category), idea.summary, idea.more.get("inside", ""), idea.more.get("text", ""))
    return f"item {item}", idea.name, f"huts/items/{item}", " ".join(words), idea.summary
