"""Figures of the huts: what is counted, and that small numbers of people's loans cannot be worked out."""

import csv
import io
from collections import Counter
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from portal.plugins.huts.figures import counting
from portal.plugins.huts.figures.suppress import LEAST, suppressed
from portal.plugins.huts.models import Item, Loan

from portal.base import clock
from tests.huts.conftest import DAY, at


@given(st.lists(st.integers(0, 9), max_size=6))
def test_no_small_count_can_be_worked_out(counts):
    """Every way to fill the hidden cells that fits what is shown is tried: each small one could be something else."""
    shown = suppressed(dict(enumerate(counts)))
    assert all(n is None for key, n in shown.cells.items() if 0 < counts[key] < LEAST)
    assert all(n in (None, counts[key]) for key, n in shown.cells.items())
    hidden = [key for key, n in shown.cells.items() if n is None]
    if not hidden or shown.total is None:
        return
    rest = shown.total - sum(n for n in shown.cells.values() if n is not None)
    ways = [way for way in product(range(1, rest + 1), repeat=len(hidden)) if sum(way) == rest] if len(
        hidden) < 4 else None
    for place, key in enumerate(hidden):
        assert ways is None or counts[key] >= LEAST or len({way[place] for way in ways}) > 1


def test_what_hides_nothing_hides_nothing():
    assert suppressed({"a": 5, "b": 0, "c": 9}) == (14, {"a": 5, "b": 0, "c": 9})
    assert suppressed({}) == (0, {}) and suppressed({"a": 3}) == (None, {"a": None})
    assert suppressed({"a": 3, "b": 20, "c": 30}) == (53, {"a": None, "b": None, "c": 30})
    assert suppressed({"a": 4, "b": 4}).total is None


def lent(item: int, hut: int, n: int, day: int, days: float = 1, **fields) -> None:
    """So many loans that were handed out on a day in March and came back."""
    for _ in range(n):
        Loan.create(**{"item_id": item, "hut_id": hut, "state": "closed", "out_at": at(day, 10),
                       "back_at": at(day, 10) + int(days * DAY)} | fields)


@pytest.fixture
def used(town, shelf):
    """Six loans of a chair in February and seven in March; ten of a ladder in March, three of a book."""
    hut, chair, _labels = shelf(category="care.wheelchair", name="轮椅")
    with town.app.app_context(), town.unit("north"):
        ladder = Item.create(hut_id=hut, category="tool.ladder", name="梯子", state="shown", units=1).id
        lent(chair, hut, 6, -10, 2)
        lent(chair, hut, 7, 2, 1.5)
        lent(ladder, hut, 10, 3)
        lent(ladder, hut, 2, 3, state="out", back_at=None, due_at=at(4))
    return hut, chair, ladder


def rows(figures, n: int) -> dict[str, int]:
    return {row[0]: row[1] for row in figures[n].rows}


def test_loans_and_days_of_use_by_month_and_kind(town, used):
    with clock.frozen(at(5, 9)), town.app.test_request_context("/north/"), town.unit("north"):
        found = counting.used(counting.bounds_of(at(5), "Asia/Shanghai"))
        assert +found.loans == Counter({11: 19, 10: 6}) and +found.days == Counter({11: 7 * 2 + 10 + 2 * 2, 10: 12})
        assert found.kinds == Counter(care=13, tool=12) and found.kind_days == Counter(care=26, tool=14)


def test_the_page_the_file_and_the_desk_have_them(town, used):
    clerk = town.visitor(town.person("梁姐", home="north", role="staff"))
    with clock.frozen(at(5, 9)):
        page = clerk.get("/north/huts/desk/figures")
        file = clerk.get("/north/huts/desk/figures.csv")
        desk = clerk.get("/north/desk/figures").text
    assert page.status_code == 200 and "<td class=\"num\">19</td>" in page.text
    lines = list(csv.reader(io.StringIO(file.data.decode("utf-8-sig"))))
    assert ["25"] == [n for label, part, n in lines if label.startswith("借出") and "月" in label and not part]
    assert "借出" in desk
    late = [line for line in lines if line[0] == "现在逾期"]
    assert late and all(n == "" for _label, _part, n in late)  # two people are late: not said


def test_only_who_may_sees_them(town, used):
    resident = town.visitor(town.person("张姨", home="north"))
    for file in ("figures", "figures.csv"):
        assert town.visitor().get(f"/north/huts/desk/{file}").status_code == 303  # to the sign-in
        assert resident.get(f"/north/huts/desk/{file}").status_code in (403, 404)


def test_what_nobody_borrows(town, shelf):
    hut, item, _labels = shelf()
    with clock.frozen(at(1)), town.app.app_context(), town.unit("north"):
        for name, made, out in (("新的", at(-100), None), ("旧的", at(-200), None), ("借过", at(-300), at(-181)),
                                ("常借", at(-300), at(-170)), ("在外", at(-400), at(-390))):
            thing = Item.create(hut_id=hut, category="tool.ladder", name=name, state="shown", units=1, created_at=made)
            if out is not None:
                Loan.create(item_id=thing.id, hut_id=hut, state="out" if name == "在外" else "closed", out_at=out,
                            back_at=None if name == "在外" else out + DAY)
        Item.update(created_at=at(-100)).where(Item.id == item).execute()
        assert [name for _id, name, _hut in counting.longest_idle()] == ["借过", "旧的"]


def test_a_total_that_one_table_hides_the_other_does_not_tell(town, shelf):
    hut, item, _labels = shelf(category="care.wheelchair")
    with town.app.app_context(), town.unit("north"):
        ladder = Item.create(hut_id=hut, category="tool.ladder", name="梯子", state="shown", units=1).id
        lent(item, hut, 4, 2)
        lent(ladder, hut, 4, 2)
    clerk = town.visitor(town.person("梁姐", home="north", role="staff"))
    with clock.frozen(at(5)):
        text = clerk.get("/north/huts/desk/figures.csv").text
    assert "借出，按月,,8" in text and "按种类" not in text  # by kind the two fours could be worked out
