"""Sites: the tree district → street → community, and the one that is open just now."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from peewee import BigIntegerField, BooleanField, CharField, ForeignKeyField, IntegerField, Model, TextField

from . import clock, database
from .database import Repeated, Scope, opened

KINDS = ("district", "street", "community")


class NoSite(Exception):
    """A query on rows of a site was made outside of any site."""


class Plain(Model):
    class Meta:
        database = database.current
        legacy_table_names = False


class Site(Plain):
    """A district, street or community that has pages of its own."""

    parent = ForeignKeyField("self", null=True, backref="children")
    kind = CharField(max_length=16)
    slug = CharField(max_length=40, unique=True)
    host = CharField(max_length=120, null=True, unique=True)
    name = CharField(max_length=80)
    path = CharField(max_length=80, index=True)  # /1/4/9/: ids from the root to this site
    zone = CharField(max_length=40, default="Asia/Shanghai")
    theme = CharField(max_length=40, default="plain")
    brand = TextField(default="{}")  # JSON: motto, logo, colours, hero, address, phone, hours, filing …
    words = TextField(default="{}")  # JSON: {locale: {term: own word}}
    version = IntegerField(default=1)  # rises with every change that a page must see
    created_at = BigIntegerField(default=clock.now)


class SitePlugin(Plain):
    """Whether a plugin is enabled in a site, and its settings there."""

    site = ForeignKeyField(Site, on_delete="CASCADE")
    plugin = CharField(max_length=60)
    enabled = BooleanField(default=True)
    settings = TextField(default="{}")

    class Meta:
        indexes = ((("site", "plugin"), True),)


class Kin(NamedTuple):
    """A site as those below and above it know it."""

    id: int
    slug: str
    name: str
    kind: str
    host: str | None = None
    plugins: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class SiteView:
    """A site as pages see it: read once for each version, shared by all requests, never changed."""

    id: int
    version: int
    slug: str
    kind: str
    name: str
    host: str | None
    path: str
    zone: str
    theme: str
    brand: MappingProxyType
    words: MappingProxyType
    plugins: frozenset[str]
    settings: MappingProxyType  # plugin → its settings
    where_on: MappingProxyType  # plugin → ids of the sites where it is on: this one, those above, those below
    ancestors: tuple[Kin, ...]  # from the district down to the parent
    below: tuple[Kin, ...] = ()  # all that lie below it

    @property
    def parent_id(self) -> int | None:
        return self.ancestors[-1].id if self.ancestors else None


_views: dict[tuple[str, str, str], SiteView] = {}
# How often what the site t shows has changed, for `changes`: activities:7,halls:12
COUNTS = {kind: f"(SELECT {packed} FROM change_count WHERE site_id = t.id AND part = 0)" for kind, packed in (
    ("sqlite", "group_concat(what || ':' || n)"), ("postgresql", "string_agg(what || ':' || n, ',')"))}


def named(slug: str | None = None, host: str | None = None) -> tuple[str, str]:
    """The column and value by which an address names its site; with neither of them it is the district's."""
    if slug is not None:
        return "slug", slug
    return ("host", host) if host is not None else ("kind", "district")


def find(slug: str | None = None, host: str | None = None) -> SiteView | None:
    """The site with this slug, or with this host of its own; the district when neither is given. One query."""
    db, (by, value) = database.current.obj, named(slug, host)
    row = db.execute_sql(Repeated(f'SELECT id, version, {COUNTS[db.kind]} FROM site t WHERE "{by}" = {db.param} '
                                  "ORDER BY id LIMIT 1"), (value,)).fetchone()
    return known(by, value, *row) if row else None


def known(by: str, value: str, site_id: int, version: int, counts: str | None) -> SiteView:
    """The view of a site that `named` names, read anew when its version is another; its counts are the unit's."""
    db = database.current.obj
    found, unit = _view(db, (str(db.database), by, value), site_id, version), db.open_unit
    if unit is not None:
        unit.site, unit.counts = found, counts
    return found


def view(site_id: int) -> SiteView:
    """The view of a site whose id is known (desks, commands, due rows)."""
    db = database.current.obj
    unit = db.open_unit
    if unit is not None and unit.site is not None and unit.site.id == site_id and not database.writing():
        return unit.site
    row = db.execute_sql(f"SELECT id, version FROM site WHERE id = {db.param}", (site_id,)).fetchone()
    if row is None:
        raise NoSite(f"no site {site_id}")
    return _view(db, (str(db.database), "id", str(site_id)), *row)


def _view(db, key: tuple[str, str, str], site_id: int, version: int) -> SiteView:
    known = _views.get(key)
    if known is not None and known.version == version and known.id == site_id:
        return known
    if len(_views) > 2000:
        _views.clear()
    fresh = _read(Site.get_by_id(site_id))
    if db.open_unit is None or not db.open_unit.write:  # what is not stored yet may never be
        _views[key] = fresh
    return fresh


def _read(site: Site) -> SiteView:
    ids = _ids(site.path)
    rows = Site.select().where(Site.id.in_(ids) | Site.path.startswith(site.path)).order_by(Site.path)
    kin, settings = _kin(list(rows), site.id)
    where_on = _where_on(list(kin.values()))
    return SiteView(
        id=site.id, version=site.version, slug=site.slug, kind=site.kind, name=site.name, host=site.host,
        path=site.path, zone=site.zone, theme=site.theme, brand=MappingProxyType(json.loads(site.brand)),
        words=MappingProxyType(json.loads(site.words)), plugins=kin.pop(site.id).plugins,
        settings=MappingProxyType(settings), ancestors=tuple(kin.pop(i) for i in ids[:-1]), below=tuple(kin.values()),
        where_on=MappingProxyType(where_on))


def _kin(rows: list[Site], own: int) -> tuple[dict[int, Kin], dict[str, MappingProxyType]]:
    """Sites by id with the plugins that are on in them, and the settings of one site's own."""
    on: dict[int, set[str]] = {row.id: set() for row in rows}
    settings = {}
    chosen = (SitePlugin.select(SitePlugin.site, SitePlugin.plugin, SitePlugin.enabled, SitePlugin.settings)
              .where(SitePlugin.site.in_(list(on))))
    for where, plugin, enabled, text in chosen.tuples():
        if enabled:
            on[where].add(plugin)
        if where == own:
            settings[plugin] = MappingProxyType(json.loads(text))
    return {r.id: Kin(r.id, r.slug, r.name, r.kind, r.host, frozenset(on[r.id])) for r in rows}, settings


def _where_on(kin: list[Kin]) -> dict[str, tuple[int, ...]]:
    """The ids of the sites where a plugin is on, for each plugin."""
    return {plugin: tuple(k.id for k in kin if plugin in k.plugins)
            for plugin in frozenset().union(*(k.plugins for k in kin))}


def _ids(path: str) -> list[int]:
    """The ids in a path, from the district down to the site itself."""
    return [int(i) for i in path.strip("/").split("/")]


def touched(site_id: int) -> None:
    """Say that pages of this site, of all below and of those above it must be read anew. Inside a writing unit."""
    path = Site.get_by_id(site_id).path
    _touched_above(path)
    Site.update(version=Site.version + 1).where(Site.path.startswith(path)).execute()


def _touched_above(path: str) -> None:
    """The same of the sites above, from the district down, so that two such changes take their rows in one order."""
    for above in _ids(path)[:-1]:
        Site.update(version=Site.version + 1).where(Site.id == above).execute()


def add(slug: str, name: str, parent: Site | None = None, theme: str = "plain", zone: str = "") -> Site:
    """A new site below `parent` (none: the district). Raises ValueError with a sentence when it cannot be."""
    kind = KINDS[0] if parent is None else KINDS[min(KINDS.index(parent.kind) + 1, 2)]
    if parent is not None and parent.kind == "community":
        raise ValueError("A community has no sites below it.")
    if Site.select().where(Site.slug == slug).exists():
        raise ValueError(f"There is a site {slug} already.")
    site = Site.create(parent=parent, kind=kind, slug=slug, name=name, path="/", theme=theme,
                       zone=zone or (parent.zone if parent else "Asia/Shanghai"))
    site.path = f"{parent.path if parent else '/'}{site.id}/"
    site.save()
    _touched_above(site.path)
    return site


def enable(site_id: int, plugin: str, enabled: bool = True) -> bool:
    """Switch a plugin on or off in a site; the next request of every worker obeys. False: somebody else just has."""
    changed = (SitePlugin.insert(site=site_id, plugin=plugin, enabled=enabled)
               .on_conflict(conflict_target=[SitePlugin.site, SitePlugin.plugin],
                            update={SitePlugin.enabled: enabled}, where=SitePlugin.enabled != enabled)
               .as_rowcount().execute())
    touched(site_id)
    return bool(changed)


def save_settings(site_id: int, plugin: str, values: dict) -> None:
    """Store a plugin's settings in a site."""
    text = json.dumps(values, ensure_ascii=False, sort_keys=True)
    (SitePlugin.insert(site=site_id, plugin=plugin, enabled=False, settings=text)
     .on_conflict(conflict_target=[SitePlugin.site, SitePlugin.plugin], update={SitePlugin.settings: text})
     .execute())
    touched(site_id)


@contextmanager
def within(site: "SiteView | Site | Kin | int", below: bool = False) -> Iterator[None]:
    """Open one site, or with `below` its whole subtree, for queries on rows of sites."""
    site_id = site if isinstance(site, int) else site.id
    with within_all(_below(site_id) if below else (site_id,)):
        yield


@contextmanager
def within_all(ids: tuple[int, ...]) -> Iterator[None]:
    """Open several sites for queries on rows of sites; nothing can be written then."""
    token = opened.set(_scope(ids))
    try:
        yield
    finally:
        opened.reset(token)


@lru_cache(maxsize=512)
def _scope(ids: tuple[int, ...]) -> Scope:
    return Scope(ids, "{" + ",".join(map(str, ids)) + "}")


def _below(site_id: int) -> tuple[int, ...]:
    path = Site.get_by_id(site_id).path
    rows = Site.select(Site.id).where(Site.path.startswith(path)).order_by(Site.id).tuples()
    return tuple(i for i, in rows)


def scope() -> Scope:
    """The open site or subtree. Raises NoSite outside of any."""
    found = opened.get()
    if found is None:
        raise NoSite("rows of a site were asked for outside of a site")
    return found


def scope_id() -> int:
    """The one open site; a subtree has none."""
    ids = scope().ids
    if len(ids) != 1:
        raise NoSite("a row can be written in one site only, and a subtree is open")
    return ids[0]
