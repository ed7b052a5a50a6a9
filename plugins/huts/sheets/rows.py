"""What a spreadsheet of items means: one row is one item with its units. Plain Python: no Flask, no database."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from portal import sheet_file

from .. import categories, codes
from ..shelf import pictures
from ..shelf.pictures import Picture

Problem = sheet_file.Problem
N_ = str  # marks a text that is translated where it is shown
MOST_UNITS = 200  # of an item
MONEY = re.compile(r"[¥￥]?\s*(\d{1,7})(?:[.,](\d{1,2}))?\s*元?")
BREAKS = re.compile(r"\s*[\n；;]\s*")
SPACES = re.compile(r"[\s,，、;；]+")


class Column(NamedTuple):
    """A column: its heading, what it says about it, how long its text may be (0: it is no free text), and what else
    its heading may be called."""

    name: str
    hint: str
    most: int
    others: tuple[str, ...]


COLUMNS: Mapping[str, Column] = {
    "name": Column(N_("Name of the item"), N_("Must be filled."), 80,
                   ("名称", "名稱", "物品", "物品名称", "物品名稱", "item")),
    "category": Column(N_("Kind"), N_("Must be filled: one of the kinds on the next sheet, in any language."), 0,
                       ("类别", "類別", "种类", "種類", "分类", "分類", "category")),
    "units": Column(N_("How many"), N_("A whole number from 1 to 200. Empty: one."), 0,
                    ("数量", "數量", "几件", "件数", "件數", "units", "quantity")),
    "condition": Column(N_("Condition"), N_("As new, good, worn or damaged. Empty: good."), 0,
                        ("状况", "狀況", "成色", "新旧", "新舊")),
    "hut": Column(N_("Code of the hut"), N_("Empty: the hut that you choose when you upload."), 0,
                  ("小屋编号", "小屋編號", "小屋代码", "小屋代碼", "小屋", "hut")),
    "owner": Column(N_("Whose is it"), N_("The name of an organisation. Empty: the community's."), 60,
                    ("物主", "所有者", "是谁的", "屬於誰", "归属", "歸屬", "谁的", "誰的", "owner")),
    "value": Column(N_("What it is worth (yuan)"), N_("Such as 120 or 9.50."), 0,
                    ("价值", "價值", "价格", "價格", "价值（元）", "價值（元）", "值多少（元）", "value")),
    "deposit": Column(N_("Deposit (yuan)"), N_("Kept as a record; empty: none"), 0,
                      ("押金", "按金", "押金（元）", "按金（元）", "deposit")),
    "summary": Column(N_("In a line"), N_("Size, weight, what it is good for"), 160,
                      ("一句话", "一句話", "简介", "簡介", "说明", "說明", "summary")),
    "text": Column(N_("How to use it"), N_("Blank lines make paragraphs."), 8000,
                   ("使用方法", "怎么用", "用法", "用法说明", "用法說明")),
    "rules": Column(N_("What to mind"), N_("One thing a line, or ; between them"), 300,
                    ("注意事项", "注意事項", "借前请看", "借前請看", "须知", "須知", "rules")),
    "inside": Column(N_("What is in the box"), N_("One thing a line, or ; between them"), 2000,
                     ("盒子里有什么", "盒內有甚麼", "内含", "內含", "配件", "清单", "清單", "inside")),
    "picture": Column(N_("File name of its picture"), N_("As it is called in the ZIP file of pictures; several with ; "
                                                         "between them."), 0,
                      ("图片", "圖片", "图片文件名", "圖片檔名", "照片", "picture")),
    "labels": Column(N_("Codes of its labels"), N_("Only where labels of this house are on it already: a code for each "
                                                   "unit, spaces between. Empty: new ones."), 0,
                     ("已有的标签码", "已有的標籤碼", "标签码", "標籤碼", "标签", "標籤", "编号", "編號", "labels",
                      "codes")),
}
NEEDED = ("name", "category")
CONDITIONS: Mapping[str, tuple[str, ...]] = {
    "new": ("new", "as new", "全新", "如新", "像新的", "九成新"),
    "good": ("good", "in good order", "良好", "好", "完好", "好用", "七成新", "八成新"),
    "worn": ("worn", "worn, works well", "旧", "舊", "旧了", "旧了，好用", "已舊", "已舊，仍好用", "旧，好用",
             "較舊", "较旧", "五成新", "六成新"),
    "damaged": ("damaged", "坏", "壞", "损坏", "損壞", "有损", "有損", "有损坏", "有損壞"),
}
OURS = ("community", "the community's", "社区", "社區", "社区的", "社區的", "本社区", "本社區")


class Line(NamedTuple):
    """A row: the columns of its item, and what its units are."""

    row: int
    item: dict[str, Any]
    units: int
    condition: str
    labels: tuple[str, ...]


class Checked(NamedTuple):
    """What a sheet holds. With problems nothing else counts."""

    lines: list[Line]
    problems: list[Problem]


class Known(NamedTuple):
    """What rows may name: huts by their code, the one that is meant where none is named, pictures by file name in
    small letters (None: no ZIP file came along)."""

    huts: Mapping[str, int]
    hut_id: int
    pictures: Mapping[str, str] | None = None


class Wrong(Exception):
    """A cell that cannot be taken."""

    def __init__(self, reason: str, /, **values: object):
        super().__init__(reason)
        self.reason, self.values = reason, values


def headings(translated: Callable[[str], str] = str) -> dict[str, str]:
    """What headings mean, in small letters; `translated` adds those of the reader's language."""
    return {categories.plain(said): key for key, column in COLUMNS.items()
            for said in (*column.others, column.name, translated(column.name))}


def check(rows: Sequence[Sequence[object]], known: Known, meaning: Mapping[str, str] | None = None) -> Checked:
    """Read the rows of a sheet, headings first; everything that is wrong is named by row and column."""
    heads = [_text(cell) for cell in rows[0]] if rows else []
    columns, problems = _columns(heads, headings() if meaning is None else meaning)
    if problems:
        return Checked([], problems)
    filled = [(n, row) for n, row in enumerate(rows[1:], 2) if any(_text(cell) for cell in row)]
    if not filled:
        return Checked([], [Problem(2, "", N_("There is no row below the headings."))])
    reading = _Reading(columns, heads, known)
    for n, row in filled:
        reading.take(n, row)
    return Checked(reading.lines, reading.problems)


def _columns(heads: Sequence[str], meaning: Mapping[str, str]) -> tuple[dict[str, int], list[Problem]]:
    """Where each column stands."""
    found: dict[str, int] = {}
    problems = []
    for at, head in enumerate(heads):
        key = meaning.get(categories.plain(head))
        if key is None and head:
            problems.append(Problem(1, sheet_file.letters(at + 1), N_(
                "No column is called “%(name)s”. Take the headings of the template."), {"name": head[:60]}))
        elif key in found:
            problems.append(Problem(1, sheet_file.letters(at + 1), N_("This column is there twice.")))
        elif key:
            found[key] = at
    if not problems and any(key not in found for key in NEEDED):
        problems.append(Problem(1, "", N_("The columns for name and kind must be there, in the first row.")))
    return found, problems


class _Reading:
    """What was read so far."""

    def __init__(self, columns: Mapping[str, int], heads: Sequence[str], known: Known):
        self.columns, self.heads, self.known = columns, heads, known
        self.lines: list[Line] = []
        self.problems: list[Problem] = []
        self.labels: dict[str, int] = {}
        self.kinds: dict[str, categories.Found] = {}

    def take(self, n: int, row: Sequence[object]) -> None:
        """One row; what is wrong with it is noted, cell by cell."""
        before = len(self.problems)
        values = {key: self._cell(n, row, key) for key in COLUMNS}
        if len(self.problems) == before:
            self._labels(n, values)
        if len(self.problems) == before:
            item = {key: values[key] for key in ("name", "category", "summary", "text", "rules", "inside")}
            item |= values["picture"] | {"hut_id": values["hut"]}
            item |= {"value_fen": values["value"], "deposit_fen": values["deposit"]}
            owner = values["owner"]
            item |= {"owner": "organisation" if owner else "community", "owner_name": owner}
            self.lines.append(Line(n, item, values["units"], values["condition"], values["labels"]))

    def _cell(self, n: int, row: Sequence[object], key: str) -> Any:
        at = self.columns.get(key)
        text = _text(row[at]) if at is not None and at < len(row) else ""
        try:
            return self._value(key, text)
        except Wrong as e:
            self.problems.append(Problem(n, self.heads[at] if at is not None else "", e.reason, e.values))
            return None

    def _value(self, key: str, text: str) -> Any:
        column = COLUMNS[key]
        if key in NEEDED and not text:
            raise Wrong(N_("This must be filled."))
        if column.most and len(text) > column.most:
            raise Wrong(N_("This is longer than %(most)s characters."), most=column.most)
        read = getattr(self, f"_read_{key}", None)
        return read(text) if read else text

    def _read_category(self, text: str) -> str:
        found = self.kinds.get(text)
        if found is None:
            found = self.kinds[text] = categories.found(text)
        if found.code is not None:
            return found.code
        near = "、".join(categories.names(code).zh for code in found.candidates[:6])
        if near:
            raise Wrong(N_("“%(word)s” can be several kinds: %(near)s. Write one of them."), word=text[:40], near=near)
        raise Wrong(N_("“%(word)s” is no kind of the list. Choose the nearest one from the template's next sheet."),
                    word=text[:40])

    def _read_units(self, text: str) -> int:
        text = unicodedata.normalize("NFKC", text).removesuffix(".0")
        if text and not (re.fullmatch(r"[0-9]{1,6}", text) and 1 <= int(text) <= MOST_UNITS):
            raise Wrong(N_("Write a whole number from 1 to %(most)s, or leave it empty."), most=MOST_UNITS)
        return int(text or 1)

    def _read_condition(self, text: str) -> str:
        wanted = categories.plain(text)
        for key, said in CONDITIONS.items():
            if wanted in [categories.plain(word) for word in said]:
                return key
        if text:
            raise Wrong(N_("“%(word)s” is no condition. Write as new, good, worn or damaged."), word=text[:40])
        return "good"

    def _read_hut(self, text: str) -> int:
        if not text:
            return self.known.hut_id
        found = self.known.huts.get(text.upper())
        if found is None:
            raise Wrong(N_("No hut here has the code “%(word)s”."), word=text[:40])
        return found

    def _read_owner(self, text: str) -> str:
        return "" if text.casefold() in OURS else text

    def _read_value(self, text: str) -> int:
        found = MONEY.fullmatch(unicodedata.normalize("NFKC", text))
        if text and not found:
            raise Wrong(N_("This is no amount of money, like 120 or 9.50."))
        return int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0")) if found else 0

    _read_deposit = _read_value

    def _read_rules(self, text: str) -> str:
        return "\n".join(part for part in BREAKS.split(text) if part)

    _read_inside = _read_rules

    def _read_picture(self, text: str) -> dict[str, str]:
        names = [part for part in BREAKS.split(text) if part]
        if names and self.known.pictures is None:
            raise Wrong(N_("There is no ZIP file with the pictures. Choose it beside the spreadsheet."))
        if len(names) > pictures.MOST:
            raise Wrong(N_("These are more than %(n)s pictures."), n=pictures.MOST)
        return pictures.columns([Picture(self._picture(name), "") for name in dict.fromkeys(names)])

    def _picture(self, name: str) -> str:
        found = self.known.pictures.get(name.casefold())
        if found is None:
            raise Wrong(N_("No picture in the ZIP file is called “%(word)s”."), word=name[:60])
        return found

    def _read_labels(self, text: str) -> tuple[str, ...]:
        found = []
        for word in SPACES.split(text) if text else ():
            code = codes.read(word)
            if code is None:
                raise Wrong(N_("“%(word)s” is no code of a label: seven signs, the last of which checks the others."),
                            word=word[:20])
            found.append(code)
        return tuple(found)

    def _labels(self, n: int, values: dict[str, Any]) -> None:
        """There is a label for each unit, or none; and no label twice."""
        labels = values["labels"]
        head = self.heads[self.columns["labels"]] if "labels" in self.columns else ""
        if labels and len(labels) != values["units"]:
            self.problems.append(Problem(n, head, N_("There are %(codes)s codes for %(units)s units."),
                                         {"codes": len(labels), "units": values["units"]}))
        for code in labels:
            if code in self.labels:
                self.problems.append(Problem(n, head, N_("The code %(code)s stands in row %(row)s already."),
                                             {"code": codes.shown(code), "row": self.labels[code]}))
            self.labels.setdefault(code, n)


def _text(cell: object) -> str:
    """What a cell says; whole numbers without a point."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return "" if cell is None else str(cell).strip()
