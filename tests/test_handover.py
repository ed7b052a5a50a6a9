"""From one host to another: a sign-in goes along, once, in time, between these two hosts only."""

import pytest

from portal.app import create_app
from portal.base import sites
from portal.hooks import Plugins
from portal.people.models import HandOver
from portal.testing import Town, forms_of


@pytest.fixture
def town(settings):
    made = Town(create_app(settings, raising=True, plugins=Plugins(True)))
    made.language = "en"
    yield made
    made.db.close()


@pytest.fixture
def ada(town):
    return town.person("陈爱莲", "north", phone="13826000426")


@pytest.fixture
def hosts(town):
    """south has a host of its own."""
    with town.unit():
        sites.Site.update(host="south.example").where(sites.Site.id == town.south.id).execute()
        sites.touched(town.south.id)
    return town


SOUTH = "http://south.example"
HOUSE = "http://localhost"


def way(visitor, path="/north/go/south?next=/me"):
    page = visitor.get(path, base_url=HOUSE)
    return page, forms_of(page.text)[0] if page.status_code == 200 else None


def arrive(town, form, origin=HOUSE, at=SOUTH):
    """(what the other host answers, the browser there)."""
    visitor = town.visitor()
    return visitor.post("/arrive", form.values, base_url=at, headers={"Origin": origin}), visitor


def test_a_sign_in_is_handed_over_once(hosts, ada):
    page, form = way(hosts.visitor(ada))
    assert form.action == f"{SOUTH}/arrive" and f"form-action {SOUTH}" in page.headers["Content-Security-Policy"]
    assert page.headers["Referrer-Policy"] == "origin"
    there, visitor = arrive(hosts, form)
    assert there.location == "/me" and "Hello, 陈爱莲" in visitor.get("/me", base_url=SOUTH).text
    again, thief = arrive(hosts, form)
    assert "/sign-in" in again.location and thief.get("/me", base_url=SOUTH).status_code == 303
    with hosts.unit(write=False):
        assert HandOver.select().count() == 1


@pytest.mark.parametrize(("origin", "at"), [
    ("http://evil.example", SOUTH), ("", SOUTH), ("null", SOUTH), (HOUSE, "http://other.example")])
def test_a_hand_over_is_bound_to_both_hosts(hosts, ada, origin, at):
    with hosts.unit():
        sites.Site.update(host="other.example").where(sites.Site.id == hosts.street.id).execute()
    _page, form = way(hosts.visitor(ada))
    there, visitor = arrive(hosts, form, origin, at)
    assert "/sign-in" in there.location and visitor.get("/me", base_url=at).status_code == 303


def test_a_hand_over_is_bound_to_session_and_time(hosts, ada, monkeypatch):
    first = hosts.visitor(ada)
    _page, form = way(first)
    first.submit("/north/me", "/north/sign-out")
    assert "/sign-in" in arrive(hosts, form)[0].location
    _page, form = way(hosts.visitor(ada))
    from portal.views import handover
    monkeypatch.setattr(handover, "SECONDS", -1)
    assert "/sign-in" in arrive(hosts, form)[0].location


def test_ways_that_need_no_hand_over(hosts, ada):
    assert way(hosts.visitor())[0].location == f"{SOUTH}/me"
    assert way(hosts.visitor(ada), "/north/go/street?next=/about")[0].location == "/street/about"
    assert way(hosts.visitor(ada), "/north/go/nowhere")[0].status_code == 404
