"""Official holidays on the district's desk: looked at, then loaded, refused with the place that is wrong."""

import json
from datetime import date

import pytest

from portal.base import clock, holidays
from portal.base.holidays import Holidays

URL = "/town/district/holidays"
ZONE = "Asia/Shanghai"
EN = {"Accept-Language": "en"}


def text_of(*days: tuple[str, str, bool]) -> str:
    return json.dumps({"days": [{"name": n, "date": d, "isOffDay": off} for d, n, off in days]}, ensure_ascii=False)


YEAR = text_of(*((f"2028-10-0{n}", "国庆节", True) for n in range(1, 8)), ("2028-10-08", "国庆节", False))


@pytest.fixture(autouse=True)
def in_2028():
    with clock.frozen(clock.at_minute(date(2028, 9, 20), 600, ZONE)):
        yield


@pytest.fixture
def operator(town):
    return town.visitor(town.person("Ou", role="operator", at="town"))


def stored(town) -> dict[int, int]:
    with town.unit(write=False):
        return {y: len(json.loads(days)) for y, days in Holidays.select(Holidays.year, Holidays.days).tuples()}


def test_they_are_looked_at_and_then_loaded(town, operator):
    answer = operator.submit(URL, URL, text=YEAR, headers=EN)
    assert answer.status_code == 200 and "<b>7</b>days off" in answer.text
    assert "<b>1</b>make-up workday<" in answer.text and "<b>8</b>changes" in answer.text
    assert stored(town) == {}
    assert operator.submit(URL, URL, text=YEAR, do="save").status_code == 303
    assert stored(town) == {2028: 8}
    assert "国庆节" in town.visitor().get("/north/calendar/?on=2028-10-01").text


def test_the_preview_says_what_changes(town, operator):
    operator.submit(URL, URL, text=YEAR, do="save")
    assert "Everything in it is known already" in operator.submit(URL, URL, text=YEAR, headers=EN).text
    other = text_of(*((f"2028-10-0{n}", "国庆节", n != 2) for n in range(1, 8)), ("2028-10-14", "国庆节", False))
    page = operator.submit(URL, URL, text=other, headers=EN).text
    assert "<b>3</b>changes" in page and "updated" in page and ">new<" in page
    assert "No longer in it: Sun 8 October" in page
    operator.submit(URL, URL, text=other, do="save")
    with town.unit(write=False):
        assert holidays.working_time(ZONE).mark(date(2028, 10, 8)) is None


def test_a_day_of_the_year_before_leaves_the_rest_of_that_year(town, operator):
    operator.submit(URL, URL, text=YEAR, do="save")
    following = text_of(("2028-12-31", "元旦", True), ("2029-01-01", "元旦", True), ("2029-01-02", "元旦", True))
    operator.submit(URL, URL, text=following, do="save")
    assert stored(town) == {2028: 9, 2029: 2}


@pytest.mark.parametrize(("text", "says"), [
    ("not json", "Line 1 is no JSON"), ('{"days": [\n{"name": }]}', "Line 2 is no JSON"), ("", "no list of days"),
    (text_of(("2028-13-01", "x", True)), "Day 1 has no date"),
    (text_of(("2028-10-01", "x", True), ("2028-10-01", "x", True)), "Day 2: 2028-10-01 is there twice"),
    (text_of(("2028-10-01", "x", True), ("2028-10-02", "x", True), ("2082-10-01", "x", True)), "Day 3: 2082-10-01"),
])
def test_a_wrong_file_is_refused_with_the_place(town, operator, text, says):
    answer = operator.submit(URL, URL, text=text, do="save", headers=EN)
    assert answer.status_code == 422 and says in answer.text and "autofocus" in answer.text
    assert stored(town) == {}


def test_only_the_district_loads_them(town, operator):
    street = town.visitor(town.person("Su", role="street", at="street"))
    chief = town.visitor(town.person("Li", role="street", at="town"))
    for visitor in (street, chief):
        assert visitor.get(URL).status_code == 404
    assert operator.get("/street/district/holidays").status_code == 404
    assert town.visitor().get(URL).status_code == 303
    assert "district/holidays" in operator.get("/town/district/").text
    assert "district/holidays" not in operator.get("/street/district/").text


@pytest.mark.parametrize("year", [2025, 2026])
def test_published_years_are_taken_as_they_are(town, operator, open_data, year):
    text = (open_data / "holidays" / f"holiday-cn_{year}.json").read_text("utf-8")
    page = operator.submit(URL, URL, text=text, headers=EN)
    assert page.status_code == 200 and ">new<" not in page.text  # the published calendar has them all
    assert operator.submit(URL, URL, text=text, do="save").status_code == 303
    assert stored(town)[year] > 20
