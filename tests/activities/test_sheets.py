"""A spreadsheet of activities: checked, looked at, taken in all at once, gone on with after a kill."""

import threading
from io import BytesIO

import pytest
import python_calamine
from portal.plugins.activities.desk import sheets
from portal.plugins.activities.models import Activity, Occurrence, Sheet, SheetPart
from portal.plugins.activities.sheets import parts

from portal.base import clock, database, due
from portal.jobs import Work
from portal.people.models import Audit
from tests.activities.sheeted import Formula, book, row

PAGE = "/north/activities/desk/sheets"


def upload(visitor, data: bytes, name: str = "春天.xlsx"):
    return visitor.submit(PAGE, PAGE, file=(BytesIO(data), name))


def do(visitor, page: str, what: str):
    """Press a button, whether or not the page shows it."""
    form = visitor.form(PAGE, PAGE)
    form.action, form.multipart = page, False
    return visitor.send(form, do=what)


@pytest.fixture
def work(town):
    """`work()`: the worker does all that is due."""
    def run(most: int = 1000) -> int:
        mine = Work(town.app)
        mine.looked = float("inf")  # no nights
        turns = 0
        with town.app.app_context(), database.use(town.db):
            while turns < most and due.run_next(mine.do):
                turns += 1
        return turns
    return run


def kept(town) -> tuple[list, list]:
    """What is stored in the north: (title, state, number of dates) of activities, how many dates are listed."""
    with town.unit("north"):
        dates = [a for a, in Occurrence.select(Occurrence.activity_id).tuples()]
        return ([(a.title, a.state, dates.count(a.id)) for a in Activity.select().order_by(Activity.id)],
                [o.listed for o in Occurrence.select().order_by(Occurrence.id)])


def test_drafts_or_published_with_their_dates(town, staff, work):
    data = book([row(places=12), row(day="2027-03-13"), row("象棋", whom="所有人", start="", end="")])
    for what, state, listed in (("draft", "draft", 0), ("publish", "published", 1)):
        page = upload(staff, data).location
        shown = staff.get(page).text
        assert "剪纸" in shown and "3 场 · 2 个活动" in shown and kept(town)[0] == [] or what == "publish"
        assert staff.submit(page, page, do=what).location == page
        assert "已存好 0 场，共 3 场" in staff.get(page).text
        work()
        assert "全部导入了" in staff.get(page).text
        activities, dates = kept(town)
        assert activities[-2:] == [("剪纸", state, 2), ("象棋", state, 1)] and dates[-3:] == [listed] * 3
    with town.unit("north"):
        assert Activity.get(Activity.title == "象棋").audience == "anyone"
        assert [(o.capacity, o.title) for o in Occurrence.select().order_by(Occurrence.id).limit(3)] == [
            (12, "剪纸"), (None, "剪纸"), (None, "象棋")]
        assert SheetPart.select().count() == 0
        assert Audit.select().where(Audit.action == "activities.import").count() == 2
    assert "剪纸" in town.visitor().get("/north/search?q=剪纸").text
    assert "导入过" in staff.get(upload(staff, data).location).text


def test_the_template_is_taken_as_it_is(town, staff, work):
    answer = staff.get(f"{PAGE}/template.xlsx")
    names = python_calamine.CalamineWorkbook.from_filelike(BytesIO(answer.data)).sheet_names
    assert names == ["活动", "各列说明"]
    page = upload(staff, answer.data).location
    assert staff.get(page).status_code == 200 and "剪纸" in staff.get(page).text


def test_what_is_wrong_is_said_and_nothing_is_stored(town, staff):
    answer = upload(staff, book([row(), row(day="2027-02-29"), row("象棋", places=-1)]))
    page = staff.get(answer.location)
    assert page.status_code == 422 and "有 2 处要改" in page.text
    assert "没有这一天：2027-02-29" in page.text and "H Places" in page.text and "C Day" in page.text
    assert kept(town) == ([], [])
    assert do(staff, answer.location, "drop").status_code == 303
    with town.unit("north"):
        assert Sheet.select().count() == 0


def test_formulas_and_other_files_are_refused(town, staff, monkeypatch):
    page = staff.get(upload(staff, book([row(place=Formula("=1+1"))])).location)
    assert page.status_code == 422 and "这是公式" in page.text
    page = staff.get(upload(staff, b"no sheet").location)
    assert page.status_code == 422 and "不是能读的" in page.text
    assert staff.submit(PAGE, PAGE).status_code == 422
    monkeypatch.setattr(sheets, "LARGEST", 900)
    assert upload(staff, b"x" * 901).status_code == 422


def test_a_refused_one_cannot_be_taken_in(town, staff, work):
    page = upload(staff, book([row(day="x")])).location
    assert do(staff, page, "publish").status_code == 303 and do(staff, page, "go").status_code == 303
    work()
    assert kept(town) == ([], []) and staff.get(page).status_code == 422
    assert do(staff, page, "paint").status_code == 404


def test_nobody_else_takes_one_in(town, staff, ada):
    page = upload(staff, book([row()])).location
    for path in (PAGE, page, f"{PAGE}/template.xlsx"):
        assert town.visitor().get(path).status_code == 303 and town.visitor(ada).get(path).status_code == 404
    south = town.visitor(town.person("Su", home="south", role="staff"))
    assert south.get(page.replace("/north/", "/south/")).status_code == 404
    form = staff.form(page, page)
    form.values = south.form("/south/activities/desk/sheets").values
    form.action = page.replace("/north/", "/south/")
    assert south.send(form, do="publish").status_code == 404


def many(n: int) -> bytes:
    return book([row(f"活动{i // 2}", day=f"2027-03-{1 + i % 2:02}", places=9) for i in range(n)])


def test_nothing_is_seen_before_all_of_it_is_stored(town, staff, work):
    page = upload(staff, many(450)).location
    staff.submit(page, page, do="publish")
    for done in (100, 200, 300, 400, 450):
        work(1)
        assert f"已存好 {done} 场，共 450 场" in staff.get(page).text
        assert set(kept(town)[1]) == {0} and "活动1" not in town.visitor().get("/north/activities/").text
    work(1)
    assert set(kept(town)[1]) == {1} and len(kept(town)[0]) == 225


def test_a_killed_worker_is_gone_on_from_where_it_was(town, staff, work):
    page = upload(staff, many(450)).location
    staff.submit(page, page, do="publish")
    work(2)
    with town.app.app_context(), database.use(town.db):
        claimed = due.claim()  # claimed, and then killed
    assert claimed is not None and work() == 0
    part = staff.get(page, headers={"HX-Request": "true", "HX-Request-Type": "partial"}).text
    assert part.strip().startswith("<div") and "hx-trigger" in part
    staff.submit(page, page, do="go")
    work()
    activities, dates = kept(town)
    assert len(activities) == 225 and dates == [1] * 450 and {a[2] for a in activities} == {2}


def test_a_failed_part_leaves_nothing_half(town, staff, work, monkeypatch):
    page = upload(staff, many(250)).location
    staff.submit(page, page, do="draft")
    work(1)
    monkeypatch.setattr(parts, "_uid", lambda sheet, number: 1 / 0)
    work(1)
    monkeypatch.undo()
    assert len(kept(town)[1]) == 100
    with clock.frozen(clock.now() + 3600):
        work()
    assert len(kept(town)[1]) == 250 and {a[1] for a in kept(town)[0]} == {"draft"}


def test_two_workers_store_each_part_once(town, staff):
    page = upload(staff, many(450)).location
    staff.submit(page, page, do="draft")
    with town.unit("north"):
        sheet = Sheet.get()

    failed, both = [], threading.Barrier(2)

    def one():
        try:
            for _again in range(6):
                both.wait(60)
                with town.app.app_context(), town.unit("north"):
                    parts.run(due.Due(kind=parts.KIND, ref=str(sheet.id), site_id=sheet.site_id))
        except Exception as e:
            failed.append(e)
            both.abort()
        finally:
            town.db.close()
    workers = [threading.Thread(target=one) for _n in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert not failed and len(kept(town)[1]) == 450


def test_what_nobody_took_in_is_thrown_away(town, staff):
    page = upload(staff, book([row()])).location
    with town.unit("north"):
        parts.forget_old()
        assert Sheet.select().count() == 1
    with clock.frozen(clock.now() + 8 * 86400), town.unit("north"):
        parts.forget_old()
        assert Sheet.select().count() == SheetPart.select().count() == 0
    assert staff.get(page).status_code == 404


def test_the_file_is_checked_outside_of_any_transaction(town, staff, monkeypatch):
    real, seen = parts.check, []

    def watched(*args):
        seen.append(town.db.open_unit)
        return real(*args)
    monkeypatch.setattr(parts, "check", watched)
    upload(staff, book([row()]))
    assert seen == [None]
