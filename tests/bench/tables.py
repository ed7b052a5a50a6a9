"""Figures in lines under each other."""

import unicodedata
from collections.abc import Iterable
from typing import NamedTuple


class Figure(NamedTuple):
    """One measured thing: in words, its target, and how much of the target it takes."""

    what: str
    found: str
    target: str = ""
    share: float = 0
    fits: bool = True


def lines(figures: Iterable[Figure]) -> list[str]:
    """A line for each figure; those over their target are marked."""
    figures = list(figures)
    wide = max((_width(f.what) for f in figures), default=0)
    broad = max((_width(f.found) for f in figures), default=0)
    return [f"  {_padded(f.what, wide)}  {_padded(f.found, broad)}  {_judged(f)}".rstrip() for f in figures]


def _judged(figure: Figure) -> str:
    if not figure.target:
        return ""
    share = f" {figure.share:4.0%}" if figure.share else ""
    return f"{figure.target:10}{share}{'' if figure.fits else '  OVER'}"


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))
