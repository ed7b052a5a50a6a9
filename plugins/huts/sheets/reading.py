"""Reading what people send: XLSX, or CSV as it comes from programs in China and elsewhere. Plain Python."""

import csv
from collections import Counter
from io import StringIO

from portal import sheet_file

Problem, SheetError = sheet_file.Problem, sheet_file.SheetError
N_ = str  # marks a text that is translated where it is shown
MARKED = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
SEPARATORS = ",;\t，；"
LONGEST = 20_000_000  # bytes of a CSV
FORMULAS = "=+@"
FORMULA = N_("This is a formula. Please write what it comes to.")


def read(data: bytes) -> list[list[object]]:
    """The rows of the file, headings first. Raises SheetError, which says what is wrong and where."""
    if not data.strip():
        raise SheetError(Problem(0, "", N_("This file is empty.")))
    if data[:2] == b"PK":
        return sheet_file.read(data)
    if data[:4] == b"\xd0\xcf\x11\xe0":
        raise SheetError(Problem(0, "", N_("This is an old or a locked Excel file. Please save it as XLSX, "
                                           "without a password.")))
    return _csv(data)


def _csv(data: bytes) -> list[list[object]]:
    if len(data) > LONGEST:
        raise SheetError(Problem(0, "", N_("This file holds too much.")))
    text = _text(data)
    rows: list[list[object]] = []
    try:
        for row in csv.reader(StringIO(text, newline=""), delimiter=_separator(text), strict=True):
            rows.append(list(row))
            if len(rows) > sheet_file.MOST_ROWS + 1:
                raise SheetError(Problem(len(rows), "", N_("There are more than %(n)s rows."),
                                         {"n": sheet_file.MOST_ROWS}))
            _look_at(row, len(rows))
    except csv.Error:
        raise SheetError(Problem(len(rows) + 1, "", N_("This line cannot be read. Is a quotation mark missing?"))) \
            from None
    return rows


def _look_at(row: list[str], n: int) -> None:
    """Refuse formulas, and rows without an end."""
    if len(row) > sheet_file.MOST_COLUMNS:
        raise SheetError(Problem(n, "", N_("There are more than %(n)s columns."), {"n": sheet_file.MOST_COLUMNS}))
    for at, cell in enumerate(row, 1):
        if cell[:1] in FORMULAS and len(cell) > 1:
            raise SheetError(Problem(n, sheet_file.letters(at), FORMULA))


def _text(data: bytes) -> str:
    """The text, in the encoding that it says, in UTF-8, or as programs in China write it."""
    named = next((name for mark, name in MARKED if data.startswith(mark)), None)
    high, low = data[:4000:2].count(0), data[1:4000:2].count(0)  # neither UTF-8 nor GB 18030 has a zero in a text
    guessed = ("utf-16-le" if low > high else "utf-16-be",) if high or low else ("utf-8", "gb18030")
    for name in (named,) if named else guessed:
        try:
            text = data.decode(name)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise SheetError(Problem(0, "", N_("This is neither an XLSX nor a CSV file that can be read.")))


def _separator(text: str) -> str:
    """What stands between the headings most often."""
    counted = Counter(c for c in text.partition("\n")[0] if c in SEPARATORS)
    return counted.most_common(1)[0][0] if counted else ","
