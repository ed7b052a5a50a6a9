"""What can be reported and hidden: each kind of thing says how it is found, hidden and shown again."""

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

N_ = str  # marks a text that is translated where it is shown

RULES: Mapping[str, str] = {  # why something can be reported and hidden
    "insult": N_("It insults people"),
    "private": N_("It tells of somebody’s private life"),
    "unlawful": N_("It breaks the law"),
    "advert": N_("It is advertising"),
    "off": N_("It does not belong to this topic"),
}


class Thing(NamedTuple):
    """Something that somebody has written, of whatever kind. `url` is relative to the site."""

    kind: str
    id: int
    topic_id: int
    author_id: int | None
    text: str
    url: str
    state: str  # shown, hidden; others are the kind's own, and can be neither reported nor hidden
    changed_at: int

    @property
    def key(self) -> str:
        """The kind and the number, as one text."""
        return f"{self.kind} {self.id}"


class Kind(NamedTuple):
    """A kind of thing.

    `find` answers with those of these numbers that there are in the open site, by number, in one query; topics that
    residents do not see are left out. `hide(id, rule, reason)` takes a shown one off every page, list, search and
    export, `show(id)` brings a hidden one back: each answers with whether it did.
    """

    name: str
    word: str  # msgid
    find: Callable[[Iterable[int]], dict[int, Thing]]
    hide: Callable[[int, str, str], bool]
    show: Callable[[int], bool]
