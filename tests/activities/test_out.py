"""What activities give away: calendar files, front page, figures, a person's data; models and rules."""

import json
import re
from datetime import datetime, timedelta

import icalendar
import recurring_ical_events
from portal.plugins.activities import personal, rules
from portal.plugins.activities.models import (
    MODELS,
    Occurrence,
    SignUp,
    SignUpMember,
)
from portal.plugins.activities.rules import Spot

from portal.base import database, sites
from tests.activities.parties import dates_of, family_ids, join


def test_the_calendar_file_gives_the_dates_of_the_table(town, announce):
    activity = announce("剪纸；手工", [2, 9], capacity=5, text="带**剪刀**")
    announce("散步", [3])
    for path, expected in ((f"{activity}.ics", 2), ("calendar.ics", 3)):
        answer = town.visitor().get(f"/north/activities/{path}")
        assert answer.mimetype == "text/calendar"
        found = recurring_ical_events.of(icalendar.Calendar.from_ical(answer.data)).between(
            datetime.now(), datetime.now() + timedelta(days=30))
        assert len(found) == expected
        starts = {int(e.start.timestamp()) for e in found}
        assert {d.starts_at for d in dates_of(town, activity)} <= starts


def test_search_engines_read_an_event(town, announce):
    activity = announce("剪</script>纸", capacity=5)
    page = town.visitor().get(f"/north/activities/{activity}").text
    data = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)[1])
    assert data["@type"] == "Event" and data["name"] == "剪</script>纸"
    assert data["remainingAttendeeCapacity"] == 5


def test_the_front_page_me_calendar_and_figures_show_activities(town, announce, staff, ada):
    activity = announce("剪纸", [0.01], capacity=5)
    visitor = town.visitor(ada)
    assert "剪纸" in visitor.get("/north/").text
    join(visitor, activity)
    assert "剪纸" in visitor.get("/north/me").text
    assert "剪纸" in visitor.get("/north/calendar/?view=list").text
    assert staff.get("/north/desk/figures").status_code == 200
    assert f"activities/{activity}" in visitor.get("/north/sitemap.xml").text


def test_the_calendar_of_a_neighbour_shows_only_what_others_may_join(town, announce):
    with town.unit():
        sites.enable(town.street.id, "activities")
    announce("街道内部", at="street")
    announce("街道大家", at="street", audience="street")
    page = town.visitor().get("/north/calendar/?view=list").text
    assert "街道大家" in page and "街道内部" not in page


def test_what_is_kept_of_a_person_is_told_moved_and_erased(town, announce, ada):
    first, second = announce("剪纸", capacity=5), announce("象棋", capacity=5)
    visitor, twin = town.visitor(ada), town.person("陈爱莲二", home="north")
    join(visitor, first, who=["me", *family_ids(town, ada)])
    join(town.visitor(twin), first)
    join(town.visitor(twin), second)
    with town.unit("north"):
        told = personal.export(ada.id)["sign_ups"]
        assert [(s["title"], s["size"], s["family"]) for s in told] == [("剪纸", 3, ["陈乐", "黄伯"])]
        personal.merge(twin.id, ada.id)
        assert {(s.person_id, s.size) for s in SignUp.select()} == {(ada.id, 3), (ada.id, 1)}
        assert Occurrence.get(Occurrence.activity_id == first).taken == 3
        personal.erase(ada.id)
        assert SignUpMember.select().count() == 0
        assert {s.person_id for s in SignUp.select()} == {None}
        assert {o.taken for o in Occurrence.select()} == {0}


def test_models_and_migration_agree(town):
    from playhouse.schema_diff import diff_models
    with database.use(town.db), database.unit():
        diff = diff_models(town.db, list(MODELS))
    assert not any(diff), diff


def test_rules_in_plain_python():
    now = 1000
    spot = Spot(1, 1, "a", 2000, 3000, False, 3, 1, "published")
    assert rules.is_open(spot, now) is None and rules.fits(2, spot) is None
    assert rules.fits(3, spot) and rules.fits(4, spot)
    assert rules.is_open(spot, 2000) and not rules.is_open(spot._replace(all_day=True), 2500)
    later, other = spot._replace(id=2, starts_at=5000, taken=0), spot._replace(id=3, activity_id=9, taken=0)
    assert rules.nearest([other, later], 3, now, spot) == later
    assert rules.nearest([other], 3, now, spot) == other
    assert rules.nearest([spot], 1, now, spot) is None
    assert rules.moved("draft", "publish") == "published" and rules.moved("draft", "cancel") is None
    assert rules.unpacked(rules.packed(rules.tags_of("长者，亲子、长者 a,b"))) == ["长者", "亲子", "a", "b"]
    assert len(rules.packed(str(n) * 30 for n in range(99))) <= 300
    assert [rules.yuan(n) for n in (1200, 1250, 5)] == ["12", "12.50", "0.05"]
