"""Reading a spreadsheet file that staff upload: its first sheet, cell by cell, with formulas found and no surprises.

Plain Python, which knows neither Flask nor the database.
"""

import re
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import NamedTuple
from xml.etree import ElementTree
from zipfile import BadZipFile, ZipFile

N_ = str  # marks a text that is translated where it is shown
MOST_ROWS = 10_000
MOST_COLUMNS = 50
UNPACKED = 60_000_000  # bytes of all that is packed in the file
FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
# A cell that is not empty: a formatted one far below what is written does no harm.
CELL = re.compile(rb"""<(?:\w+:)?c\s(?:[^>]*?\s)?r=["']([A-Z]{1,3})([0-9]{1,7})["'][^>]*(?<!/)>""")
# What a formula came to that could not be worked out, such as #REF!: a reader of values gives nothing for it.
ERROR = re.compile(rb"""<(?:\w+:)?c\s(?:[^>]*?\s)?t=["']e["']""")
MERGED = re.compile(rb"""<(?:\w+:)?mergeCell\s[^>]*?ref=["']([A-Z]{1,3})([0-9]{1,7}):""")
REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


class Problem(NamedTuple):
    """What is wrong at a place: the row as the program numbers it (0: the whole file), the column's letters or its
    heading, and a msgid with what fills it."""

    row: int
    column: str
    reason: str
    values: dict[str, object] = {}


class SheetError(Exception):
    """The file cannot be read; `problem` says why."""

    def __init__(self, problem: Problem):
        super().__init__(problem.reason)
        self.problem = problem


def read(data: bytes) -> list[list[object]]:
    """The rows of the first sheet from its first line on; texts, numbers, dates and times. Raises SheetError."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        _look_over(data)
        sheet = CalamineWorkbook.from_filelike(BytesIO(data)).get_sheet_by_index(0)
        return sheet.to_python(skip_empty_area=False)
    except (BadZipFile, CalamineError, ElementTree.ParseError, LookupError, StopIteration, zlib.error, ValueError,
            RuntimeError, NotImplementedError):
        raise SheetError(Problem(0, "", N_("This is not an XLSX file that can be read."))) from None


def _look_over(data: bytes) -> None:
    """Refuse what would take too much memory; formulas, of which the reader gives only what they came to at
    last; errors, of which it gives nothing; and merged cells, of which all but the first are empty."""
    book = ZipFile(BytesIO(data))
    parts = {info.filename: info for info in book.infolist()}
    room = UNPACKED
    for info in parts.values():
        room -= len(_unpacked(data, info, room))
    cells = _unpacked(data, parts[_first_sheet(book)], UNPACKED)
    for column, row in _places(cells):
        if row > MOST_ROWS + 1:
            raise SheetError(Problem(row, column, N_("There are more than %(n)s rows."), {"n": MOST_ROWS}))
        if _number(column) > MOST_COLUMNS:
            raise SheetError(Problem(row, column, N_("There are more than %(n)s columns."), {"n": MOST_COLUMNS}))
    for found in FORMULA.finditer(cells):
        column, row = _last_before(cells, found.start())
        raise SheetError(Problem(row, column, N_("This is a formula. Please write what it comes to.")))
    error = ERROR.search(cells)
    if error:
        column, row = _last_before(cells, error.end() + cells[error.end():].find(b">") + 1)
        raise SheetError(Problem(row, column, N_("There is an error in this cell. Please write what it should be.")))
    merged = MERGED.search(cells)
    if merged:
        raise SheetError(Problem(int(merged[2]), merged[1].decode(), N_("These cells are merged. Please split them.")))


def _unpacked(data: bytes, info, most: int) -> bytes:
    """A packed file, as long as it really is: what its heading says need not be so."""
    at = info.header_offset
    start = at + 30 + int.from_bytes(data[at + 26:at + 28], "little") + int.from_bytes(data[at + 28:at + 30], "little")
    packed = data[start:start + info.compress_size]
    unpacked = zlib.decompressobj(-15).decompress(packed, most + 1) if info.compress_type == 8 else packed
    if len(unpacked) > most:
        raise SheetError(Problem(0, "", N_("This file holds too much.")))
    return unpacked


def _first_sheet(book: ZipFile) -> str:
    """The name of the packed file that is the first sheet."""
    sheets = ElementTree.fromstring(book.read("xl/workbook.xml")).iter()
    wanted = next(tag for tag in sheets if tag.tag.endswith("}sheet")).get(REL)
    links = ElementTree.fromstring(book.read("xl/_rels/workbook.xml.rels"))
    target = next(link.get("Target") or "" for link in links if link.get("Id") == wanted)
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _places(cells: bytes) -> Iterator[tuple[str, int]]:
    return ((column.decode(), int(row)) for column, row in CELL.findall(cells))


def _last_before(cells: bytes, at: int) -> tuple[str, int]:
    """The cell in whose midst a place of the text lies."""
    return max(_places(cells[max(0, cells.rfind(b"<row", 0, at)):at]), default=("", 0), key=lambda p: _number(p[0]))


def _number(column: str) -> int:
    """A: 1, Z: 26, AA: 27."""
    n = 0
    for letter in column:
        n = n * 26 + ord(letter) - 64
    return n


def letters(n: int) -> str:
    """1: A, 26: Z, 27: AA."""
    found = ""
    while n:
        n, rest = divmod(n - 1, 26)
        found = chr(65 + rest) + found
    return found
