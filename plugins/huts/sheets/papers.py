"""Label papers as data, and how large a name can be set on a label. Plain Python, lengths in millimetres."""

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

N_ = str  # marks a text that is translated where it is shown

PAD = 2.0  # of a label, on all sides, and beside its code
BELOW = 8.6  # height that the short code and the hut's name take
LINE = 1.2  # a line's height, in sizes of its letters
SIZES = (5.0, 4.2, 3.6, 3.1, 2.7, 2.3, 2.0, 1.8, 1.6)


class Paper(NamedTuple):
    """A sheet of labels. Its edges and gaps stand in labels.css under the same name."""

    label: str
    columns: int
    rows: int
    width: float
    height: float
    roll: bool = False

    @property
    def n(self) -> int:
        """Labels of a sheet."""
        return self.columns * self.rows


PAPERS: Mapping[str, Paper] = {
    "a4-24": Paper(N_("A4, 3 × 8 of 70 × 36 mm"), 3, 8, 70, 36),
    "a4-24-37": Paper(N_("A4, 3 × 8 of 70 × 37 mm"), 3, 8, 70, 37),
    "a4-14": Paper(N_("A4, 2 × 7 of 99.1 × 38.1 mm"), 2, 7, 99.1, 38.1),
    "a4-40": Paper(N_("A4, 4 × 10 of 48.5 × 25.4 mm"), 4, 10, 48.5, 25.4),
    "roll": Paper(N_("Roll, 50 × 30 mm"), 1, 1, 50, 30, True),
}


def size(name: str, paper: Paper) -> float:
    """The largest size of letters in which a name fits on a label, wrapped anywhere; the smallest where none does."""
    side = paper.height - 2 * PAD
    width, height = paper.width - side - 3 * PAD, side - BELOW
    return next((size for size in SIZES if _lines(name, width / size) * size * LINE <= height), SIZES[-1])


def _lines(name: str, width: float) -> int:
    """How many lines a name takes that are so many letters wide."""
    lines, used = 1, 0.0
    for letter in name:
        wide = _width(letter)
        if used + wide > width:
            lines, used = lines + 1, 0.0
        used += wide
    return lines


def _width(letter: str) -> float:
    """A letter's width, in sizes of its letters."""
    return 1.02 if unicodedata.east_asian_width(letter) in "WFA" else 0.72


def sheets(labels: Sequence[Any], paper: Paper, first: int = 1) -> list[list[Any]]:
    """Labels sheet by sheet; the first ones of the first sheet, which are used up, stay empty."""
    places = [None] * (first - 1) + list(labels)
    return [places[n:n + paper.n] for n in range(0, len(places), paper.n)]
