"""A plugin that is switched off in a community is nowhere in it, and stays where it is on."""

import re

import pytest

from portal import jobs
from portal.base import clock, sites
from portal.base.due import Due, later
from tests.isolation.country import (
    MARK,
    OURS,
    PART,
    WORD,
    address,
    person_of,
    rules,
    token_of,
)
from tests.support.wire import settled


@pytest.fixture(params=["bulletin", "activities"])
def plugin(request) -> str:
    return request.param


@pytest.fixture
def staff(country, plugin):
    """Staff of south, where the plugin was in the menu and is off now."""
    town, _north, south = country
    visitor = town.visitor(person_of(town, south.staff))
    token_of(visitor)
    assert f'"/south/{plugin}/' in visitor.get("/south/").text
    with town.unit():
        sites.enable(town.south.id, plugin, False)
    return visitor


def test_none_of_its_addresses_is_there(country, plugin, staff):
    """404 for each of its rules and every method; the page is the one of any address that nobody has."""
    town, _north, south = country
    gone, tried = settled(staff.get("/south/no-such-page").text), 0
    for method in ("GET", "HEAD", "POST"):
        for rule, parameters in rules(town, method):
            if not rule.endpoint.startswith(f"{plugin}."):
                continue
            path = address(rule, south.of(parameters[0])[0] if parameters else 0)
            for visitor in (staff, town.visitor()):
                body = {"csrf_token": token_of(visitor)} if method == "POST" else None
                for headers in ({}, PART):
                    got = visitor.client.open(path, method=method, data=body, headers=headers)
                    assert got.status_code == 404, (method, rule.rule)
                    assert OURS not in re.sub(rf"{OURS}( motto|-?phone)", "", got.text)
                    tried += 1
            if method == "GET":
                assert _without_addresses(staff.get(path).text) == _without_addresses(gone)
    assert tried > 40


def _without_addresses(page: str) -> str:
    return re.sub(r"\S*(bulletin|activities|no-such-page)\S*", "", settled(page))


def test_no_other_page_speaks_of_it(country, plugin, staff):
    """Menus, front page, search, calendar, desk, sitemap: no page of south leads there, for staff and all others."""
    town, _north, south = country
    title = f"{OURS} {WORD}"
    guest, resident = town.visitor(), town.visitor(person_of(town, south.resident))
    for rule, parameters in rules(town):
        if rule.endpoint.startswith(f"{plugin}.") or rule.endpoint == "handover.go":
            continue
        path = address(rule, south.of(parameters[0])[0] if parameters else 0)
        for query in ("", f"?q={WORD}&view=list"):
            for visitor in (staff, guest, resident):
                page = visitor.get(path + query)
                assert f"/south/{plugin}/" not in page.text.replace(f"/south/desk/plugins/{plugin}", ""), path
    found = guest.get(f"/south/search?q={WORD}").text
    assert f'/south/{"activities" if plugin == "bulletin" else "bulletin"}/' in found and title in found
    assert guest.get(f"/north/{plugin}/").status_code == 200 and MARK in guest.get(f"/north/{plugin}/").text


def test_its_due_rows_are_kept_aside_until_it_is_on(country, plugin, staff):
    town, _north, south = country
    with town.unit():
        number = later(clock.now() - 1, f"{plugin}.passed", south.bulletins[0], town.south.id)
    worker = jobs.Work(town.app)
    worker.looked = float("inf")
    while worker.turn():
        pass
    with town.unit():
        assert Due.get_by_id(number).state == "parked"
        sites.enable(town.south.id, plugin)
    assert f'"/south/{plugin}/' in town.visitor().get("/south/").text
