"""The calendar page: of a site, of the sites around it, kept until something changes, in years without holidays."""

import re
from datetime import date
from pathlib import Path
from shutil import copy

import pytest
from playhouse.schema_diff import diff_models
from portal.plugins.activities import changes
from portal.plugins.activities.models import Activity, Occurrence

from portal import hookimpl
from portal.base import changes as counting
from portal.base import clock, database, holidays, migrate, sites
from portal.offers import Day

ZONE = "Asia/Shanghai"
NOON = clock.at_minute(date(2026, 11, 18), 720, ZONE)
HOUR = 3600


@pytest.fixture(autouse=True)
def frozen():
    with clock.frozen(NOON):
        yield


@pytest.fixture
def plan(town):
    """`plan("north", "剪纸", days=3)`: an activity so many days from now; its id."""
    def make(at: str, title: str, days: int = 1, publish: bool = True, **fields) -> int:
        with town.app.app_context(), town.unit(at):
            activity = Activity.create(uid=changes.new_uid(), title=title, **fields)
            changes.add_dates(activity, [(NOON + days * 86400, NOON + days * 86400 + HOUR, False)])
            if publish:
                changes.move(activity, "publish")
        return activity.id
    with town.unit():
        for site in (town.street, town.district):
            sites.enable(site.id, "activities")
    return make


def page(town, path: str, visitor=None) -> str:
    answer = (visitor or town.visitor()).get(path)
    assert answer.status_code == 200
    return answer.text


def asked(town, visitor, path: str, table: str) -> int:
    """How many statements of a page name a table."""
    run, seen = town.db.execute_sql, []
    town.db.execute_sql = lambda sql, params=None: seen.append(sql) or run(sql, params)
    try:
        assert visitor.get(path).status_code == 200
    finally:
        del town.db.execute_sql
    return sum(f'"{table}"' in sql for sql in seen)


def test_a_street_shows_what_its_communities_have_and_whose_it_is(town, plan):
    north, south = plan("north", "剪纸"), plan("south", "象棋")
    plan("south", "草稿", publish=False)
    for view in ("month", "week", "list"):
        text = page(town, f"/street/calendar/?view={view}&on=2026-11-19")
        assert f'"/north/activities/{north}?on=' in text and f'"/south/activities/{south}?on=' in text, view
        assert "桂花里社区" in text and "东巷社区" in text and "草稿" not in text
    assert "剪纸" in page(town, "/town/calendar/")


def test_a_community_never_shows_what_another_one_has(town, plan):
    plan("south", "象棋", audience="anyone")
    plan("street", "大家", audience="street")
    plan("street", "街道内部")
    text = page(town, "/north/calendar/?view=list")
    assert "象棋" not in text and "大家" in text and "街道内部" not in text
    assert "大家" not in page(town, "/north/calendar/?view=list&only=1")


def test_only_this_site(town, plan):
    plan("north", "剪纸")
    plan("street", "自家")
    text = page(town, "/street/calendar/?only=1")
    assert "剪纸" not in text and "自家" in text and "only=1" in text


def test_a_plugin_that_is_off_shows_nothing_of_that_site(town, plan):
    plan("north", "剪纸")
    plan("south", "象棋")
    assert "剪纸" in page(town, "/street/calendar/")
    with town.unit():
        sites.enable(town.north.id, "activities", False)
    text = page(town, "/street/calendar/")
    assert "剪纸" not in text and "象棋" in text
    with town.unit():
        sites.enable(town.street.id, "activities", False)
    assert "象棋" in page(town, "/street/calendar/")


def test_one_query_whatever_the_number_of_communities_and_none_for_a_kept_page(town, plan):
    for n in range(4):
        plan("north", f"剪纸{n}", n)
        plan("south", f"象棋{n}", n)
    visitor = town.visitor(town.person("Ada", home="north"))
    assert asked(town, visitor, "/street/calendar/", "activities_occurrence") == 1
    assert asked(town, visitor, "/street/calendar/", "activities_occurrence") == 0
    assert asked(town, visitor, "/street/calendar/?on=2026-11-20", "activities_occurrence") == 1
    assert asked(town, visitor, "/street/calendar/?view=week&on=2026-11-20", "activities_occurrence") == 1


@pytest.mark.parametrize("values", [{"title": "新名"}, {"state": "cancelled"}, {"listed": 0}, {"place": "新馆"},
                                    {"starts_at": NOON + 1800}, {"ends_at": NOON + 9 * 86400}, {"all_day": True}],
                         ids=lambda v: next(iter(v)))
def test_a_kept_page_follows_every_change(town, plan, values):
    number = plan("south", "象棋", 0, place="旧馆")
    before = page(town, "/street/calendar/")
    assert before == page(town, "/street/calendar/") and "象棋" in before
    with town.unit("south"):
        Occurrence.update(**values).where(Occurrence.activity_id == number).execute()
    assert page(town, "/street/calendar/") != before


def test_places_taken_change_no_calendar(town, plan):
    number = plan("south", "象棋", capacity=5)
    with town.unit("south"):
        before = counting.changes("activities")
        Occurrence.update(taken=2).where(Occurrence.activity_id == number).execute()
        assert counting.changes("activities") == before
        Occurrence.delete().where(Occurrence.activity_id == number).execute()
        assert counting.changes("activities") == before + 1


def test_a_full_day_shows_a_few_and_leads_to_its_list(town, plan):
    for n in range(9):
        plan("north", f"活动{n}")
    text = page(town, "/north/calendar/")
    assert "还有6项" in text and "活动5" not in text
    link = re.search(r'class="t more" href="([^"]+)#day"', text)[1]
    chosen = page(town, f"/north/calendar/{link}")
    assert "活动8" in chosen[chosen.index('id="day"'):]


def test_a_long_list_ends_with_a_day_and_goes_on_with_the_next(town, plan):
    for n in range(62):
        plan("north", f"甲{n}", 1)
    plan("north", "乙", 2)
    text = page(town, "/north/calendar/?view=list")
    assert "甲61" in text and "乙" not in text and "on=2026-11-20" in text


def test_a_year_without_holidays_says_so_until_they_are_loaded(town):
    at = clock.at_minute(date(2028, 10, 3), 600, ZONE)
    with clock.frozen(at):
        for view in ("month", "week", "list"):
            assert "节假日安排" in page(town, f"/north/calendar/?view={view}"), view
        days = {date(2028, 10, n): ("National Day", True) for n in range(1, 8)}
        with town.unit():
            holidays.load(days | {date(2028, 10, 8): ("National Day", False)})
        text = page(town, "/north/calendar/")
        assert "节假日安排" not in text and "国庆节" in text and "调休上班" in text
        with town.unit():
            holidays.load({date(2028, 10, n): ("Mid-Autumn Festival", True) for n in range(1, 8)})
        assert "国庆节" not in page(town, "/north/calendar/")


def test_a_plugin_that_knows_one_site_at_a_time(town, plan):
    class Simple:
        @staticmethod
        @hookimpl
        def calendar(site, start, end):
            return [Day(NOON, NOON + 60, f"of {site.slug}", "simple/1")]

    town.app.portal.plugins.manager.register(Simple, name="simple")
    town.app.portal.plugins._calls.clear()
    with town.unit():
        for site in (town.north, town.south, town.street):
            sites.enable(site.id, "simple")
    text = page(town, "/north/calendar/?view=list")
    assert "of north" in text and "of street" in text and "of south" not in text
    assert "/street/simple/1" in text


def test_a_day_of_a_site_that_was_not_asked_for_is_left_out(town, plan):
    class Wrong:
        @staticmethod
        @hookimpl
        def calendar(start, end, sites):
            return [Day(NOON, NOON + 60, "foreign", "x", site_id=town.south.id), Day(NOON, NOON + 60, "own", "x")]

    town.app.portal.plugins.manager.register(Wrong, name="wrong")
    town.app.portal.plugins._calls.clear()
    with town.unit():
        sites.enable(town.north.id, "wrong")
    text = page(town, "/north/calendar/?view=list")
    assert "own" in text and "foreign" not in text


def test_dates_that_were_there_before_are_counted_from_their_next_change(empty_settings, tmp_path):
    """A database with the tables before it and rows in them counts from then on."""
    from portal.app import create_app
    app = create_app(empty_settings)
    portal = app.portal
    owner = portal.db if empty_settings.database_owner == empty_settings.database \
        else database.connect(empty_settings.database_owner)
    part = next(p for p in portal.parts() if p.name == "activities")
    with database.use(owner), database.unit(write=True):
        for name in [t for t in owner.get_tables() if t.startswith("activities_")]:
            owner.execute_sql(f'DROP TABLE "{name}"' + (" CASCADE" if owner.kind == "postgresql" else ""))
        owner.execute_sql('DELETE FROM "migrations_activities"')
    for file in sorted(Path(part.folder).glob("000[1-4]_*.py")):
        copy(file, tmp_path)
    role = "app" if owner.kind == "postgresql" else ""
    migrate.upgrade(owner, [part._replace(folder=tmp_path, models=part.models[:1])], role)
    with app.app_context(), database.use(portal.db), database.unit(write=True):
        site = sites.add("one", "One")
        with sites.within(site.id):
            row = Activity.create(uid="a", title="剪纸")
            row = Occurrence.create(activity_id=row.id, title="剪纸", starts_at=NOON, ends_at=NOON + 60, listed=1)
    migrate.upgrade(owner, [part], role)
    with database.use(portal.db), database.unit(write=True), sites.within(site.id):
        assert not any(diff_models(portal.db, list(part.models)))
        assert Occurrence.get().title == "剪纸" and counting.changes("activities") == 0
        Occurrence.update(title="象棋").execute()
        assert counting.changes("activities") == 1
    for db in {portal.db, owner}:
        db.close()
