"""The country, its people and the watch over north, made anew for every test: none finds what another has left."""

from collections.abc import Iterator

import pytest
from werkzeug.test import TestResponse

from portal.people.models import Session
from portal.people.signin import digest
from portal.requests import COOKIE
from portal.testing import Visitor
from tests.isolation.country import Country, everything_of, person_of, planted


@pytest.fixture
def country(town) -> Country:
    """Both communities with a row of every kind."""
    return planted(town)


@pytest.fixture
def people(country) -> dict[str, Visitor]:
    """Who tries to get at north: people of south and guests, and north's own staff on south's pages."""
    town, north, south = country
    clerk = person_of(town, south.staff)
    acting = town.visitor(clerk)
    with town.unit():
        Session.update(acting_for=south.resident, acting_site=town.south.id, acting_channel="desk").where(
            Session.token == digest(acting.client.get_cookie(COOKIE).value)).execute()
    grid = town.person("Grid worker of south", home="south", role="grid")
    return {"resident": town.visitor(person_of(town, south.resident)), "staff": town.visitor(clerk),
            "grid": town.visitor(grid), "north's staff": town.visitor(person_of(town, north.staff)),
            "acting": acting, "guest": town.visitor()}


@pytest.fixture
def untouched(country, people) -> Iterator[None]:
    """North as it was before the test is what it is after it; its staff may change what is their own."""
    town, north, _south = country
    before = everything_of(town, town.north.id, {north.resident})
    yield
    after = everything_of(town, town.north.id, {north.resident})
    for name, rows in before.items():
        assert after[name] == rows, name


@pytest.fixture(autouse=True)
def _files_too(monkeypatch):
    """Files that are downloaded are looked through, too, though they are no text."""
    monkeypatch.setattr(TestResponse, "text", property(lambda answer: answer.data.decode("utf-8", "replace")))
