"""Forms of south with north's numbers: in the path, under known names, and in every field that a page offers."""

import itertools
import re

import pytest
from portal.plugins.bulletin.models import Bulletin

from portal.base import sites
from portal.people import roles
from portal.testing import forms_of
from tests.isolation.country import (
    UNKNOWN,
    address,
    foreign,
    person_of,
    rules,
    silent,
    token_of,
    told,
)

# On SQLite, where nothing but the code itself keeps sites apart; PostgreSQL has its second wall, which test_rows tries.
pytestmark = pytest.mark.backend("sqlite")
# What ends the visitor's own session or leads away from the page on purpose.
ENDINGS = ("signin.sign_out", "handover.arrive", "account.end_other_sessions", "desk.stop_acting")
LEAVING = re.compile(r"/(sign-out|arrive|sessions/\w+(/end)?|acting/stop|act)$")
ENDING = re.compile(r"delete|cancel|remove|leave|refuse|revoke|withdraw|plugins|password")  # these are sent last
FILLED = {"title": "A title", "name": "A name", "text": "A text", "estate": "An estate", "building": "2",
          "place": "A place", "day": "2030-05-01", "start": "10:00", "end": "11:00", "reason": "A reason",
          "email": "somebody@example.org"}


def test_no_form_of_south_moves_a_row_of_north(country, people, untouched):
    """Each rule that changes a numbered thing, with south's own token and north's numbers in path and body."""
    town, north, _south = country
    tried = 0
    for rule, parameters in rules(town, "POST"):
        for parameter in parameters:
            for name, visitor in people.items():
                body = foreign(town, north) | {"csrf_token": token_of(visitor)}
                nobodys = address(rule, UNKNOWN)
                unknown = told(visitor.post(nobodys, body), nobodys)
                assert unknown[0] in (303, 404), (rule.rule, name, unknown[0])
                for number in north.of(parameter):
                    path = address(rule, number)
                    got = visitor.post(path, body)
                    silent(got)
                    assert told(got, path) == unknown, (rule.rule, name)
                    tried += 1
    assert tried > 100


@pytest.mark.parametrize("names", [("guest", "resident", "grid"), ("staff",), ("acting", "north's staff")],
                         ids=lambda names: names[0])
def test_no_body_of_a_form_reaches_north(country, people, untouched, names):
    """Each rule that changes something, with south's own numbers in the path and north's in the body."""
    town, north, south = country
    person = {"resident": south.resident, "staff": south.staff, "acting": south.staff, "north's staff": north.staff}
    for name, (rule, parameters) in itertools.product(names, rules(town, "POST")):
        if rule.endpoint in ENDINGS:
            continue
        visitor = people[name]
        if name in person and visitor.get("/south/me").status_code != 200:
            visitor = people[name] = town.visitor(person_of(town, person[name]))
        body = foreign(town, north) | {"csrf_token": token_of(visitor)}
        got = visitor.post(address(rule, south.of(parameters[0])[0] if parameters else 0), body)
        assert got.status_code < 500, rule.rule
        silent(got)
        switched_on(town)


def switched_on(town) -> None:
    """Both plugins in south, whatever a form has done."""
    with town.unit():
        for plugin in ("bulletin", "activities"):
            sites.enable(town.south.id, plugin)


@pytest.mark.parametrize("name, least", [("resident", 5), ("staff", 25), ("acting", 5)])
def test_no_field_of_a_page_takes_a_number_of_north(country, people, untouched, name, least):
    """Each form that a page of south offers, filled in, with each number of north in one field after another."""
    town, north, south = country
    visitor, forms = people[name], offered(town, south, people[name])
    taken = set()
    for form in sorted(forms, key=lambda form: bool(ENDING.search(form.action))):
        whole = {name: value or FILLED.get(name, "") for name, value in form.values.items()}
        whole |= {"_key": None, "version": None}  # neither a second tap nor one that comes late
        for fields in ({}, foreign(town, north), *each_field(whole, north.numbers())):
            got = visitor.send(form, **whole | fields | {"csrf_token": whole["csrf_token"]})
            assert got.status_code < 500, (form.action, fields)
            silent(got)
            if got.status_code < 400:
                taken.add(form.action)
            switched_on(town)
    assert len(taken) >= least, sorted(taken)


def offered(town, south, visitor) -> list:
    """The forms on south's pages, each once, but for those that end the visitor's session."""
    found = {}
    for rule, parameters in rules(town):
        path = address(rule, south.of(parameters[0])[0] if parameters else 0)
        page = visitor.get(path)
        for form in forms_of(page.text) if page.status_code == 200 else ():
            form.action = form.action or path
            if form.method == "post" and not LEAVING.search(form.action):
                found.setdefault((form.action, frozenset(form.values)), form)
    return list(found.values())


def each_field(whole: dict, numbers: list[int]):
    """One field after another that holds a number or chooses a thing, with each of these in it."""
    for field, value in whole.items():
        if str(value).isdigit() or field in ("who", "person", "site", "parent"):
            yield from ({field: str(number)} for number in numbers)


def test_the_key_of_a_form_in_north_is_another_in_south(country):
    """Somebody who works in both sends a form with the same key to both: south answers with what is its own."""
    town, _north, south = country
    clerk = town.person("Clerk of both", home="south", role="staff")
    with town.unit():
        roles.grant(clerk.id, town.north.id, "staff")
    visitor = town.visitor(clerk)
    body = {"csrf_token": token_of(visitor), "_key": "the same", "kind": "page", "title": "One", "text": "One",
            "picture_alt": ""}
    made = [visitor.post(f"/{slug}/bulletin/new", body) for slug in ("north", "south", "south")]
    assert [answer.status_code for answer in made] == [303, 303, 303]
    assert made[0].location.startswith("/north/") and made[1].location == made[2].location
    with town.unit(town.south):
        row, = Bulletin.select().where(Bulletin.title == "One")
        assert made[1].location == f"/south/bulletin/{row.id}"
