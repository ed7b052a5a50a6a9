"""What a page of the shelf is known by: cheap numbers that change with whatever it shows, and how long they hold.

The site's mark grows with all that staff write, an item's stamp with all that lending changes of it; see
migrations/0004_marks.py. Time alone changes something, too: at the next begin or end of a range, or when a hut opens
or closes. That instant is worked out once and remembered with the numbers it was worked out for.
"""

from collections.abc import Callable, Hashable
from functools import cache
from typing import NamedTuple

from flask import current_app
from peewee import Case, Tuple, fn

from portal import now, param, prepared, scope_id

from ..models import Hut, Item, Range, ShelfMark
from .queries import FIRST, PAGE
from .show import NEVER

MOST = 4000  # pages that are remembered


class Sign(NamedTuple):
    """`mark` and `stamps` as they were read; nothing that a page shows changes before `until` while they stay."""

    mark: int
    stamps: int
    until: int


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


@cache
def _listing(hut: bool):
    def build():
        query = Item.select().join(Hut, on=(Hut.id == Item.hut_id)).where(
            (Item.state == "shown") & (Hut.state != "draft")
            & (Tuple(Item.name, Item.id) > Tuple(param("name"), param("id"))))
        if hut:
            query = query.where(Item.hut_id == param("hut"))
        return _stamps(query.order_by(Item.name, Item.id).limit(PAGE + 1))
    return prepared(build)


_kinds = cache(lambda n: prepared(lambda: _stamps(Item.select().where(
    (Item.state == "shown") & Item.category.in_([param(f"kind{i}") for i in range(n)])))))


@cache
def _some(n: int):
    return prepared(lambda: _stamps(Item.select().where(Item.id.in_([param(f"id{i}") for i in range(n)]))))


def of_list(hut_id: int | None = None, kinds: tuple[str, ...] = (), after: tuple[str, int] = FIRST) -> tuple[int, int]:
    """(mark, stamps) of the page that `queries.lines` gives; where kinds are chosen, of all items of these kinds."""
    if kinds:
        return _kinds(len(kinds)).one(**{f"kind{n}": kind for n, kind in enumerate(kinds)})
    name, number = after
    return _listing(hut_id is not None).one(hut=hut_id, name=name, id=number)


def of_some(ids: tuple[int, ...]) -> tuple[int, int]:
    """(mark, stamps) of the items of these numbers."""
    return _some(len(ids)).one(**{f"id{i}": number for i, number in enumerate(ids)})


def of_item(item_id: int) -> tuple[int, int]:
    """(mark, stamps) of one item, whether there is one or not."""
    return _item.one(id=item_id)


def held(page: Hashable, seen: tuple[int, int], work_out: Callable[[], Held | None]) -> tuple[Sign, Hashable] | None:
    """The sign of a page whose numbers were read, and what was remembered with it; worked out where it is not known
    or no longer holds. None, from `work_out`, is passed on: there is no such page."""
    known = current_app.extensions.setdefault("huts.held", {})
    key = (scope_id(), page, seen)
    found = known.get(key)
    if found is None or found.until <= now():
        found = work_out()
        if found is None:
            return None
        if len(known) >= MOST:
            known.clear()
        known[key] = found
    return Sign(*seen, found.until), found.more


_turns = cache(lambda n: prepared(lambda: Range.select(fn.MIN(Case(
    None, [(Range.starts_at > param("now"), Range.starts_at)], Range.ends_at))).where(
        (Range.ends_at > param("now")) & Range.item_id.in_([param(f"id{i}") for i in range(n)]))))


def turns(ids: list[int]) -> int:
    """When the next range of one of these items begins or ends."""
    if not ids:
        return NEVER
    return _turns(len(ids)).one(now=now(), **{f"id{i}": number for i, number in enumerate(ids)})[0] or NEVER
