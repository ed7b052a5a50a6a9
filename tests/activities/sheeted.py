"""Spreadsheets as staff upload them, made for tests."""

from collections.abc import Sequence
from datetime import date, datetime, time
from io import BytesIO

from xlsxwriter import Workbook

HEADS = ("Title", "Description", "Day", "Begins at", "Ends at", "Last day", "Place", "Places", "Organiser", "For whom",
         "Price in yuan", "Tags", "What to bring", "How to get in")


class Formula(str):
    """A cell that a spreadsheet works out."""


def book(rows: Sequence[Sequence[object]], heads: Sequence[str] = HEADS) -> bytes:
    """An XLSX of these rows below headings; dates and times as a spreadsheet keeps them."""
    file = BytesIO()
    with Workbook(file, {"in_memory": True}) as made:
        sheet = made.add_worksheet()
        formats = {date: made.add_format({"num_format": "yyyy-mm-dd"}), time: made.add_format({"num_format": "hh:mm"})}
        for n, row in enumerate([heads, *rows]):
            for at, cell in enumerate(row):
                if isinstance(cell, Formula):
                    sheet.write_formula(n, at, cell)
                elif isinstance(cell, date | datetime | time):
                    sheet.write_datetime(n, at, cell, formats[type(cell)])
                elif isinstance(cell, int | float):
                    sheet.write_number(n, at, cell)
                elif cell:
                    sheet.write_string(n, at, cell)
    return file.getvalue()


def row(title: str = "剪纸", text: str = "", day: object = "2027-03-06", start: object = "14:30", end: object = "16:00",
        **more: object) -> list[object]:
    """A row in the order of HEADS; `more` by field: last, place, places, by, whom, price, tags, bring, access."""
    fields = ("last", "place", "places", "by", "whom", "price", "tags", "bring", "access")
    return [title, text, day, start, end, *(more.get(name, "") for name in fields)]
