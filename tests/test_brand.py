"""A site's brand on its desk: previewed, checked, saved, and never lost to a colleague's save."""

import io
import json
import re

import pytest
from PIL import Image

from portal.base.sites import Site
from portal.people.models import Audit

EN = {"Accept-Language": "en"}
URL = "/north/desk/brand"


@pytest.fixture
def staff(town):
    return town.visitor(town.person("Jing", home="north", role="staff"))


def picture(size=(40, 30), colour="red", kind="PNG"):
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, kind)
    out.seek(0)
    return out


def row(town, slug="north"):
    with town.unit(write=False):
        return Site.get(Site.slug == slug)


def test_saved_and_seen_by_the_next_visitor(town, staff):
    answer = staff.submit(
        URL,
        URL,
        do="save",
        name="家禅社区",
        motto="巷口有桂花",
        theme="lingnan",
        address="体育馆路1号",
        phone="0757-8222 1234",
        hours="周一到周五",
        filing="粤ICP备1号",
        own_colour="1",
        colour="#14508c",
    )
    assert answer.status_code == 303
    page = town.visitor().get("/north/").text
    for words in (
        "家禅社区",
        "巷口有桂花",
        "themes/lingnan/theme.css",
        "体育馆路1号",
        "0757-8222 1234",
        "粤ICP备1号",
    ):
        assert words in page, words
    assert "#14508c" in town.visitor().get("/north/brand.css").text
    assert row(town, "south").theme == "lingnan" and row(town, "south").brand == "{}"
    with town.unit("north", write=False):
        assert Audit.get().action == "core.brand"


def test_what_the_form_does_not_know_is_kept(town, staff):
    with town.unit():
        Site.update(brand=json.dumps({"seal": "kept"})).where(Site.slug == "north").execute()
    staff.submit(URL, URL, do="save", motto="早")
    assert json.loads(row(town).brand)["seal"] == "kept"


def test_a_preview_saves_nothing_and_shows_the_draft(town, staff):
    answer = staff.submit(
        URL,
        URL,
        do="preview",
        name="试试社区",
        motto="先看看",
        theme="plain",
        own_colour="1",
        colour="#7a1f1f",
    )
    assert answer.status_code == 200 and 'value="试试社区"' in answer.text
    look = re.search(r'<iframe src="([^"]+)"', answer.text)[1]
    page = staff.get(look).text
    assert "试试社区" in page and "先看看" in page and "themes/plain/theme.css" in page
    css = re.search(r'href="([^"]+colours\.css[^"]+)"', page)[1]
    assert "#7a1f1f" in staff.get(css).text
    assert row(town).name == "桂花里社区" and "试试" not in town.visitor().get("/north/").text


def test_a_preview_is_for_staff_of_its_site(town, staff):
    answer = staff.submit(URL, URL, do="preview", name="试试社区")
    look = re.search(r'<iframe src="([^"]+)"', answer.text)[1]
    assert town.visitor().get(look).status_code == 303
    assert town.visitor(town.person("Ada", home="north")).get(look).status_code == 404
    south = town.visitor(town.person("Bo", home="south", role="staff"))
    assert south.get(look.replace("/north/", "/south/")).status_code == 404
    assert staff.get(look[:-3] + "abc").status_code == 404


def test_preview_by_htmx_answers_the_editor(town, staff):
    form = staff.form(URL, URL)
    answer = staff.send(
        form, do="preview", name="试试", headers={"HX-Request": "true", "HX-Request-Type": "partial"}
    )
    assert answer.status_code == 200 and "<html" not in answer.text and 'id="brand"' in answer.text
    assert form.values["_key"] not in answer.text


def test_a_preview_leaves_no_trace_on_the_site(town, staff):
    answer = staff.submit(
        URL,
        URL,
        do="preview",
        name="试试社区",
        address="新地址9号",
        phone="12345678",
        own_colour="1",
        colour="#7a1f1f",
        **{"word:zh_Hans_CN:Home": "试试家"},
    )
    look = re.search(r'<iframe src="([^"]+)"', answer.text)[1]
    seen = staff.get(look).text
    assert "新地址9号" in seen and "试试家" in seen and "colours.css" in seen
    page = town.visitor().get("/north/").text
    assert not any(words in page for words in ("试试", "新地址9号", "colours.css", "12345678"))
    answer = staff.submit(URL, URL, do="preview", name="再试社区")
    again = staff.get(re.search(r'<iframe src="([^"]+)"', answer.text)[1]).text
    assert "再试社区" in again and "新地址9号" not in again


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("name", "", "Write the name"),
        ("motto", "一" * 17, "At most 16"),
        ("theme", "nowhere", "Choose one"),
        ("phone", "call me", "phone number"),
        ("name", "长" * 41, "At most 40"),
        ("word:zh_Hans_CN:Home", "长" * 21, "At most 20"),
    ],
)
def test_refused_with_the_reason(town, staff, field, value, says):
    answer = staff.submit(URL, URL, do="save", **{field: value}, headers=EN)
    assert answer.status_code == 422 and says in answer.text and 'class="errlist"' in answer.text
    target = re.search(r'class="errlist"><li><a href="#([^"]+)"', answer.text)[1]
    assert f'id="{target}"' in answer.text and (field == "theme" or value in answer.text)
    assert row(town).brand == "{}" and row(town).name == "桂花里社区"


def test_a_colour_that_cannot_be_read_comes_with_one_that_can(town, staff):
    answer = staff.submit(URL, URL, do="save", own_colour="1", colour="#f2c14e", headers=EN)
    assert answer.status_code == 422 and "hard to read" in answer.text
    better = re.search(r'name="suggest" value="(#[0-9a-f]{6})"', answer.text)[1]
    answer = staff.submit(URL, URL, suggest=better, do=None)
    assert answer.status_code == 200 and f'value="{better}"' in answer.text
    assert row(town).brand == "{}"
    assert staff.submit(URL, URL, do="save", own_colour="1", colour=better).status_code == 303


def test_no_colour_of_its_own_means_the_themes(town, staff):
    staff.submit(URL, URL, do="save", own_colour="1", colour="#14508c")
    assert "brand.css" in town.visitor().get("/north/").text
    staff.submit(URL, URL, do="save", own_colour=None)
    assert "brand.css" not in town.visitor().get("/north/").text


def test_pictures_are_kept_through_a_preview(town, staff):
    form = staff.form(URL, URL)
    answer = staff.send(form, do="preview", logo=(picture(), "a.png"), hero=(picture((900, 600)), "b.png"))
    assert answer.status_code == 200
    kept = dict(re.findall(r'name="(kept-\w+)" value="([^"]+)"', answer.text))
    assert set(kept) == {"kept-logo", "kept-hero"} and row(town).brand == "{}"
    assert staff.submit(URL, URL, do="save", **kept).status_code == 303
    brand = json.loads(row(town).brand)
    assert (brand["logo"], brand["hero"]) == (kept["kept-logo"], kept["kept-hero"])
    for url in kept.values():
        with town.visitor().get(url) as answer:
            assert answer.status_code == 200
    staff.submit(URL, URL, do="save", **{"no-hero": "1"})
    assert (
        not json.loads(row(town).brand)["hero"] and json.loads(row(town).brand)["logo"] == kept["kept-logo"]
    )


@pytest.mark.parametrize(
    "address",
    [
        "/files/{south}/0123456789abcdef0123-640.webp",
        "https://elsewhere.example/x.png",
        "/files/{north}/../../portal.db",
        "/files/{north}/0123456789abcdef0123-640.webp",
    ],
)
def test_a_kept_picture_must_be_one_of_ours(town, staff, address):
    address = address.format(north=town.north.id, south=town.south.id)
    staff.submit(URL, URL, do="save", **{"kept-logo": address})
    assert json.loads(row(town).brand)["logo"] == ""


def test_a_bad_picture_is_refused_and_nothing_stored(town, staff):
    form = staff.form(URL, URL)
    answer = staff.send(
        form, do="save", motto="早", logo=(io.BytesIO(b"GIF89a nothing"), "a.gif"), headers=EN
    )
    assert (
        answer.status_code == 422
        and "cannot be read as a picture" in answer.text
        and 'href="#logo"' in answer.text
    )
    assert 'value="早"' in answer.text and row(town).brand == "{}"
    assert not (town.app.portal.settings.data / "files" / str(town.north.id)).exists()


def test_two_who_edit_see_both_versions(town, staff):
    mine = staff.form(URL, URL)
    staff.submit(URL, URL, do="save", motto="先来的")
    answer = staff.send(mine, do="save", motto="后来的", headers=EN)
    assert answer.status_code == 422 and "Compare both versions" in answer.text
    assert ">先来的<" in answer.text and ">后来的<" in answer.text and 'value="后来的"' in answer.text
    assert json.loads(row(town).brand)["motto"] == "先来的"
    mine.values |= {"version": re.search(r'name="version" value="([^"]+)"', answer.text)[1], "_key": "again"}
    assert staff.send(mine, do="save", motto="后来的").status_code == 303
    assert json.loads(row(town).brand)["motto"] == "后来的"


def test_a_switch_meanwhile_does_not_make_a_brand_stale(town, staff):
    mine = staff.form(URL, URL)
    with town.unit():
        Site.update(version=Site.version + 1).where(Site.slug == "north").execute()
    assert staff.send(mine, do="save", motto="早").status_code == 303


def test_own_words_in_one_language(town, staff):
    staff.submit(URL, URL, do="save", **{"word:zh_Hans_CN:Home": "家门口"})
    hans = town.visitor().get("/north/", headers={"Accept-Language": "zh-CN"}).text
    assert "家门口" in hans and "家门口" not in town.visitor().get("/north/", headers=EN).text
    assert "家门口" not in town.visitor().get("/south/").text


def test_nobody_else_saves_a_brand(town, staff):
    form = staff.form(URL, URL)
    for person in (
        town.person("Gu", home="north", role="grid"),
        town.person("Bo", home="south", role="staff"),
        town.person("Ada", home="north"),
    ):
        visitor = town.visitor(person)
        home = visitor.get("/north/me")
        token = re.search(r'name="csrf_token" value="([^"]+)"', home.text)
        values = form.values | ({"csrf_token": token[1]} if token else {})
        answer = visitor.client.post(URL, data=values | {"do": "save", "motto": "坏"})
        assert answer.status_code in ((404,) if token else (400, 404))
    assert row(town).brand == "{}"
