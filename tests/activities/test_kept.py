"""Lists and pages of activities that are shown as they were made before: never a change late, never anybody else's."""

import re

import pytest
from portal.plugins.activities import queries, rules
from portal.plugins.activities.models import Activity, Occurrence, SignUp, SignUpMember, Tag

from portal.base import clock
from portal.people.models import Person
from tests.activities.parties import dates_of, family_ids, join

DAY = 86400


@pytest.fixture(autouse=True)
def as_in_production(town):
    town.app.portal.templates.auto_reload = False


@pytest.mark.parametrize("change, shown", [
    ({Occurrence.title: "合唱"}, "合唱"), ({Occurrence.place: "凉亭"}, "凉亭"), ({Occurrence.price_fen: 1234}, "12.34"),
    ({Occurrence.state: "cancelled", Occurrence.note: "下大雨"}, "下大雨"), ({Occurrence.capacity: 1}, "只剩1位"),
    ({Occurrence.taken: 3}, "只剩2位"), ({Occurrence.held: 5}, "满"), ({Occurrence.waiting: 1}, "满"),
    ({Occurrence.listed: 0}, "活动还没有")], ids=lambda v: v if isinstance(v, str) else "")
def test_a_list_shows_every_change_at_once(town, announce, change, shown):
    announce("剪纸", capacity=5, place="祠堂")
    visitor = town.visitor()
    before = visitor.get("/north/activities/").text
    assert visitor.get("/north/activities/").text == before and "剪纸" in before
    with town.unit("north"):
        Occurrence.update(change).execute()
    now = visitor.get("/north/activities/").text
    assert now != before and (shown in now or shown == "活动还没有")
    assert ("剪纸" in now) == (Occurrence.listed not in change and Occurrence.title not in change)


def test_a_list_shows_a_note_and_a_tag_that_change_alone(town, announce):
    announce("剪纸", capacity=5, tags=rules.packed(["手工"]))
    visitor = town.visitor()
    with town.unit("north"):
        Occurrence.update(state="cancelled", note="下雨").execute()
    assert "下雨" in visitor.get("/north/activities/").text
    with town.unit("north"):
        Occurrence.update(note="停电").execute()
    assert "停电" in visitor.get("/north/activities/").text
    with town.unit("north"):
        Tag.update(name="剪刀").execute()
    assert "剪刀" in visitor.get("/north/activities/").text
    with town.unit("north"):
        Tag.delete().execute()
    assert "剪刀" not in visitor.get("/north/activities/").text


def test_a_page_shows_every_change_at_once(town, announce):
    activity = announce("剪纸", days=[2, 9], capacity=5, text="带上剪刀")
    visitor, page = town.visitor(), f"/north/activities/{activity}"
    assert "带上剪刀" in visitor.get(page).text
    with town.unit("north"):
        Activity.update(text="带上红纸").execute()
    assert "带上红纸" in visitor.get(page).text
    later = Occurrence.capacity == 5
    with town.unit("north"):
        first = Occurrence.select(Occurrence.id).order_by(Occurrence.starts_at).limit(1).scalar()
        Occurrence.update(state="cancelled").where(later & (Occurrence.id != first)).execute()
    assert re.search(r"其他场次.*已取消", visitor.get(page).text, re.DOTALL)


def test_a_kept_page_holds_each_readers_own_name_family_and_tokens(town, announce, ada):
    activity = announce("剪纸", capacity=5)
    page = f"/north/activities/{activity}"
    hers, his = town.visitor(ada), town.visitor(town.person("丁一", home="north"))
    first = [visitor.get(page).text for visitor in (hers, his, hers, his)]
    assert all("陈爱莲" in text and "陈乐" in text and "丁一" not in text for text in first[::2])
    assert all("丁一" in text and "陈乐" not in text and "陈爱莲" not in text for text in first[1::2])
    tokens = [re.search(r'name="csrf_token" value="([^"]+)"', text)[1] for text in first]
    keys = [re.search(r'name="_key" value="([^"]+)"', text)[1] for text in first]
    assert tokens[0] == tokens[2] != tokens[1] and len(set(keys)) == 4
    assert not any(re.search(r"<!--[0-9a-f]{16} ", text) for text in first)
    assert "陈爱莲" not in town.visitor().get(page).text
    assert join(his, activity, who=["me"]).status_code == 303 and join(hers, activity, who=["me"]).status_code == 303


def test_a_name_is_shown_as_it_is_written(town, announce):
    activity = announce("剪纸", capacity=5)
    visitor = town.visitor(town.person("<b>甲</b>", home="north"))
    for _time in range(2):
        text = visitor.get(f"/north/activities/{activity}").text
        assert "&lt;b&gt;甲&lt;/b&gt;" in text and "<b>甲" not in text


@pytest.fixture
def asked(town, monkeypatch):
    """What the database is asked from here on, without what begins and ends a unit."""
    run, seen = town.db._execute_cursor, []
    monkeypatch.setattr(town.db, "_execute_cursor", lambda sql, *rest, **more: [
        seen.append(sql), run(sql, *rest, **more)][1])
    return lambda: [sql for sql in seen if "SELECT" in sql]


def test_the_door_shows_every_change_at_once(town, announce, ada):
    activity = announce("剪纸", days=[2 / 24], capacity=8)
    assert join(town.visitor(ada), activity, who=["me", *family_ids(town, ada)]).status_code == 303
    page = f"/north/activities/desk/date/{dates_of(town, activity)[0].id}/door"
    visitors = [town.visitor(town.person(name, home="north", role="volunteer")) for name in ("甲", "乙")]
    changes = ((SignUp.size, 4, "一共4人"), (Person.name, "陈婆婆", "陈婆婆"), (Occurrence.title, "剪花", "剪花"),
               (SignUpMember.name, "小乐", "小乐"), (SignUp.came, 2, "已到2/4人"),
               (SignUp.state, "left", "还没有人报名"))
    for field, value, shown in changes:
        assert all(shown not in visitor.get(page).text for visitor in visitors)
        with town.unit("north"):
            mine = Person.id == ada.id if field is Person.name else field.model.id > 0
            field.model.update({field: value} | ({SignUp.came_at: 1} if value == 2 else {})).where(mine).execute()
        assert all(shown in visitor.get(page).text for visitor in visitors), shown


def test_the_door_is_asked_for_once_whoever_is_expected(town, announce, asked):
    activity = announce("剪纸", days=[2 / 24], capacity=80)
    date = dates_of(town, activity)[0]
    with town.unit("north"):
        for n in range(30):
            SignUp.create(occurrence_id=date.id, guest_name=f"来宾{n:02d}", guest_phone=str(n))
    visitor = town.visitor(town.person("甲", home="north", role="volunteer"))
    page = f"/north/activities/desk/date/{date.id}/door"
    first = visitor.get(page).text
    before = len(asked())
    assert visitor.get(page).text.count('name="here"') == first.count('name="here"') == 30
    assert len(asked()) == before + 2  # who comes in, and the door


SPANS = [(begun, lasts) for begun in (-70, -60, -59, -8, -2, -1, 0, 3) for lasts in (0.1, 1, 1.1, 2.5, 59.5, 75)]


def test_a_list_has_all_that_still_goes_on_however_long_ago_it_began(town, announce):
    """Nothing that began more than 61 days ago; all else that is not over."""
    activity = announce("剪纸")
    with clock.frozen(clock.now()), town.unit("north"):
        at = clock.now()
        Occurrence.update(listed=0).execute()
        for begun, lasts in SPANS:
            start = at + int((begun - 0.05) * DAY)
            Occurrence.create(activity_id=activity, title="剪纸", starts_at=start, ends_at=start + int(lasts * DAY),
                              listed=1, recurrence_key=f"{begun} {lasts}")
        ahead = Occurrence.select(Occurrence.id).where((Occurrence.listed == 1) & (Occurrence.ends_at > at)
                                                       & (Occurrence.starts_at >= at - 61 * DAY))
        wanted = [i for i, in ahead.order_by(Occurrence.starts_at, Occurrence.id).tuples()]
        found = [row.id for row in queries.rows(None, at, at + 99 * DAY, limit=99)]
        edge = queries.rows(None, at, at + 99 * DAY, limit=99)[9]
        turned = [row.id for row in queries.rows(None, at, at + 99 * DAY, before=(edge.starts_at, edge.id), limit=99)]
    assert found == wanted and len(wanted) > 20 and turned == wanted[:9]


def test_what_begins_before_a_later_day_and_lasts_is_in_the_list_of_that_day(town, announce):
    activity = announce("剪纸")
    with clock.frozen(clock.now()), town.unit("north"):
        at = clock.now()
        Occurrence.create(activity_id=activity, title="展览", starts_at=at + DAY, ends_at=at + 20 * DAY, listed=1,
                          recurrence_key="later")
        found = [row.title for row in queries.rows(None, at + 10 * DAY, at + 12 * DAY)]
        before = [row.title for row in queries.rows(None, at - 5 * DAY, at + 12 * DAY)]
    assert "展览" in found and "展览" in before


@pytest.mark.backend("sqlite")
def test_a_list_does_not_pass_by_what_is_over(town, announce, asked):
    announce("剪纸")
    town.visitor().get("/north/activities/")
    listing = next(sql for sql in asked() if '"held"' in sql and '"title"' not in sql)
    lasting = next(sql for sql in asked() if "MIN(" in sql and "activities_occurrence" in sql)
    with town.unit("north"):
        plans = [" ".join(row[3] for row in town.db.execute_sql(f"EXPLAIN QUERY PLAN {sql}", [1] * sql.count("?")))
                 for sql in (listing, lasting)]
    assert "listed_starts_at_id_ends_at (site_id=? AND listed=? AND starts_at>? AND starts_at<?)" in plans[0]
    assert "USING COVERING INDEX activities_occurrence_lasting" in plans[1]
    assert not any("SCAN activities_occurrence" in plan for plan in plans)


@pytest.mark.backend("sqlite")
def test_what_lasts_is_found_again_once_it_is_written_or_over(town, announce, asked):
    """The first that lasts is remembered: what is written later is listed all the same."""
    activity, at = announce("剪纸"), clock.now()

    def lasting(begun: int, key: str) -> None:
        with town.unit("north", write=True):
            Occurrence.create(activity_id=activity, title=f"展览{key}", starts_at=at - begun * DAY, listed=1,
                              ends_at=at + DAY // 2, recurrence_key=key)
    lasting(5, "a")
    assert "展览a" in town.visitor().get("/north/activities/").text
    lasting(20, "b")
    page = town.visitor().get("/north/activities/").text
    assert "展览a" in page and "展览b" in page
    with clock.frozen(at + 2 * DAY):
        assert "展览" not in town.visitor().get("/north/activities/").text
