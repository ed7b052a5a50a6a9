"""For tests of plugins and of the house: a small town, its people, and visitors who use it as a browser does.

    def test_page(town):
        ada = town.visitor(town.person("Ada", home="north"))
        assert ada.get("/north/walks/").status_code == 200
        ada.submit("/north/walks/", "/north/walks/join", size="2")

The fixture `town` comes with the package: nothing has to be registered.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path

from flask import Flask

from .app import create_app
from .base import database, sites
from .base.settings import load
from .hooks import Plugins
from .people import roles, signin
from .people.models import Membership, Person
from .requests import COOKIE

SECRET = "only for tests, and long enough to pass as one"


class Town:
    """A district with one street and two communities, `north` and `south`, all plugins on in both."""

    language = ""  # what its visitors' browsers ask for, e.g. "en"; Chinese when it is empty

    def __init__(self, app: Flask, plugins: list[str] | None = None):
        self.app, self.db = app, app.portal.db
        with self.unit():
            self.district = sites.add("town", "禅城区")
            self.street = sites.add("street", "祖庙街道", self.district)
            self.north = sites.add("north", "桂花里社区", self.street, "osmanthus")
            self.south = sites.add("south", "东巷社区", self.street, "lingnan")
            on = [{"site": site.id, "plugin": name, "enabled": True} for site in (self.north, self.south)
                  for name in (app.portal.plugins.names if plugins is None else plugins)]
            if on:  # at once: nobody has read these sites yet
                sites.SitePlugin.insert_many(on).execute()

    @contextmanager
    def unit(self, site: "sites.Site | str | None" = None, write: bool = True) -> Iterator[None]:
        """One transaction on the town's database, within a site if one is named."""
        with database.use(self.db), database.unit(write=write):
            if site is None:
                yield
                return
            with sites.within(self.site(site)):
                yield

    def site(self, site: "sites.Site | str") -> sites.Site:
        """The site itself, or that of a slug."""
        return sites.Site.get(sites.Site.slug == site) if isinstance(site, str) else site

    def person(self, name: str, home: "sites.Site | str | None" = None, verified: bool = True, role: str = "",
               at: "sites.Site | str | None" = None, **fields) -> Person:
        """Somebody who lives in `home` and has `role` at the site `at` (by default their home)."""
        with self.unit():
            person = Person.create(name=name, **fields)
            if home is not None:
                Membership.create(person=person, site=self.site(home), state="verified" if verified else "stated")
            if role:
                roles.grant(person.id, self.site(at or home).id, role)
        return person

    def visitor(self, person: Person | None = None) -> "Visitor":
        """A browser: signed in as the person, or a guest's."""
        visitor = Visitor(self.app, self.language)
        if person is not None:
            with self.unit():
                visitor.client.set_cookie(COOKIE, signin.start(person.id, "test"))
        return visitor


class Visitor:
    """A browser that keeps cookies and fills in forms."""

    def __init__(self, app: Flask, language: str = ""):
        self.client = app.test_client()
        if language:
            self.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = language

    def get(self, path: str, **options):
        """Open a page; redirects are not followed."""
        return self.client.get(path, **options)

    def post(self, path: str, data: dict | None = None, **options):
        """Send what no form has prepared (it is refused for want of a token)."""
        return self.client.post(path, data=data, **options)

    def submit(self, page: str, action: str = "", n: int = 0, **fields):
        """Open `page`, fill in its form that goes to `action` (the n-th of them), send it, and return the answer.

        What the form has already stays, as in a browser. Raises AssertionError when there is no such form.
        """
        return self.send(self.form(page, action, n), **fields)

    def form(self, page: str, action: str = "", n: int = 0) -> "FormOnPage":
        """The form as it stands on the page, to be sent later or twice."""
        answer = self.get(page)
        assert answer.status_code == 200, f"{page} answered {answer.status}"
        found = [f for f in forms_of(answer.text) if f.method == "post" and (not action or f.action == action)]
        assert len(found) > n, f"{page} has no form to {action or 'post'}"
        found[n].action = found[n].action or page
        return found[n]

    def send(self, form: "FormOnPage", headers: dict | None = None, **fields):
        """Send a form with these values over what it has; None leaves a field out."""
        values = {k: v for k, v in (form.values | fields).items() if v is not None}
        answer = self.client.post(form.action, data=values, headers=headers,
                                  content_type="multipart/form-data" if form.multipart else None)
        answer.request.environ["wsgi.input"].close()  # a large form is a file, which nobody else closes
        return answer


class FormOnPage:
    """A form: where it goes and what it holds."""

    def __init__(self, attributes: dict):
        self.action = attributes.get("action") or ""
        self.method = (attributes.get("method") or "get").lower()
        self.multipart = "multipart" in (attributes.get("enctype") or "")
        self.values: dict[str, object] = {}


class _Forms(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found: list[FormOnPage] = []
        self.select: str | None = None
        self.area: str | None = None
        self.open: FormOnPage | None = None

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "form":
            self.open = FormOnPage(given)
            self.found.append(self.open)
        elif self.open is None:
            return
        elif tag == "input" and given.get("name"):
            self._input(given)
        elif tag == "textarea" and given.get("name"):
            self.area = given["name"]
            self.open.values[self.area] = ""
        elif tag == "select":
            self.select = given.get("name")
        elif tag == "option" and self.select:
            if "selected" in given or self.select not in self.open.values:
                self.open.values[self.select] = given.get("value", "")

    def _input(self, given: dict) -> None:
        kind = given.get("type", "text")
        if kind in ("submit", "button", "file") or (kind in ("checkbox", "radio") and "checked" not in given):
            return
        value = given.get("value", "on" if kind == "checkbox" else "")
        before = self.open.values.get(given["name"])
        if before is not None and kind == "checkbox":
            value = [*(before if isinstance(before, list) else [before]), value]
        self.open.values[given["name"]] = value

    def handle_data(self, data):
        if self.area and self.open is not None:
            self.open.values[self.area] += data

    def handle_endtag(self, tag):
        if tag == "form":
            self.open = None
        elif tag == "textarea":
            self.area = None
        elif tag == "select":
            self.select = None


def forms_of(html: str) -> list[FormOnPage]:
    """Every form of a page."""
    parser = _Forms()
    parser.feed(html)
    return parser.found


def town_in(folder: Path, plugins: Plugins | None = None, **settings) -> Town:
    """A town on a new SQLite database in `folder`. Exceptions of plugins come through."""
    given = {"PORTAL_DATA": str(folder), "PORTAL_SECRET_KEY": SECRET} | {
        f"PORTAL_{k.upper()}": str(v) for k, v in settings.items()}
    return Town(create_app(load(environ=given), raising=True, plugins=plugins))


try:
    import pytest
except ImportError:
    pass
else:
    @pytest.fixture
    def town(tmp_path) -> Town:
        """A small town with everything that is installed, on SQLite."""
        return town_in(tmp_path)
