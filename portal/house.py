"""What one app holds: settings, database, plugins, rights, templates, texts, static files."""

import logging
import tomllib
from collections.abc import Iterable
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from flask import has_request_context, request
from markupsafe import Markup

from .base import database, migrate
from .base.changes import ChangeCount
from .base.due import Due
from .base.holidays import Holidays
from .base.search import SearchEntry
from .base.settings import Settings
from .base.sites import Site, SitePlugin, SiteView
from .hooks import Plugins, Refused, folder_of
from .metrics import Metrics
from .pages import i18n, templates
from .pages.assets import Assets
from .pages.context import shared
from .people import models as people
from .people.roles import Rights

log = logging.getLogger("portal")

CORE_MODELS = (Site, SitePlugin, ChangeCount, SearchEntry, Due, people.Person, people.Household, people.Membership,
               people.Role, people.Session, people.SignInCode, people.HandOver, people.CalendarLink, people.Count,
               people.Notice, people.NoticeWishes, people.Mail, people.FormAnswer, people.PluginFault, Holidays,
               people.Building, people.Audit)


class Theme:
    """A theme: its folder, its parents, and what it says of itself."""

    def __init__(self, name: str, folder: Traversable):
        self.name, self.folder = name, folder
        self.about = tomllib.loads(folder.joinpath("theme.toml").read_text("utf-8"))
        self.parent: str = self.about.get("parent", "")


class Portal:
    """What one app holds: settings, database, plugins, rights, templates, texts, static files."""

    def __init__(self, settings: Settings, raising: bool = False, plugins: Plugins | None = None,
                 taken: Iterable[str] = ()):
        self.settings = settings
        self.db = database.connect(settings.database, settings.threads)
        self.plugins = plugins or Plugins(raising).discover()
        self._refuse_taken({*taken, *(m._meta.table_name for m in CORE_MODELS)})
        self.themes = find_themes()
        self._upgrade()
        self.plugin_names = frozenset(self.plugins.names)
        self.rights = Rights(self.plugins)
        self.defaults = {(name, one.name): one.default for name in self.plugins.names
                         for one in self.plugins.ask(name, "settings", ())}
        self.metrics = Metrics(settings.data / "run")
        self._files()

    def _refuse_taken(self, taken: set[str]) -> None:
        """Keep out plugins with the name of a page or table of the core."""
        for name in self.plugins.names:
            part = self.plugins.part(name)
            if wrong := {name, *(m._meta.table_name for m in part.models)} & taken if part else {name} & taken:
                self.plugins.refuse(name, Refused(f"{min(wrong)} is a name of the portal's own"))

    def parts(self) -> list[migrate.Part]:
        """The core and every plugin, as migrations see them."""
        core = migrate.Part("portal", folder("portal") / "migrations", CORE_MODELS)
        return [core, *filter(None, (self.plugins.part(n) for n in self.plugins.names))]

    def _upgrade(self) -> None:
        """Bring the tables up to the code, plugin by plugin: one that cannot is left out, the house goes on."""
        owner = self.db if self.settings.database_owner == self.settings.database \
            else database.connect(self.settings.database_owner)
        try:
            for part in self._unready(owner):
                self._upgrade_part(owner, part)
        except database.Busy as e:
            log.error("the database is away at start: %s", e)
        finally:
            if not owner.is_closed():  # also of the app itself: a connection that made tables stays slow on SQLite
                owner.close()

    def _unready(self, owner) -> list[migrate.Part]:
        """Whose tables are to be brought up to date."""
        parts = self.parts()
        try:
            return migrate.unready(owner, parts)
        except database.Busy:
            raise
        except Exception:
            return parts  # each is looked at alone, which shows who cannot be used

    def _upgrade_part(self, owner, part: migrate.Part) -> None:
        try:
            migrate.upgrade(owner, [part], "" if owner is self.db else role_of(self.settings.database))
            with database.use(owner), database.unit():
                tables = set(owner.get_tables())
            lacking = [m._meta.table_name for m in part.models if m._meta.table_name not in tables]
            if lacking:
                raise Refused(f"no migration makes its table {lacking[0]}")
        except database.Busy:
            raise
        except Exception as e:
            if part.name == "portal":
                raise
            self.plugins.refuse(part.name, e)

    def _files(self) -> None:
        fresh = not self.settings.production
        modules = {n: folder_of(self.plugins.module(n)) for n in self.plugins.names}
        static = {"": folder("portal") / "static"}
        static |= {n: f / "static" for n, f in modules.items()}
        static |= {f"themes/{n}": t.folder / "static" for n, t in self.themes.items()}
        self.assets = Assets(static, fresh=fresh)
        self.templates = templates.environment(
            {"": folder("portal.pages") / "templates"} | {n: f / "templates" for n, f in modules.items()},
            {n: t.folder / "templates" for n, t in self.themes.items()}, chains_of(self.themes), shared(self), fresh)
        self.catalogs = i18n.Catalogs(
            [folder("portal.translations"), *(f / "translations" for f in modules.values())])
        self.pieces: dict[tuple, Markup] = {}
        self._urls: dict[str, tuple[str, bool]] = {}

    def static_url(self, name: str) -> str:
        """The address of a static file; it changes with its contents. A file that is not there is logged, not fatal.

        A plugin's files live below the site, since they are gone where the plugin is off.
        """
        found = self._urls.get(name) if self.settings.production else None
        if found is None:
            found = self._urls[name] = self._static_url(name), self.assets.owner(name) in self.plugin_names
        url, is_plugins = found
        return request.script_root + url if is_plugins and has_request_context() else url

    def _static_url(self, name: str) -> str:
        try:
            return self.assets.url(name)
        except LookupError:
            log.error("there is no static file %s", name)
            return f"/static/missing/{name}"

    def translation(self, site: SiteView, locale: str) -> i18n.Translation:
        """The texts of a locale with the site's own words."""
        words = site.words.get(locale) or {}
        return self.catalogs.for_(locale, tuple(sorted(words.items())) or None)


def folder(package: str) -> Path:
    """The folder of a package's files."""
    return Path(str(resources.files(package)))


def find_themes() -> dict[str, Theme]:
    """All themes that are installed."""
    place = resources.files("portal.themes")
    return {f.name: Theme(f.name, f) for f in sorted(place.iterdir(), key=lambda f: f.name)
            if f.is_dir() and f.joinpath("theme.toml").is_file()}


def chains_of(themes: dict[str, Theme]) -> dict[str, tuple[str, ...]]:
    """Each theme with its parents, nearest first."""
    chains = {}
    for name in themes:
        chain, at = [], name
        while at in themes and at not in chain:
            chain.append(at)
            at = themes[at].parent
        chains[name] = tuple(chain)
    return chains


def role_of(url: str) -> str:
    """The role that a PostgreSQL URL signs in as."""
    if not url.startswith("postgres"):
        return ""
    from psycopg.conninfo import conninfo_to_dict  # SQLite does without
    return conninfo_to_dict(url).get("user") or ""


