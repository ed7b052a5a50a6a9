"""The roster as a spreadsheet: whole, harmless, only for those who may, and noted down."""

import zipfile
from io import BytesIO

import python_calamine

from portal.people.models import Audit
from tests.activities.parties import dates_of, family_ids, join

EVIL = '=HYPERLINK("http://x.example","抽奖")'


def rows_of(answer) -> list[list]:
    book = python_calamine.CalamineWorkbook.from_filelike(BytesIO(answer.data))
    return book.get_sheet_by_index(0).to_python(skip_empty_area=False)


def download(visitor, page: str):
    return visitor.submit(page, f"{page}.xlsx")


def test_everybody_with_family_role_state_number_and_answers(town, announce, staff, ada):
    number = announce("剪纸", capacity=3, companions=2, questions="吃素吗？", helpers=1)
    date = dates_of(town, number)[0]
    page = f"/north/activities/desk/date/{date.id}/roster"
    evil = town.person(EVIL, home="north", phone="+8613800000009")
    helper = town.person("@cmd", home="north")
    join(town.visitor(ada), number, who=["me", family_ids(town, ada)[0]], companions="1", answer="是")
    join(town.visitor(evil), number, wait="1")
    join(town.visitor(helper), number, role="helper")
    answer = download(staff, page)
    assert answer.status_code == 200 and answer.headers["Content-Disposition"].startswith("attachment")
    head, *rows = rows_of(answer)
    assert head[:5] == ["姓名", "家人", "另外带的人", "人数", "电话"] and head[9] == "吃素吗？"
    assert [r[0] for r in rows] == ["陈爱莲", "@cmd", EVIL]
    assert rows[0][1:5] == ["陈乐", "1", "3", "13800000001"] and rows[0][9] == "是"
    assert rows[1][5] == "来帮忙" and rows[2][4] == "+8613800000009" and rows[2][7] == "1"
    assert all(isinstance(cell, str) for row in rows for cell in row)
    sheet = zipfile.ZipFile(BytesIO(answer.data)).read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet and "hyperlink" not in sheet


def test_what_is_taken_away_is_noted_down(town, announce, staff, ada):
    number = announce("剪纸", capacity=3)
    join(town.visitor(ada), number)
    page = f"/north/activities/desk/date/{dates_of(town, number)[0].id}/roster"
    form = staff.form(page, f"{page}.xlsx")
    first, second = staff.send(form), staff.send(form)  # a second tap downloads it once more
    assert first.status_code == second.status_code == 200 and rows_of(first) == rows_of(second)
    with town.unit("north"):
        assert Audit.select().where((Audit.action == "activities.roster") & (Audit.thing == "剪纸")).count() == 2


def test_nobody_else_gets_it(town, announce, staff, ada):
    number = announce("剪纸", capacity=3)
    join(town.visitor(ada), number)
    page = f"/north/activities/desk/date/{dates_of(town, number)[0].id}/roster"
    form = staff.form(page, f"{page}.xlsx")
    resident = town.visitor(ada)
    mine = resident.form(f"/north/activities/{number}", f"/north/activities/{number}/leave")
    form.values = mine.values
    assert resident.send(form).status_code == 404
    assert town.visitor(ada).get(f"{page}.xlsx").status_code == 405
    south = town.visitor(town.person("Su", home="south", role="staff"))
    form.action = form.action.replace("/north/", "/south/")
    form.values = south.form("/south/activities/desk/new").values
    assert south.send(form).status_code == 404
