"""What a spreadsheet means, and every way in which a row can be wrong, in plain Python."""

import zipfile
from datetime import date, datetime, time
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from portal.plugins.activities.sheets.rows import COLUMNS, check
from xlsxwriter import Workbook

import portal
from portal.base.sheet_file import Problem, SheetError, letters, read
from tests.activities.sheeted import HEADS, Formula, book, row

ZONE = "Asia/Shanghai"
HEADINGS = {column.name.lower(): key for key, column in COLUMNS.items()}
AUDIENCES = {name.lower(): key for key, name in portal.AUDIENCES.items()}


def checked(*rows, heads=HEADS):
    return check(read(book(rows, heads)), ZONE, HEADINGS, AUDIENCES)


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(ZONE)).timestamp())


def test_rows_of_one_title_and_text_are_one_activity():
    found = checked(row(places=12, price=5.5, tags="手工 长者"), row("象棋"),
                    row(day="2027-03-13", place="二楼", price="5.50", tags="手工、长者"), row(text="另一种"))
    assert not found.problems
    assert [(a["title"], a["text"]) for a in found.activities] == [("剪纸", ""), ("象棋", ""), ("剪纸", "另一种")]
    assert [(d.activity, d.row, d.place, d.capacity) for d in found.dates] == [
        (0, 2, "", 12), (1, 3, "", None), (0, 4, "二楼", None), (2, 5, "", None)]
    assert found.activities[0]["price_fen"] == 550 and found.activities[0]["tags"] == ",手工,长者,"


@pytest.mark.parametrize(("when", "start", "end", "whole"), [
    (row(day=date(2027, 3, 6), start=time(14, 30), end=time(16)), "2027-03-06T14:30", "2027-03-06T16:00", False),
    (row(day="2027年3月6日", start="9：05", end=""), "2027-03-06T09:05", "2027-03-06T10:05", False),
    (row(day="2028/2/29", start="", end=""), "2028-02-29T00:00", "2028-03-01T00:00", True),
    (row(day="2027-03-06", start="", end="", last="2027-03-07"), "2027-03-06T00:00", "2027-03-08T00:00", True),
    (row(start="22:00", end="2:00", last="2027-03-07"), "2027-03-06T22:00", "2027-03-07T02:00", False),
])
def test_when(when, start, end, whole):
    found = checked(when)
    assert not found.problems and found.dates[0][2:5] == (at(start), at(end), whole)


@pytest.mark.parametrize(("wrong", "column", "part"), [
    (row(day="2027-02-29"), "C Day", "no such day"),
    (row(day="2027-13-01"), "C Day", "no such day"),
    (row(day="soon"), "C Day", "not a day"),
    (row(day=46447), "C Day", "not a day"),
    (row(day=""), "C Day", "must be filled"),
    (row(day="1827-02-01"), "C Day", "year"),
    (row(title=""), "A Title", "must be filled"),
    (row(title="字" * 121), "A Title", "characters"),
    (row(text="字" * 8001), "B Description", "characters"),
    (row(start="25:00"), "D Begins at", "not an hour"),
    (row(start="14:30", end="14:30"), "E Ends at", "end after"),
    (row(start="14:30", end="9:00"), "E Ends at", "end after"),
    (row(start="", end="9:00"), "D Begins at", "begins, too"),
    (row(last="2027-03-05"), "F Last day", "within"),
    (row(last="2028-03-05"), "F Last day", "within"),
    (row(end="", last="2027-03-07"), "E Ends at", "ends on the last day"),
    (row(places=-5), "H Places", "whole number"),
    (row(places="0"), "H Places", "whole number"),
    (row(places=2.5), "H Places", "whole number"),
    (row(whom="Martians"), "J For whom", "none of the words"),
    (row(price="-3"), "K Price in yuan", "price"),
])
def test_what_is_wrong_is_said_by_row_and_column(wrong, column, part):
    found = checked(row("别的"), wrong)
    assert [(p.row, p.column) for p in found.problems] == [(3, column)] and part in found.problems[0].reason


def test_every_problem_is_found_at_once():
    found = checked(row(day="x", places=-1), row("象棋", start="x"), row("象棋"), row("象棋"))
    assert [(p.row, p.column) for p in found.problems] == [(2, "H Places"), (2, "C Day"), (3, "D Begins at"),
                                                          (5, "C Day")]


def test_rows_of_one_activity_must_agree():
    found = checked(row(by="小屋"), row(day="2027-04-01", by="街道"))
    assert found.problems == [Problem(3, "I Organiser", found.problems[0].reason, {"first": 2})]


@pytest.mark.parametrize(("heads", "rows", "where"), [
    (("Title", "Dag"), [], (1, "B")), (("Title", "Day", "Day"), [], (1, "C")), (("Title",), [], (1, "")),
    (HEADS, [], (2, "")), (HEADS, [[""] * 3], (2, "")),
])
def test_headings_must_be_right(heads, rows, where):
    assert [(p.row, p.column) for p in checked(*rows, heads=heads).problems] == [where]


def test_formulas_are_refused_with_their_place():
    with pytest.raises(SheetError) as said:
        checked(row(), row(place=Formula("=A1&B1")))
    assert said.value.problem[:2] == (3, "G") and "formula" in said.value.problem.reason


def test_so_many_rows_and_no_more():
    assert len(checked(*[row(f"第{n}") for n in range(10_000)]).dates) == 10_000
    with pytest.raises(SheetError) as said:
        checked(*[row(f"第{n}") for n in range(10_001)])
    assert said.value.problem.row == 10_002


def far_away() -> bytes:
    """Two cells as far apart as they can be: a reader that keeps the cells between them needs hundreds of GB."""
    file = BytesIO()
    with Workbook(file, {"in_memory": True}) as made:
        sheet = made.add_worksheet()
        sheet.write_string(0, 0, "Title")
        sheet.write_string(0, 16_383, "x")
    return file.getvalue()


def bomb() -> bytes:
    """A file that is small and unpacks to much, and says that it does not."""
    file = BytesIO(book([row()]))
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as made:
        made.writestr("xl/media/image1.png", b"\0" * 70_000_000)
    data = file.getvalue()
    return data.replace((70_000_000).to_bytes(4, "little"), (7).to_bytes(4, "little"))


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 nothing", b"name,day\n", book([row()])[:900], far_away(), bomb()],
                         ids=["empty", "torn", "text", "cut", "far away", "bomb"])
def test_a_file_that_cannot_be_read_is_refused_in_words(data):
    with pytest.raises(SheetError):
        read(data)


def test_columns_have_letters():
    assert [letters(n) for n in (1, 26, 27, 52, 703)] == ["A", "Z", "AA", "AZ", "AAA"]
