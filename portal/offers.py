"""What hooks answer with: small named tuples."""

from collections.abc import Callable
from random import Random
from typing import Any, NamedTuple, get_origin

from markupsafe import Markup


class Said:
    """Base of texts that are no str but show as one, in the language of whoever reads them."""

    __slots__ = ()


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
    """One thing in the calendar, from `start` to `end` (epoch seconds); `url` is relative to its site.

    `site_id`: whose it is, where several sites were asked for at once; 0 is the one that was asked.
    """

    start: int
    end: int
    title: str
    url: str
    place: str = ""
    all_day: bool = False
    cancelled: bool = False
    uid: str = ""
    site_id: int = 0
    sequence: int = 0  # for calendars that follow it: grows with every change of time, place or state
    changed_at: int = 0


class News(NamedTuple):
    """Something new for everybody to read, since `at` (epoch seconds); `url` is relative to the site and stays."""

    at: int
    title: str
    url: str
    text: str = ""


class Figure(NamedTuple):
    """A number for staff, with the rows of its chart: (label, number), or with words to be read in its place.

    `words` are read in the place of the value itself. So small numbers can be hidden that would tell of single people.
    """

    label: str
    value: int
    rows: tuple[tuple[str, int] | tuple[str, int, str], ...] = ()
    words: str = ""


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
    """A kind of message, `<plugin>.<what>`, and what it also goes out by from the start, until a person says otherwise.

    `urgent`: it has a deadline, and does not wait for the person's one e-mail a day.
    """

    name: str
    label: str
    email: bool = True
    urgent: bool = False
    sms: bool = False
    wechat: bool = True


class Place(NamedTuple):
    """A place that a plugin offers to others."""

    key: str
    name: str
    address: str = ""


class Neighbour(NamedTuple):
    """A resident of a made-up site, with their family: (household id, name) each."""

    id: int
    name: str
    family: tuple[tuple[int, str], ...] = ()


class Plot(NamedTuple):
    """What a plugin is given to fill one made-up site. The same plot gives the same rows."""

    scale: str  # demo, or district: about as many rows as a real one has
    number: int  # this community's number among the `of` communities, from 0; -1: a street or district
    of: int
    random: Random  # this site's and this plugin's own
    people: tuple[Neighbour, ...]  # verified residents; those of the demo's sign-ins come first
    staff: int  # somebody of the staff
    beginning: bool  # its staff have only begun: a little is enough
    village: bool
    estates: tuple[str, ...]
    phone: str
    picture: Callable[[str], str]  # the name of a stored picture: "papercut", "film", … (portal/seed/scenes.py)


_ACCEPTED = {str: (str, Said), Any: object}
_TYPES = {offer: tuple(_ACCEPTED.get(t, get_origin(t) or t) for t in offer.__annotations__.values())
          for offer in (Link, Card, Hit, Day, News, Figure, Setting, Action, NoticeKind, Place)}
KINDS = ("text", "number", "yes", "choice")
HEAVIEST, FARTHEST = 1_000, 2**40  # weights; seconds from 1970


def wrong(offer: type, item: Any) -> str:
    """What is wrong with an item that should be an `offer`; empty when nothing is."""
    if not isinstance(item, offer):
        return f"{type(item).__name__} instead of {offer.__name__}"
    if offer is str:
        return ""
    for name, value, types in zip(item._fields, item, _TYPES[offer], strict=True):
        if not isinstance(value, types):
            return f"{offer.__name__}.{name} is {type(value).__name__}"
    return _OUT_OF_BOUNDS[offer](item) if offer in _OUT_OF_BOUNDS else ""


def _weight(item: Link | Card) -> str:
    return "" if 0 <= item.weight <= HEAVIEST else f"a weight is from 0 to {HEAVIEST}, not {item.weight}"


def _instants(day: Day) -> str:
    return "" if -FARTHEST < day.start <= day.end < FARTHEST else "a day that ends before it begins, or never"


def _rows(figure: Figure) -> str:
    fits = all(isinstance(r, tuple) and len(r) in (2, 3) and isinstance(r[1], int) for r in figure.rows)
    return "" if fits else "a row of a figure is (label, number), or with words"


def _kind(setting: Setting) -> str:
    return "" if setting.kind in KINDS else f"a setting is {', '.join(KINDS)}, not {setting.kind}"


_OUT_OF_BOUNDS = {Link: _weight, Card: _weight, Day: _instants, Figure: _rows, Setting: _kind}
