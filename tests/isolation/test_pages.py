"""Pages, parts, searches and feeds of south, asked for with north's numbers and in every other way."""

import itertools
import re

import pytest
from peewee import ForeignKeyField, ModelIndex
from portal.plugins.activities.models import Activity, Occurrence

from portal.base import clock, sites
from portal.base.records import Owned
from portal.testing import forms_of
from tests.isolation.country import (
    MARK,
    OURS,
    PART,
    UNKNOWN,
    WORD,
    address,
    everything_of,
    foreign,
    models_of,
    person_of,
    rules,
    silent,
    told,
)
from tests.support.wire import asked_names, settled

PUBLIC = ("", "bulletin/", "activities/", "activities/calendar.ics", f"search?q={WORD}", "calendar/?view=list")
STAFFS = ("desk/people", "desk/buildings", "desk/audit", "desk/", "activities/desk/")


def test_the_marks_are_where_they_belong(country):
    """Without this the others could pass for want of anything to find."""
    town, north, south = country
    guest, staff = town.visitor(), town.visitor(person_of(town, north.staff))
    for page in (*PUBLIC, f"bulletin/{north.bulletins[0]}", f"activities/{north.activities[0]}",
                 f"activities/{north.activities[0]}.ics", "manifest.webmanifest"):
        assert MARK in guest.get(f"/north/{page}").text, page
    for page in (*STAFFS, f"desk/people/{north.resident}", f"bulletin/{north.bulletins[2]}", "desk/brand",
                 f"activities/desk/date/{north.dates[0]}/roster", f"activities/desk/import/{north.source}"):
        assert MARK in staff.get(f"/north/{page}").text, page
    resident = town.visitor(person_of(town, north.resident))
    for page in ("me", "inbox", f"inbox/{north.notice}", "me/household", f"me/household/{north.household}",
                 "me/sessions", "activities/mine"):
        assert MARK in resident.get(f"/north/{page}").text, page
    assert OURS in guest.get("/south/").text and OURS in guest.get(f"/south/search?q={WORD}").text


def test_every_kind_of_row_is_planted(country):
    """A new table of sites, or one that hangs on a site's people, has to be planted here, too."""
    town, north, _south = country
    found = everything_of(town, town.north.id, {north.resident})
    assert len(found) > 15
    assert not [name for name, rows in found.items() if not rows]


def test_owned_tables_are_all_reached_by_their_site_only(app):
    """Each reference between rows of sites holds the site, so that not even a faulty plugin can cross."""
    owned = [model for model in models_of(app) if issubclass(model, Owned)]
    assert len(owned) > 5
    for model in owned:
        keys = [f for f in model._meta.sorted_fields if isinstance(f, ForeignKeyField)]
        assert [k.name for k in keys if issubclass(k.rel_model, Owned)] == [], model
        for index in model._meta.indexes:
            fields, unique = (index._expressions, index._unique) if isinstance(index, ModelIndex) else index
            assert not unique or getattr(fields[0], "name", fields[0]) == "site", model


def test_no_number_of_north_is_known_in_south(country, people, untouched):
    """Each rule with a number, by each kind of person, as a page and as a part: like a number that nobody has."""
    town, north, _south = country
    tried = 0
    for rule, parameters in rules(town):
        for parameter in parameters:
            for name, headers in itertools.product(people, ({}, PART)):
                nobodys = address(rule, UNKNOWN)
                unknown = told(people[name].get(nobodys, headers=headers), nobodys)
                assert unknown[0] in (303, 404), rule.rule
                for number in north.of(parameter):
                    path = address(rule, number)
                    got = people[name].get(path, headers=headers)
                    silent(got)
                    assert told(got, path) == unknown, (rule.rule, name)
                    tried += 1
    assert tried > 200


def test_no_page_shows_a_row_of_north(country, people, untouched):
    """Each page, also with a number of south's own, after north's has been made, with every way to ask it for more."""
    town, north, south = country
    asked = (f"?q={WORD}", f"?view=list&show=roles&before={UNKNOWN}", f"?view=week&tag={WORD}&open=1",
             *_with_every_name(town, north))
    staff = town.visitor(person_of(town, north.staff))
    for rule, parameters in rules(town):
        if rule.endpoint == "handover.go":  # leads to the site that it names, on purpose
            continue
        for visitor in (staff, people["guest"]):
            visitor.get(address(rule, north.of(parameters[0])[0] if parameters else 0, "/north"))
        path = address(rule, south.of(parameters[0])[0] if parameters else 0)
        for name, visitor in people.items():
            plain = visitor.get(path)
            silent(plain)
            if plain.status_code == 200:
                silent(visitor.get(path + asked[0], headers=PART))
                for query in asked if name in ("guest", "staff") else asked[:1]:
                    silent(visitor.get(path + query))


def _with_every_name(town, north) -> list[str]:
    """Queries that say a number of north under every name that the code asks for, one for each number."""
    given = {name: value for name, value in foreign(town, north).items() if MARK not in str(value)}
    names = [n for n in asked_names() if n not in ("_key", "theme", "next", "q")]
    fitting = "&".join(f"{n}={given.get(n, north.bulletins[0])}" for n in names)
    return [f"?{fitting}", *("?" + "&".join(f"{name}={n}" for name in names) for n in north.numbers())]


def test_a_page_of_south_asked_for_a_date_of_north_shows_its_own(country, people):
    _town, north, south = country
    for visitor in people.values():
        got = visitor.get(f"/south/activities/{south.activities[0]}?on={north.dates[0]}")
        assert got.status_code == 200 and OURS in got.text
        silent(got)


def test_a_search_in_south_finds_nothing_of_north(country, people):
    """What is found for a word of north is what is found for one that nobody has written."""
    for words in (MARK, f"{MARK} {WORD}", f'{MARK}" OR "{WORD}', f"{MARK}*", f"' | '{MARK}", f"{MARK} Ada"):
        for visitor in people.values():
            for page in ("search", "desk/people"):
                got, unknown = (visitor.get(f"/south/{page}", query_string={"q": q})
                                for q in (words, words.replace(MARK, "Nebelkrae")))
                said = settled(got.text).replace(MARK, "Nebelkrae")
                assert (got.status_code, said) == (unknown.status_code, settled(unknown.text)), (words, page)


def test_a_copy_of_norths_page_is_not_souths(country):
    """What a browser or a cache keeps of north's page does not stand for south's."""
    town, north, _south = country
    guest = town.visitor()
    for page in PUBLIC:
        kept = guest.get(f"/north/{page}")
        headers = {"If-None-Match": kept.headers.get("ETag", '"x"'),
                   "If-Modified-Since": kept.headers.get("Last-Modified", "Fri, 01 Jan 2100 00:00:00 GMT")}
        got = guest.get(f"/south/{page}", headers=headers)
        assert got.status_code == 200 and OURS in got.text, page
        silent(got)


@pytest.mark.parametrize("slug", ["street", "town"])
def test_street_and_district_show_south_nothing_of_north(country, people, untouched, slug):
    """Their pages and numbers, asked for by people of south, who have no role there."""
    town, north, _south = country
    tries = [(people[name], headers) for name, headers in (
        ("staff", {}), ("staff", PART), ("grid", {}), ("resident", {}), ("acting", {}), ("guest", PART))]
    for rule, parameters in rules(town):
        if rule.endpoint in ("handover.go", "calendar.index"):  # a street's calendar has what north's guests read
            continue
        for number in [n for p in parameters for n in north.of(p)] or [0]:
            for visitor, headers in tries:
                got = visitor.get(address(rule, number, f"/{slug}"), headers=headers)
                silent(got)
                assert got.status_code in ((303, 404) if number else (200, 302, 303, 404)), rule.rule


def test_what_the_street_keeps_for_itself_stays_there(country):
    """Its calendar is shown below; but what is only for its own page is not."""
    town, now = country.town, clock.now()
    with town.unit(town.street):
        sites.enable(town.street.id, "activities")
        one = Activity.create(uid="s", title=f"{MARK} street", state="published")
        Occurrence.create(activity_id=one.id, recurrence_key="s", title=one.title, starts_at=now + 9000,
                          ends_at=now + 9900, listed=1)
    silent(town.visitor().get("/south/calendar/?view=list"))
    with town.unit(town.street):
        Occurrence.update(audience="street").where(Occurrence.activity_id == one.id).execute()
    assert MARK in town.visitor().get("/south/calendar/?view=list").text


def test_a_role_of_south_is_none_in_north(country, people):
    """Whoever is staff of south is in north what a resident of south is there."""
    town, north, _south = country
    for rule, parameters in rules(town):
        if rule.endpoint == "handover.go":
            continue
        for number in [n for p in parameters for n in north.of(p)] or [0]:
            path = address(rule, number, "/north")
            expected = people["resident"].get(path).status_code
            for name in ("staff", "grid"):
                got = people[name].get(path)
                assert got.status_code == expected, (path, name)
                if "/desk" in rule.rule:
                    assert expected == 404 and not [f for f in forms_of(got.text) if "desk" in f.action]
                    silent_but_for_the_brand(got)


def silent_but_for_the_brand(answer) -> None:
    """North's own brand stands on its error page; nothing else of it does."""
    text = re.sub(rf"{MARK}( motto|-?phone)", "", answer.text)
    assert MARK not in text, answer.request.path
