"""A plugin that somebody else has written: built into a wheel, installed beside the portal, used as people do."""

import re
import shutil
import subprocess
import sys
import zipfile
from dataclasses import replace
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest

from portal.app import create_app
from portal.base import clock
from portal.people import signin
from portal.requests import COOKIE
from portal.testing import Town, forms_of
from tests.support.databases import portal

SOURCE = Path(__file__).parent / "stranger"
ON, OFF = "north", "south"


@pytest.fixture(scope="module")
def beside(tmp_path_factory) -> Path:
    """The folder that the stranger's wheel is installed in, for PYTHONPATH."""
    return install(SOURCE, tmp_path_factory.mktemp("stranger"))


def install(source: Path, place: Path) -> Path:
    """Build a wheel of a copy of `source` and install it below `place`; no network is asked."""
    copy, target = place / "source", place / "installed"
    shutil.copytree(source, copy, ignore=shutil.ignore_patterns("__pycache__"))
    run("build", "--wheel", "--no-isolation", "--outdir", place, copy)
    run("pip", "install", "--quiet", "--no-deps", "--no-index", "--target", target, next(place.glob("*.whl")))
    return target


def run(module: str, *arguments) -> None:
    done = subprocess.run([sys.executable, "-m", module, *map(str, arguments)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]


class Browser:
    """A browser at the real server: keeps cookies, follows redirects, fills in forms."""

    def __init__(self, server, token: str = ""):
        self.server, self.cookies = server, {COOKIE: token} if token else {}

    def get(self, path: str, data: dict | None = None, language: str = "zh-CN") -> tuple[int, str]:
        """Status and text of a page; with `data` of the page that a form leads to."""
        connection = HTTPConnection("127.0.0.1", self.server.port, timeout=20)
        headers = {"Accept-Language": language, "Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        if data is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request("POST" if data is not None else "GET", path, urlencode(data or {}) or None, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        connection.close()
        return self.get(answer.headers["Location"]) if answer.status == 303 else (answer.status, text)

    def submit(self, page: str, action: str, **fields) -> tuple[int, str]:
        """Fill in the form of a page that goes to `action`."""
        form = next(f for f in forms_of(self.get(page)[1]) if f.method == "post" and f.action == action)
        return self.get(form.action or page, form.values | fields)


@pytest.fixture
def house(settings, beside, monkeypatch, serve):
    """The town of the tests, and a real server that has the stranger's plugin, too."""
    town = Town(create_app(settings))
    monkeypatch.setenv("PYTHONPATH", str(beside))
    yield town, serve(replace(settings, workers=1))
    town.db.close()


@pytest.fixture
def walker(house):
    """A volunteer of the community where the plugin has been switched on at the desk."""
    town, server = house
    staff = Browser(server, token(town, "李敏", "staff"))
    status, page = staff.submit(f"/{ON}/desk/plugins", f"/{ON}/desk/plugins/walks", on="1")
    assert status == 200 and "街坊散步" in page
    return Browser(server, token(town, "何强", "volunteer"))


def token(town, name: str, role: str) -> str:
    """The cookie of somebody who is signed in."""
    person = town.person(name, home=ON, role=role)
    with town.unit():
        return signin.start(person.id, "test")


def plan(walker: Browser, title="榕树下走一走") -> tuple[int, str]:
    tomorrow = clock.local(clock.now(), "Asia/Shanghai") + timedelta(days=1)
    return walker.submit(f"/{ON}/walks/new", "", title=title, starts=tomorrow.strftime("%Y-%m-%dT08:00"))


def test_the_wheel_claims_one_name_and_knows_only_what_is_published(beside):
    wheel = next(beside.parent.glob("*.whl"))
    tops = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"walks"}
    code = "".join(f.read_text() for f in (beside / "walks").rglob("*.py"))
    assert set(re.findall(r"^(?:from|import) (portal\S*)", code, re.MULTILINE)) == {"portal"}


def test_the_command_knows_and_passes_it(settings, beside, monkeypatch):
    assert "walks" not in portal("plugin", "list", settings=settings).stdout
    monkeypatch.setenv("PYTHONPATH", str(beside))
    assert "walks  Neighbourhood walks  (enabled in 0)" in portal("plugin", "list", settings=settings).stdout
    assert portal("plugin", "check", "walks", settings=settings).stdout == "walks keeps the rules.\n"


def test_it_is_there_in_one_community_only(house, walker):
    guest = Browser(house[1])
    for page in ("", "search?q=x", "calendar/"):
        assert f'href="/{ON}/walks/"' in guest.get(f"/{ON}/{page}")[1]
        assert "walks" not in guest.get(f"/{OFF}/{page}")[1]
    assert guest.get(f"/{ON}/walks/")[0] == 200
    sheet = re.search(r'href="([^"]+walks\.css)"', guest.get(f"/{ON}/walks/")[1])[1]
    assert guest.get(sheet)[0] == 200
    for path in ("walks/", "walks/1", "walks/new", sheet.removeprefix(f"/{ON}/")):
        assert guest.get(f"/{OFF}/{path}")[0] == 404


def test_what_it_brings_is_found_everywhere(house, walker):
    status, page = plan(walker)
    assert status == 200 and "已经放进日历" in page
    guest = Browser(house[1])
    for path in ("", "walks/", "search?q=榕树", "calendar/?view=list"):
        assert "榕树下走一走" in guest.get(quote(f"/{ON}/{path}", "/?=&"))[1], path
    assert f"/{ON}/walks/1</loc>" in guest.get(f"/{ON}/sitemap.xml")[1]
    assert "榕树下" not in guest.get(quote(f"/{OFF}/search?q=榕树", "/?=&"))[1]


@pytest.mark.backend("sqlite")
def test_its_permission_is_asked(house, walker):
    town, server = house
    resident = Browser(server, token(town, "陈桂英", ""))
    assert resident.get(f"/{ON}/walks/new")[0] == 404
    assert walker.get(f"/{ON}/walks/new")[0] == 200
    assert f'action="/{ON}/sign-in"' in Browser(server).get(f"/{ON}/walks/new")[1]


@pytest.mark.backend("sqlite")
def test_its_form_refuses_in_the_readers_language(house, walker):
    status, page = walker.submit(f"/{ON}/walks/new", "", title="太晚了", starts="2020-01-01T08:00")
    assert status == 422 and "这个时间已经过去了" in page and 'value="太晚了"' in page


@pytest.mark.backend("sqlite")
def test_its_setting_is_set_at_the_desk(house, walker):
    town, server = house
    staff = Browser(server, token(town, "黎姐", "staff"))
    desk = f"/{ON}/desk/settings/walks"
    form = next(f for f in forms_of(staff.get(desk)[1]) if f.action in ("", desk))
    assert form.values["s-minutes"] == "45"
    assert staff.get(desk, form.values | {"s-meet": "南门口", "s-minutes": "30"})[0] == 200
    assert "南门口" in plan(walker)[1]


@pytest.mark.backend("sqlite")
def test_it_speaks_three_languages(house, walker):
    guest = Browser(house[1])
    said = [guest.get(f"/{ON}/walks/", language=tag)[1] for tag in ("zh-CN", "zh-HK", "en")]
    for page, words in zip(said, ("还没有安排散步", "未有散步安排", "No walk is planned"), strict=True):
        assert words in page


def test_switched_off_it_is_gone_and_its_rows_are_kept(house, walker):
    town, server = house
    plan(walker)
    staff, guest = Browser(server, token(town, "黎姐", "staff")), Browser(server)
    staff.submit(f"/{ON}/desk/plugins", f"/{ON}/desk/plugins/walks", on="0")
    assert guest.get(f"/{ON}/walks/1")[0] == 404
    assert "walks" not in guest.get(f"/{ON}/")[1]
    staff.submit(f"/{ON}/desk/plugins", f"/{ON}/desk/plugins/walks", on="1")
    assert "榕树下走一走" in guest.get(f"/{ON}/walks/1")[1]
