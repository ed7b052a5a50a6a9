"""Items from a spreadsheet: what rows mean, what is refused and in which words, all or nothing, at any interruption."""

import io
import random

import pytest
from babel.messages.pofile import read_po
from PIL import Image
from portal.plugins.huts import codes
from portal.plugins.huts.lending import checks
from portal.plugins.huts.models import Code, Hut, Item, ItemSheet, ItemSheetLine, ItemSheetPart, Unit
from portal.plugins.huts.sheets import parts, reading
from portal.plugins.huts.sheets.reading import SheetError, read
from portal.plugins.huts.sheets.rows import COLUMNS, Known, check
from portal.plugins.huts.shelf.pictures import of
from portal.plugins.huts.shelf.words import CONDITIONS

from portal import found
from portal.base import database, sites
from tests.bench.visit import READS
from tests.huts.conftest import OPEN, label, worked
from tests.huts.sheeted import HEADS, book, packed, row, with_error
from tests.support.files import ROOT

KNOWN = Known({"GH": 1, "YQ": 2}, 1)
CSV = "名称;类别;数量\n人字梯;人字梯;2\n"


def checked(*rows, heads=HEADS, **known):
    return check(read(book(*rows, heads=heads)), KNOWN._replace(**known))


def said(problem) -> tuple:
    return problem.row, problem.column, problem.reason % problem.values


def test_a_row_is_an_item_with_its_units():
    line, = checked(row(units=3, condition="九成新", hut="yq", owner="骑行队", value=230, deposit="9.5",
                        rules="轻放；擦干净", inside="梯\n绳", summary="四级")).lines
    assert (line.row, line.units, line.condition) == (2, 3, "new")
    assert line.item == {"name": "人字梯", "category": "tool.ladder", "summary": "四级", "text": "",
                         "rules": "轻放\n擦干净", "inside": "梯\n绳", "picture": "", "picture_alt": "",
                         "more_pictures": "", "hut_id": 2, "value_fen": 23000,
                         "deposit_fen": 950, "owner": "organisation", "owner_name": "骑行队"}
    plain, = checked(row(owner="社区")).lines
    assert (plain.units, plain.condition, plain.item["hut_id"], plain.item["owner"]) == (1, "good", 1, "community")


@pytest.mark.parametrize("cell, column, word", [
    ({"name": ""}, "名称", "filled"), ({"name": "长" * 81}, "名称", "80 characters"),
    ({"kind": "飞碟"}, "类别", "no kind"), ({"kind": ""}, "类别", "filled"), ({"units": 0}, "数量", "from 1 to 200"),
    ({"units": 201}, "数量", "200"), ({"units": "两个"}, "数量", "whole number"),
    ({"condition": "神"}, "状况", "condition"),
    ({"hut": "NN"}, "小屋编号", "NN"), ({"value": "很贵"}, "价值", "money"), ({"deposit": -1}, "押金", "money"),
    ({"picture": "a.jpg"}, "图片", "ZIP"), ({"labels": "1234567"}, "标签码", "seven signs"),
    ({"owner": "会" * 61}, "物主", "60 characters"),
    ({"labels": label(1), "units": 2}, "标签码", "1 codes for 2 units"),
], ids=lambda value: str(value)[:24])
def test_each_cell_that_is_wrong_is_named(cell, column, word):
    done = checked(row(), row(**cell))
    problem, = done.problems
    assert said(problem)[:2] == (3, column) and word in said(problem)[2]


def test_a_word_for_several_kinds_is_answered_with_them():
    from portal.plugins.huts import categories
    word = next(other for code in categories.leaves() for other in categories.tree()[code].others
                if categories.found(other).code is None)
    problem, = checked(row(kind=word)).problems
    names = [categories.names(code).zh for code in categories.found(word).candidates[:6]]
    assert len(names) > 1 and all(name in said(problem)[2] for name in names)


def test_all_problems_are_named_at_once_and_labels_are_one_each():
    done = checked(row(name=""), row(units=0, value="x"), row(labels=label(1)), row(labels=label(1)))
    assert [said(p)[:2] for p in done.problems] == [(2, "名称"), (3, "数量"), (3, "价值"), (5, "标签码")]


@pytest.mark.parametrize("heads, word", [(("名称", "数量"), "name and kind"), (("名称", "类别", "外号"), "外号"),
                                         (("名称", "类别", "类别"), "twice")])
def test_headings_that_are_not_understood(heads, word):
    assert word in said(checked(["a"] * len(heads), heads=heads).problems[0])[2]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_csv_as_it_comes(encoding, separator):
    rows = read(CSV.replace(";", separator).encode(encoding))
    line, = check(rows, KNOWN).lines
    assert (line.item["name"], line.units) == ("人字梯", 2)


@pytest.mark.parametrize("data, word", [
    (b"", "empty"), (b"   \n", "empty"), (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "old or a locked"),
    (b"PK\x03\x04 nothing", "XLSX"), (packed(a__txt=b"a"), "XLSX"),
    (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4, "neither"),
    (CSV.encode() + b'"open', "quotation mark"), (CSV.encode() + b"=1+1;b;3\n", "formula"),
    (b"a,b\n" * 10_002, "10000"), (book(row(), merge="A3:B4"), "merged"), (book(row(), formula="C2"), "formula"),
    (with_error(book(row(units=2)), "C2", 2), "error"), (book(row(), heads=HEADS) + b"", ""),
], ids=["empty", "blank", "old", "broken zip", "another zip", "picture", "quote", "csv formula", "many", "merged",
        "formula", "error", "right"])
def test_files_that_cannot_be_taken_are_refused_in_words(data, word):
    if not word:
        assert read(data)
        return
    with pytest.raises(SheetError) as e:
        read(data)
    assert word in said(e.value.problem)[2]


def test_numbers_as_a_chinese_keyboard_types_them():
    line, = checked(row(units="２", value="￥１２０．５０")).lines
    assert (line.units, line.item["value_fen"]) == (2, 12050)


def test_an_error_in_a_cell_is_named_by_its_place():
    with pytest.raises(SheetError) as e:
        read(with_error(book(row(units=2)), "C2", 2))
    assert e.value.problem[:2] == (2, "C")


def test_a_million_rows_are_refused_before_they_are_read(monkeypatch):
    looked_at = []
    monkeypatch.setattr(reading, "_look_at", lambda _row, n: looked_at.append(n))
    with pytest.raises(SheetError) as e:
        read(b"name,kind\n" + b"ladder,ladder\n" * 1_000_000)
    assert "10000" in said(e.value.problem)[2] and len(looked_at) == 10_001


@pytest.fixture
def hut(town):
    """The id of a hut in the north."""
    with town.unit("north"):
        return Hut.create(code="GH", name="桂花小屋", hours=OPEN, state="open").id


@pytest.fixture
def staff(town, hut):
    return town.visitor(town.person("梁姐", home="north", role="staff"))


def uploaded(staff, data: bytes, name: str = "物品.xlsx", hut=None, **more):
    """The answer to an upload, and the address of the spreadsheet's page."""
    files = {"file": (io.BytesIO(data), name)} | {k: (io.BytesIO(v), f"{k}.zip") for k, v in more.items()}
    return staff.submit("/north/huts/desk/sheets", "/north/huts/desk/sheets", hut=str(hut), **files)


def test_staff_look_at_it_first_then_residents_see_all_of_it(town, staff, hut):
    done = uploaded(staff, book(row(units=2), row("折叠圆桌", "折叠圆桌", value=200)), hut=hut)
    page = done.location.removeprefix("http://localhost")
    shown = staff.get(page).text
    assert "折叠圆桌" in shown and "人字梯" in shown
    with town.unit("north"):
        assert not Item.select().exists()
    assert staff.submit(page, page, do="show").status_code == 303
    worked(town)
    with town.unit("north"):
        assert sorted((i.name, i.units, i.state, i.channel) for i in Item.select()) == [
            ("人字梯", 2, "shown", "import"), ("折叠圆桌", 1, "shown", "import")]
        assert Unit.select().count() == 3 == Code.select().count()
        assert ItemSheet.get().state == "applied" and not ItemSheetPart.select().exists()
        assert not ItemSheetLine.select().exists() and len(found("huts", "圆桌")) == 1
        assert checks.first_broken() is None
    assert "折叠圆桌" in town.visitor().get("/north/huts/items/").text
    assert "matches" not in staff.get(page).text


def test_nothing_is_taken_in_where_one_row_is_wrong(town, staff, hut):
    page = uploaded(staff, book(row(), row(kind="飞碟")), hut=hut).location.removeprefix("http://localhost")
    answer = staff.get(page)
    assert answer.status_code == 422 and "飞碟" in answer.text and 'data-h="行"' in answer.text
    form = staff.form("/north/huts/desk/sheets")
    form.action = page
    assert staff.send(form, do="show", file=None, pictures=None).status_code == 303
    worked(town)
    with town.unit("north"):
        assert not Item.select().exists() and not Code.select().exists()


def test_a_label_on_another_thing_is_refused_and_own_labels_are_kept(town, staff, hut):
    mine, other = codes.new(random.Random(5)), codes.new(random.Random(6))
    with town.unit("north"):
        Code.create(code=other, site_id=sites.scope_id())
    page = uploaded(staff, book(row(labels=other)), hut=hut).location.removeprefix("http://localhost")
    assert staff.get(page).status_code == 422
    page = uploaded(staff, book(row(labels=codes.shown(mine))), hut=hut).location.removeprefix("http://localhost")
    staff.submit(page, page, do="draft")
    worked(town)
    with town.unit("north"):
        assert [u.code for u in Unit.select()] == [mine] and Item.get().state == "draft"


def picture(width: int = 300) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, 200), "#c8322b").save(out, "PNG")
    return out.getvalue()


def test_pictures_come_in_a_zip_by_their_names(town, staff, hut):
    files = packed(**{"图/梯.PNG": picture(), "梯2.png": picture(310), "__MACOSX/._梯__png": b"shadow",
                      "read__txt": b"hello"})
    done = uploaded(staff, book(row(picture="梯.png；梯2.png; 梯.png")), hut=hut, pictures=files)
    page = done.location.removeprefix("http://localhost")
    staff.submit(page, page, do="show")
    worked(town)
    with town.unit("north"):
        names = [one.name for one in of(Item.get())]
    assert len(names) == 2 and all(any((town.app.portal.settings.data / "files").rglob(name)) for name in names)


@pytest.mark.parametrize("files, word", [
    (b"no zip", "ZIP"), (packed(a__png=b"no picture"), "a.png"), (packed(b__png=picture()), "a.png")],
    ids=["no zip", "no picture", "another name"])
def test_pictures_that_do_not_fit_are_named(staff, hut, files, word):
    page = uploaded(staff, book(row(picture="a.png")), hut=hut, pictures=files).location.removeprefix("http://localhost")
    answer = staff.get(page)
    assert answer.status_code == 422 and word in answer.text


def test_two_pictures_of_one_name_are_both_named(town, staff, hut):
    files = packed(**{"春/a__png": picture(), "秋/A__PNG": picture()})
    page = uploaded(staff, book(row(picture="a.png")), hut=hut, pictures=files).location.removeprefix("http://localhost")
    answer = staff.get(page)
    assert answer.status_code == 422 and "“春/a.png”" in answer.text and "“秋/A.PNG”" in answer.text
    assert not list((town.app.portal.settings.data / "files").rglob("*.webp"))


def test_what_was_killed_in_the_middle_is_gone_on_with(town, hut):
    """After every step of the taking in, as after `kill -9`: nothing is shown before all is there, nothing is twice."""
    with town.unit("north"):
        sheet = parts.begin(b"x", "x.xlsx", hut, {"actor_id": None, "person_id": None}).id
        where = sites.scope_id()
    with database.use(town.db):
        parts.stage(where, sheet, book(*[row(f"梯{n}") for n in range(250)]), None)
        with database.unit(write=True), sites.within(where):
            assert parts.start(sheet, True) and not parts.start(sheet, True)
        going = True
        while going:
            with pytest.raises(ZeroDivisionError), database.unit(write=True), sites.within(where):
                parts.step(sheet)
                raise ZeroDivisionError
            with database.unit(write=True), sites.within(where):
                going = parts.step(sheet)
                shown = Item.select().where(Item.state == "shown").count()
                assert shown in (0, 250) and (shown == 250 or Item.select().count() <= 250)
        with database.unit(), sites.within(where):
            assert Item.select().count() == Unit.select().count() == Code.select().count() == 250
            assert len(found("huts", "梯249")) == 1 and checks.first_broken() is None


def test_a_part_is_stored_at_once_whatever_it_holds(town, hut, monkeypatch):
    """A hundred rows with labels of their own take as many statements as two, and the search as many again."""
    run, seen = type(town.db)._execute_cursor, []
    monkeypatch.setattr(type(town.db), "_execute_cursor",
                        lambda db, sql, params, **more: seen.append(sql) or run(db, sql, params, **more))
    monkeypatch.setattr(parts, "BATCH", 0)  # one thing a step

    def spent(*rows) -> list[int]:
        """How many statements each step takes: a part, the switch, the search, the end."""
        with town.unit("north"):
            where, sheet = sites.scope_id(), parts.begin(b"x", "x.xlsx", hut, {"actor_id": None, "person_id": None}).id
        with database.use(town.db):
            parts.stage(where, sheet, book(*rows), None)
            with database.unit(write=True), sites.within(where):
                assert parts.start(sheet, True)
            found, going = [], True
            while going:
                seen.clear()
                with database.unit(write=True), sites.within(where):
                    going = parts.step(sheet)
                found.append(sum(bool(READS.match(sql)) for sql in seen))
        return found
    few = spent(row("梯", labels=label(1)), row("桌", units=2))
    many = spent(*[row(f"梯{n}", units=1 + n % 2, labels=label(10 + n) if n % 2 == 0 else "") for n in range(100)])
    assert many == few and max(many) <= 16
    with town.unit("north"):
        assert checks.first_broken() is None


def test_the_command_takes_in_and_says_how_far_it_is(town, huts, hut, tmp_path):
    file = tmp_path / "items.csv"
    file.write_text("名称,类别\n" + "人字梯,人字梯\n" * 1200, "gb18030")
    dry = huts("import", file, "--community", "north", "--hut", "gh", "--dry-run")
    assert dry.exit_code == 0, dry.output
    with town.unit("north"):
        assert not Item.select().exists() and not ItemSheet.select().exists()
    done = huts("import", file, "--community", "north", "--hut", "GH")
    assert done.exit_code == 0 and "1200 of 1200 items" in done.output and "taken in" in done.output
    with town.unit("north"):
        assert Item.select().where(Item.state == "shown").count() == 1200 == Unit.select().count()
    file.write_text("名称,类别,数量\n人字梯,飞碟,1\n,人字梯,0\n")
    wrong = huts("import", file, "--community", "north", "--hut", "GH")
    assert wrong.exit_code == 1 and "row 2 类别" in wrong.output and "row 3 数量" in wrong.output
    assert huts("import", file, "--community", "north", "--hut", "NO").exit_code == 1
    with town.unit("north"):
        assert Item.select().count() == 1200 and not ItemSheet.select().where(ItemSheet.state != "applied").exists()


def test_a_dry_run_leaves_no_picture_and_says_what_would_be_wrong(town, huts, hut, tmp_path):
    file, files = tmp_path / "items.xlsx", tmp_path / "pictures.zip"
    file.write_bytes(book(row(picture="a.png")))
    words = "import", file, "--community", "north", "--hut", "GH", "--pictures", files
    kept = town.app.portal.settings.data / "files"
    files.write_bytes(packed(a__png=b"no picture"))
    wrong = huts(*words, "--dry-run")
    assert wrong.exit_code == 1 and "1 thing is wrong." in wrong.output
    files.write_bytes(packed(a__png=picture()))
    assert huts(*words, "--dry-run").exit_code == 0 and not list(kept.rglob("*.webp"))
    assert huts(*words).exit_code == 0 and list(kept.rglob("*.webp"))


def test_the_template_can_be_filled_in_and_has_all_kinds(staff, hut):
    data = staff.get("/north/huts/desk/sheets/template.xlsx").data
    rows = read(data)
    assert rows[0][0] == "名称" and len(rows) == 2
    assert check(rows, KNOWN).problems == []


@pytest.mark.parametrize("locale", ["zh_Hans_CN", "zh_Hant_HK"])
def test_headings_and_conditions_of_the_site_are_understood_everywhere(locale):
    """Also by the command, which speaks English."""
    said = {}
    for folder in (ROOT / "translations", ROOT / "plugins" / "huts" / "translations"):
        with (folder / f"{locale}.po").open("rb") as file:
            said |= {m.id: m.string for m in read_po(file)}
    heads = [said[column.name] for column in COLUMNS.values()]
    for condition, words in CONDITIONS.items():
        cells = ["梯", "人字梯", 1, said[words]]
        line, = check([heads, cells], KNOWN).lines
        assert line.condition == condition


def test_only_staff_come_here(town, staff, hut):
    done = uploaded(staff, book(row()), hut=hut)
    page = done.location.removeprefix("http://localhost")
    guest, resident = town.visitor(), town.visitor(town.person("林姨", home="north"))
    for visitor in (guest, resident):
        for address in (page, "/north/huts/desk/sheets", "/north/huts/desk/sheets/template.xlsx"):
            assert visitor.get(address).status_code in (303, 403, 404)
    other = town.visitor(town.person("何姐", home="south", role="staff"))
    assert other.get(page.replace("/north/", "/south/")).status_code == 404
