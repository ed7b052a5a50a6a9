"""Reads who agreed with what: the file `participants-votes.csv` of a Polis export."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

AGREE, PASS, DISAGREE, UNSEEN = 1, 0, -1, -128
CODES = {"1": 1, "0": 0, "-1": 255, "": 128,  # the same values as unsigned bytes
         "1.0": 1, "0.0": 0, "-0.0": 0, "-1.0": 255}  # as programs write them that know no whole numbers with gaps


class NotVotes(ValueError):
    """Something in a file that is no vote; the message is a sentence with the line."""


@dataclass(frozen=True, slots=True, eq=False)
class Votes:
    """A vote for each participant (row) and statement (column): 1 agree, -1 disagree, 0 pass, UNSEEN.

    `matrix` is int8, a byte for each vote. `published` is the group that the file names for each participant, or None.
    """

    matrix: np.ndarray
    participants: tuple[str, ...]
    statements: tuple[str, ...]
    published: tuple[int | None, ...] = ()


def read(path: Path) -> Votes:
    """The votes of a file. Raises NotVotes with a sentence, and the line where there is one."""
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            return parse(file)
    except UnicodeDecodeError:
        raise NotVotes("This is no text in UTF-8.") from None


def parse(lines: Iterable[str]) -> Votes:
    """The votes of these lines: a header, then one line for each participant.

    The header has `participant`, perhaps `group-id` and counts, and a number for each statement, in any order.
    """
    rows = _rows(lines)
    _line, header = next(rows, (1, []))
    header = [name.strip() for name in header]
    columns = [n for n, name in enumerate(header) if name.isdecimal()]
    _check_header(header, columns)
    return _collect(rows, header, columns)


def _rows(lines: Iterable[str]) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(lines, strict=True)
    try:
        for row in reader:
            if row:
                yield reader.line_num, row
    except csv.Error as e:
        raise NotVotes(f"Line {reader.line_num}: {e}.") from None


def _check_header(header: Sequence[str], columns: Sequence[int]) -> None:
    if "participant" not in header:
        raise NotVotes("Line 1: the header needs a column named participant, and one with a number for each statement.")
    if not columns:
        raise NotVotes("Line 1: there is no statement; its columns are named 0, 1, 2 and so on.")
    names = [header[n] for n in columns]
    for name in ("participant", "group-id", *names):
        if header.count(name) > 1:
            raise NotVotes(f"Line 1: the column {name} is there twice.")


def _collect(rows: Iterator[tuple[int, list[str]]], header: list[str], columns: list[int]) -> Votes:
    who, group = header.index("participant"), header.index("group-id") if "group-id" in header else None
    straight = columns == list(range(columns[0], len(header)))
    cells, lines, published = bytearray(), {}, []
    for line, row in rows:
        if len(row) != len(header):
            raise NotVotes(f"Line {line}: there are {len(row)} cells under {len(header)} columns.")
        name = row[who].strip()
        if not name or name in lines:
            raise NotVotes(f"Line {line}: the participant {name} is there twice, first in line {lines[name]}."
                           if name else f"Line {line}: the participant has no name.")
        lines[name] = line
        published.append(None if group is None else _group(row[group], line))
        cells += _codes(row[columns[0]:] if straight else [row[n] for n in columns], line, header, columns)
    matrix = np.frombuffer(cells, np.int8).reshape(len(lines), len(columns))
    return Votes(matrix, tuple(lines), tuple(header[n] for n in columns), tuple(published))


def _codes(row: Sequence[str], line: int, header: Sequence[str], columns: Sequence[int]) -> bytes:
    try:
        return bytes(map(CODES.__getitem__, row))
    except KeyError:
        row = [cell.strip() for cell in row]
    for column, cell in zip(columns, row, strict=True):
        if cell not in CODES:
            raise NotVotes(f"Line {line}: the vote on statement {header[column]} is “{cell[:20]}”; "
                           "it may be 1, 0, -1 or empty.")
    return bytes(map(CODES.__getitem__, row))


def _group(cell: str, line: int) -> int | None:
    cell = cell.strip().removesuffix(".0")
    if not cell:
        return None
    if not (cell.isascii() and cell.isdecimal() and len(cell) < 10):
        raise NotVotes(f"Line {line}: the group-id “{cell[:20]}” is no number.")
    return int(cell)
