"""Spreadsheets that we write: XLSX of plain text, in which nothing is a formula or a link, whatever people typed."""

from collections.abc import Iterable, Sequence
from io import BytesIO
from urllib.parse import quote

from flask import Response

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST = 32_767  # characters of a cell
NOT_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
PLAIN = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
A4 = 9
WIDEST = 40  # letters


class Table:
    """A spreadsheet that is being written, sheet by sheet; every cell is text."""

    def __init__(self):
        from xlsxwriter import Workbook  # costs 60 ms, which no page needs

        self.file = BytesIO()
        self.book = Workbook(self.file, PLAIN)
        self.head = self.book.add_format({"bold": True, "bottom": 1, "num_format": "@", "valign": "top"})
        self.text = self.book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})

    def add(self, name: str, title: str, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """A sheet with a line of headings that stays in sight and stands on each printed page, under `title`."""
        sheet = self.book.add_worksheet(name.translate(NOT_IN_NAMES).strip()[:31] or None)
        widths = [_width(head) for head in heads]
        for n, row in enumerate([heads, *rows]):
            for column, value in enumerate(row):
                sheet.write_string(n, column, str(value)[:LONGEST], self.text if n else self.head)
                widths[column] = max(widths[column], _width(str(value)))
        for column, width in enumerate(widths):
            sheet.set_column(column, column, min(width, WIDEST) + 2, self.text)
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
        sheet.set_paper(A4)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_header(f"&L{title.replace('&', '&&')[:200]}&R&P/&N")

    def answer(self, name: str) -> Response:
        """The file, to be downloaded under a name."""
        self.book.close()
        return Response(self.file.getvalue(), mimetype=XLSX, headers={
            "Content-Disposition": f"attachment; filename=\"table.xlsx\"; filename*=UTF-8''{quote(name, safe='')}.xlsx",
            "Cache-Control": "no-store"})


def _width(text: str) -> int:
    """How many letters wide the widest line is; Chinese ones count twice."""
    return max((sum(2 if ord(c) > 0x2E7F else 1 for c in line) for line in text.splitlines()), default=0)
