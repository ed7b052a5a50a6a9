"""A list of estates and buildings as staff type or paste it."""

import re
from typing import NamedTuple

N_ = str

MOST_LINES = 3000
BETWEEN = re.compile(r"\s*[\t,，;；]\s*")
HEADS = {("小区", "楼栋"), ("屋苑", "樓宇"), ("estate", "building"), ("小区",), ("estate",)}
NO_ESTATE = N_("Line %(n)s names no estate.")
TOO_LONG = N_("Line %(n)s is too long: an estate has at most 60 characters, a building 40.")
TOO_MANY = N_("Line %(n)s has more than an estate and a building.")
TOO_MANY_LINES = N_("These are more than 3,000 lines. Send them in parts.")
NOTHING = N_("There is no line yet.")


class Wrong(NamedTuple):
    """A line that cannot be taken: its number and the msgid of the reason."""

    line: int
    reason: str


class Read(NamedTuple):
    """The buildings of a list, each once in the order of the list, and the lines that are wrong."""

    rows: tuple[tuple[str, str], ...]
    wrong: tuple[Wrong, ...]


def read(text: str) -> Read:
    """Read one building a line: the estate, then after a tab or comma the building, if it has one."""
    lines = text.splitlines()
    if len(lines) > MOST_LINES:
        return Read((), (Wrong(MOST_LINES + 1, TOO_MANY_LINES),))
    rows: dict[tuple[str, str], None] = {}
    wrong = []
    for number, line in enumerate(lines, 1):
        cells = [c.strip() for c in BETWEEN.split(line.rstrip().rstrip(",，;；"))] if line.strip() else []
        if not cells or number == 1 and tuple(c.lower() for c in cells) in HEADS:
            continue
        reason = _reason(cells)
        if reason:
            wrong.append(Wrong(number, reason))
        else:
            rows[cells[0], cells[1] if len(cells) > 1 else ""] = None
    if not rows and not wrong:
        wrong.append(Wrong(1, NOTHING))
    return Read(tuple(rows), tuple(wrong))


def _reason(cells: list[str]) -> str:
    if len(cells) > 2:
        return TOO_MANY
    if not cells[0]:
        return NO_ESTATE
    return TOO_LONG if len(cells[0]) > 60 or len(cells[-1]) > (40 if len(cells) > 1 else 60) else ""
