"""Labels and shelf lists: which units, from which place on, how large the letters, and what the codes say."""

import re

import pytest
from portal.plugins.huts import codes
from portal.plugins.huts.models import Hut, Item, PrintedLabel, Unit
from portal.plugins.huts.sheets.papers import BELOW, LINE, PAD, PAPERS, SIZES, sheets, size
from portal.plugins.huts.sheets.reading import read

from tests.huts.conftest import planted

A4 = {"a4-24": 24, "a4-24-37": 24, "a4-14": 14, "a4-40": 40}
LONG = "社区长者饭堂旁老陶工新村第三仓库公用不锈钢三层多功能电加热大容量保温蒸锅" * 2 + "配件全套一共八件"


@pytest.mark.parametrize("name", A4)
def test_a_sheet_of_paper_holds_its_labels(name):
    paper = PAPERS[name]
    assert paper.n == A4[name] and paper.columns * paper.width <= 210.01 and paper.rows * paper.height <= 297


@pytest.mark.parametrize("name", PAPERS)
def test_a_name_is_as_large_as_fits_and_the_longest_still_fits(name):
    paper = PAPERS[name]
    assert len(LONG) == 80
    long, short = size(LONG, paper), size("轮椅", paper)
    assert short >= 3.6 >= long and short in SIZES
    side = paper.height - 2 * PAD
    across = int((paper.width - side - 3 * PAD) / long / 1.02)
    assert -(-80 // across) * long * LINE <= side - BELOW + long


def test_the_first_sheet_begins_where_labels_are_left():
    paper = PAPERS["a4-24"]
    first, second = sheets(list(range(30)), paper, 5)
    assert first[:5] == [None] * 4 + [0] and len(first) == 24 and second == list(range(20, 30))


@pytest.fixture
def staff(town):
    return town.visitor(town.person("梁姐", home="north", role="staff"))


@pytest.fixture
def things(town):
    """(hut, wheelchair, ladder): three wheelchairs, one of them retired, and two ladders."""
    with town.app.app_context(), town.unit("north"):
        hut, chair, labels = planted(3, category="care.wheelchair")
        _hut, ladder, _labels = planted(2, hut_id=hut, name="人字梯", category="tool.ladder")
        Unit.update(state="retired").where(Unit.code == labels[2]).execute()
    return hut, chair, ladder


def shown(answer) -> list[str]:
    return re.findall(r'class="code">([A-Z0-9-]{8})<', answer.text)


def test_labels_of_a_hut_a_kind_an_item(town, staff, things):
    hut, chair, _ladder = things
    page = "/north/huts/desk/labels/sheet"
    all_of_them = shown(staff.get(f"{page}?hut={hut}"))
    assert len(all_of_them) == 4 and all(codes.read(code) for code in all_of_them)
    assert len(shown(staff.get(f"{page}?k=tool"))) == len(shown(staff.get(f"{page}?item={chair}"))) == 2
    assert shown(staff.get(f"{page}?hut=99")) == []
    sheet = staff.get(f"{page}?hut={hut}&first=22&paper=a4-24").text
    assert sheet.count('<section class="labels"') == 2 and sheet.count("<div></div>") == 21
    assert 'data-paper="a4-40"' in staff.get(f"{page}?paper=a4-40").text
    assert "labels-roll.css" in staff.get(f"{page}?paper=roll").text


def test_what_is_printed_comes_no_more(town, staff, things):
    hut, chair, ladder = things
    page = "/north/huts/desk/labels/sheet"
    staff.submit(f"{page}?item={chair}&new=1", page, item=str(chair), new="1")
    with town.unit("north"):
        assert PrintedLabel.select().count() == 2
    left = shown(staff.get(f"{page}?hut={hut}&new=1"))
    with town.unit("north"):
        assert sorted(codes.read(c) for c in left) == sorted(u.code for u in Unit.select().where(
            Unit.item_id == ladder))
    assert len(shown(staff.get(f"{page}?hut={hut}"))) == 4
    staff.submit(f"{page}?hut={hut}", page, hut=str(hut))
    assert "没有" in staff.get(f"{page}?hut={hut}&new=1").text


def test_the_shelf_list_has_a_box_for_each_unit(town, staff, things):
    hut, chair, _ladder = things
    with town.unit("north"):
        Item.update(name="=1+1").where(Item.id == chair).execute()
        Hut.update(name="桂花[小]屋").execute()
        Unit.update(state="transit").where((Unit.item_id == chair) & (Unit.state == "in")).execute()
    page = f"/north/huts/desk/{hut}/list"
    text = staff.get(page).text
    assert text.count('class="box"') == 4 and "人字梯" in text
    rows = read(staff.submit(page, f"{page}.xlsx").data)
    assert len(rows) == 5 and rows[1][0] == "=1+1" and {row[5] for row in rows[1:]} == {""}


def test_another_communitys_things_are_not_there(town, staff, things):
    other = town.visitor(town.person("何姐", home="south", role="staff"))
    assert shown(other.get("/south/huts/desk/labels/sheet")) == []
    assert other.get(f"/south/huts/desk/{things[0]}/list").status_code == 404
    assert town.visitor().get("/north/huts/desk/labels").status_code in (303, 403)
