"""Whole databases copied out at one instant and in again, for backups."""

import os
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

import psycopg
from psycopg import sql

try:
    from pysqlite3 import dbapi2 as sqlite3
except ImportError:
    import sqlite3

HISTORY = "migrations_"  # tables that say which migrations a database has had


class CopyError(Exception):
    """Why a database cannot be copied; the text is the sentence to show."""


class Copied(NamedTuple):
    """What a copy holds."""

    rows: dict[str, int]  # by table
    history: dict[str, list[str]]  # migrations, by history table
    sequences: dict[str, int | None]  # last values
    columns: dict[str, list[str]]  # by table


def sqlite_path(url: str) -> Path:
    """The file behind sqlite:////srv/town.db (absolute) or sqlite:///town.db (from here)."""
    return Path(unquote(url.split("://", 1)[1])[1:]).absolute()


def copy_sqlite(source: Path, target: Path) -> Copied:
    """Copy a database in use to a file, as it is at this instant, and check the copy."""
    if not source.is_file():
        raise CopyError(f"There is no database at {source}.")
    with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(target)) as copy:
        live.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
    return check_sqlite(target)


def check_sqlite(file: Path) -> Copied:
    """What a database file holds; CopyError when it is damaged."""
    try:
        with closing(sqlite3.connect(file)) as db:
            said = [row[0] for row in db.execute("PRAGMA integrity_check")]
            if said != ["ok"] or db.execute("PRAGMA foreign_key_check").fetchone():
                raise CopyError(f"The copy of the database is damaged: {said[0]}.")
            listed = db.execute("PRAGMA table_list").fetchall()
            names = sorted(row[1] for row in listed if row[2] == "table" and not row[1].startswith("sqlite_"))
            rows = {name: db.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}
            history = {name: _migrations(db.execute(f'SELECT * FROM "{name}"')) for name in _histories(names)}
    except sqlite3.DatabaseError as error:
        raise CopyError(f"The copy of the database is damaged: {error}.") from error
    return Copied(rows, history, {}, {})


def _histories(names: Iterable[str]) -> list[str]:
    return [name for name in names if name.startswith(HISTORY)]


def _migrations(cursor) -> list[str]:
    at = next((n for n, column in enumerate(cursor.description) if column[0] in ("migration", "name")), 0)
    return sorted(str(row[at]) for row in cursor.fetchall())


@contextmanager
def postgres(url: str) -> Iterator[psycopg.Connection]:
    """A connection to PostgreSQL; CopyError when it cannot be reached."""
    try:
        connection = psycopg.connect("postgresql" + url[url.index(":"):], connect_timeout=5)
    except psycopg.OperationalError as error:
        raise CopyError(f"The database cannot be reached: {_line(error)}") from error
    try:
        with connection:
            yield connection
    except psycopg.Error as error:
        raise CopyError(f"The database refused: {_line(error)}") from error


def _line(error: Exception) -> str:
    return str(error).strip().splitlines()[0].rstrip(".") + "."


def copy_postgres(url: str, folder: Path) -> Copied:
    """Copy every table of a database in use to a file of its own, all as they are at one instant."""
    with postgres(url) as db:
        db.isolation_level, db.read_only = psycopg.IsolationLevel.REPEATABLE_READ, True
        columns = _tables(db)
        _see_all_sites(db, columns)
        rows = {table: _copy_out(db, table, names, folder / f"{table}.copy")
                for table, names in columns.items()}
        return Copied(rows, _history(db, columns), _sequences(db), columns)


def _history(db, tables: Iterable[str]) -> dict[str, list[str]]:
    return {table: _migrations(db.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(table))))
            for table in _histories(tables)}


def _see_all_sites(db, columns: dict) -> None:
    """Row-level security hides rows from the owner, too, unless their sites are open: open them all."""
    if "site" in columns:
        db.execute("SELECT set_config('portal.sites', coalesce(array_agg(id), '{}')::text, true) FROM site")
    else:
        db.execute("SET LOCAL row_security = off")


def _tables(db) -> dict[str, list[str]]:
    """The columns of every table, without those that the database computes."""
    found = db.execute("SELECT c.relname, array_agg(a.attname::text ORDER BY a.attnum) FROM pg_class c "
                       "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped "
                       "AND a.attgenerated = '' WHERE c.relkind = 'r' "
                       "AND c.relnamespace = current_schema()::regnamespace GROUP BY 1 ORDER BY 1")
    return dict(found.fetchall())


def _sequences(db) -> dict[str, int | None]:
    found = db.execute("SELECT sequencename::text, last_value FROM pg_sequences "
                       "WHERE schemaname = current_schema()")
    return dict(found.fetchall())


def _copy(table: str, columns: list[str], way: str) -> sql.Composed:
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    return sql.SQL("COPY {} ({}) " + way).format(sql.Identifier(table), names)


def _copy_out(db, table: str, columns: list[str], file: Path) -> int:
    rows = 0
    with db.cursor() as cursor, open(file, "wb") as out:
        with cursor.copy(_copy(table, columns, "TO STDOUT")) as copy:
            for data in copy:
                out.write(data)
        rows = cursor.rowcount
        out.flush()
        os.fsync(out.fileno())
    return rows


def rows_of(file: Path) -> int:
    """The rows in a copied table: one a line, since line ends inside are written as \\n."""
    with open(file, "rb") as lines:
        return sum(1 for _ in lines)


def empty_postgres(url: str) -> bool | None:
    """Whether no table holds a row (of history apart); None where there are no tables yet."""
    with postgres(url) as db:
        tables = _tables(db)
        if not tables:
            return None
        _unforce(db, tables)
        empty = not any(_holds_rows(db, table) for table in tables if not table.startswith(HISTORY))
        db.rollback()
        return empty


def _holds_rows(db, table: str) -> bool:
    return db.execute(sql.SQL("SELECT 1 FROM {} LIMIT 1").format(sql.Identifier(table))).fetchone() is not None


def _unforce(db, tables: Iterable[str]) -> list[str]:
    """Let the owner see and write all rows until the end of the transaction; the tables to guard again."""
    guarded = db.execute("SELECT relname::text FROM pg_class WHERE relforcerowsecurity "
                         "AND relnamespace = current_schema()::regnamespace").fetchall()
    guarded = [name for (name,) in guarded if name in tables]
    for table in guarded:
        db.execute(sql.SQL("ALTER TABLE {} NO FORCE ROW LEVEL SECURITY").format(sql.Identifier(table)))
    return guarded


def fill_postgres(url: str, folder: Path, copied: Copied) -> None:
    """Fill the empty tables of a database from a copy, in one transaction: all or nothing."""
    with postgres(url) as db:
        tables = _tables(db)
        _refuse_other_release(db, tables, copied)
        guarded = _unforce(db, tables)
        constraints = _drop_foreign_keys(db)
        _triggers(db, tables, "DISABLE")  # what they would write comes with the copy, too
        for table, columns in copied.columns.items():
            if not table.startswith(HISTORY):
                _copy_in(db, table, columns, folder / f"{table}.copy", copied.rows[table])
        _triggers(db, tables, "ENABLE")
        for table, name, words in constraints:
            db.execute(sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} ").format(
                sql.Identifier(table), sql.Identifier(name)) + sql.SQL(words))
        for sequence, last in copied.sequences.items():
            if last is not None:
                db.execute("SELECT setval(quote_ident(%s)::regclass, %s)", (sequence, last))
        for table in guarded:
            db.execute(sql.SQL("ALTER TABLE {} FORCE ROW LEVEL SECURITY").format(sql.Identifier(table)))


def _refuse_other_release(db, tables: dict, copied: Copied) -> None:
    here = _history(db, tables)
    others = [name for name in sorted(here | copied.history) if here.get(name) != copied.history.get(name)]
    if others:
        part = others[0].removeprefix(HISTORY)
        raise CopyError(f"This backup has other migrations of {part} than the tables here: restore it with the "
                        "release and the plugins that made it, then upgrade.")


def _drop_foreign_keys(db) -> list[tuple[str, str, str]]:
    """Take foreign keys off, so that the order of tables does not matter; (table, name, words to put back)."""
    found = db.execute("SELECT t.relname::text, conname::text, pg_get_constraintdef(f.oid) FROM pg_constraint f "
                       "JOIN pg_class t ON t.oid = f.conrelid WHERE contype = 'f' "
                       "AND connamespace = current_schema()::regnamespace").fetchall()
    drop = sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}")
    for table, name, _ in found:
        db.execute(drop.format(sql.Identifier(table), sql.Identifier(name)))
    return found


def _triggers(db, tables: Iterable[str], way: str) -> None:
    for table in tables:
        db.execute(sql.SQL("ALTER TABLE {} " + way + " TRIGGER USER").format(sql.Identifier(table)))


def _copy_in(db, table: str, columns: list[str], file: Path, rows: int) -> None:
    with db.cursor() as cursor, open(file, "rb") as data:
        with cursor.copy(_copy(table, columns, "FROM STDIN")) as copy:
            while piece := data.read(1 << 20):
                copy.write(piece)
        if cursor.rowcount != rows:
            raise CopyError(f"{table} got {cursor.rowcount} rows instead of {rows}; nothing was restored.")
