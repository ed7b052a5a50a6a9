"""Figures for staff: who signed up and who waited, and no number that tells of a single person."""

import re
from datetime import datetime
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from portal.plugins.activities.attendance import counting
from portal.plugins.activities.attendance.suppress import LEAST, suppressed
from portal.plugins.activities.models import Occurrence, SignUp, SignUpMember

from portal.base import clock
from portal.people.models import Household, Membership
from tests.activities.parties import dates_of

ZONE = "Asia/Shanghai"


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 9), min_size=1, max_size=3))
def test_no_small_count_can_be_worked_out(counts):
    """Against all ways to fill in what is hidden, one at least being small: a small one never has one value only."""
    shown = suppressed(dict(enumerate(counts)))
    assert all(not n or n >= LEAST for n in shown.cells.values())
    assert shown.total is None or shown.total == sum(counts) and not 0 < shown.total < LEAST
    hidden = [i for i, n in shown.cells.items() if n is None]
    if shown.total is None or not hidden:
        return
    left = shown.total - sum(n for n in shown.cells.values() if n is not None)
    ways = [w for w in product(range(1, left + 1), repeat=len(hidden)) if sum(w) == left and min(w) < LEAST]
    for at, i in enumerate(hidden):
        assert counts[i] >= LEAST or len({w[at] for w in ways}) > 1, (counts, shown)


@pytest.mark.parametrize(("counts", "cells", "total"), [
    ([30, 20, 10], [30, 20, 10], 60), ([30, 20, 3], [30, None, None], 53), ([3], [None], None),
    ([30, 4, 4], [None, None, None], 38), ([4, 4], [None, None], None), ([30, 20, 4, 4], [30, None, None, None], 58),
    ([30, 20, 4, 3], [30, 20, None, None], 57), ([30, 20, 1, 0], [30, None, None, 0], 51),
    ([12, 0, 0], [12, 0, 0], 12), ([30, 20, 1, 1, 1, 1, 1], [30, *[None] * 6], 55), ([], [], 0),
])
def test_which_are_hidden(counts, cells, total):
    shown = suppressed(dict(enumerate(counts)))
    assert (list(shown.cells.values()), shown.total) == (cells, total)


@pytest.mark.parametrize(("born", "name"), [
    (2028, "0–5"), (2023, "0–5"), (2022, "6–17"), (2011, "6–17"), (2010, "18–34"), (1994, "18–34"), (1993, "35–59"),
    (1969, "35–59"), (1968, "60–74"), (1954, "60–74"), (1953, "75+"), (1920, "75+"), (None, ""), (2030, "")])
def test_bands(born, name):
    assert counting.band(born, 2028) == name


@pytest.fixture
def spring(town, announce):
    """In March 2028: 6 aged 40 from 桂花苑 with a child of 4 each, and 5 aged 70 from 东苑, who wait."""
    noon = int(datetime(2028, 3, 1, 12, tzinfo=ZoneInfo(ZONE)).timestamp())
    with clock.frozen(noon):
        number = announce("剪纸", capacity=20)
        date = dates_of(town, number)[0]
        for n in range(11):
            person = town.person(f"邻居{n}", home="north", birth_year=1988 if n < 6 else 1958)
            with town.unit("north"):
                Membership.update(estate="桂花苑" if n < 6 else "东苑").where(Membership.person == person).execute()
                row = SignUp.create(occurrence_id=date.id, person_id=person.id, size=2 if n < 6 else 1,
                                    state="joined" if n < 6 else "waiting")
                if n < 6:
                    child = Household.create(person=person, name="娃", birth_year=2024)
                    SignUpMember.create(sign_up_id=row.id, household_id=child.id, name="娃")
        yield number


def told(page: str) -> dict[str, list[tuple[str, str]]]:
    """Caption → (row, number) of the charts of a page."""
    return {caption: re.findall(r'<th scope="row">(.*?)</th>.*?<td class="num">(.*?)</td>', rest)
            for caption, rest in re.findall(r'<table class="bars"><caption>(.*?)</caption>(.*?)</table>', page, re.S)}


def test_an_activity_by_month_estate_and_age(town, spring, staff):
    found = told(staff.get(f"/north/activities/desk/{spring}/figures").text)
    assert found["已报名，按小区"] == [("桂花苑", "12")] and found["候补没轮到，按小区"] == [("东苑", "5")]
    assert found["已报名，按年龄"] == [("0–5", "6"), ("35–59", "6")] and found["候补没轮到，按年龄"] == [("60–74", "5")]
    months = found["已报名，按月"]
    assert len(months) == 12 and months[-1] == ("3月", "12") and {n for _m, n in months[:-1]} == {"0"}


def test_companions_and_strangers_are_unknown(town, spring, staff):
    with town.unit("north"):
        for n in range(5):
            SignUp.create(occurrence_id=Occurrence.get().id, person_id=None, guest_name=f"客{n}", size=2, companions=1)
    found = told(staff.get(f"/north/activities/desk/{spring}/figures").text)
    assert found["已报名，按年龄"][-1] == ("不清楚", "10") and found["已报名，按小区"][-1] == ("不清楚", "10")


def test_the_desk_shows_the_same_with_small_numbers_hidden(town, spring, staff):
    with town.unit("north"):
        Membership.update(estate="西苑").where(Membership.person.in_(
            SignUp.select(SignUp.person_id).where(SignUp.state == "joined").limit(1))).execute()
    page = staff.get("/north/desk/figures").text
    assert told(page)["已报名，按小区"] == [("桂花苑", "不显示"), ("西苑", "不显示")]
    assert "<b>12</b>已报名，按月" in page
    south = town.visitor(town.person("Su", home="south", role="staff"))
    assert "已报名" not in south.get("/south/desk/figures").text


def test_a_street_is_counted_by_month(town, spring):
    chief = town.visitor(town.person("街道", home="north", role="street", at="street"))
    page = chief.get("/street/district/figures").text
    assert "已报名，按月" in page and "按小区" not in page


def test_nobody_else_sees_figures(town, spring, ada, staff):
    page = f"/north/activities/desk/{spring}/figures"
    assert town.visitor().get(page).status_code == 303 and town.visitor(ada).get(page).status_code == 404
    south = town.visitor(town.person("Su", home="south", role="staff"))
    assert south.get(page.replace("/north/", "/south/")).status_code == 404
    assert "有人报名以后" in staff.get(page).text or "按月" in staff.get(page).text


def test_who_came_is_counted_as_checked_in(town, spring, staff):
    with town.unit("north"):
        rows = list(SignUp.select().where(SignUp.state == "joined").order_by(SignUp.id))
        for n, row in enumerate(rows):
            SignUp.update(came=1 if n == 0 else 2).where(SignUp.id == row.id).execute()
    with town.app.app_context(), town.unit("north"):
        bounds = counting.months_until(clock.now(), ZONE)
        found = counting.count(Occurrence.id > 0, bounds, ZONE)["came"]
    assert found.months.total() == 11 and found.estates == {"桂花苑": 11}
    assert found.bands == {"35–59": 6, "0–5": 5}  # who of the first family stayed at home, nobody knows: the child
