"""Nothing of one community reaches another: not by page, part, form, search, feed, file, due row, host or acting."""

import re
from typing import NamedTuple

import pytest
from peewee import ForeignKeyField
from portal.plugins.activities.models import Activity, Occurrence, SignUp, SignUpMember, Source, Tag
from portal.plugins.bulletin.models import Bulletin

from portal import jobs
from portal.app import create_app
from portal.base import clock, database, sites
from portal.base.due import Due, later
from portal.base.records import Owned
from portal.base.search import index
from portal.people.audit import audit
from portal.people.models import (
    Building,
    Household,
    Membership,
    Notice,
    Person,
    PluginFault,
    Role,
    Session,
)
from portal.people.roles import Viewer
from portal.people.signin import digest
from portal.requests import COOKIE
from portal.testing import Town, forms_of
from tests.support import tripwire
from tests.support.databases import settings_for
from tests.support.wire import settled

MARK = "Nordlicht"  # stands in every text that belongs to north
OURS = "Suedwind"  # and in every text that belongs to south
WORD = "Laterne"  # in texts of both, to search for
UNKNOWN = 1_999_999
SOUTH = "south.example"
PART = {"HX-Request": "true", "HX-Request-Type": "partial"}
CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//x//y
X-WR-CALNAME:{0}
BEGIN:VEVENT
UID:{0}@example
DTSTAMP:20260101T000000Z
DTSTART:20300101T000000Z
DTEND:20300101T010000Z
SUMMARY:{0} Laterne
END:VEVENT
END:VCALENDAR
"""


class Planted(NamedTuple):
    """The numbers of everything that one community has."""

    resident: int
    staff: int
    bulletins: tuple[int, ...]
    activities: tuple[int, ...]
    dates: tuple[int, ...]
    source: int
    household: int
    notice: int
    session: int
    picture: str

    def of(self, parameter: str) -> list:
        """What may stand in an address for a parameter of this name."""
        return {"number": self.bulletins, "activity_id": self.activities, "occurrence_id": self.dates,
                "source_id": [self.source], "person_id": [self.resident, self.staff], "notice_id": [self.notice],
                "member_id": [self.household], "session_id": [self.session]}[parameter]


class Country(NamedTuple):
    town: Town
    north: Planted
    south: Planted


@pytest.fixture(scope="module")
def country(backend, databases, tmp_path_factory):
    """Both communities with a row of every kind; in north it says Nordlicht wherever it can."""
    urls = databases.migrated(backend)
    town = Town(create_app(settings_for(urls, tmp_path_factory.mktemp("country")), raising=True))
    if backend == "sqlite":
        town.db.execute_sql("PRAGMA synchronous = OFF")  # thousands of forms; a power cut is another test's
    yield Country(town, plant(town, "north", MARK), plant(town, "south", OURS))
    town.db.close()
    databases.drop(urls)


def plant(town: Town, slug: str, mark: str) -> Planted:
    resident = town.person(f"{mark} Ada", home=slug, phone="13800000001" if mark == MARK else "13800000002")
    staff = town.person(f"Clerk of {slug}", home=slug, role="staff")
    site = getattr(town, slug).id
    folder = town.app.portal.settings.data / "files" / str(site)
    folder.mkdir(parents=True)
    picture = f"{mark.lower().encode().hex()[:20]}-640.webp"
    (folder / picture).write_bytes(mark.encode())
    with town.unit():
        sites.Site.update(brand=f'{{"motto": "{mark} motto", "phone": "{mark}-phone"}}').where(
            sites.Site.id == site).execute()
        sites.save_settings(site, "activities", {"places": 3, "note": mark})
        sites.enable(site, "activities")
        session = Session.create(token=digest(f"token {mark}"), person=resident, device=f"{mark} phone").id
        household = Household.create(person=resident, name=f"{mark} Kind").id
        Membership.update(estate=f"{mark} estate", building="1").where(Membership.person == resident).execute()
        PluginFault.create(site_id=site, plugin="bulletin", hook=f"{mark}-hook", reason=mark)
        notice = Notice.create(person=resident, site_id=site, kind="core.account", event="x", title=f"{mark} title",
                               text=f"{mark} text", url="bulletin/").id
        with sites.within(site):
            rows = _things(town, site, mark, resident.id, staff.id, picture)
    return Planted(resident.id, staff.id, *rows, household=household, notice=notice, session=session, picture=picture)


def _things(town, site, mark, resident, staff, picture) -> tuple:
    now, text = clock.now(), {"title": f"{mark} {WORD}", "text": f"{mark} {WORD} text"}
    bulletins = [Bulletin.create(kind=kind, summary=mark, state=state, published_at=now, picture=picture,
                                 pinned=state == "published", **text).id
                 for kind, state in (("announcement", "published"), ("page", "published"), ("announcement", "draft"))]
    for number in bulletins[:2]:
        index("bulletin", str(number), text["title"], f"bulletin/{number}", text["text"], mark)
    source = Source.create(name=mark, file=f"{mark}.ics", text=CALENDAR.format(mark), digest="x", state="staged").id
    activities, dates = [], []
    for state in ("published", "draft"):
        one = Activity.create(uid=f"{mark} {state}", state=state, place=mark, tags=f",{mark},", capacity=5, **text)
        when = {"starts_at": now + 86400, "ends_at": now + 90000, "recurrence_key": mark, "title": text["title"]}
        date = Occurrence.create(activity_id=one.id, listed=int(state == "published"), place=mark, capacity=5,
                                 tags=f",{mark},", note=mark, **when)
        activities.append(one.id)
        dates.append(date.id)
    index("activities", str(activities[0]), text["title"], f"activities/{activities[0]}", text["text"], mark)
    sign_up = SignUp.create(occurrence_id=dates[0], person_id=resident, size=2)
    SignUpMember.create(sign_up_id=sign_up.id, name=f"{mark} Kind")
    Tag.create(name=mark, n=1)
    Building.create(estate=f"{mark} estate", building="1")
    audit(Viewer(resident, mark, actor_id=staff), "core.phone", f"{mark} thing", f"{mark} detail")
    later(now - 5, "bulletin.passed", bulletins[0], site)
    return tuple(bulletins), tuple(activities), tuple(dates), source


@pytest.fixture(scope="module")
def people(country):
    """Who tries to get at north: people of south, the street's of none, and north's own staff on south's pages."""
    town, north, south = country
    with town.unit():
        person = {"resident": Person.get_by_id(south.resident), "staff": Person.get_by_id(south.staff),
                  "north's staff": Person.get_by_id(north.staff)}
    acting = town.visitor(person["staff"])
    with town.unit():
        Session.update(acting_for=south.resident, acting_site=town.south.id, acting_channel="desk").where(
            Session.token == digest(acting.client.get_cookie(COOKIE).value)).execute()
    return {name: town.visitor(one) for name, one in person.items()} | {"acting": acting, "guest": town.visitor()}


def everything_of(site_id: int, persons: set[int]) -> dict:
    """Every row of a site, and what hangs on its people."""
    found = {}
    with tripwire.lifted():
        for model in tripwire._models(Owned):
            table = model._meta.table_name
            mark = database.current.obj.param
            sql = f'SELECT * FROM "{table}" WHERE site_id = {mark} ORDER BY id'
            found[table] = database.current.execute_sql(sql, (site_id,)).fetchall()
    for model in (Membership, Role, Household, Session, Notice):
        rows = model.select().where(model.person.in_(persons)).order_by(model.id).dicts()
        found[model.__name__] = [{k: v for k, v in row.items() if k != "seen_at"} for row in rows]
    for model in (Membership, Role):
        found[f"{model.__name__} here"] = list(model.select().where(model.site == site_id).order_by(model.id).dicts())
    found["site"] = list(sites.Site.select().where(sites.Site.id == site_id).dicts())
    found["plugins"] = list(sites.SitePlugin.select().where(sites.SitePlugin.site == site_id).dicts())
    found["due"] = list(Due.select().where(Due.site_id == site_id).order_by(Due.id).dicts())
    found["persons"] = list(Person.select().where(Person.id.in_(persons)).order_by(Person.id).dicts())
    return found


@pytest.fixture
def untouched(country):
    """North as it was before the test is what it is after it."""
    town, north, _south = country

    def now():
        with town.unit(town.north):
            found = everything_of(town.north.id, {north.resident})
        found["files"] = sorted((f.name, f.read_bytes()) for f in
                                (town.app.portal.settings.data / "files" / str(town.north.id)).iterdir())
        return found
    before = now()
    yield
    after = now()
    for name, rows in before.items():
        assert after[name] == rows, name


def rules(town, method="GET"):
    """(rule, parameters that are numbers of rows) of every rule below a site."""
    for rule in sorted(town.app.url_map.iter_rules(), key=str):
        if method in rule.methods and not rule.endpoint.startswith("root."):
            yield rule, re.findall(r"<int:(\w+)>", rule.rule)


def address(rule, value, slug="/south") -> str:
    path = re.sub(r"<int:\w+>", str(value), rule.rule)
    path = re.sub(r"<any\((\w+).*?\):\w+>", r"\1", path)
    return slug + path.replace("<name>", "bulletin").replace("<slug>", "south")


def told(answer, path) -> tuple:
    """What an answer tells, but for the address that was asked for."""
    text = settled(answer.get_data(as_text=True)) + str(answer.location or "")
    number = re.search(r"\d+", path)[0]
    text = text.replace(path.removeprefix("/south"), "HERE")
    return answer.status_code, re.sub(rf"(?<=/){number}(?=[\"#?<./]|$)", "N", text)


def silent(answer) -> None:
    whole = answer.get_data(as_text=True) + str(answer.headers)
    assert MARK not in whole and MARK.lower() not in whole.lower()


def token_of(visitor) -> str:
    """The token of this browser's forms, asked for once."""
    if not hasattr(visitor, "token"):
        pages = [visitor.get(f"/south/{page}").text for page in ("sign-in", "me")]
        found = [form.values["csrf_token"] for page in pages for form in forms_of(page) if "csrf_token" in form.values]
        visitor.token = found[0]
    return visitor.token


# Pages

def test_the_marks_are_where_they_belong(country):
    """Without this the others could pass for want of anything to find."""
    town, north, south = country
    guest, staff = town.visitor(), town.visitor(_person(town, north.staff))
    for page in ("", "bulletin/", f"bulletin/{north.bulletins[0]}", "activities/", "activities/calendar.ics",
                 f"search?q={WORD}", f"activities/{north.activities[0]}.ics", "calendar/?view=list"):
        assert MARK in guest.get(f"/north/{page}").text, page
    for page in ("desk/people", "desk/buildings", "desk/audit", "desk/", f"desk/people/{north.resident}",
                 f"bulletin/{north.bulletins[2]}", f"activities/desk/date/{north.dates[0]}/roster",
                 f"activities/desk/import/{north.source}"):
        assert MARK in staff.get(f"/north/{page}").text, page
    assert OURS in guest.get("/south/").text and OURS in guest.get(f"/south/search?q={WORD}").text


def test_every_kind_of_row_is_planted(country):
    """A new table of sites has to be planted here, too."""
    town = country.town
    with town.unit(town.north):
        found = everything_of(town.north.id, {country.north.resident})
    models = [model for part in town.app.portal.parts() for model in part.models]
    tables = {model._meta.table_name for model in models if issubclass(model, Owned)}
    assert tables and not [name for name in tables if not found[name]]


def test_no_number_of_north_is_known_in_south(country, people, untouched):
    """Each rule with a number, by each kind of person, as a page and as a part: like a number that nobody has."""
    town, north, _south = country
    tried = 0
    for rule, parameters in rules(town):
        for parameter in parameters:
            for name, visitor in people.items():
                for headers in ({}, PART):
                    nobodys = address(rule, UNKNOWN)
                    unknown = told(visitor.get(nobodys, headers=headers), nobodys)
                    assert unknown[0] in (303, 404), rule.rule
                    for number in north.of(parameter):
                        path = address(rule, number)
                        got = visitor.get(path, headers=headers)
                        silent(got)
                        assert told(got, path) == unknown, (rule.rule, name)
                        tried += 1
    assert tried > 200


def test_no_form_of_south_moves_a_row_of_north(country, people, untouched):
    """Each rule that changes a numbered thing, with south's own token and north's numbers in path and body."""
    town, north, _south = country
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


def foreign(town, north) -> dict:
    """North's numbers under every name that a form of the portal has for one."""
    return {
        "on": north.dates[0], "who": [str(north.household), "me"], "site": town.north.id, "person": north.resident,
        "parent": town.north.id, "street": town.north.id, "switch": f"{town.north.id}:bulletin:0", "do": "publish",
        "gone": f"{MARK} estate|1", "kept-logo": f"/files/{town.north.id}/{north.picture}", "role": "staff",
        "kept-hero": f"/files/{town.north.id}/{north.picture}", "channel": "desk", "number": north.bulletins[0],
        "activity_id": north.activities[0], "id": north.bulletins[0], "session_id": north.session, "reason": "x",
        "household": north.household, "next": f"/../north/bulletin/{north.bulletins[0]}", "site_id": town.north.id}


@pytest.mark.parametrize("name", ["resident", "staff", "acting", "north's staff", "guest"])
def test_no_body_of_a_form_reaches_north(country, people, untouched, name):
    """Each rule that changes something, with south's own numbers in the path and north's in the body."""
    town, north, south = country
    person = {"resident": south.resident, "staff": south.staff, "acting": south.staff, "north's staff": north.staff}
    for rule, parameters in rules(town, "POST"):
        if rule.endpoint in ("signin.sign_out", "handover.arrive", "account.end_other_sessions", "desk.stop_acting"):
            continue
        visitor = people[name]
        if name in person and visitor.get("/south/me").status_code != 200:
            visitor = people[name] = town.visitor(_person(town, person[name]))
        body = foreign(town, north) | {"csrf_token": token_of(visitor)}
        got = visitor.post(address(rule, south.of(parameters[0])[0] if parameters else 0), body)
        assert got.status_code < 500, rule.rule
        silent(got)
        if rule.endpoint == "plugin_desk.switch":  # switched off by this form
            with town.unit():
                sites.enable(town.south.id, "bulletin")


def test_no_page_shows_a_row_of_north(country, people):
    """Each page without a number, with every way to ask it for more."""
    town, north, _south = country
    asked = ("", f"?q={WORD}", "?view=list", "?view=week", f"?on={north.dates[0]}", f"?tag={WORD}&open=1",
             f"?before={UNKNOWN}", f"?street={town.north.id}", "?show=roles", f"?site={town.north.id}")
    for rule, parameters in rules(town):
        if parameters:
            continue
        for name, visitor in people.items():
            for query in asked if name in ("guest", "staff") else asked[:2]:
                silent(visitor.get(address(rule, 0) + query))
            silent(visitor.get(address(rule, 0) + asked[1], headers=PART))


def test_a_page_of_south_asked_for_a_date_of_north_shows_its_own(country, people):
    town, north, south = country
    for visitor in people.values():
        got = visitor.get(f"/south/activities/{south.activities[0]}?on={north.dates[0]}")
        assert got.status_code == 200 and OURS in got.text
        silent(got)


def test_what_the_street_keeps_for_itself_stays_there(country):
    """Its calendar is shown below; but what is only for its own page is not."""
    town = country.town
    now = clock.now()
    with town.unit(town.street):
        sites.enable(town.street.id, "activities")
        made = {"uid": "s", "title": f"{MARK} street", "state": "published"}
        one = Activity.create(**made)
        Occurrence.create(activity_id=one.id, recurrence_key="s", title=one.title, starts_at=now + 9000,
                          ends_at=now + 9900, listed=1)
    silent(town.visitor().get("/south/calendar/?view=list"))
    with town.unit(town.street):
        Occurrence.update(audience="street").where(Occurrence.activity_id == one.id).execute()
    assert MARK in town.visitor().get("/south/calendar/?view=list").text
    with town.unit(town.street):
        Occurrence.delete().execute()
        Activity.delete().execute()


# Hosts, files, acting, due rows

def test_a_host_of_its_own_is_no_way_in(country, people, untouched):
    town, north, _south = country
    with town.unit():
        sites.Site.update(host=SOUTH).where(sites.Site.id == town.south.id).execute()
        sites.touched(town.south.id)
    try:
        guest = town.visitor()
        for path in ("/", "/bulletin/", f"/search?q={WORD}", "/activities/calendar.ics", "/calendar/?view=list"):
            got = guest.get(path, base_url=f"http://{SOUTH}")
            assert got.status_code == 200
            silent(got)
        for path in ("/north/", f"/north/bulletin/{north.bulletins[0]}", f"/bulletin/{north.bulletins[0]}",
                     f"/activities/{north.activities[0]}", f"/activities/{north.activities[0]}.ics", "/north/desk/"):
            got = guest.get(path, base_url=f"http://{SOUTH}")
            assert got.status_code == 404
            silent(got)
    finally:
        with town.unit():
            sites.Site.update(host=None).where(sites.Site.id == town.south.id).execute()
            sites.touched(town.south.id)


def test_a_file_is_found_by_its_own_site_and_whole_name_only(country):
    """A stored picture is for everybody who knows its name, 80 bits of its contents, also before it is published."""
    town, north, _south = country
    guest = town.visitor()
    here = f"/files/{town.north.id}"
    for path in (f"/files/{town.south.id}/{north.picture}", f"/files/{UNKNOWN}/{north.picture}", here, f"{here}/",
                 f"{here}/.", f"{here}/{north.picture[:-1]}", f"{here}/{north.picture}/x",
                 f"/south/files/{town.north.id}/{north.picture}", f"/south{here}/{north.picture}",
                 f"{here}/..%2f{town.north.id}%2f{north.picture}", f"{here}/*.webp"):
        got = guest.get(path)
        assert got.status_code in (404, 308), path
        silent(got)
    with guest.get(f"{here}/{north.picture}") as found:
        assert found.data == MARK.encode()
    assert re.fullmatch(r"[0-9a-f]{20}", _name_of_a_picture())


def _name_of_a_picture() -> str:
    from io import BytesIO

    from PIL import Image

    from portal.pages.pictures import made
    out = BytesIO()
    Image.new("RGB", (20, 20)).save(out, "PNG")
    return made(out.getvalue()).name.partition("-")[0]


def test_acting_ends_at_the_border_of_the_site(country, people, untouched):
    town, north, south = country
    acting = people["acting"]
    assert f"{OURS} Ada" in acting.get("/south/").text
    for path in ("/north/", "/town/"):
        assert f"{OURS} Ada" not in acting.get(path).text
    for number in (north.resident, south.resident):
        for slug in ("north", "south"):
            got = acting.post(f"/{slug}/desk/people/{number}/act", {"csrf_token": token_of(acting), "channel": "desk"})
            assert (got.status_code, number, slug) != (303, north.resident, slug)
    with town.unit():
        Session.update(acting_for=north.resident, acting_site=town.north.id).where(
            Session.token == digest(acting.client.get_cookie(COOKIE).value)).execute()
    silent(acting.get("/south/me"))
    silent(acting.get("/south/inbox"))


def test_acting_ends_with_the_role(country):
    from portal.people import roles
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
    town, north, _south = country
    now = clock.now()
    with town.unit():
        Due.update(state="done").where((Due.site_id == town.north.id) & (Due.state == "waiting")).execute()
    worker = jobs.Work(create_app(town.app.portal.settings))
    worker.looked = float("inf")  # plans no night
    before = _due_of(town)
    with town.unit():
        for kind, ref in (("bulletin.passed", north.bulletins[0]), ("bulletin.passed", UNKNOWN),
                          ("bulletin.passed", "1; DROP TABLE site")):
            later(now - 1, kind, ref, town.south.id)
        later(now - 1, "core.nightly", clock.local_date(now, "Asia/Shanghai"), town.south.id, plugin="activities")
        later(now - 1, "bulletin.passed", north.bulletins[0], None)
    for _turn in range(12):
        worker.turn()
    worker.portal.db.close()
    with town.unit():
        states = [(row.ref, row.state) for row in Due.select().where(Due.id > before).order_by(Due.id)]
        Due.update(state="waiting").where(Due.site_id == town.north.id).execute()
    assert [state for _ref, state in states] == ["done", "done", "waiting", "done", "waiting"], states


def _due_of(town) -> int:
    with town.unit():
        return Due.select(Due.id).order_by(Due.id.desc()).tuples().first()[0]


def _person(town, number) -> Person:
    with town.unit():
        return Person.get_by_id(number)


# A plugin that is off

@pytest.mark.parametrize("plugin", ["bulletin", "activities"])
def test_a_plugin_that_is_off_is_nowhere(country, plugin):
    """404 for each of its rules and files; nothing of it in menus, search, feeds, calendar or due rows."""
    town, _north, south = country
    staff, guest = town.visitor(_person(town, south.staff)), town.visitor()
    portal = town.app.portal
    files = [portal.static_url(f"{plugin}/{name}") for name in portal.assets.folders[plugin].assets] \
        if plugin in portal.assets.folders else []
    for file in files:
        assert guest.get(f"/south{file}").status_code == 200
    address_in_menu = f'"/south/{plugin}/'
    assert address_in_menu in guest.get("/south/").text
    with town.unit():
        sites.enable(town.south.id, plugin, False)
    try:
        _nothing_of(town, plugin, staff, guest, south)
        for file in files:
            for path in (f"/south{file}", file, f"/south/./{file}"):
                assert guest.get(path).status_code == 404
            assert guest.get(f"/north{file}").status_code == 200
        for page in ("", f"search?q={WORD}", "calendar/?view=list", "sitemap.xml", "me", "desk/", "desk/figures"):
            shown = staff.get(f"/south/{page}")
            assert shown.status_code == 200 and f"/south/{plugin}/" not in shown.text, page
        with town.unit():
            number = later(clock.now() - 1, f"{plugin}.passed", south.bulletins[0], town.south.id)
        worker = jobs.Work(town.app)
        worker.looked = float("inf")
        while worker.turn():
            pass
        with town.unit():
            assert Due.get_by_id(number).state == "parked"
    finally:
        with town.unit():
            sites.enable(town.south.id, plugin)
    assert address_in_menu in guest.get("/south/").text


def _nothing_of(town, plugin, staff, guest, south) -> None:
    gone = settled(guest.get("/south/no-such-page").text)
    tried = 0
    for method in ("GET", "POST"):
        for rule, parameters in rules(town, method):
            if not rule.endpoint.startswith(f"{plugin}."):
                continue
            for visitor in (staff, guest):
                path = address(rule, south.of(parameters[0])[0] if parameters else 0)
                got = visitor.client.open(path, method=method, data={"csrf_token": token_of(visitor)} if
                                          method == "POST" else None)
                assert got.status_code == 404, (method, rule.rule)
                tried += 1
            if method == "GET":
                assert re.sub(r"\S*bulletin\S*|\S*activities\S*", "", settled(got.text)) == re.sub(
                    r"\S*no-such-page\S*", "", gone) or len(got.text) == len(gone)
    assert tried > 8


def test_owned_tables_are_all_reached_by_their_site_only(country):
    """Each reference between rows of sites holds the site, so that not even a faulty plugin can cross."""
    town = country.town
    for part in town.app.portal.parts():
        for model in part.models:
            if issubclass(model, Owned):
                keys = [f for f in model._meta.sorted_fields if isinstance(f, ForeignKeyField)]
                assert [k.name for k in keys if issubclass(k.rel_model, Owned)] == [], model
                for fields, unique in model._meta.indexes:
                    assert not unique or fields[0] == "site", model
