"""Small things of a page in one column of its one statement."""

import json
from typing import Any

from peewee import Select, fn

from .database import current


def packed(query, *names: str):
    """The rows of a query as a column of another: JSON, a list a row. A query in an order has a limit, or loses it."""
    columns = [getattr(query.c, name) for name in names]
    if current.obj.kind == "sqlite":
        return Select([query], [fn.JSON_GROUP_ARRAY(fn.JSON_ARRAY(*columns))])
    return Select([query], [fn.JSON_AGG(fn.JSON_BUILD_ARRAY(*columns)).cast("text")])


def in_one(*columns):
    """Several columns in one: JSON, a list."""
    if current.obj.kind == "sqlite":
        return fn.JSON_ARRAY(*columns)
    return fn.JSON_BUILD_ARRAY(*columns).cast("text")


def unpacked(found: str | list | None) -> list[Any]:
    """The rows of a packed column, or what was put together; a column inside of another may have been read with it."""
    return (json.loads(found) if isinstance(found, str) else found) or []
