"""What a page of the shelf is known by: cheap numbers that change with whatever it shows, and how long they hold.

The site's mark grows with all that staff write, an item's stamp with all that lending changes of it; see
migrations/0004_marks.py. Time alone changes something, too: at the next begin or end of a range, or when a hut opens
or closes. That instant is worked out once and remembered with the numbers it was worked out for.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import NamedTuple

from flask import current_app
from peewee import Case, fn

from portal import now, param, prepared, scope_id

from ..among import among, numbers
from ..models import Item, Range, ShelfMark
from .show import NEVER

MOST = 4000  # pages that are remembered


class Sign(NamedTuple):
    """`mark` and `stamps` as they were read; nothing that a page shows changes before `until` while they stay."""

    mark: int
    stamps: int
    until: int


class Listed(NamedTuple):
    """The items of a page, as they were at a mark."""

    mark: int
    ids: tuple[int, ...]


class Held(NamedTuple):
    """What is remembered of a page: until when it holds, and what else its reader's own pieces need of it."""

    until: int
    more: Hashable = None


def _mark():
    return fn.COALESCE(fn.SUM(ShelfMark.n), 0)


def _stamps(query):
    """The sum of the stamps of the items that a query gives: it grows whenever one of them does."""
    own = query.select(Item.stamp).alias("shown")
    return ShelfMark.select(_mark(), own.select_from(fn.COALESCE(fn.SUM(own.c.stamp), 0)))


mark = prepared(lambda: ShelfMark.select(_mark()))
_item = prepared(lambda: _stamps(Item.select().where(Item.id == param("id"))))

_some = prepared(lambda: _stamps(Item.select().where(among(Item.id, "ids"))))


def of_item(item_id: int) -> tuple[int, int]:
    """(mark, stamps) of one item, whether there is one or not."""
    return _item.one(id=item_id)


def of_list(page: Hashable, find: Callable[[], Iterable[int]]) -> tuple[tuple[int, int], tuple[int, ...]]:
    """(mark, stamps) of a page and the items on it. Which these are changes with the mark alone: until then they are
    remembered, and `find` is not asked again. The mark is read before: what is newer than it is found once more."""
    known = _remembered("huts.listed")
    key = (scope_id(), page)
    before = known.get(key)
    if before is not None:
        seen = _some.one(ids=numbers(before.ids))
        if seen[0] == before.mark:
            return seen, before.ids
    now_at = mark.one()[0]
    listed = Listed(now_at, tuple(find()))
    _remember(known, key, listed)
    return (now_at, _some.one(ids=numbers(listed.ids))[1]), listed.ids


def _remembered(name: str) -> dict:
    return current_app.extensions.setdefault(name, {})


def _remember(known: dict, key: Hashable, found: NamedTuple) -> None:
    if len(known) >= MOST:
        known.clear()
    known[key] = found


def held(page: Hashable, seen: tuple[int, int], work_out: Callable[[], Held | None]) -> tuple[Sign, Hashable] | None:
    """The sign of a page whose numbers were read, and what was remembered with it; worked out where it is not known
    or no longer holds. None, from `work_out`, is passed on: there is no such page."""
    known = _remembered("huts.held")
    key = (scope_id(), page, seen)
    found = known.get(key)
    if found is None or found.until <= now():
        found = work_out()
        if found is None:
            return None
        _remember(known, key, found)
    return Sign(*seen, found.until), found.more


_turns = prepared(lambda: Range.select(fn.MIN(Case(
    None, [(Range.starts_at > param("now"), Range.starts_at)], Range.ends_at))).where(
        (Range.ends_at > param("now")) & among(Range.item_id, "ids")))


def turns(ids: Sequence[int]) -> int:
    """When the next range of one of these items begins or ends."""
    return _turns.one(now=now(), ids=numbers(ids))[0] or NEVER
