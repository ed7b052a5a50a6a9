"""Other ways in: hosts, odd addresses, files, acting for somebody, due rows, and what is kept of a person."""

import re
from io import BytesIO

import pytest
from PIL import Image

from portal import jobs
from portal.app import create_app
from portal.base import clock, sites
from portal.base.due import Due, later
from portal.base.sites import Site
from portal.pages.pictures import made
from portal.people import roles
from portal.people.models import Session
from portal.people.signin import digest
from portal.requests import COOKIE
from tests.isolation.country import (
    MARK,
    OURS,
    UNKNOWN,
    WORD,
    address,
    person_of,
    rules,
    silent,
    token_of,
)
from tests.support.wire import ask

SOUTH = "south.example"


@pytest.fixture
def host(country) -> str:
    """South is also reached by a host of its own."""
    town = country.town
    with town.unit():
        Site.update(host=SOUTH).where(Site.id == town.south.id).execute()
        sites.touched(town.south.id)
    return f"http://{SOUTH}"


def test_a_host_of_its_own_is_no_way_in(country, people, untouched, host):
    """North has no address there: neither its slug nor its numbers; whatever else the request says of hosts."""
    town, north, _south = country
    guest = town.visitor()
    for path in ("/", "/bulletin/", f"/search?q={WORD}", "/activities/calendar.ics", "/calendar/?view=list"):
        for headers in ({}, {"X-Forwarded-Host": "localhost", "X-Forwarded-Prefix": "/north", "X-Script-Name": "/north",
                             "Forwarded": "host=localhost", "X-Original-URL": "/north/", "X-Rewrite-URL": "/north/"}):
            got = guest.get(path, base_url=host, headers=headers)
            assert got.status_code == 200
            silent(got)
    for path in ("/north/", f"/north/bulletin/{north.bulletins[0]}", f"/bulletin/{north.bulletins[0]}",
                 f"/activities/{north.activities[0]}", f"/activities/{north.activities[0]}.ics", "/north/desk/"):
        got = guest.get(path, base_url=host)
        assert got.status_code == 404
        silent(got)


def test_each_page_and_number_by_its_own_host(country, host):
    """Signed in on south's host, its staff sees no more of north than below its slug."""
    town, north, south = country
    staff = town.visitor(person_of(town, south.staff))
    token = staff.client.get_cookie(COOKIE).value
    staff.client.set_cookie(COOKIE, token, domain=SOUTH)
    assert staff.get("/desk/people", base_url=host).status_code == 200
    for rule, parameters in rules(town):
        for number in [n for p in parameters for n in north.of(p)] or [0]:
            got = staff.get(address(rule, number, ""), base_url=host)
            assert not parameters or got.status_code in (303, 404), rule.rule
            silent(got)


def test_odd_addresses_lead_nowhere_else(country):
    """South's staff writes the way to north, and north's numbers, in ways that a browser would tidy up."""
    town, north, south = country
    cookie = town.visitor(person_of(town, south.staff)).client.get_cookie(COOKIE).value
    out = ("/south/../north/", "/south/./../north/", "/south//north/", "/south/%2e%2e/north/", "/south/..;/north/",
           "/south/north/", "/NORTH/", "/south\\..\\north/", "/ north/")
    pages = ("", "desk/people", f"bulletin/{north.bulletins[2]}", "activities/calendar.ics")
    one, wide = north.bulletins[0], "１".encode().decode("latin1")
    numbers = (f"0{one}", f"+{one}", "1e0", "1.0", "%31", wide, f"{one} ", f"{one}\0", f"{one}/", f"4/../{one}")
    ways = [f"{way}{page}" for way in out for page in pages]
    for path in (*ways, *(f"/south/bulletin/{number}" for number in numbers)):
        got = ask(town.app, path, HTTP_COOKIE=f"{COOKIE}={cookie}")
        assert got.status in (302, 303, 308, 400, 404), path
        assert MARK not in got.text + str(got.headers), path


def test_a_file_is_found_by_its_own_site_and_whole_name_only(country):
    """A stored picture is for everybody who knows its name, 80 bits of its contents, also before it is published."""
    town, north, _south = country
    guest = town.visitor()
    here = f"/files/{town.north.id}"
    for path in (f"/files/{town.south.id}/{north.picture}", f"/files/{UNKNOWN}/{north.picture}", here, f"{here}/",
                 f"{here}/.", f"{here}/{north.picture[:-1]}", f"{here}/{north.picture}/x",
                 f"{here}/{north.picture.upper()}",
                 f"/south/files/{town.north.id}/{north.picture}", f"/south{here}/{north.picture}",
                 f"/files/{town.south.id}/../{town.north.id}/{north.picture}",
                 f"{here}/..%2f{town.north.id}%2f{north.picture}", f"{here}/*.webp"):
        got = guest.get(path)
        assert got.status_code in (404, 308), path
        silent(got)
    with guest.get(f"{here}/{north.picture}") as found:
        assert found.data == MARK.encode()
    assert re.fullmatch(r"[0-9a-f]{20}", _name_of_a_picture())


def _name_of_a_picture() -> str:
    out = BytesIO()
    Image.new("RGB", (20, 20)).save(out, "PNG")
    return made(out.getvalue()).name.partition("-")[0]


def test_acting_ends_at_the_border_of_the_site(country, people, untouched):
    town, north, south = country
    acting = people["acting"]
    assert f"{OURS} Ada" in acting.get("/south/").text
    for path in ("/north/", "/town/", "/street/"):
        assert f"{OURS} Ada" not in acting.get(path).text
    for who in (acting, people["staff"]):
        for number, slug in ((north.resident, "south"), (north.resident, "north"), (south.resident, "north")):
            got = who.post(f"/{slug}/desk/people/{number}/act", {"csrf_token": token_of(who), "channel": "desk"})
            assert got.status_code == 404, (number, slug)
    with town.unit():
        Session.update(acting_for=north.resident, acting_site=town.north.id).where(
            Session.token == digest(acting.client.get_cookie(COOKIE).value)).execute()
    for page in ("me", "inbox", "me/household", "me/acted", "activities/mine"):
        silent(acting.get(f"/south/{page}"))
    with town.unit():
        Session.update(acting_for=None, acting_site=None).where(Session.acting_for == north.resident).execute()


def test_acting_ends_with_the_role(country):
    town, _north, south = country
    clerk = town.person("Former clerk", home="south", role="staff")
    visitor = town.visitor(clerk)
    got = visitor.post(f"/south/desk/people/{south.resident}/act",
                       {"csrf_token": token_of(visitor), "channel": "phone"})
    assert got.status_code == 303 and f"{OURS} Ada" in visitor.get("/south/me").text
    with town.unit():
        roles.revoke(clerk.id, town.south.id, "staff")
    page = visitor.get("/south/me").text
    assert f"{OURS} Ada" not in page and clerk.name in page


def test_a_due_row_works_in_its_own_site(country, untouched):
    """A row of south that names things of north, done by the worker."""
    town, north, south = country
    now = clock.now()
    with town.unit():
        theirs = [row.id for row in Due.select().where((Due.site_id == town.north.id) & (Due.state == "waiting"))]
        Due.update(state="done").where(Due.id.in_(theirs)).execute()
        last = Due.select(Due.id).order_by(Due.id.desc()).tuples().first()[0]
        for ref in (north.bulletins[0], UNKNOWN, "1; DROP TABLE site", south.bulletins[0]):
            later(now - 1, "bulletin.passed", ref, town.south.id)
        for plugin in town.app.portal.plugins.names:
            later(now - 1, "core.nightly", clock.local_date(now, "Asia/Shanghai"), town.south.id, plugin=plugin)
        later(now - 1, "bulletin.passed", north.bulletins[0], None)
    done = worked(town)
    with town.unit():
        states = [(row.kind, row.ref, row.state) for row in Due.select().where(
            (Due.id > last) & Due.kind.in_(["bulletin.passed", "core.nightly"])).order_by(Due.id)]
        Due.update(state="waiting").where(Due.id.in_(theirs)).execute()
    nights = ["done" if "nightly" in _hooks(town, name) else "waiting" for name in town.app.portal.plugins.names]
    assert [state for *_row, state in states] == ["done", "done", "waiting", "done", *nights, "waiting"], states
    assert done


def worked(town) -> int:
    """How many due rows a worker of its own found to do, on a connection that it closes."""
    worker, n = jobs.Work(create_app(town.app.portal.settings)), 0
    worker.looked = float("inf")  # plans no night
    try:
        while worker.turn():
            n += 1
    finally:
        worker.portal.db.close()
    return n


def _hooks(town, plugin: str) -> list[str]:
    return [hook for hook in ("nightly",)
            if plugin in [name for name, *_ in town.app.portal.plugins.implementations(hook)]]


def test_what_plugins_keep_of_a_person_is_the_open_sites(country, untouched):
    """Exported, taken out and merged in south, somebody of north is nobody there."""
    town, north, south = country
    plugins = town.app.portal.plugins
    with town.app.app_context(), town.unit(town.south):
        here = sites.view(town.south.id)
        for person in (north.resident, north.staff):
            assert MARK not in str(list(plugins.answers(here, "export", person_id=person)))
            list(plugins.answers(here, "merge", person_id=person, into_id=south.resident))
            list(plugins.answers(here, "erase", person_id=person))
        assert OURS in str(list(plugins.answers(here, "export", person_id=south.staff)))
    with town.app.app_context(), town.unit(town.north):
        here = sites.view(town.north.id)
        assert MARK in str(list(plugins.answers(here, "export", person_id=north.staff)))
