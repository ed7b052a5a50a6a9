"""What hooks answer with: small named tuples."""

from typing import Any, NamedTuple

from markupsafe import Markup


class Link(NamedTuple):
    """An entry of a menu. `url` is relative to the site ("activities/"); the lowest weight comes first."""

    url: str
    label: str
    icon: str = "file-text"
    weight: int = 100
    badge: int = 0


class Card(NamedTuple):
    """A section of the front page or of “me”, rendered by the plugin. The lowest weight comes first."""

    html: Markup
    weight: int = 100


class Hit(NamedTuple):
    """One thing that the search found; `url` is relative to the site."""

    title: str
    url: str
    summary: str = ""


class Day(NamedTuple):
    """One thing in the calendar, from `start` to `end` (epoch seconds); `url` is relative to the site."""

    start: int
    end: int
    title: str
    url: str
    place: str = ""
    all_day: bool = False
    cancelled: bool = False
    uid: str = ""


class Figure(NamedTuple):
    """A number for staff, with the rows of its chart."""

    label: str
    value: int
    rows: tuple[tuple[str, int], ...] = ()


class Setting(NamedTuple):
    """What staff can set for a plugin: `kind` is text, number, yes or choice."""

    name: str
    label: str
    kind: str = "text"
    default: Any = ""
    choices: tuple[tuple[str, str], ...] = ()
    hint: str = ""


class Action(NamedTuple):
    """A right, named `<plugin>.<verb>`, and the roles that have it from the start."""

    name: str
    label: str
    roles: tuple[str, ...] = ("staff",)


class NoticeKind(NamedTuple):
    """A kind of message, `<plugin>.<what>`, and whether it also goes out by e-mail from the start."""

    name: str
    label: str
    email: bool = True


class Place(NamedTuple):
    """A place that a plugin offers to others."""

    key: str
    name: str
    address: str = ""
