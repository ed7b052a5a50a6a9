"""What was looked for in vain: counted by kind and week, without names."""

from threading import Event, Thread

import pytest
from portal.plugins.huts import misses
from portal.plugins.huts.models import Miss

from portal.base import clock
from tests.huts.conftest import DAY, at

FIND = "/north/huts/items/?q="


@pytest.fixture
def staff(town):
    return town.visitor(town.person("梁姐", home="north", role="staff"))


def rows(town, slug: str = "north") -> list[tuple]:
    with town.app.app_context(), town.unit(slug, write=False):
        return list(Miss.select(Miss.week, Miss.reason, Miss.kind, Miss.word, Miss.n).order_by(Miss.id).tuples())


def test_a_search_in_vain_counts_its_kind_or_its_word(town, shelf, noon):
    shelf(units=1)
    guest = town.visitor()
    for word in ("人字梯", "人字梯", "stepladder", "时光机", "时 光 机"):
        guest.get(FIND + word)
    found = rows(town)
    assert ("2026-W10", "search", "", "时光机", 2) in found
    assert sum(n for _week, _why, kind, _word, n in found if kind) == sum(n for *_, word, n in found if not word) >= 2
    assert rows(town, "south") == []


def test_what_could_be_a_name_a_phone_or_an_address_is_not_kept(town, shelf, noon):
    shelf(units=1)
    guest = town.visitor()
    for typed in ("13800000001", "阿明13800", "陈桂英的轮椅在哪里可以借到啊", "一三八〇〇〇〇一二三四", "ada@b.org",
                  "3栋402", "…", "a" * 60):
        guest.get(FIND + typed)
        assert rows(town) == [], typed


def test_a_refused_hold_counts_its_kind_and_one_that_is_granted_does_not(town, shelf, neighbours, noon):
    _hut, item, _labels = shelf(units=1)
    page = f"/north/huts/items/{item}"
    days = {"when": "days", "from": "2026-03-05", "to": "2026-03-08"}
    ada, bo = map(town.visitor, neighbours(2))
    assert ada.submit(page, f"{page}/hold", **days).status_code == 303 and rows(town) == []
    assert bo.submit(page, f"{page}/hold", **days).status_code == 422
    assert bo.submit(page, f"{page}/hold", **days | {"to": "2026-03-01"}).status_code == 422  # its own mistake
    assert rows(town) == [("2026-W10", "hold", "other.thing", "", 1)]


def test_what_cannot_be_counted_just_now_is_counted_with_the_next(town, shelf, noon):
    """On SQLite somebody else writes; on PostgreSQL nobody is in the way."""
    shelf(units=1)
    guest = town.visitor()

    def busy(_n):
        with town.app.app_context(), town.unit("north"):
            misses.add("2026-W01", "search", "", "别的")
            held.set()
            assert done.wait(30)
        town.db.close()
    held, done = Event(), Event()
    writer = Thread(target=busy, args=(0,))
    writer.start()
    try:
        assert held.wait(30) and guest.get(FIND + "时光机").status_code == 200
    finally:
        done.set()
        writer.join()
    guest.get(FIND + "时光机")
    assert ("2026-W10", "search", "", "时光机", 2) in rows(town)


def test_staff_read_a_word_only_once_three_have_looked_for_it(town, shelf, staff, noon):
    shelf(units=1)
    guest = town.visitor()
    for n in range(3):
        assert "时光机" not in staff.get("/north/huts/desk/misses").text, n
        guest.get(FIND + "时光机")
    assert "时光机" in staff.get("/north/huts/desk/misses").text
    assert guest.get("/north/huts/desk/misses").status_code == 303
    assert town.visitor(town.person("Ada", home="north")).get("/north/huts/desk/misses").status_code == 404


def test_words_are_forgotten_after_eight_weeks_and_counts_after_a_year(town, noon):
    with town.app.app_context(), town.unit("north"):
        misses.add("2026-W10", "search", "", "时光机")
        misses.add("2026-W10", "hold", "other.thing", "")
        for later, left in ((7 * 7, 2), (9 * 7, 1), (54 * 7, 0)):
            with clock.frozen(at(3, 12) + later * DAY):
                misses.tidy()
            assert Miss.select().count() == left


def test_the_table_has_no_column_for_a_person_or_a_moment():
    assert set(Miss._meta.columns) == {"id", "site_id", "week", "reason", "kind", "word", "n"}
