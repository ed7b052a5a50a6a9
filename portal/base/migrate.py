"""Migrations: a folder and a history table for the core and for each plugin; two workers at once do not collide."""

import fcntl
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from peewee import SQL, Field, Model
from playhouse.migrations import Migration, Runner

from . import database
from .records import Owned

LOCK = 0x5869616F  # PostgreSQL's advisory lock of this program


class Part(NamedTuple):
    """The core or a plugin, as migrations see it."""

    name: str
    folder: Path
    models: tuple[type[Model], ...]


class MissingMigration(Exception):
    """The database lacks a migration that the code has; the text names it."""


def add_columns(db, table: str, **columns: Field) -> None:
    """For migrations: give a table further columns; each may be empty or has a default that is a plain value."""
    for name, field in columns.items():
        kind = db.get_sql_context().sql(field.ddl_datatype(db.get_sql_context())).query()[0]
        must = "" if field.null else f" NOT NULL DEFAULT {_literal(db, field.default)}"
        db.execute_sql(f'ALTER TABLE "{table}" ADD COLUMN "{name}" {kind}{must}')


def _literal(db, value: str | int | bool) -> str:
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return str(value if db.kind == "postgresql" else int(value)).lower()


def same_site(column: str, table: str) -> SQL:
    """A constraint for `Meta.constraints`: `column` points at a row of `table` in the same site.

    `table` needs a unique index on (site, id). Migrations carry the same constraint in their frozen models.
    """
    return SQL(f'FOREIGN KEY ("site_id", "{column}") REFERENCES "{table}" ("site_id", "id")')


def pending(db, parts: Iterable[Part]) -> list[str]:
    """Names of migrations that the database has not had, as `plugin/0001_initial`."""
    with database.use(db), database.unit():
        return [f"{p.name}/{m.name}" for p in parts for m in _runner(db, p).status() if m.path and not m.applied]


def unready(db, parts: Iterable[Part]) -> list[Part]:
    """Those of the parts that lack a table or a migration; one look at the database tells of all of them."""
    with database.use(db), database.unit():
        tables = set(db.get_tables())
        return [part for part in parts if not _is_ready(db, part, tables)]


def _is_ready(db, part: Part, tables: set[str]) -> bool:
    history = f"migrations_{part.name}"
    if not tables >= {history, *(model._meta.table_name for model in part.models)}:
        return False
    had = {name for name, in db.execute_sql(f'SELECT name FROM "{history}"').fetchall()}
    return had >= {migration.name for migration in Migration.load_directory(str(part.folder))}


def upgrade(db, parts: Iterable[Part], role: str = "") -> list[str]:
    """Apply what is pending, in one transaction under a lock; returns the names. `db` must own its tables.

    `role` is the plain one that the app works under on PostgreSQL; its rights are stored with the tables.
    """
    parts = list(parts)
    if not pending(db, parts):
        return []
    with _alone(db), database.use(db), database.unit(write=True):
        if db.kind == "postgresql":
            db.execute_sql("SELECT pg_advisory_xact_lock(%s)", (LOCK,))
        done = [f"{p.name}/{name}" for p in parts for name in _runner(db, p).up()]
        _add_skipped_indexes(db, parts)
        if db.kind == "postgresql":
            _guard_rows(db, parts)
            if done and role:
                grant(db, role)
        return done


def _add_skipped_indexes(db, parts: Iterable[Part]) -> None:
    """Migrations name an index after the class, and peewee skips a name that is there: two plugins may have the same.
    """
    names = "SELECT indexname FROM pg_indexes" if db.kind == "postgresql" else "SELECT name FROM sqlite_master"
    taken, parts = {name for name, in db.execute_sql(names).fetchall()}, list(parts)
    classes = {model._meta.table_name: model.__name__.lower() for part in parts for model in part.models}
    for lost in _compared(db, parts).add_indexes:
        columns = lost.columns or ()
        if "_".join((classes[lost.table], *columns)) in taken:  # else the migration has forgotten it
            name, quoted = "_".join((lost.table, *columns))[:63], ", ".join(f'"{column}"' for column in columns)
            db.execute_sql(f'CREATE {"UNIQUE " if lost.unique else ""}INDEX "{name}" ON "{lost.table}" ({quoted})')


def differences(db, parts: Iterable[Part]) -> list[str]:
    """How the tables differ from the models, one line each; none when all is well."""
    found = _compared(db, parts)
    unsaid = _unsaid(db)
    drop = [index for index in found.drop_indexes if index.name not in unsaid]
    return str(found._replace(drop_indexes=drop)).splitlines()


def _unsaid(db) -> set[str]:
    """Names of indexes of which models do not know: the text index, and on PostgreSQL those behind constraints."""
    constraints = "SELECT conname FROM pg_constraint" if db.kind == "postgresql" else None
    return {TEXT_INDEX} | ({r[0] for r in db.execute_sql(constraints).fetchall()} if constraints else set())


def _compared(db, parts: Iterable[Part]):
    from playhouse.schema_diff import diff_models
    return diff_models(db, [m for p in parts for m in p.models])


def _runner(db, part: Part) -> Runner:
    return Runner(db, str(part.folder), table_name=f"migrations_{part.name}")


@contextmanager
def _alone(db) -> Iterator[None]:
    """On SQLite a lock file keeps a second process waiting; its own lock would time out."""
    if db.kind != "sqlite":
        yield
        return
    name = sha256(str(Path(db.database).absolute()).encode()).hexdigest()[:16]
    with open(Path(tempfile.gettempdir()) / f"portal-{name}.lock", "w") as f:
        fcntl.flock(f, fcntl.LOCK_EX)
        yield


# As plain as can be to the planner, which otherwise takes it for a second condition that leaves next to no rows, and
# reads all rows of a site for want of a better way: it is asked for by `site_id = …` as well.
OPEN = "array_position((SELECT nullif(current_setting('portal.sites', true), ''))::int[], site_id) IS NOT NULL"


def _guard_rows(db, parts: Iterable[Part]) -> None:
    """Row-level security on every owned table, and the rights of the plain role that the app runs under."""
    for model in {m for p in parts for m in p.models if issubclass(m, Owned)}:
        table = model._meta.table_name
        db.execute_sql(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
        db.execute_sql(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')
        db.execute_sql(f'DROP POLICY IF EXISTS same_site ON "{table}"')
        db.execute_sql(f'CREATE POLICY same_site ON "{table}" USING ({OPEN}) WITH CHECK ({OPEN})')


def grant(db, role: str) -> None:
    """Let a plain role work with all tables of the owner."""
    with database.use(db), database.unit(write=True):
        for what in ("ALL TABLES", "ALL SEQUENCES"):
            rights = "SELECT, INSERT, UPDATE, DELETE" if what == "ALL TABLES" else "USAGE, SELECT"
            db.execute_sql(f'GRANT {rights} ON {what} IN SCHEMA public TO "{role}"')


def unguarded(db, parts: Iterable[Part]) -> list[str]:
    """Owned tables of PostgreSQL that lack row-level security."""
    if db.kind != "postgresql":
        return []
    names = {m._meta.table_name for p in parts for m in p.models if issubclass(m, Owned)}
    rows = db.execute_sql("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity").fetchall()
    return sorted(names - {r[0] for r in rows})


SEARCH_SQLITE = (
    "CREATE VIRTUAL TABLE search_text USING fts5(tokens, content='search_entry', content_rowid='id', "
    "tokenize='unicode61')",
    "CREATE TRIGGER search_added AFTER INSERT ON search_entry BEGIN "
    "INSERT INTO search_text(rowid, tokens) VALUES (new.id, new.tokens); END",
    "CREATE TRIGGER search_gone AFTER DELETE ON search_entry BEGIN "
    "INSERT INTO search_text(search_text, rowid, tokens) VALUES ('delete', old.id, old.tokens); END",
    "CREATE TRIGGER search_changed AFTER UPDATE ON search_entry BEGIN "
    "INSERT INTO search_text(search_text, rowid, tokens) VALUES ('delete', old.id, old.tokens); "
    "INSERT INTO search_text(rowid, tokens) VALUES (new.id, new.tokens); END",
)
TEXT_INDEX = "search_text"
SEARCH_POSTGRES = (
    f"CREATE INDEX {TEXT_INDEX} ON search_entry USING gin (array_to_tsvector(string_to_array(tokens, ' ')))",
)


def create_search(db) -> None:
    """The text index beside the table of search entries; called by the core's first migration."""
    for sql in SEARCH_SQLITE if db.kind == "sqlite" else SEARCH_POSTGRES:
        db.execute_sql(sql)


