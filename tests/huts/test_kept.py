"""Pages that are kept: two readers, and each change of what they show is seen at once."""

import json
from datetime import date

import pytest
from portal.plugins.huts.lending import asking, handing, opening, ranges, returning
from portal.plugins.huts.models import Hut, Item, Rule, SpecialDay, Unit
from portal.plugins.huts.shelf import keeping, queries

from portal.base import clock, holidays
from portal.base.changes import changes
from tests.bench.visit import READS
from tests.huts.conftest import DESK, HOUR, at, who

PAGES = ("items/", "items/?q=轮椅", "items/?k=care", "{hut}", "items/{item}")
BORROWED, ONE, TWO, WAITS = "件可借", "1件可借", "2件可借", "人在等"


@pytest.fixture
def things(town, shelf):
    """(hut, item, labels) of two wheelchairs that the search finds."""
    found = shelf(units=2, category="care.wheelchair")
    with town.app.app_context(), town.unit("north"):
        keeping.find(found[1])
    return found


@pytest.fixture
def read(town, things):
    """`read("items/", at(3, 12))`: what two readers see on a page, one who lives here and a guest."""
    readers = town.visitor(town.person("张姨", home="north")), town.visitor()

    def texts(page: str, ts: int) -> list[str]:
        with clock.frozen(ts):
            found = [reader.get(f"/north/huts/{page.format(hut=things[0], item=things[1])}") for reader in readers]
        assert [answer.status_code for answer in found] == [200, 200]
        return [answer.text for answer in found]
    return texts


@pytest.fixture
def queries_of(town, monkeypatch):
    """`queries_of(path, at(3, 12))`: how many reads and writes a page takes that was shown before."""
    run, seen = type(town.db)._execute_cursor, []

    def note(self, sql, params, **options):
        if READS.match(sql):
            seen.append(sql)
        return run(self, sql, params, **options)
    monkeypatch.setattr(type(town.db), "_execute_cursor", note)

    def count(path: str, ts: int) -> int:
        with clock.frozen(ts):
            guest = town.visitor()
            guest.get(path)
            seen.clear()
            guest.get(path)
        return len(seen)
    return count


def all_say(texts: list[str], words: str) -> bool:
    return all(words in text for text in texts)


def none_says(texts: list[str], words: str) -> bool:
    return not any(words in text for text in texts)


@pytest.mark.parametrize("page", PAGES)
def test_every_step_of_a_loan_is_seen_at_once(read, things, neighbours, open_at, page):
    hut, item, labels = things
    first, second, third = neighbours(3)
    assert all_say(read(page, at(3, 10)), TWO)
    with open_at(3, 11):
        handing.lend([labels[0]], first.id, DESK)
    assert all_say(read(page, at(3, 11)), ONE)
    with open_at(3, 12):
        handing.lend([labels[1]], second.id, DESK)
    assert none_says(read(page, at(3, 12)), BORROWED)
    with open_at(3, 13):
        asking.ask(item, third.id, who(third))
    assert all_say(read(page, at(3, 13)), WAITS)
    with open_at(3, 14):
        returning.give_back(labels[1], hut, DESK)  # set aside for the third
    assert none_says(read(page, at(3, 14)), WAITS)
    with open_at(3, 15):
        returning.give_back(labels[0], hut, DESK)
    assert all_say(read(page, at(3, 15)), ONE)


@pytest.mark.parametrize("page", PAGES)
def test_what_time_alone_changes_is_seen_when_it_comes(town, read, things, page):
    _hut, item, _labels = things
    with town.app.app_context(), town.unit("north"):
        unit = Unit.select().where(Unit.item_id == item).order_by(Unit.id).get().id
        ranges.put(unit, item, "buffer", at(3, 12), at(3, 13))
    assert all_say(read(page, at(3, 12) - 1), TWO)
    assert all_say(read(page, at(3, 12)), ONE)
    assert all_say(read(page, at(3, 13) - 1), ONE)
    assert all_say(read(page, at(3, 13)), TWO)


@pytest.mark.parametrize("page", PAGES)
def test_what_staff_write_is_seen_at_once(town, read, things, page):
    hut, item, _labels = things
    assert all_say(read(page, at(3, 10)), "折叠轮椅")
    with town.app.app_context(), town.unit("north"):
        Item.update(name="高背轮椅").where(Item.id == item).execute()
    assert all_say(read(page, at(3, 10)), "高背轮椅")
    with town.app.app_context(), town.unit("north"):
        Hut.update(name="荷花小屋").where(Hut.id == hut).execute()
    assert all_say(read(page, at(3, 10)), "荷花小屋")
    with town.app.app_context(), town.unit("north"):
        labels = keeping.add_units(item, hut, 1, "good")
    assert all_say(read(page, at(3, 10)), "3件可借")
    with town.app.app_context(), town.unit("north"):
        assert keeping.retire(Unit.get(Unit.code == labels[0]).id, DESK)
    assert all_say(read(page, at(3, 10)), TWO)


@pytest.mark.parametrize("page", PAGES[:4])
def test_what_is_new_or_withdrawn_is_there_or_gone_at_once(town, read, things, shelf, page):
    hut = things[0]
    assert none_says(read(page, at(3, 10)), "电动轮椅")
    item = shelf(units=1, hut_id=hut, name="电动轮椅", category="care.wheelchair")[1]
    with town.app.app_context(), town.unit("north"):
        keeping.find(item)
    assert all_say(read(page, at(3, 10)), "电动轮椅")
    with town.app.app_context(), town.unit("north"):
        Item.update(state="withdrawn").where(Item.id == item).execute()
    assert none_says(read(page, at(3, 10)), "电动轮椅")


def test_the_desks_list_says_each_change_at_once(town, things):
    hut, item, labels = things
    staff = [town.visitor(town.person(name, home="north", role="staff")) for name in ("梁姐", "何姐")]

    def shown() -> str:
        with clock.frozen(at(3, 10)):
            first, second = (one.get("/north/huts/desk/items/").text for one in staff)
        assert first.partition("<main")[2] == second.partition("<main")[2]
        return first
    assert "折叠轮椅" in shown() and "桂花小屋·2件" in shown() and "桂花小屋·3件" not in shown()
    with town.app.app_context(), town.unit("north"):
        keeping.add_units(item, hut, 1, "good")
    assert "桂花小屋·3件" in shown()
    with town.app.app_context(), town.unit("north"):
        Hut.update(name="荷花小屋").where(Hut.id == hut).execute()
        Item.create(hut_id=hut, category="other.thing", name="打气筒", state="draft")
    assert "荷花小屋·3件" in shown() and "打气筒" in shown()


def test_what_the_search_comes_to_know_later_is_found_at_once(town, read, things, shelf):
    """As a spreadsheet's things are: residents see them first, and the search learns of them portion by portion."""
    first, second = (shelf(units=1, hut_id=things[0], name=f"轮椅坐垫{n}")[1] for n in "甲乙")
    for item, word in ((first, "坐垫甲"), (second, "坐垫乙")):
        assert none_says(read("items/?q=轮椅", at(3, 10)), word)
        with town.app.app_context(), town.unit("north"):
            keeping.find_many([item])
        assert all_say(read("items/?q=轮椅", at(3, 10)), word)


def test_a_hut_opens_closes_and_keeps_other_hours(town, read, things):
    hut = things[0]
    assert all_say(read("{hut}", at(3, 21) - 1), "现在开着")
    assert all_say(read("{hut}", at(3, 21)), "现在关着")
    assert all_say(read("{hut}", at(4, 9) - 1), "现在关着")
    assert all_say(read("{hut}", at(4, 9)), "现在开着")
    with town.app.app_context(), town.unit("north"):
        SpecialDay.create(hut_id=hut, day="2026-03-04", hours="[]", why="盘点")
    assert all_say(read("{hut}", at(4, 10)), "盘点") and all_say(read("{hut}", at(4, 10)), "现在关着")
    with town.app.app_context(), town.unit("north"):
        SpecialDay.delete().execute()
    assert none_says(read("{hut}", at(4, 10)), "盘点")
    with town.app.app_context(), town.unit("north"):
        Hut.update(state="draft").where(Hut.id == hut).execute()
    with clock.frozen(at(4, 10)):
        assert town.visitor().get(f"/north/huts/{hut}").status_code == 404
        assert town.visitor().get(f"/north/huts/items/{things[1]}").status_code == 404
        assert "折叠轮椅" not in town.visitor().get("/north/huts/items/").text


def test_a_hut_opens_although_a_holiday_was_taken_back(town, read, things):
    """Until when its page holds was worked out for the holiday."""
    def load(days: dict[date, tuple[str, bool]]) -> None:
        with town.unit():
            holidays.load({date(2026, 1, 1): ("元旦", True)} | days)
    load({date(2026, 3, 3): ("放假", True)})
    assert all_say(read("{hut}", at(3, 8)), "现在关着")
    load({})
    assert all_say(read("{hut}", at(3, 8)), "现在关着")
    assert all_say(read("{hut}", at(3, 10)), "现在开着")


def test_the_list_of_huts_counts_what_is_there(town, read, things):
    assert all_say(read("", at(3, 10)), "桂花小屋") and all_say(read("", at(3, 10)), "1样东西")
    with town.app.app_context(), town.unit("north"):
        Item.update(state="withdrawn").execute()
    assert none_says(read("", at(3, 10)), "1样东西")


def test_rules_of_lending_are_seen_at_once(town, read):
    before = read("items/{item}", at(3, 10))
    with town.app.app_context(), town.unit("north"):
        Rule.create(category="care", terms=json.dumps({"days": 5}))
    assert all_say(read("items/{item}", at(3, 10)), "最长5天") and none_says(before, "最多5天")


def test_nothing_of_one_reader_is_kept_for_another(town, things):
    from portal.people.models import Household
    anna, ben = town.person("安娜", home="north"), town.person("本", home="north")
    with town.unit():
        Household.create(person=anna.id, name="小安娜")
    page = f"/north/huts/items/{things[1]}"
    with clock.frozen(at(3, 10)):
        first, second = town.visitor(anna).get(page).text, town.visitor(ben).get(page).text
    assert "小安娜" in first and "小安娜" not in second and "安娜" not in second
    tokens = [text.partition('name="csrf_token"')[2][:200] for text in (first, second)]
    assert tokens[0] != tokens[1]


def test_a_page_that_is_known_asks_the_database_for_little(town, read, things, queries_of):
    for page in ("", *PAGES):
        read(page, at(3, 10))
        found = queries_of(f"/north/huts/{page.format(hut=things[0], item=things[1])}", at(3, 10))
        assert found == (2 if page else 1), page  # one of them is the core's


def test_what_is_said_of_turns_is_what_the_strip_says(town, things, open_at):
    """The stamp is counted for a range of another day, too, of which only the strip tells."""
    hut, item, _labels = things
    with open_at(3, 10):
        before = [day.free for day in ranges.days(item, opening.opening(hut).day(at(3)), 3, opening.opening(hut))]
        stamp = Item.get_by_id(item).stamp
        unit = Unit.select().where(Unit.item_id == item).order_by(Unit.id).get().id
        ranges.put(unit, item, "repair", at(4), at(4) + HOUR)
        after = [day.free for day in ranges.days(item, opening.opening(hut).day(at(3)), 3, opening.opening(hut))]
        assert before == [2, 2, 2] and after == [2, 1, 2] and Item.get_by_id(item).stamp == stamp + 1
        assert queries.thing(item).free == 2


def test_many_things_that_are_shown_at_once_count_once(town, shelf):
    """On PostgreSQL by transaction, on SQLite row by row; what only lending changes never counts."""
    items = [shelf(units=1, first=n, state="draft")[1] for n in range(3)]

    def counted(which=items, **values) -> int:
        with town.unit("north"):
            before = changes("huts")
            Item.update(**values).where(Item.id.in_(which)).execute()
            return changes("huts") - before
    assert counted(state="shown") == (3 if town.db.kind == "sqlite" else 1)
    assert counted(waiting=2, queue=4, version=Item.version + 1) == 0
    assert counted(items[:1], name="轮椅", waiting=0) == 1
