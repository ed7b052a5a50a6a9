"""How small a sheet of A4 has to be set to be one page, by the length of its texts. Plain Python."""

import math
from collections.abc import Iterable

WIDTH, HEIGHT = 178, 258  # mm
TITLE, TEXT, LEADING, GAP = 11, 4.6, 1.45, 4
SIZES = (("", 1.0), ("s", 0.8), ("xs", 0.66))  # class of the sheet, and how large its letters are then
TALL = 0x2E7F  # from here on letters are as wide as they are high


def lines(text: str, size: float, width: float = WIDTH) -> int:
    """How many lines a text takes in letters of `size` mm, at most about."""
    em = sum(1 if ord(letter) > TALL else 0.6 for letter in text)
    return max(1, math.ceil(em * size / (width - size)))


def size_of(title: str, texts: Iterable[str], rows: Iterable[str] = (), code: float = 44, beside: float = 0) -> str:
    """The class with which title, paragraphs and rows stand on one page, above a QR code of `code` mm; `beside`: what
    part of a row's width is not its text's. Where even the smallest does not fit it is "s", on several pages."""
    texts, rows = list(texts), list(rows)
    for name, scale in SIZES:
        text = TEXT * scale
        high = lines(title, TITLE * scale) * TITLE * scale * 1.25 + code
        high += sum(lines(one, text) * text * LEADING + GAP * scale for one in texts)
        high += sum(lines(one, text, WIDTH * (1 - beside)) * text * LEADING + 2 * scale for one in rows)
        if high <= HEIGHT:
            return name
    return "s"
