"""Election files: what kind one is, and what is in it."""

import re
from pathlib import Path

from ..election import Budget, Election, NotAnElection
from . import abif, blt, dossier, preflib, scotelex, table
from .reading import text_of

KINDS = ("blt", "soc", "soi", "toc", "toi", "abif", "csv", "pb", "json")
LARGEST = 256 * 1024 * 1024

HEADERS = (  # content → kind, where the name does not tell
    (re.compile(r"(?s)\s*\{.*?\"(ballots|options|parameters|rule|title)\"\s*:"), "json"),
    (re.compile(r'\s*"?(ticks|ranks|scores|points)"?,'), "csv"),
    (re.compile(r"\s*META\b"), "pb"),
    (re.compile(r"\s*#\s*(FILE NAME|TITLE|DATA TYPE|NUMBER ALTERNATIVES|ALTERNATIVE NAME)"), "toi"),
    (re.compile(r"(\s*#[^\n]*\n)*\s*\d+[ \t]+\d+[ \t]*(#[^\n]*)?\r?\n"), "blt"),
    (re.compile(r"\s*\d+,\d+,?\s*\n"), "csv"),
    (re.compile(r"\s*\d+\s*\r?\n\s*1\s*,"), "toi"),
    (re.compile(r"(?s).*?(^|\n)\s*(=[^\n]*:|\{|\d+\s*[:*])"), "abif"),
)


def read(source: str | Path | bytes, name: str = "") -> Election | Budget:
    """What is in a file (a path), or in its bytes; the kind follows from the end of its name, else from what it says.

    Errors: NotAnElection, a sentence; OSError where the file cannot be read.
    """
    if isinstance(source, bytes):
        data = source
    else:
        path = Path(source)
        name = name or path.name
        if path.stat().st_size > LARGEST:
            raise NotAnElection(f"The file is larger than {LARGEST // 1024 // 1024} MB.")
        data = path.read_bytes()
    text = text_of(data)
    return _read(text, kind_of(name, text))


def kind_of(name: str, text: str) -> str:
    """One of KINDS. Errors: NotAnElection where neither name nor content tell."""
    ending = name.rpartition(".")[2].lower()
    if ending in KINDS:
        return ending
    head = text[:4000].removeprefix("\ufeff")
    for pattern, kind in HEADERS:
        if pattern.match(head):
            return kind
    raise NotAnElection(f"This is none of the kinds that can be read: {', '.join(KINDS)}.")


def _read(text: str, kind: str) -> Election | Budget:
    if kind == "blt":
        return blt.read(text)
    if kind == "abif":
        return abif.read(text)
    if kind == "csv":
        return table.read(text) if table.is_table(text) else scotelex.read(text)
    if kind == "json":
        return dossier.read(text)
    if kind == "pb":
        from . import pabulib
        return pabulib.read(text)
    return preflib.read(text, kind)
