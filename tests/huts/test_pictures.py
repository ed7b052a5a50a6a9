"""Pictures of huts and items: several of each, in an order, each with what it shows; and where a hut stands."""

import io
import json

import pytest
from PIL import Image
from portal.plugins.huts.models import Hut, Item
from portal.plugins.huts.shelf import around
from portal.plugins.huts.shelf.pictures import MOST, of

from tests.huts.conftest import OPEN, planted
from tests.huts.test_near import put

HERE = (23.03, 113.11)


def shot(n: int, width: int = 60) -> tuple[io.BytesIO, str]:
    """The n-th picture, ready to be sent."""
    out = io.BytesIO()
    Image.new("RGB", (width, 100), (n * 20, 90, 40)).save(out, "PNG")
    return io.BytesIO(out.getvalue()), f"{n}.png"


@pytest.fixture
def staff(town):
    return town.visitor(town.person("梁姐", home="north", role="staff"))


@pytest.fixture(params=["items/", ""], ids=["item", "hut"])
def thing(request, town):
    """(page of staff, page of residents, model) of an item, and of a hut."""
    with town.app.app_context(), town.unit("north"):
        hut, item, _labels = planted(1)
    n, model = (item, Item) if request.param else (hut, Hut)
    return f"/north/huts/desk/{request.param}{n}/pictures", f"/north/huts/{request.param}{n}", model


def add(staff, page: str, n: int, text: str = "", **fields):
    return staff.send(staff.form(page, n=-1), **{"picture": shot(n), "picture_alt": text or f"第{n}张"} | fields)


def shown(town, model) -> list[str]:
    with town.unit("north"):
        return [one.text for one in of(model.get())]


def test_pictures_are_added_put_in_order_and_taken_away(town, staff, thing):
    page, seen, model = thing
    for n in range(3):
        assert add(staff, page, n, picture=shot(n, 700 if n == 1 else 60)).status_code == 303
    text = town.visitor().get(seen).text
    assert text.index('alt="第0张"') < text.index('alt="第1张"') < text.index('alt="第2张"')
    assert "-640.webp" in text and "-700.webp" in text  # small below the first, and leading to the large one
    staff.send(staff.form(page, n=2), step="first.2", text="")
    assert shown(town, model) == ["第2张", "第0张", "第1张"]
    staff.send(staff.form(page), step="say.0", text="侧面")
    staff.send(staff.form(page), step="say.0", text=" ")
    assert shown(town, model) == ["侧面", "第0张", "第1张"]
    staff.send(staff.form(page), step="away.0", text="")
    assert shown(town, model) == ["第0张", "第1张"]
    text = town.visitor().get(seen).text
    assert 'class="pic"' in text and "侧面" not in text and text.index('alt="第0张"') < text.index('alt="第1张"')
    for _ in range(2):
        staff.send(staff.form(page), step="away.0", text="")
    assert shown(town, model) == [] and 'class="pic"' not in town.visitor().get(seen).text


def test_a_change_of_the_others_alone_is_seen_at_once(town, staff):
    with town.app.app_context(), town.unit("north"):
        _hut, item, _labels = planted(1)
    page, seen = f"/north/huts/desk/items/{item}/pictures", f"/north/huts/items/{item}"
    for n in range(2):
        add(staff, page, n)
    guest = town.visitor()
    assert 'alt="第1张"' in guest.get(seen).text
    with town.unit("north", write=True):
        Item.update(more_pictures=json.dumps([(of(Item.get())[1].name, "背面")])).execute()
    assert 'alt="背面"' in guest.get(seen).text


def test_a_picture_is_refused_with_the_reason(town, staff, thing):
    page, _seen, model = thing
    for fields, field in (({"picture": (io.BytesIO(b"nonsense"), "a.png")}, "picture"),
                          ({"picture": (io.BytesIO(b""), "")}, "picture"),
                          ({"picture": shot(1), "picture_alt": " "}, "picture_alt")):
        answer = staff.send(staff.form(page, n=-1), **{"picture_alt": "一张"} | fields)
        assert answer.status_code == 422 and f'href="#{field}"' in answer.text, fields
    assert shown(town, model) == []
    assert add(staff, page, 1).status_code == 303
    for step in ("away.1", "first.9", "x.0", "away.-1", "away", "say.²"):
        assert staff.send(staff.form(page), step=step, text="").status_code == 400, step
    assert shown(town, model) == ["第1张"]


def test_there_are_no_more_than_fit(town, staff, thing):
    page, _seen, model = thing
    form = staff.form(page, n=-1)
    for n in range(MOST):
        assert add(staff, page, n).status_code == 303
    assert "multipart" not in staff.get(page).text
    assert staff.send(form, picture=shot(9), picture_alt="多的").status_code == 400
    assert len(shown(town, model)) == MOST


def test_two_of_the_staff_do_not_overwrite_each_other(town, staff, thing):
    page, _seen, model = thing
    for n in range(2):
        add(staff, page, n)
    away, more = staff.form(page), staff.form(page, n=-1)
    staff.send(staff.form(page, n=1), step="first.1", text="")
    assert staff.send(away, step="away.0", text="").status_code == 303
    assert shown(town, model) == ["第1张", "第0张"]  # what was meant is the second now, and stays
    assert staff.send(more, picture=shot(2), picture_alt="又一张").status_code == 303
    assert shown(town, model) == ["第1张", "第0张", "又一张"]


def test_pictures_are_for_staff_of_this_site_alone(town, thing):
    page, _seen, _model = thing
    assert town.visitor().get(page).status_code == 303
    assert town.visitor(town.person("张姨", home="north")).get(page).status_code == 404
    other = town.visitor(town.person("南姐", home="south", role="staff"))
    assert other.get(page).status_code == 404
    assert other.get(page.replace("/north/", "/south/")).status_code == 404


def test_a_hut_stands_among_the_others_around_it(town):
    put(town, "north", "此处", HERE)
    put(town, "south", "东边的", (23.03, 113.12))
    put(town, "north", "北边的", (23.035, 113.11))
    put(town, "south", "草稿的", (23.031, 113.11), state="draft")
    put(town, "south", "没点的")
    with town.unit("north"):
        number = Hut.get(Hut.name == "此处小屋").id
    guest = town.visitor()
    assert f"/huts/{number}/map" in guest.get(f"/north/huts/{number}").text
    text = guest.get(f"/north/huts/{number}/map").text
    list_ = text.partition('id="others"')[2]
    assert list_.index("北边的小屋") < list_.index("东边的小屋") and "556米" not in list_
    assert "560米" in list_.replace(" ", "") and "1.0公里" in list_.replace(" ", "")
    assert "草稿的" not in text and "没点的" not in text and "/south/huts/" in list_


def test_the_drawing_is_true_to_direction_and_distance():
    x, y = around.WIDTH / 2, around.HEIGHT / 2
    assert around.drawn(HERE, (HERE[0] + 1000 / around.METRES, HERE[1]), 1000) == (x, around.EDGE)
    east = HERE[0], HERE[1] + 500 / around.METRES / 0.92028  # the cosine of 23.03 degrees
    assert around.drawn(HERE, east, 1000) == pytest.approx((x + (y - around.EDGE) / 2, y), abs=0.1)


def test_a_hut_without_a_point_has_no_map(town):
    with town.app.app_context(), town.unit("north"):
        bare = Hut.create(code="B", name="没点", hours=OPEN, state="open").id
        draft = Hut.create(code="D", name="草稿", hours=OPEN, state="draft", lat=HERE[0], lon=HERE[1]).id
    guest = town.visitor()
    assert f"/huts/{bare}/map" not in guest.get(f"/north/huts/{bare}").text
    assert [guest.get(f"/north/huts/{n}/map").status_code for n in (bare, draft, 9999)] == [404] * 3
    staff = town.visitor(town.person("梁姐", home="north", role="staff"))
    assert staff.get(f"/north/huts/{draft}/map").status_code == 200
