"""`portal plugin check`: the rules that every plugin keeps, ours and strangers'; one function a rule."""

import ast
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

from flask import Flask
from jinja2 import TemplateSyntaxError
from peewee import ForeignKeyField, Model
from playhouse.schema_diff import diff_models

from .base import database, migrate
from .base.records import Owned
from .base.sites import Site
from .hooks import folder_of
from .house import Portal
from .pages import catalogs
from .published import PUBLISHED

SHEET, FILE = 15_000, 100_000  # bytes of a style sheet or script, and of any other static file
INLINE = re.compile(r"<style\b|\sstyle=|\son[a-z]+=|\shx-on|\sjs:|<script(?![^>]*(\bsrc=|application/ld\+json))",
                    re.IGNORECASE)


class Subject(NamedTuple):
    """The plugin that is looked at."""

    name: str
    module: ModuleType
    folder: Path
    portal: Portal

    def ask(self, hook: str, default=()):
        return self.portal.plugins.ask(self.name, hook, default)

    @property
    def models(self) -> list[type[Model]]:
        return list(self.ask("models"))


def check(app: Flask, name: str) -> list[str]:
    """What is to be mended in an installed plugin, one sentence each; nothing when it keeps the rules."""
    plugins = app.portal.plugins
    if name not in plugins.names:
        reason = plugins.refused.get(name)
        return [f"It is left out: {reason}." if reason else f"There is no plugin {name}."]
    module = plugins.module(name)
    subject = Subject(name, module, folder_of(module), app.portal)
    return [sentence for rule in RULES for sentence in rule(subject)]


def face(plugin: Subject) -> Iterator[str]:
    """It says what it is; the portal has seen its names already when it was loaded."""
    for hook in ("title", "describe"):
        if not plugin.ask(hook, ""):
            yield f"It has no {hook}()."
    if plugin.ask("blueprint", None) is None and not any(
            name == plugin.name for hook in ("home_cards", "nav_items", "sms", "wechat", "commands")
            for name, _function, _arguments in plugin.portal.plugins.implementations(hook)):
        yield "It shows nothing: it has neither pages, cards, menu entries nor commands."


def floors(plugin: Subject) -> Iterator[str]:
    """It imports only what `portal` publishes, never another plugin."""
    plugins = plugin.portal.plugins
    others = {plugins.module(name).__name__ for name in plugins.names if name != plugin.name}
    for file in {Path(plugin.module.__file__), *_files(plugin, "*.py")}:
        place = file.relative_to(plugin.folder.parent)
        for line, module, name in _imports(ast.parse(file.read_text("utf-8"))):
            if why := _wrong_import(plugin, module, name, others):
                yield f"{place}, line {line}: {why}."


def _imports(tree: ast.AST) -> Iterator[tuple[int, str, str]]:
    """(line, module, name taken from it) of every import that leaves the plugin's package."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield from ((node.lineno, node.module or "", alias.name) for alias in node.names)


def _wrong_import(plugin: Subject, module: str, name: str, others: set[str]) -> str:
    whole, mine = f"{module}.{name}" if name else module, plugin.module.__name__
    if f"{whole}.".startswith(f"{mine}."):
        return ""
    if any(f"{whole}.".startswith(f"{other}.") for other in others) or module.startswith("portal.plugins."):
        return f"a plugin never imports another one ({whole})"
    if module == "portal" and name and name not in PUBLISHED:
        return f"portal publishes no {name}"
    if module.startswith("portal."):
        return f"{module} is the portal's own: take what `portal` publishes"
    return ""


def translations(plugin: Subject) -> Iterator[str]:
    """Every text is there in every language."""
    target = catalogs.Target(plugin.name, (plugin.folder,), plugin.folder / "translations")
    try:
        yield from (f"{problem}." for problem in catalogs.problems(target))
        known = {*catalogs.wanted(target), *catalogs._msgids(catalogs.load(*_core_catalog()))}
    except catalogs.Unreadable as error:
        yield f"{error}."
        return
    for text in _said_at_start(plugin):
        if text not in known:
            yield f"The text {text!r} is not translated: mark it with N_()."


def _core_catalog() -> tuple[Path, str]:
    return catalogs._core_folder(), catalogs.TRANSLATED[0]


def _said_at_start(plugin: Subject) -> list[str]:
    """The msgids that are shown by the core: titles and labels."""
    labels = [item.label for hook in ("settings", "actions", "notice_kinds") for item in plugin.ask(hook)]
    texts = [plugin.ask("title", ""), plugin.ask("describe", ""), *labels]
    texts += [label for setting in plugin.ask("settings") for _value, label in setting.choices]
    texts += [setting.hint for setting in plugin.ask("settings")]
    return [getattr(text, "msgid", text) for text in texts if text]


def templates(plugin: Subject) -> Iterator[str]:
    """Templates lie under its own name, can be read, and have no script or style inside."""
    folder = plugin.folder / "templates"
    for file in _files(plugin, "templates/**/*.*"):
        name = file.relative_to(folder).as_posix()
        if not name.startswith(f"{plugin.name}/"):
            yield f"templates/{name} must lie in templates/{plugin.name}/."
        text = file.read_text("utf-8")
        try:
            plugin.portal.templates.parse(text)
        except TemplateSyntaxError as error:
            yield f"templates/{name}, line {error.lineno}: {error.message}."
        for found in INLINE.finditer(text):
            line = text.count("\n", 0, found.start()) + 1
            yield f"templates/{name}, line {line}: {found[0].strip()} is refused by the content policy."


def migrations(plugin: Subject) -> Iterator[str]:
    """The migrations alone make the tables of the models, as the models say."""
    if not plugin.models:
        return
    with tempfile.TemporaryDirectory(prefix="portal-check-") as place:
        db = database.connect(f"sqlite:///{place}/check.db")
        try:
            yield from _made(plugin, db)
        finally:
            db.close()


def _made(plugin: Subject, db) -> Iterator[str]:
    core = plugin.portal.parts()[0]
    try:
        migrate.upgrade(db, [core, plugin.portal.plugins.part(plugin.name)])
    except Exception as error:
        yield f"The migrations fail on an empty database: {type(error).__name__}: {error}."
        return
    with database.use(db), database.unit():
        for line in str(diff_models(db, plugin.models) or "").splitlines():
            yield f"A migration lacks: {line}."
        for model in plugin.models:
            yield from _unlike(db, model)


def _unlike(db, model: type[Model]) -> Iterator[str]:
    """What a comparison of columns does not see: NOT NULL, and constraints written by hand."""
    table = model._meta.table_name
    null = {column.name: column.null for column in db.get_columns(table)}
    for field in model._meta.sorted_fields:
        if null.get(field.column_name, field.null) != field.null and not field.primary_key:
            yield f"{table}.{field.column_name} is {'' if field.null else 'not '}null in the model only."
    sql, = db.execute_sql("SELECT sql FROM sqlite_master WHERE name = ?", (table,)).fetchone() or ("",)
    for constraint in model._meta.constraints or ():
        if _plain(constraint.sql) not in _plain(sql or ""):
            yield f"The migration of {table} lacks: {constraint.sql}."


def _plain(sql: str) -> str:
    return re.sub(r"\s+", " ", sql)


def rows(plugin: Subject) -> Iterator[str]:
    """Rows of a site cannot collide with, or point into, another site's."""
    for model in plugin.models:
        if not issubclass(model, Owned):
            continue
        meta = model._meta
        indexes = [index for index in meta.indexes if isinstance(index, tuple)]
        unique = [fields for fields, is_unique in indexes if is_unique]
        unique += [(field.name,) for field in meta.sorted_fields if field.unique and not field.primary_key]
        for fields in unique:
            if fields[0] != "site":
                yield f"The unique index ({', '.join(fields)}) of {meta.table_name} must begin with site."
        for field in meta.sorted_fields:
            if isinstance(field, ForeignKeyField) and field.rel_model is not Site and issubclass(
                    field.rel_model, Owned):
                yield (f"{meta.table_name}.{field.column_name} could point into another site: use an IntegerField "
                       "with same_site().")


def readme(plugin: Subject) -> Iterator[str]:
    """A README.md beside the code says what it is for."""
    file = plugin.folder / "README.md"
    if not file.is_file() or len(file.read_text("utf-8")) < 100:
        yield "It has no README.md that says what it is for and what staff can set."


def static(plugin: Subject) -> Iterator[str]:
    """Files are light enough for a slow line."""
    for file in _files(plugin, "static/**/*.*"):
        most = SHEET if file.suffix in (".css", ".js") else FILE
        size = file.stat().st_size
        if size > most:
            yield f"static/{file.name} has {size:,} bytes; {most:,} at most."


def _files(plugin: Subject, pattern: str) -> list[Path]:
    found = plugin.folder.rglob(pattern) if "/" not in pattern else plugin.folder.glob(pattern)
    return sorted(f for f in found if f.is_file() and "__pycache__" not in f.parts)


RULES = (face, floors, translations, templates, migrations, rows, readme, static)
