"""Huts of a made-up site: one with a story in each community of the demo, 158 in a district."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from portal import bulk, clock, index_many, now

from . import categories, seeds_loans, seeds_many, seeds_neighbours
from .models import Hut, Item, Rule, SpecialDay, Unit
from .seeds_told import CONDITIONS, Idea, house, huts
from .shelf.keeping import new_labels

DAY = 86400
ITEM = ("hut_id", "category", "name", "summary", "text", "rules", "inside", "asked_out", "asked_back", "owner",
        "owner_name", "gives", "value_fen", "deposit_fen", "state", "units", "actor_id", "person_id", "created_at",
        "changed_at")
UNIT = ("item_id", "hut_id", "home_id", "code", "condition", "created_at", "changed_at")
TOLD = ("text", "rules", "inside", "asked_out", "asked_back")


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
        seeds_neighbours.fill(site, plot, hut)
    return True


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
    wanted = [item for item, idea in zip(ids, ideas, strict=True) for _ in range(idea.units)]
    units = [(item, hut.id, hut.id, label, plot.random.choice(CONDITIONS), since, since)
             for item, label in zip(wanted, new_labels(len(wanted), plot.random), strict=True)]
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
