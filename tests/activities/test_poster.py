"""The poster of an activity: who gets one, of which date, and what stands on it."""

import re

import pytest
from portal.plugins.activities.desk.poster import qr, size_of
from portal.plugins.activities.models import Occurrence

from tests.activities.parties import dates_of


def test_staff_print_the_next_date_with_its_public_address(town, announce, staff):
    number = announce("剪纸", [3, 9], capacity=5, place="一楼大厅", text="带**剪刀**")
    page = staff.get(f"/north/activities/{number}/poster").text
    first, second = dates_of(town, number)
    url = re.search(r"http://[^<]+/north/activities/\d+\?on=\d+", page)[0]
    assert url.endswith(f"/activities/{number}?on={first.id}") and str(qr(url)) in page
    assert "一楼大厅" in page and "扫一扫报名" in page and "style=" not in page
    assert f"on={second.id}" in staff.get(f"/north/activities/{number}/poster?on={second.id}").text
    assert f"/activities/{number}/poster" in staff.get(f"/north/activities/desk/{number}").text


def test_nobody_else_gets_one(town, announce, ada):
    number = announce("剪纸")
    assert town.visitor().get(f"/north/activities/{number}/poster").status_code == 303
    assert town.visitor(ada).get(f"/north/activities/{number}/poster").status_code == 404
    south = town.visitor(town.person("Su", home="south", role="staff"))
    assert south.get(f"/south/activities/{number}/poster").status_code == 404


@pytest.mark.parametrize("values", [{"state": "cancelled"}, {"ends_at": 5, "starts_at": 1}], ids=["cancelled", "over"])
def test_a_date_that_does_not_take_place_has_none(town, announce, staff, values):
    number = announce("剪纸")
    with town.unit("north"):
        Occurrence.update(**values).execute()
    assert staff.get(f"/north/activities/{number}/poster").status_code == 404
    assert "/poster" not in staff.get(f"/north/activities/desk/{number}").text


def test_neither_has_a_draft_or_a_cancelled_activity(town, announce, staff):
    draft, number = announce("草稿", publish=False), announce("剪纸")
    assert staff.get(f"/north/activities/{draft}/poster").status_code == 404
    staff.submit(f"/north/activities/desk/{number}/cancel", reason="下雨")
    assert staff.get(f"/north/activities/{number}/poster").status_code == 404


def test_titles_have_sizes():
    assert [size_of("字" * n) for n in (8, 16, 33, 60, 120)] == ["xxl", "xl", "l", "m", "s"]
    assert size_of("Paper cutting") == "xxl"
