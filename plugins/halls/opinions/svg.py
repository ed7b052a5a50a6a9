"""The map as a picture: SVG without scripts or styles; `static/map.css` gives it colours, light and dark.

Groups differ by colour, by the shape of their dots and by a letter. It is drawn from what `Map.to_dict()` stored.
"""

from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any

N_ = str  # marks a text that is translated where it is shown
WIDTH, HEIGHT = 400, 280
NEAR = 26  # nearer than that, a letter would lie on the reader's mark
KINDS = 5  # colours and shapes; a sixth group begins anew with another letter
TITLE = N_("Opinion map")
GROUP = N_("Group %(letter)s: %(size)s people, %(where)s.")
YOU_IN = N_("You are in group %(letter)s, %(where)s.")
YOU_OUT = N_("You are %(where)s, in no group yet.")
NONE = N_("There are no groups yet.")
ME = N_("You")
WHERE = ((N_("at the top left"), N_("at the top"), N_("at the top right")),
         (N_("on the left"), N_("in the middle"), N_("on the right")),
         (N_("at the bottom left"), N_("at the bottom"), N_("at the bottom right")))
SHAPES = ('<circle cx="{}" cy="{}" r="4"/>', '<path d="M{} {}m-4-4h7v7h-7z"/>', '<path d="M{} {}m0-5l5 9h-10z"/>',
          '<path d="M{} {}m0-5l5 5l-5 5l-5-5z"/>',
          '<path d="M{} {}m-1.5-5h3v3.5h3.5v3h-3.5v3.5h-3v-3.5h-3.5v-3h3.5z"/>')


def letter(number: int) -> str:
    """What a group is called: A for 0."""
    return chr(ord("A") + number % 26)


def draw(found: Mapping[str, Any], you: Sequence[Any] | None = None, say: Callable[[str], str] = str,
         name: str = "opinions") -> str:
    """The map as an `<svg>` of at most 40 kB.

    `found` is `Map.to_dict()`, with or without people; `you` is a value of its `people`: (group, x, y). `say`
    translates the words; `name` is the beginning of its ids, for pages with more than one map.
    """
    head, body, end = frame(found, say, name)
    return f"{head}{escape(describe(found, you, say))}{body}{marks(found, you, say)}{end}"


def frame(found: Mapping[str, Any], say: Callable[[str], str] = str, name: str = "opinions") -> tuple[str, str, str]:
    """What of the picture every reader sees: it stands before, between and after its words (`describe`, escaped) and
    its `marks`."""
    groups = found["groups"]
    body = [*(_outline(n, group) for n, group in enumerate(groups)),
            *(_dots(n, group) for n, group in enumerate(groups))]
    head = (f'<svg class="map" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="{name}-t {name}-d">'
            f'<title id="{name}-t">{escape(say(TITLE))}</title><desc id="{name}-d">')
    return head, f'</desc>{"".join(body)}', "</svg>"


def marks(found: Mapping[str, Any], you: Sequence[Any] | None = None, say: Callable[[str], str] = str) -> str:
    """The reader's mark, and the letters of the groups beside it."""
    letters = "".join(_letter(n, group, you) for n, group in enumerate(found["groups"]))
    return (_me(you, say) if you else "") + letters


def describe(found: Mapping[str, Any], you: Sequence[Any] | None = None, say: Callable[[str], str] = str) -> str:
    """The picture in words: each group with its letter, size and side of the map, and where the reader stands."""
    told = [say(GROUP) % {"letter": letter(n), "size": group["size"], "where": say(_where(*group["centre"]))}
            for n, group in enumerate(found["groups"])] or [say(NONE)]
    if you:
        words = YOU_OUT if you[0] is None else YOU_IN
        told.append(say(words) % {"letter": letter(you[0] or 0), "where": say(_where(you[1], you[2]))})
    return " ".join(told)


def _where(x: int, y: int) -> str:
    return WHERE[min(3 * y // HEIGHT, 2)][min(3 * x // WIDTH, 2)]


def _kind(number: int) -> int:
    return number % KINDS + 1


def _outline(number: int, group: Mapping[str, Any]) -> str:
    """The convex outline; its thick stroke makes it soft."""
    corners = " ".join(f"{x} {y}" for x, y in group["hull"])
    return f'<path class="hull g{_kind(number)}" d="M{corners}z"/>'


def _dots(number: int, group: Mapping[str, Any]) -> str:
    shape = SHAPES[number % KINDS]
    return f'<g class="dots g{_kind(number)}">{"".join(shape.format(x, y) for x, y in group["dots"])}</g>'


def _letter(number: int, group: Mapping[str, Any], you: Sequence[Any] | None) -> str:
    """The group's letter in its middle, a little aside where the reader stands there."""
    x, y = group["centre"]
    if you and abs(x - you[1]) < NEAR and abs(y - you[2]) < NEAR:
        y = int(you[2]) + (NEAR if y >= you[2] and you[2] + NEAR < HEIGHT - 13 else -NEAR)
    return (f'<g class="name g{_kind(number)}"><circle cx="{x}" cy="{y}" r="13"/>'
            f'<text x="{x}" y="{y + 6}">{letter(number)}</text></g>')


def _me(you: Sequence[Any], say: Callable[[str], str]) -> str:
    x, y = int(you[1]), int(you[2])
    side, at = ("start", x + 13) if x < WIDTH * 3 // 4 else ("end", x - 13)
    return (f'<g class="you"><circle cx="{x}" cy="{y}" r="7"/>'
            f'<text x="{at}" y="{y + 6}" text-anchor="{side}">{escape(say(ME))}</text></g>')
