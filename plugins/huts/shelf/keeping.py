"""What becomes of items and units: labels, counts, the search. Each runs in the request's writing unit."""

import secrets
from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

from portal import bulk, index, index_many, note_change, now, scope_id, unindex

from .. import categories, codes
from ..lending import loans, offering
from ..models import Code, Hut, Item, Loan, Range, Unit

IDLE = ("in", "repair", "transit")  # of units that nobody has
GONE = ("retired", "lost", "given")
RANDOM = secrets.SystemRandom()


def add_units(item_id: int, hut_id: int, number: int, condition: str, random: Random = RANDOM) -> list[str]:
    """Give an item so many more units, each with a label that no other has; the labels. Whoever waits has one now."""
    held = loans.item(item_id)
    labels = new_labels(number, random)
    bulk(Unit, ("item_id", "hut_id", "home_id", "code", "condition"),
         [(item_id, hut_id, hut_id, label, condition) for label in labels])
    Item.update(units=Item.units + number, changed_at=now()).where(Item.id == item_id).execute()
    offering.deal(held)
    return labels


def new_labels(number: int, random: Random = RANDOM) -> list[str]:
    """So many codes at once that no unit of the whole house has yet, kept for the open site."""
    found: dict[str, None] = {}
    while len(found) < number:
        fresh = [codes.new(random) for _ in range(number - len(found))]
        known = {code for code, in Code.select(Code.code).where(Code.code.in_(fresh)).tuples()}
        found |= dict.fromkeys(code for code in fresh if code not in known)
    bulk(Code, ("code", "site_id"), [(code, scope_id()) for code in found])
    return list(found)


def unit(code: str) -> Unit | None:
    """The unit of the open site with this label."""
    return Unit.get_or_none(Unit.code == code)


def describe(unit_id: int, condition: str, note: str) -> None:
    """What staff say of a unit."""
    Unit.update(condition=condition, note=note, version=Unit.version + 1, changed_at=now()).where(
        Unit.id == unit_id).execute()


def retire(unit_id: int, who: Mapping[str, Any]) -> bool:
    """Take a unit out of use; False while somebody has it or it is promised."""
    taken = Unit.select().where(Unit.id == unit_id).get()
    Item.update(version=Item.version).where(Item.id == taken.item_id).execute()  # holds its item: nobody lends it now
    if Range.select().where((Range.unit_id == unit_id) & (Range.ends_at > now())).exists():
        return False
    done = Unit.update(state="retired", hut_id=None, version=Unit.version + 1, changed_at=now()).where(
        (Unit.id == unit_id) & Unit.state.in_(IDLE)).execute()
    if done:
        loans.finish(unit_id, who)
        Item.update(units=Item.units - 1, changed_at=now()).where(Item.id == taken.item_id).execute()
    return bool(done)


def rehome(item_id: int, hut_id: int) -> None:
    """An item has moved to another hut, with all that lies there for nobody; what is promised is picked up there."""
    lying = (Unit.item_id == item_id) & (Unit.hut_id == Unit.home_id) & (Unit.state == "in")
    Unit.update(hut_id=hut_id).where(lying).execute()
    Unit.update(home_id=hut_id).where(Unit.item_id == item_id).execute()
    Loan.update(hut_id=hut_id).where((Loan.item_id == item_id) & Loan.state.in_(("asked", "approved"))).execute()


def find(item_id: int) -> None:
    """Have the search know an item while residents see it, and no longer."""
    row = next(_findable([item_id]), None)
    note_change("huts")  # before the search is told: all take the count first, and its rows after it
    if row is None:
        unindex("huts", f"item {item_id}")
    else:
        index("huts", *row)


def find_many(item_ids: list[int]) -> None:
    """The same of several that residents may see by now."""
    note_change("huts")
    index_many("huts", _findable(item_ids))


def _findable(item_ids: list[int]) -> Iterator[tuple[str, str, str, str, str]]:
    """(ref, title, url, text, summary) of those of these items that residents see."""
    rows = (Item.select(Item.id, Item.name, Item.summary, Item.text, Item.inside, Item.category)
            .join(Hut, on=(Hut.id == Item.hut_id))
            .where(Item.id.in_(item_ids) & (Item.state == "shown") & (Hut.state != "draft")))
    for item_id, name, summary, text, inside, category in rows.order_by(Item.id).tuples():
        words = f"{categories.words(category)} {summary} {inside} {text}"
        yield f"item {item_id}", name, f"huts/items/{item_id}", words, summary
