"""The pictures of a hut or an item: the first stands in lists, the others are kept beside it in one column."""

import json
from collections.abc import Sequence
from typing import NamedTuple

from portal import picture_url, small_picture_url

MOST = 8


class Picture(NamedTuple):
    """A stored picture by its name, and what it shows, for those who cannot see it."""

    name: str
    text: str


def of(row) -> tuple[Picture, ...]:
    """All pictures of a hut or an item, the first one first."""
    first = [Picture(row.picture, row.picture_alt)] if row.picture else []
    return (*first, *(Picture(*pair) for pair in json.loads(row.more_pictures or "[]")))


def columns(pictures: Sequence[Picture]) -> dict[str, str]:
    """The same as columns of a row; the next one becomes the first where that was taken away."""
    first, *more = pictures or (Picture("", ""),)
    return {"picture": first.name, "picture_alt": first.text,
            "more_pictures": json.dumps(more, ensure_ascii=False) if more else ""}


def seen(row) -> list[tuple[str, str]]:
    """(address of the small size, what it shows) of every picture."""
    return [(small_picture_url(name), text) for name, text in of(row)]


def others(row) -> list[tuple[str, str, str]]:
    """(address, address of the small size, what it shows) of every picture but the first."""
    return [(picture_url(name), small_picture_url(name), text) for name, text in of(row)[1:]]
