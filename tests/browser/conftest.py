"""A small town behind the real server, the demo beside it, and browsers of the people who live there."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from portal.plugins.activities import changes
from portal.plugins.activities.models import Activity, Occurrence

from portal.app import create_app
from portal.base import clock, database, sites
from portal.base.sites import Site
from portal.people import signin
from portal.people.models import Household, Person
from portal.requests import COOKIE
from portal.testing import Town
from tests.browser import hall_things
from tests.browser.kinds import OPERATOR, RESIDENT, SITES, numbers_of
from tests.support.browser import PATIENCE, PHONE, Watch
from tests.support.databases import settings_for
from tests.support.pages import knows_axe
from tests.support.serving import Server, serving

ZONE = "Asia/Shanghai"
DAY, HOUR = 86400, 3600


class House:
    """A running server, and its database under the hands of the test."""

    def __init__(self, server: Server, app):
        self.server, self.url, self.app, self.db = server, server.url, app, app.portal.db

    def sign_in(self, context: BrowserContext, who: Person | str) -> BrowserContext:
        """Give a browser a session of this person, or of whoever has that e-mail address."""
        with database.use(self.db), database.unit(write=True):
            person = Person.get(Person.email == who) if isinstance(who, str) else who
            token = signin.start(person.id, "test")
        context.add_cookies([{"name": COOKIE, "value": token, "url": self.url}])
        return context


class Quarter(House):
    """The town of `portal.testing` on a server of its own; a test brings a community, people and things."""

    def __init__(self, server: Server, town: Town, texts: Path):
        super().__init__(server, town.app)
        self.town, self.texts, self.person, self.unit = town, texts, town.person, town.unit
        self.count = 0

    def community(self, name: str, theme: str = "plain") -> str:
        """A further community of the town's street, with every plugin on; its slug."""
        self.count += 1
        with self.unit():
            site = sites.add(f"quarter-{self.count}", name, self.town.street, theme)
            for plugin in self.app.portal.plugins.names:
                sites.enable(site.id, plugin)
            return site.slug

    def family(self, person: Person, *names: str) -> None:
        """Family members of a person, so that nobody has to type them."""
        with self.unit():
            for name in names:
                Household.create(person=person, name=name, birth_year=1953)

    def activity(self, at: str, title: str, capacity: int | None, days: int = 3, **fields) -> str:
        """A published activity so many days from now at ten in the morning; the address of its page."""
        with self.app.app_context(), self.unit(at):
            made = Activity.create(uid=changes.new_uid(), title=title, capacity=capacity, state="published",
                                   place="二楼多功能室", **fields)
            start = clock.start_of_day(clock.local_date(clock.now() + days * DAY, ZONE), ZONE) + 10 * HOUR
            changes.add_dates(made, [(start, start + 2 * HOUR, False)])
            changes.settle(made)
            date = Occurrence.get(Occurrence.activity_id == made.id)
            return f"{self.url}/{at}/activities/{made.id}?on={date.id}"

    def noon(self, at: str) -> None:
        """Move a site to a zone where it is noon."""
        ahead = 12 - datetime.now(UTC).hour
        with self.app.app_context(), self.unit():
            Site.update(zone=f"Etc/GMT{-ahead:+d}" if ahead else "UTC", version=Site.version + 1).where(
                Site.slug == at).execute()

    def code(self, phone: str) -> str:
        """The code in the newest text message to a phone."""
        lines = [json.loads(line) for line in self.texts.read_text("utf-8").splitlines()]
        text = [line["text"] for line in lines if line["phone"].endswith(phone)][-1]
        return re.search(r"\d{6}", text)[0]


@pytest.fixture(scope="session")
def quarter(databases, tmp_path_factory) -> Iterator[Quarter]:
    """One server for all journeys."""
    folder = tmp_path_factory.mktemp("quarter")
    texts = folder / "texts"
    settings = settings_for(databases.migrated("sqlite"), folder, sms=f"file:{texts}")
    with serving(settings, log=folder / "server.log") as server:
        town = Town(create_app(server.settings, raising=True))
        yield Quarter(server, town, texts)
        town.db.close()


@pytest.fixture(scope="session")
def demo(demo_server) -> Iterator[House]:
    """The demo's district and its people. Shared: read only, but for what `numbers` puts in its halls."""
    app = create_app(demo_server.settings, raising=True)
    yield House(demo_server, app)
    app.portal.db.close()


class Eyes:
    """Phones of the demo's people, kept from test to test: a new one for every page would take most of the time."""

    def __init__(self, browser: Browser, house: House):
        self.browser, self.house = browser, house
        self.watch, self.pages = Watch(), {}

    def see(self, path: str, who: str = "", mode: dict[str, str] | None = None, **options) -> Page:
        """The page at this address as that person sees it, with the cookies `mode`."""
        key = (who, *map(str, options.items()))
        page = self.pages.get(key) or self.pages.setdefault(key, self._phone(who, options))
        page.set_viewport_size(options.get("viewport", PHONE["viewport"]))
        page.emulate_media(media="screen")
        page.context.clear_cookies(name=re.compile("mode|size"))
        page.context.add_cookies([{"name": k, "value": v, "url": self.house.url} for k, v in (mode or {}).items()])
        page.goto(f"{self.house.url}/{path}")
        return page

    def _phone(self, who: str, options: dict) -> Page:
        context = self.browser.new_context(**PHONE | options)
        context.set_default_timeout(PATIENCE)
        context.on("page", self.watch.over)
        knows_axe(context)
        return (self.house.sign_in(context, who) if who else context).new_page()


@pytest.fixture(scope="session")
def _eyes(browser, demo) -> Iterator[Eyes]:
    kept = Eyes(browser, demo)
    yield kept
    for page in kept.pages.values():
        page.context.close()


@pytest.fixture
def eyes(_eyes) -> Iterator[Eyes]:
    """`eyes.see("guihuali/me", "resident@xiaowu.example")`: a page of the demo; script errors fail the test."""
    _eyes.watch.errors.clear()
    yield _eyes
    assert not _eyes.watch.errors, f"the page had errors: {_eyes.watch.errors}"
    assert not _eyes.watch.strangers, f"the page asked other hosts: {sorted(_eyes.watch.strangers)}"


@pytest.fixture
def here(quarter) -> str:
    """A community of this test's own, by its slug."""
    return quarter.community("榕荫社区")


@pytest.fixture(scope="session")
def numbers(demo) -> dict[str, dict[str, int | str]]:
    """Site of the demo → the numbers in the addresses of its things."""
    with demo.app.app_context(), database.use(demo.db), database.unit():
        known = {slug: (sites.find(slug=slug), numbers_of(sites.find(slug=slug))) for slug in SITES}
        resident, clerk = (Person.get(Person.email == email) for email in (RESIDENT, OPERATOR))
    with database.use(demo.db), database.unit(write=True):
        for site, _numbers in known.values():
            sites.save_settings(site.id, "halls", {"languages": "en"})
    return {slug: numbers | hall_things.fill(demo.app, site, resident, clerk)
            for slug, (site, numbers) in known.items()}


@pytest.fixture
def phone_of(quarter, open_context) -> Callable[..., Page]:
    """`phone_of(person)`: a page on that person's own phone; without one, a guest's. Options as in `open_context`."""
    def opened(person: Person | None = None, **options) -> Page:
        context = open_context(**options)
        return (quarter.sign_in(context, person) if person else context).new_page()
    return opened


@pytest.fixture
def said(quarter) -> Callable[..., str]:
    """`said("Sign up")`: how the portal says this on a Chinese phone."""
    with quarter.unit():
        translation = quarter.app.portal.translation(sites.find(slug="north"), "zh_Hans_CN")
    return translation.gettext
