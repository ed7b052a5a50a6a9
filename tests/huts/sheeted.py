"""Spreadsheets of items as staff upload them, made for tests."""

from collections.abc import Sequence
from io import BytesIO
from zipfile import ZipFile

from xlsxwriter import Workbook

HEADS = ("名称", "类别", "数量", "状况", "小屋编号", "物主", "价值", "押金", "简介", "用法",
         "注意事项", "配件", "图片", "标签码")
FIELDS = ("name", "kind", "units", "condition", "hut", "owner", "value", "deposit", "summary", "text", "rules",
          "inside", "picture", "labels")


def row(name: str = "人字梯", kind: str = "人字梯", **more: object) -> list[object]:
    """A row in the order of HEADS; `more` by the names of FIELDS."""
    values = {"name": name, "kind": kind} | more
    return [values.get(field, "") for field in FIELDS]


def book(*rows: Sequence[object], heads: Sequence[str] = HEADS, merge: str = "", formula: str = "") -> bytes:
    """An XLSX of these rows below headings."""
    file = BytesIO()
    with Workbook(file, {"in_memory": True, "strings_to_formulas": False}) as made:
        sheet = made.add_worksheet()
        for n, cells in enumerate([heads, *rows]):
            for at, cell in enumerate(cells):
                if cell != "":
                    (sheet.write_number if isinstance(cell, int | float) else sheet.write_string)(n, at, cell)
        if merge:
            sheet.merge_range(merge, "合并")
        if formula:
            sheet.write_formula(formula, "=1+1")
    return file.getvalue()


def with_error(data: bytes, cell: str, number: int) -> bytes:
    """The same XLSX with what is pasted from a formula that could not be worked out, in place of a number."""
    out = BytesIO()
    with ZipFile(BytesIO(data)) as book_, ZipFile(out, "w") as made:
        for name in book_.namelist():
            text = book_.read(name)
            made.writestr(name, text.replace(f'<c r="{cell}"><v>{number}</v>'.encode(),
                                             f'<c r="{cell}" t="e"><v>#REF!</v>'.encode()))
    return out.getvalue()


def packed(**files: bytes) -> bytes:
    """A ZIP file of files by name, dots written as __."""
    out = BytesIO()
    with ZipFile(out, "w") as made:
        for name, data in files.items():
            made.writestr(name.replace("__", "."), data)
    return out.getvalue()
