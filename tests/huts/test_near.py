"""What is free now around here: of the right sites, for the right people, the nearest first."""

import pytest
from portal.plugins.huts.lending import handing
from portal.plugins.huts.models import Hut, Item, Unit
from portal.plugins.huts.shelf import near

from tests.bench.visit import READS
from tests.huts.conftest import DESK, OPEN

HERE = (23.03, 113.11)


def put(town, where: str, name: str, point=(None, None), audience="district", state="open",
        **fields) -> tuple[int, str]:
    """(item, label) of a thing in a hut of its own at a point."""
    with town.app.app_context(), town.unit(where):
        n = Hut.select().count()
        hut = Hut.create(code=f"N{n}", name=f"{name}小屋", hours=OPEN, state=state, lat=point[0], lon=point[1],
                         audience=audience).id
        item = Item.create(**{"hut_id": hut, "category": "care.wheelchair", "name": name, "state": "shown", "units": 1,
                              "audience": audience} | fields).id
        code = f"{where[0].upper()}{item}"
        Unit.create(item_id=item, hut_id=hut, home_id=hut, code=code)
        return item, code


@pytest.fixture
def visitor(town):
    return town.visitor(town.person("张姨", home="north"))


def order(text: str, *names: str) -> list[str]:
    """The names that a page has, in the order in which they stand."""
    return sorted((name for name in names if f">{name}</a>" in text), key=lambda name: text.index(f">{name}</a>"))


def test_the_nearest_comes_first_and_one_without_a_point_last(town, visitor):
    put(town, "north", "此处", HERE, category="other.thing")
    put(town, "south", "远的", (23.09, 113.11))
    put(town, "south", "没点的")
    put(town, "north", "近的", (23.031, 113.111))
    text = visitor.get("/north/huts/near?k=care").text
    assert order(text, "远的", "没点的", "近的", "此处") == ["近的", "远的", "没点的"]
    assert "6.7公里" in text.replace(" ", "") and "/south/huts/items/" in text
    far = visitor.get("/north/huts/near?k=care&lat=23.09&lon=113.11").text
    assert order(far, "远的", "近的") == ["远的", "近的"]
    for odd in ("lat=nan&lon=1", "lat=1e999&lon=0", "lat=x&lon=1", "from=999", "from=x"):
        assert visitor.get(f"/north/huts/near?k=care&{odd}").status_code == 200


def test_only_what_is_free_is_shown(town, visitor, neighbours):
    _item, label = put(town, "north", "借出的", HERE)
    put(town, "north", "关着的", HERE, state="closed")
    put(town, "north", "藏着的", HERE, state="draft")
    waited, _label = put(town, "north", "有人等的", HERE, waiting=1)
    put(town, "south", "空着的", HERE)
    person, = neighbours(1)
    with town.app.app_context(), town.unit("north"):
        handing.lend([label], person.id, DESK)
    text = visitor.get("/north/huts/near?q=轮椅").text
    assert order(text, "借出的", "关着的", "藏着的", "有人等的", "空着的") == ["空着的"]


def test_what_others_keep_for_themselves_is_not_shown(town, visitor):
    put(town, "south", "南边自己的", HERE, audience="community")
    put(town, "south", "全区的", HERE)
    put(town, "south", "谁都行的", HERE, audience="anyone")
    put(town, "north", "自己的", HERE, audience="community")
    for reader in (visitor, town.visitor()):
        text = reader.get("/north/huts/near?k=care.wheelchair").text
        assert set(order(text, "南边自己的", "全区的", "谁都行的", "自己的")) == {"全区的", "谁都行的", "自己的"}
    south = town.visitor(town.person("李叔", home="south")).get("/north/huts/near?k=care").text
    assert set(order(south, "南边自己的", "自己的")) == {"南边自己的"}


def test_a_word_that_is_no_kind_is_looked_for_in_names(town, visitor):
    put(town, "south", "龙舟鼓", HERE, category="other.thing")
    assert order(visitor.get("/north/huts/near?q=龙舟").text, "龙舟鼓") == ["龙舟鼓"]
    assert order(visitor.get("/north/huts/near?q=%25").text, "龙舟鼓") == []
    assert "龙舟鼓" not in visitor.get("/north/huts/near").text


def test_one_query_finds_them(town, visitor, monkeypatch):
    put(town, "north", "此处", HERE)
    run, seen = type(town.db)._execute_cursor, []
    monkeypatch.setattr(type(town.db), "_execute_cursor", lambda self, sql, params, **options: (
        seen.append(sql) if READS.match(sql) and '"huts_item"' in sql else None) or run(self, sql, params, **options))
    visitor.get("/north/huts/near?k=care")
    assert len(seen) == 1


def test_the_search_leads_there_when_nothing_is_free_here(town, visitor, neighbours):
    assert "/north/huts/near?q=" in visitor.get("/north/huts/items/?q=轮椅").text
    _item, label = put(town, "north", "轮椅", HERE)
    assert "/huts/near" not in visitor.get("/north/huts/items/?k=care").text
    person, = neighbours(1)
    with town.app.app_context(), town.unit("north"):
        handing.lend([label], person.id, DESK)
    assert "/north/huts/near?k=care" in visitor.get("/north/huts/items/?k=care").text


def test_distances_of_huts_are_those_of_the_earth():
    assert near._metres((23.0, 113.0), (24.0, 113.0)) == pytest.approx(111195, abs=2)  # a degree of latitude
    assert near._metres((23.0, None), (24.0, 113.0)) is None
