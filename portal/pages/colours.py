"""Whether a brand's colour can be read, a readable one beside it, and the small style sheet it becomes."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import atan2, cos, hypot, sin

LEAST = 4.5
WHITE, INK = "#ffffff", "#1b1f23"
LIGHT_BACKGROUNDS = ("#ffffff", "#ffffff")
DARK_BACKGROUNDS = ("#14171a", "#1c2125")
NOT_A_COLOUR = "Write the colour as #rrggbb, for example #14508c."
HARD_ON_PAGE = "Words in this colour are hard to read on the page."
HARD_ON_COLOUR = "Neither white nor black words can be read on this colour."


@dataclass(frozen=True)
class Verdict:
    """Whether a colour may be used: its lowest contrast, the reason why not, a colour near it that may."""

    ok: bool
    ratio: float
    reason: str = ""
    suggestion: str = ""


def parse(colour: str) -> tuple[int, int, int] | None:
    """Red, green and blue from #rrggbb or #rgb; None when it is neither."""
    digits = colour.strip().removeprefix("#") if isinstance(colour, str) else ""
    if re.fullmatch("[0-9a-fA-F]{3}", digits):
        digits = "".join(digit * 2 for digit in digits)
    if not re.fullmatch("[0-9a-fA-F]{6}", digits):
        return None
    return tuple(bytes.fromhex(digits))


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def _rgb(colour: str) -> tuple[int, int, int]:
    rgb = parse(colour)
    if rgb is None:
        raise ValueError(f"{colour!r} is not a colour")
    return rgb


def luminance(colour: str) -> float:
    """The relative luminance by WCAG, 0 to 1."""
    red, green, blue = (_linear(part / 255) for part in _rgb(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast of two colours by WCAG, 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def words_on(colour: str) -> str:
    """White or ink, whichever reads better on the colour."""
    return max((WHITE, INK), key=lambda words: contrast(words, colour))


def check(colour: str, backgrounds: Sequence[str] = LIGHT_BACKGROUNDS) -> Verdict:
    """The verdict on a brand colour over the backgrounds of one mode (the theme's bg and paper).

    White or ink must read at 4.5 on it, and it must read at 4.5 on each background."""
    if parse(colour) is None:
        return Verdict(False, 0, NOT_A_COLOUR)
    on_page = min(contrast(colour, ground) for ground in backgrounds)
    on_it = contrast(words_on(colour), colour)
    ratio = round(min(on_page, on_it), 2)
    if min(on_page, on_it) >= LEAST:
        return Verdict(True, ratio)
    reason = HARD_ON_PAGE if on_page < LEAST else HARD_ON_COLOUR
    return Verdict(False, ratio, reason, nearest(colour, backgrounds))


def nearest(colour: str, backgrounds: Sequence[str]) -> str:
    """The colour of the same hue, as little darker or lighter as needed, that may be used; "" if none."""
    lightness, chroma, hue = oklch(colour)
    steps = sorted((n / 200 for n in range(201)), key=lambda light: abs(light - lightness))
    for light in steps:
        shade = from_oklch(light, chroma, hue)
        if min(contrast(shade, ground) for ground in backgrounds) < LEAST:
            continue
        if contrast(words_on(shade), shade) >= LEAST:
            return shade
    return ""


def oklch(colour: str) -> tuple[float, float, float]:
    """Lightness, chroma and hue (radians) in OKLCH, where equal steps look equal."""
    red, green, blue = (_linear(part / 255) for part in _rgb(colour))
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    middle = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    light = 0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short
    return light, hypot(a, b), atan2(b, a)


def from_oklch(light: float, chroma: float, hue: float) -> str:
    """The colour as #rrggbb, paler where a screen cannot show it that strong."""
    for share in range(20, -1, -1):
        parts = _linear_rgb(light, chroma * share / 20, hue)
        if all(-0.0005 <= part <= 1.0005 for part in parts):
            break
    return "#" + "".join(f"{_byte(part):02x}" for part in parts)


def _linear_rgb(light: float, chroma: float, hue: float) -> tuple[float, float, float]:
    a, b = chroma * cos(hue), chroma * sin(hue)
    long = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (light - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
            -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
            -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short)


def _byte(part: float) -> int:
    part = min(1.0, max(0.0, part))
    part = 12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055
    return round(part * 255)


def dark_of(colour: str, backgrounds: Sequence[str] = DARK_BACKGROUNDS) -> str:
    """The same hue for the dark mode: light enough to read there."""
    light, chroma, hue = oklch(colour)
    pastel = from_oklch(max(light, 0.78), min(chroma, 0.13), hue)
    return nearest(pastel, backgrounds)


def brand_css(colours: Mapping[str, str], backgrounds: Sequence[str] = DARK_BACKGROUNDS) -> str:
    """A style sheet that lays a brand over the theme: {"brand": "#14508c"} and, if chosen, "brand_dark".

    What is not a colour is left out, so that no row can write anything else into a style sheet."""
    brand = colours.get("brand") or ""
    if parse(brand) is None:
        return ""
    light = _plain(brand)
    dark = colours.get("brand_dark") or ""
    dark = _plain(dark) if parse(dark) else dark_of(light, backgrounds)
    pairs = {"brand": (light, dark), "on": (words_on(light), words_on(dark)),
             "tint": (_tint(light, 0.96, 0.02), _tint(light, 0.28, 0.03))}
    both = ";".join(f"--{name}:light-dark({day},{night})" for name, (day, night) in pairs.items())
    day = ";".join(f"--{name}:{pair[0]}" for name, pair in pairs.items())
    return f":root{{{both}}}\n@supports not (color:light-dark(red,red)){{:root:root{{{day}}}}}\n"


def _plain(colour: str) -> str:
    return "#" + bytes(_rgb(colour)).hex()


def _tint(colour: str, light: float, strongest: float) -> str:
    _, chroma, hue = oklch(colour)
    return from_oklch(light, min(chroma, strongest), hue)
