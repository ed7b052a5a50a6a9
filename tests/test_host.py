"""Attacks on what a request says of itself: host, address, method, token, cookies, size, encoding."""

import re
from dataclasses import replace
from urllib.parse import quote, urlsplit

import pytest

from portal.app import create_app
from portal.base import clock, sites
from portal.people import signin
from portal.people.models import Household, Mail, Person, PluginFault, Session
from portal.requests import COOKIE
from portal.testing import Town, forms_of
from tests.support.databases import settings_for
from tests.support.wire import ask, asked_names

EVIL = "evil.example"
SOUTH = "south.example"
HUGE = "9" * 30
NASTY = ("\0", "%ff%fe", HUGE, "-" + HUGE, "²", "x" * 3000, "'\"><b>")


@pytest.fixture(scope="module")
def fort(backend, databases, tmp_path_factory):
    """A town as it runs for residents: what fails is answered, not raised. `south` has a host of its own."""
    urls = databases.migrated(backend)
    town = Town(create_app(settings_for(urls, tmp_path_factory.mktemp("fort"))))
    with town.unit():
        sites.Site.update(host=SOUTH).where(sites.Site.id == town.south.id).execute()
        sites.touched(town.south.id)
    yield town
    town.db.close()
    databases.drop(urls)


@pytest.fixture(scope="module")
def crew(fort):
    """One of each kind of person, as browsers."""
    made = {role: fort.person(role, home="north", role=role, at="town" if role == "operator" else "north",
                              phone=f"1380000000{n}", email=f"{role}@example.com")
            for n, role in enumerate(("staff", "operator"))}
    made["resident"] = fort.person("resident", home="north", phone="13800000009")
    return {role: fort.visitor(person) for role, person in made.items()} | {"guest": fort.visitor()}


def token_of(visitor, page="/north/sign-in") -> str:
    for path in (page, "/north/me"):
        for form in forms_of(visitor.get(path).text):
            if "csrf_token" in form.values:
                return form.values["csrf_token"]
    raise AssertionError("no page has a token")


def rules(town, method):
    """Each rule of the house that answers `method`, with its address in north; numbers and names are made up."""
    for rule in town.app.url_map.iter_rules():
        if method in rule.methods:
            path = re.sub(r"<int:\w+>", "7", rule.rule)
            path = re.sub(r"<any\((\w+).*?\):\w+>", r"\1", path)
            path = re.sub(r"<(?:path:)?(\w+)>", "bulletin", path)
            yield rule, path if rule.endpoint.startswith("root.") else f"/north{path}"


# Hosts and addresses

@pytest.mark.parametrize("host", [
    EVIL, "localhost.evil.example", "localhost:80@evil.example", "localhost:8000, evil.example", "", "a\0b", "<b>",
    "[::1", f"{SOUTH}.{EVIL}", "%", "localhost\n"])
def test_an_unknown_host_gets_nothing(fort, host):
    for path in ("/", "/north/", "/north/sign-in", "//", "/me"):
        got = ask(fort.app, path, HTTP_HOST=host)
        assert got.status in (400, 404) and "桂花里" not in got.text and "Location" not in got.headers, path


def test_another_host_is_not_believed(fort):
    told = {"HTTP_X_FORWARDED_HOST": EVIL, "HTTP_X_HOST": EVIL, "HTTP_FORWARDED": f"host={EVIL}",
            "HTTP_X_FORWARDED_PREFIX": f"//{EVIL}", "HTTP_X_ORIGINAL_URL": f"//{EVIL}/", "HTTP_X_FORWARDED_PROTO": EVIL}
    for path in ("/", "/north", "/north/", "/north/sitemap.xml", "/north/activities/calendar.ics", "/north/desk",
                 "/north/me", "/north/about?size=large"):
        path, _mark, query = path.partition("?")
        got = ask(fort.app, path, query, **told)
        assert got.status < 400 and EVIL not in got.text + str(got.headers), path


def test_a_sites_own_host_shows_no_other_site(fort):
    for path in ("/north/", "/town/", "/north/sign-in"):
        got = ask(fort.app, path, HTTP_HOST=SOUTH)
        assert got.status == 404 and "桂花里" not in got.text
    assert "东巷社区" in ask(fort.app, "/", HTTP_HOST=f"{SOUTH}:8443").text


def test_sites_above_and_below_are_found_from_a_host_of_ones_own(fort):
    """There a path of another site leads nowhere: its address is whole."""
    base = fort.app.portal.settings.base_url
    about = ask(fort.app, "/about", HTTP_HOST=SOUTH).text
    assert f'href="{base}/town/"' in about and f'href="{base}/street/"' in about and 'href="/town/"' not in about
    assert 'href="/town/"' in fort.visitor().get("/north/about").text
    with fort.unit():
        sites.Site.update(host="street.example").where(sites.Site.id == fort.street.id).execute()
        sites.touched(fort.street.id)
    try:
        front = ask(fort.app, "/", HTTP_HOST="street.example").text
        assert f'href="{base}/north/"' in front and f'href="http://{SOUTH}/"' in front and 'href="/north/"' not in front
        assert 'href="http://street.example/"' in fort.visitor().get("/town/").text
        assert 'href="/north/"' in fort.visitor().get("/street/").text
    finally:
        with fort.unit():
            sites.Site.update(host=None).where(sites.Site.id == fort.street.id).execute()
            sites.touched(fort.street.id)


def test_links_in_mails_come_from_the_settings(fort):
    ada = fort.person("Ada", email="ada@example.com", home="north")
    visitor = fort.visitor(ada)
    form = visitor.form("/north/me/password")
    form.values |= {"new": "correct horse"}
    told = {"X-Forwarded-Host": EVIL, "Host": "localhost:81"}
    assert visitor.send(form, headers=told).status_code == 303
    with fort.unit():
        mail = Mail.get(Mail.to == "ada@example.com")
    base = fort.app.portal.settings.base_url
    links = re.findall(r"https?://[^\s\"<]+", mail.text + mail.html)
    assert links and all(link.startswith(f"{base}/north/") for link in links)


@pytest.mark.parametrize(("path", "query", "host"), [
    (f"//{EVIL}/x", "size=large", SOUTH), (f"/\\{EVIL}/x", "size=large", SOUTH), (f"///{EVIL}", "lang=en", SOUTH),
    (f"//{EVIL}/desk", "", SOUTH), (f"//{EVIL}", "", "localhost"), (f"/north//{EVIL}/x", "mode=dark", "localhost"),
    (f"/\t/{EVIL}", "size=large", SOUTH), (f"/.//{EVIL}", "size=large", SOUTH), ("//desk", "", SOUTH),
    ("/north/desk", "", "localhost"), ("/north\r\nX: y", "", "localhost"), ("/north\n", "", "localhost"),
    ("/town\nSet-Cookie: portal=x", "", "localhost"),
    (f"/north/\r\nLocation: http://{EVIL}", "size=large", "localhost")])
def test_no_address_leads_to_another_host(fort, path, query, host):
    got = ask(fort.app, path, query, HTTP_HOST=host)
    assert got.status in (302, 303, 308, 400, 404), got
    to = got.headers.get("Location", "/")
    assert to.startswith("/") and not to.startswith(("//", "/\\")) and not re.search(r"[\r\n\t\\]", to)
    assert not urlsplit(to).netloc


@pytest.mark.parametrize("path", [
    "/north/../south/", "/north/%2e%2e/south/", "/north/..;/desk/", "/..", "/%2e%2e/etc/passwd", "/static/../portal.db",
    "/static/x/../../../../etc/passwd", "/files/1/../portal.db", "/files/1/%2e%2e%2fportal.db", "/files/../portal.db",
    "/files/1/.hidden", "/files/1/", "/files/1", "/files/", "/files/1/a\0b.webp", f"/files/{HUGE}/a.webp", "/\0/",
    "/north/\0", "/north/\xff\xfe", "/\xff\xfe/", "/north/activities/" + HUGE, "/north/activities/2147483648",
    "/north/activities/2147483647", "/north/activities/-1", "/north/activities/1.5", "/north/bulletin/0x7",
    "/north/bulletin/" + HUGE, "/north/" + "a" * 100_000, "/" + "a" * 100_000, "/north/go/\0",
    "/north/go/" + "x" * 9000,
    "/north/static/x/bulletin/../../../../etc/passwd", "/healthz/x", "/metrics/..", "/North/", "/north./"])
def test_crooked_addresses_are_not_there(fort, path):
    got = ask(fort.app, path)
    assert got.status in (400, 404) and "root:" not in got.text and "Traceback" not in got.text


def test_an_unknown_community_looks_like_an_unknown_page(fort):
    assert ask(fort.app, "/nowhere/").status == 404
    assert ask(fort.app, "/nowhere/me").text == ask(fort.app, "/elsewhere/bulletin/3").text


# Methods and tokens

def test_every_form_needs_its_token(fort, crew):
    tried = 0
    for rule, path in rules(fort, "POST"):
        if rule.endpoint == "handover.arrive":  # from another host, with a token of its own: see below
            continue
        for visitor in (crew["guest"], crew["operator"]):
            for data in ({}, {"csrf_token": "x"}, {"csrf_token": "\0"}):
                got = visitor.post(path, data, headers={"HX-Request": "true", "HX-Request-Type": "partial"})
                assert got.status_code == 400 and "Set-Cookie" not in got.headers, path
        tried += 1
    assert tried > 30


def test_a_token_of_another_browser_is_none(fort, crew):
    stolen = token_of(crew["resident"])
    ada = fort.visitor(fort.person("Ada", home="north"))
    token_of(ada)
    assert ada.post("/north/me/household/add", {"csrf_token": stolen, "name": "x"}).status_code == 400
    assert ada.post("/north/me/household/add", {"csrf_token": token_of(ada), "name": "x"}).status_code == 303


def test_looking_changes_nothing(fort, crew):
    """No rule that changes something answers GET, HEAD or OPTIONS; no header or field turns one into the other."""
    visitor = crew["operator"]
    with fort.unit():
        before = Session.select().count(), Household.select().count()
    for rule, path in rules(fort, "POST"):
        if "GET" in rule.methods:
            continue
        also = {m for r in fort.app.url_map.iter_rules() if r.rule == rule.rule for m in r.methods}
        for method in ("GET", "HEAD", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "X"):
            if method not in also:
                assert visitor.client.open(path, method=method).status_code in (400, 404, 405), (method, path)
    for path in ("/north/me/household/add?_method=POST&name=x", "/north/about?_method=DELETE"):
        for name in ("X-HTTP-Method-Override", "X-Method-Override", "X-HTTP-Method"):
            visitor.get(path, headers={name: "POST"})
    with fort.unit():
        assert (Session.select().count(), Household.select().count()) == before


# Signing in

@pytest.mark.parametrize("after", [
    f"//{EVIL}", f"/\\{EVIL}", f"\\\\{EVIL}", f"http://{EVIL}", f"https:{EVIL}", "javascript:alert(1)", f"/\t/{EVIL}",
    f"/%09/{EVIL}", f"/%5c{EVIL}", f"/%2f{EVIL}/..", f" //{EVIL}", "data:text/html,x", f"/..//{EVIL}", f"/../{EVIL}",
    f"/%2e%2e/%2e%2e//{EVIL}", "/sign-out", "//", f"///{EVIL}", f"@{EVIL}", f"/\n/{EVIL}",
    f"/x\r\nSet-Cookie: a=b{EVIL}",
    "/" + "x" * 5000])
def test_signing_in_leads_nowhere_else(fort, crew, after):
    phone = "13912340000"
    for path in ("/north/sign-in", "/north/sign-in/email", "/north/go/town"):
        page = crew["guest"].get(f"{path}?next={quote(after)}")
        if page.status_code in (302, 303):
            assert page.location in ("/town/", "/north/me", f"/town{after}")
        else:
            ways = {str(form.values.get("next", "")) for form in forms_of(page.text)}
            assert ways <= {"", after} and (ways == {""} or re.match(r"/[^/\\]", after))
    ada = fort.person("Ada", phone=phone)
    with fort.unit():
        signin.Count.delete().execute()
        code = signin.new_code(phone, "", None, fort.app.portal.settings.secret_key)
    visitor = fort.visitor()
    got = visitor.post("/north/sign-in/code", {"csrf_token": token_of(visitor), "tel": phone, "code": code,
                                               "next": after, "_key": "kept"})
    assert got.status_code == 303
    assert got.location == "/north/me" or (got.location.startswith("/north/") and ".." not in got.location)
    with fort.unit():
        Person.delete().where(Person.id == ada.id).execute()


def test_the_longest_way_on_is_kept_for_a_second_tap(fort):
    """An answer whose address is as long as allowed can still be stored with its form's key."""
    phone, after = "13912340001", "/" + "汉" * 33 + "x" * 200
    fort.person("Ada", phone=phone)
    with fort.unit():
        code = signin.new_code(phone, "", None, fort.app.portal.settings.secret_key)
    visitor = fort.visitor()
    given = {"csrf_token": token_of(visitor), "tel": phone, "code": code, "next": after, "_key": "long"}
    got = visitor.post("/north/sign-in/code", given)
    assert got.status_code == 303 and got.location.startswith("/north/%E6%B1%89") and len(got.location) > 300


def test_a_session_planted_before_signing_in_is_not_used(fort):
    """Session fixation: what a browser held before is not what it holds after."""
    phone, planted = "13912340002", "planted-by-somebody-else"
    fort.person("Ada", phone=phone)
    with fort.unit():
        code = signin.new_code(phone, "", None, fort.app.portal.settings.secret_key)
    visitor = fort.visitor()
    visitor.client.set_cookie(COOKIE, planted)
    before = token_of(visitor)
    got = visitor.post("/north/sign-in/code", {"csrf_token": before, "tel": phone, "code": code})
    assert got.status_code == 303 and visitor.client.get_cookie(COOKIE).value != planted
    with fort.unit():
        assert not Session.select().where(Session.token == signin.digest(planted)).exists()
    assert visitor.post("/north/me/household/add", {"csrf_token": before, "name": "x"}).status_code == 400
    thief = fort.visitor()
    thief.client.set_cookie(COOKIE, planted)
    assert thief.get("/north/me").status_code == 303


def test_signing_out_ends_the_session_itself(fort):
    visitor = fort.visitor(fort.person("Ada", home="north"))
    token = visitor.client.get_cookie(COOKIE).value
    assert visitor.submit("/north/me", "/north/sign-out").status_code == 303
    thief = fort.visitor()
    thief.client.set_cookie(COOKIE, token)
    assert thief.get("/north/me").status_code == 303


def test_cookies_are_closed_to_scripts_and_other_hosts(settings):
    made = create_app(replace(settings, env="production", trusted_hosts=("localhost",)))
    town = Town(made)
    town.person("Ada", phone="13912340003")
    with town.unit():
        code = signin.new_code("13912340003", "", None, made.portal.settings.secret_key)
    visitor = town.visitor()
    page = visitor.get("/north/sign-in", base_url="https://localhost")
    given = {"csrf_token": forms_of(page.text)[0].values["csrf_token"], "tel": "13912340003", "code": code}
    got = visitor.post("/north/sign-in/code", given, base_url="https://localhost")
    set_here = page.headers.getlist("Set-Cookie") + got.headers.getlist("Set-Cookie")
    assert {c.split("=")[0] for c in set_here} == {"portal", "portal-form"}
    for cookie in set_here:
        flags = {part.strip().lower() for part in cookie.split(";")[1:]}
        assert {"secure", "httponly", "samesite=lax"} <= flags and not any(f.startswith("domain") for f in flags)
    town.db.close()


# Hand-overs between hosts

@pytest.fixture
def crossing(fort):
    """Ada's way from the house to south's own host: (Ada, the form that carries her)."""
    ada = fort.person("Ada", home="south")
    page = fort.visitor(ada).get("/north/go/south?next=/me")
    assert page.status_code == 200
    return ada, forms_of(page.text)[0]


def arrived(town, data, at=SOUTH, method="POST", **headers):
    visitor = town.visitor()
    got = visitor.client.open("/arrive", method=method, data=data, base_url=f"http://{at}",
                              headers={"Origin": "http://localhost"} | headers)
    return got, visitor.client.get_cookie(COOKIE, domain=at) is not None


def test_a_hand_over_is_good_once_there_and_soon(fort, crossing):
    _ada, form = crossing
    assert form.action == f"http://{SOUTH}/arrive"
    wrong = form.values | {"token": form.values["token"][:-3] + "xyz"}
    for given in (wrong, {}, {"token": ""}, {"token": "\0"}, {"token": "x" * 100_000}):
        assert not arrived(fort, given)[1]
    assert not arrived(fort, form.values, at="localhost")[1]
    assert not arrived(fort, form.values, Origin=f"http://{EVIL}")[1]
    assert not arrived(fort, form.values, Origin="null")[1]
    assert not arrived(fort, None, method="GET")[1]
    got, inside = arrived(fort, form.values)
    assert inside and got.location == "/me"
    assert not arrived(fort, form.values)[1]


def test_a_hand_over_ends_with_time_or_its_session(fort, crossing, monkeypatch):
    ada, form = crossing
    now = clock.now()
    with monkeypatch.context() as later:
        later.setattr("itsdangerous.timed.time.time", lambda: now + 40)
        assert not arrived(fort, form.values)[1]
    with fort.unit():
        Session.delete().where(Session.person == ada.id).execute()
    assert not arrived(fort, form.values)[1]


def test_opening_the_way_signs_nobody_in_and_stores_nothing(fort, crossing):
    with fort.unit():
        before = Session.select().count()
    _got, inside = arrived(fort, None, method="GET")
    fort.visitor().get("/me", base_url=f"http://{SOUTH}")
    with fort.unit():
        assert not inside and Session.select().count() == before


# What is too large, too long, or no text at all

@pytest.mark.parametrize("environ", [
    {"HTTP_COOKIE": "portal=\xff\xfe; size=\xff; portal-form=\xff"}, {"HTTP_COOKIE": "portal=" + "x" * 60_000},
    {"HTTP_COOKIE": "; ".join(f"c{n}=x" for n in range(3000))}, {"HTTP_COOKIE": "portal-form=.eJw.x.y; portal=\0"},
    {"HTTP_ACCEPT_LANGUAGE": "\xff\xfe,*;q=x,,;q=,zh-" + "x-" * 9000}, {"HTTP_USER_AGENT": "\xff" * 60_000},
    {"HTTP_HX_REQUEST_TYPE": "partial", "HTTP_HX_TARGET": "#\xff" * 2000}, {"HTTP_RANGE": "bytes=" + HUGE + "-"},
    {"HTTP_IF_MODIFIED_SINCE": HUGE, "HTTP_IF_NONE_MATCH": "\xff" * 5000}, {"HTTP_X_FORWARDED_FOR": "\xff," * 5000},
    {"QUERY_STRING": "&".join(f"a{n}=b" for n in range(20_000))}, {"QUERY_STRING": "q=" + "%E4%BD" * 20_000},
    {"QUERY_STRING": "%" * 5000}, {"QUERY_STRING": "lang=\xff&size=%00&mode=dark%0d%0aX: y"}])
def test_heavy_and_broken_heads_are_borne(fort, environ):
    for path in ("/north/", "/north/search", "/north/sign-in"):
        got = ask(fort.app, path, **environ)
        assert got.status in (200, 303, 400) and not re.search(r"[\r\n]", got.headers.get("Location", ""))


@pytest.mark.parametrize(("kind", "body", "status"), [
    ("application/x-www-form-urlencoded", b"a=" + b"x" * 3_000_000, {400, 413}),
    ("application/x-www-form-urlencoded", b"a=%ff%fe%00&\xff\xfe=\x00", {400}),
    ("application/x-www-form-urlencoded", b"&".join(b"a%d=1" % n for n in range(30_000)), {400, 413}),
    ("multipart/form-data", b"x", {400}), ("multipart/form-data; boundary=\xff", b"x", {400}),
    ("multipart/form-data; boundary=x", b"--x\r\n" * 20_000, {400, 413}),
    ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n' + b"y" * 3_000_000
     + b"\r\n--x--", {400, 413}),
    ("application/json", b'{"name": "x"}', {400}), ("text/plain", b"name=x", {400}), ("", b"\0\0", {400}),
    ("application/x-www-form-urlencoded; charset=utf-16", b"\xff\xfen\0", {400})])
def test_bodies_that_are_no_forms_are_refused(fort, kind, body, status):
    for path in ("/north/sign-in", "/north/me/household/add"):
        got = ask(fort.app, path, method="POST", body=body, CONTENT_TYPE=kind, CONTENT_LENGTH=str(len(body)))
        assert got.status in status, got.status


def test_no_question_of_an_address_breaks_a_page(fort, crew):
    """Each page with every name that the code asks for, filled with what nobody would type."""
    names = asked_names()
    assert {"q", "before", "on", "next"} <= set(names)
    for nasty in NASTY:
        value = nasty if re.fullmatch(r"%.*", nasty) else quote(nasty, safe="")
        query = "&".join(f"{n}={value}" for n in names)
        for rule, path in rules(fort, "GET"):
            role = "operator" if "/desk" in path or "/district" in path else "resident"
            if path.startswith("/north/district"):
                path = path.replace("/north", "/town", 1)
            got = crew[role].get(f"{path}?{query}")
            assert got.status_code in (200, 302, 303, 304, 400, 404), (rule.rule, nasty[:20], got.status_code)
    with fort.unit():
        assert not PluginFault.select().exists()


def test_no_form_breaks_by_what_is_typed(fort, crew):
    """Each form of each page with every field filled with what nobody would type: 422 or taken, never 500."""
    pages = {("operator" if "/desk" in p or "/district" in p else "resident",
              p.replace("/north", "/town", 1) if p.startswith("/north/district") else p)
             for r, p in rules(fort, "GET") if "<" not in r.rule}
    pages |= {("guest", p) for p in ("/north/sign-in", "/north/sign-in/email")}
    tried = set()
    for role, page in sorted(pages):
        shown = crew[role].get(page)
        for form in forms_of(shown.text) if shown.mimetype == "text/html" else ():
            if form.method == "post" and not form.action.endswith(("sign-out", "others")):
                _flood(crew[role], page, form)
                tried.add(form.action or page)
    assert len(tried) > 12
    with fort.unit():
        assert not PluginFault.select().exists()


def _flood(visitor, page, form):
    for nasty in ("\0x", HUGE, "²", "名" * 34_000, "2026-13-45", "\u202e", "x" * 61):
        typed = nasty[:2000] if form.multipart else nasty  # what is longer the client keeps in files
        given = {k: v if k in ("csrf_token", "version") else typed for k, v in form.values.items()}
        got = visitor.client.post(form.action or page, data=given,
                                  content_type="multipart/form-data" if form.multipart else None)
        right = {400} if "\0" in nasty else {200, 303, 404, 413, 422, 429}
        assert got.status_code in right, (form.action or page, nasty[:20], got.status_code)


@pytest.mark.parametrize("number", ["2147483648", "9223372036854775808", HUGE, "-" + HUGE])
def test_numbers_beyond_any_row_are_not_there(fort, crew, number):
    token = token_of(crew["operator"])
    for path in ("/north/activities/7", "/north/inbox", "/north/desk/audit", "/north/activities/desk/",
                 "/north/me/acted"):
        query = "&".join(f"{n}={number}" for n in ("on", "before", "after", "page"))
        assert crew["operator"].get(f"{path}?{query}").status_code in (200, 303, 404), path
    for path, data in (("/north/activities/7/sign-up", {"on": number, "who": number}),
                       ("/north/sign-in/who", {"person": number}),
                       ("/north/desk/people/1/verify", {"site": number}),
                       ("/town/district/plugins", {"switch": f"{number}:bulletin:1"}),
                       ("/town/district/plugins", {"switch": "²:bulletin:1"})):
        got = crew["operator"].post(path, data | {"csrf_token": token})
        assert got.status_code in (303, 400, 404, 422), (path, data)


def test_a_text_with_a_nul_is_stored_nowhere(fort, crew):
    token = token_of(crew["resident"])
    got = crew["resident"].post("/north/me/household/add", {"csrf_token": token, "name": "A\0da"})
    assert got.status_code == 400
    with fort.unit():
        assert not any("\0" in name or name == "A" for name, in Household.select(Household.name).tuples())
