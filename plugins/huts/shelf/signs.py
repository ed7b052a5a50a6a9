"""What a page of the shelf is known by: cheap numbers that change with whatever it shows, and how long they hold.

The count of changes, here the mark, grows with all that staff write, an item's stamp with all that lending changes of
it; see migrations/0004_marks.py and 0010_changes.py. Time alone changes something, too: at the next begin or end of a
range, or when a hut opens or closes. That instant is worked out once and remembered with the numbers it was worked out
for.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import NamedTuple

from peewee import Case, Expression, Select, fn

from portal import Household, changes, now, packed, param, prepared, remembered, site, unpacked

from ..among import among, numbers
from ..models import Item, Range
from .show import NEVER

Family = tuple[tuple[int, str], ...]  # number and name of each member
MOST_KIN = 50


class Sign(NamedTuple):
    """`mark` and `stamps` as they were read; nothing that a page shows changes before `until` while they stay."""

    mark: int
    stamps: int
    until: int


class Held(NamedTuple):
    """What is remembered of a page: until when it holds, and what else its reader's own pieces need of it."""

    until: int
    more: Hashable = None


def _stamps(which: Expression):
    """The sum of the stamps of some items: it grows whenever one of them does."""
    return Item.select(fn.COALESCE(fn.SUM(Item.stamp), 0)).where(which)


def _family():
    return (Household.select(Household.id, Household.name).where(Household.person == param("person"))
            .order_by(Household.id).limit(MOST_KIN))


_of_some = prepared(lambda: _stamps(among(Item.id, "ids")))
_of_one = prepared(lambda: Select(columns=[_stamps(Item.id == param("id")), packed(_family(), "id", "name")]))


def of_item(item_id: int, person_id: int | None) -> tuple[tuple[int, int], Family]:
    """(mark, stamps) of one item, whether there is one or not; and (id, name) of a person's family, in one question."""
    mark, (stamps, family) = changes("huts"), _of_one.one(id=item_id, person=person_id)
    return (mark, stamps), tuple(map(tuple, unpacked(family)))


def of_list(page: Hashable, find: Callable[[], Iterable[int]]) -> tuple[tuple[int, int], tuple[int, ...]]:
    """(mark, stamps) of a page and the items on it. Which these are changes with the mark alone: until then they are
    remembered, and `find` is not asked again. The mark is read before: what is newer than it is found once more."""
    mark, ids = changes("huts"), remembered("huts", ("listed", page), lambda: (tuple(find()), None))
    return (mark, _of_some.one(ids=numbers(ids))[0]), ids


def held(page: Hashable, seen: tuple[int, int], work_out: Callable[[], Held | None]) -> tuple[Sign, Hashable] | None:
    """The sign of a page whose numbers were read, and what was remembered with it; worked out where it is not known
    or no longer holds, and anew when the site changes: new holidays open and close huts at other hours. None, from
    `work_out`, is passed on: there is no such page."""
    def find() -> tuple[Held | None, int | None]:
        found = work_out()
        return found, found and found.until
    found = remembered("huts", ("held", page, seen, site.version), find)
    return found and (Sign(*seen, found.until), found.more)


_turns = prepared(lambda: Range.select(fn.MIN(Case(
    None, [(Range.starts_at > param("now"), Range.starts_at)], Range.ends_at))).where(
        (Range.ends_at > param("now")) & among(Range.item_id, "ids")))


def turns(ids: Sequence[int]) -> int:
    """When the next range of one of these items begins or ends."""
    return _turns.one(now=now(), ids=numbers(ids))[0] or NEVER
