"""The database: one connection a thread, one transaction a request, begun by its first statement."""

import errno
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote, urlsplit

from peewee import SQL, DatabaseProxy, DataError, OperationalError, SqliteDatabase, Value

from . import clock

if TYPE_CHECKING:
    from .postgres import Postgres

LOCK_WAIT = 2.0  # seconds a writer waits for SQLite's one write lock
NAP = 0.002  # seconds between two tries for it
QUEUE_WAIT = 0.7  # seconds a further writer waits for leave to wait
RETRIES = 3

_current: ContextVar["Sqlite | Postgres | None"] = ContextVar("portal_database", default=None)


class Scope(NamedTuple):
    """The sites whose rows are open."""

    ids: tuple[int, ...]
    key: str  # the same ids as a PostgreSQL array


opened: ContextVar[Scope | None] = ContextVar("portal_scope", default=None)


DISK = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS})  # what a full or read-only disk says


class Busy(Exception):
    """The database is locked or away: answered as 503 with Retry-After."""


class Unstorable(ValueError):
    """A value that no row can hold, such as a number of thirty digits: no such thing is there."""


class Repeated(str):
    """A statement that is asked again and again with other values: PostgreSQL plans it once."""

    __slots__ = ()


def opened_key() -> str:
    scope = opened.get()
    return scope.key if scope else ""


class CurrentDatabase(DatabaseProxy):
    """What models are bound to: the database of the running request, command or test."""

    @property
    def obj(self):
        return _current.get()

    @obj.setter
    def obj(self, value):
        """Nothing is kept here: two apps in one process each use their own."""


current = CurrentDatabase()


@contextmanager
def use(db) -> Iterator[None]:
    """Bind all models to `db` inside the block."""
    token = _current.set(db)
    try:
        yield
    finally:
        _current.reset(token)


class Unit:
    """One transaction; `write` decides how it begins on SQLite, `wait` whether it queues for the write lock."""

    __slots__ = ("after", "begun", "counts", "db", "guards", "keep", "scope", "site", "unwritten", "wait", "write")

    def __init__(self, db, write: bool, wait: bool = True):
        self.db, self.write, self.wait, self.begun, self.scope, self.after = db, write, wait, False, "", []
        self.keep = True  # False: nothing in it is worth storing
        self.unwritten: int | None = None  # how many changes had been made when nothing yet was that a page shows
        self.site: Any = None  # the view of the site that was found in it, and how often what that shows has changed
        self.counts: str | None = None
        self.guards: list[bool] = []  # of each `guarded()` inside: whether its savepoint is set

    def commit(self, begin: bool = False) -> None:
        self.db.commit()

    def rollback(self, begin: bool = False) -> None:
        self.db.rollback()


class Units:
    """Mixed into both databases: statements inside `unit()` share one lazily begun transaction."""

    kind = ""

    def _prepare(self) -> None:
        unit = getattr(self._local, "unit", None)
        if unit is None:
            return
        if not unit.begun:
            self._begin_unit(unit)
            unit.begun = True
            self.push_transaction(unit)
        self._enter_scope(unit)
        if unit.guards and unit.write and not unit.guards[-1]:
            self._set_guards(unit)

    def _set_guards(self, unit: Unit) -> None:
        for n, is_set in enumerate(unit.guards):
            if not is_set:
                self._execute_cursor(f"SAVEPOINT guard_{n}", None)
                unit.guards[n] = True

    @property
    def aborted(self) -> bool:
        """Whether the database takes no more statements in this transaction."""
        return False

    def _enter_scope(self, unit: Unit) -> None:
        """PostgreSQL tells its row-level security which sites are open."""

    def execute_sql(self, sql, params=None):
        self._prepare()
        try:
            return super().execute_sql(sql, params)
        except (DataError, OverflowError, UnicodeEncodeError) as e:
            raise Unstorable(str(e)) from e

    def execute_all(self, statements: Sequence[tuple[str, list]]) -> list[list[tuple]]:
        """The rows of each statement."""
        return [self.execute_sql(sql, params).fetchall() for sql, params in statements]

    def end_turn(self) -> None:
        """SQLite lets the next writer begin."""

    changes: int | None = None

    @cached_property
    def known(self) -> dict:
        """What is remembered of its rows, see `changes.remembered`."""
        return {}

    @property
    def open_unit(self) -> Unit | None:
        return getattr(self._local, "unit", None)


class Turns:
    """A lock that is handed on in the order in which it was asked for."""

    def __init__(self):
        self._guard, self._taken = threading.Lock(), False
        self._waiting: deque[threading.Lock] = deque()

    def take(self, timeout: float) -> bool:
        """Whether this thread's turn came within so many seconds."""
        with self._guard:
            if not self._taken:
                self._taken = True
                return True
            mine = threading.Lock()
            mine.acquire()
            self._waiting.append(mine)
        try:
            came = mine.acquire(timeout=timeout)
        except BaseException:  # a signal ends the waiting thread
            if not self._leave(mine):
                self.hand_on()
            raise
        return came or not self._leave(mine)

    def _leave(self, mine: threading.Lock) -> bool:
        """Whether this one still waited: a turn handed on in the last moment counts."""
        with self._guard:
            if mine not in self._waiting:
                return False
            self._waiting.remove(mine)
            return True

    def hand_on(self) -> None:
        """Let the next one go on."""
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._taken = False


class Sqlite(Units, SqliteDatabase):
    kind = "sqlite"

    def __init__(self, path: str, waiters: int):
        self._local, self._naps, self.patience = threading.local(), False, 0.0
        self._leave_to_wait = threading.BoundedSemaphore(max(1, waiters))
        self._turn = Turns()
        pragmas = {"journal_mode": "wal", "synchronous": "full", "foreign_keys": 1, "cache_size": -16000,
                   "busy_timeout": int(LOCK_WAIT * 1000), "temp_store": "memory"}
        super().__init__(path, pragmas=pragmas, timeout=LOCK_WAIT, returning_clause=True)

    def _begin_unit(self, unit: Unit) -> None:
        if not unit.write:
            self._run("BEGIN")
            return
        if not self._leave_to_wait.acquire(timeout=QUEUE_WAIT if unit.wait else 0):
            raise Busy("too many writers wait")
        try:
            self._begin_in_turn(unit.wait)
        finally:
            self._leave_to_wait.release()

    def _begin_in_turn(self, wait: bool) -> None:
        """One writer of this process at a time, in order: SQLite's own waiting is by naps, and lets some starve."""
        if not self._turn.take(LOCK_WAIT if wait else 0):
            raise Busy("another writer of this process goes on")
        try:
            self._begin_writing(wait)
        except BaseException:
            self._turn.hand_on()
            raise
        self._local.has_turn = True

    def end_turn(self) -> None:
        """Let the next writer of this process begin, if this thread was one."""
        if getattr(self._local, "has_turn", False):
            self._local.has_turn = False
            self._turn.hand_on()

    def _begin_writing(self, wait: bool) -> None:
        self.connection()  # which knows how it waits once it is open
        if self._naps:
            self._local.hurried = not wait
            try:
                self._run("BEGIN IMMEDIATE")
            finally:
                self._local.hurried = False  # whatever this thread asks next may wait again
            return
        if wait:
            self._run("BEGIN IMMEDIATE")
            return
        self._run("PRAGMA busy_timeout = 0")
        try:
            self._run("BEGIN IMMEDIATE")
        finally:
            self._run(f"PRAGMA busy_timeout = {int(LOCK_WAIT * 1000)}")

    def _add_conn_hooks(self, conn):
        """Wait for another process' writer by short naps: SQLite's own grow to 100 ms, and let one of two starve."""
        super()._add_conn_hooks(conn)
        self._naps = hasattr(conn, "set_busy_handler")
        if self._naps:
            conn.set_busy_handler(self._nap)

    def _nap(self, times: int) -> bool:
        if getattr(self._local, "hurried", False) or times * NAP >= max(LOCK_WAIT, self.patience):
            return False
        time.sleep(NAP)
        return True

    @property
    def changes(self) -> int | None:
        """How many rows this connection has changed; None where nobody counts."""
        return self.connection().total_changes

    def _run(self, sql: str) -> None:
        try:
            self._execute_cursor(sql, None)
        except OperationalError as e:
            raise Busy(str(e)) from e


def connect(url: str, threads: int = 4) -> "Sqlite | Postgres":
    """The database behind a URL; nothing is opened before the first statement.

    `sqlite:////srv/town.db` is an absolute path, `postgresql://user:password@host/name` is psycopg's own form.
    """
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        path = unquote(url.split("://", 1)[1])
        path = path[1:] if path.startswith("/") else path
        if path != ":memory:":
            Path(path).parent.mkdir(parents=True, exist_ok=True)
        return Sqlite(path, waiters=threads // 2)
    if parts.scheme in ("postgresql", "postgres"):
        from .postgres import Postgres
        return Postgres("postgresql" + url[len(parts.scheme):])
    raise ValueError(f"The database URL must begin with sqlite:// or postgresql://, not {parts.scheme or url}.")


@contextmanager
def unit(write: bool = False, wait: bool = True) -> Iterator[Unit]:
    """One transaction for all statements inside; an inner unit joins the outer one.

    Commits on a clean end, rolls back on an exception. On SQLite a writing unit begins IMMEDIATE,
    so a reading unit must not write; without `wait` it raises Busy at once when somebody else writes.
    Functions given to `after_commit` run once it is stored.
    """
    db = _current.get()
    outer = db.open_unit
    if outer is not None:
        if write and not outer.write:
            raise RuntimeError("a reading unit was asked to write")
        yield outer
        return
    mine = db._local.unit = Unit(db, write, wait)
    try:
        yield mine
    except BaseException:
        _finish(db, mine, keep=False)
        raise
    _finish(db, mine, keep=mine.keep)
    for call in mine.after:
        call()


def _finish(db, unit: Unit, keep: bool) -> None:
    db._local.unit = None
    if not unit.begun:
        return
    try:
        db.pop_transaction()
        _store(db, keep)
    finally:
        db.end_turn()


def _store(db, keep: bool) -> None:
    if not keep:
        _abandon(db)
        return
    try:
        db.commit()
    except Exception:
        _abandon(db)
        raise


def _abandon(db) -> None:
    try:
        db.rollback()
    except Exception:
        db.dispose()


class guarded:
    """What fails inside, caught around it, is undone by itself, so that the unit can go on: hooks of plugins.

    A writing unit gets a savepoint with the first statement inside; in a reading one there is nothing to undo.
    """

    __slots__ = ("unit",)

    def __enter__(self) -> None:
        db = _current.get()
        self.unit = db.open_unit if db is not None else None
        if self.unit is not None:
            self.unit.guards.append(False)

    def __exit__(self, kind, error, trace) -> None:
        if self.unit is None:
            return
        is_set = self.unit.guards.pop()
        failed = error is not None or (self.unit.begun and self.unit.db.aborted)
        if is_set:
            self._end(len(self.unit.guards), failed)
        if failed and error is None:
            raise RuntimeError("an error of the database was passed over")

    def _end(self, n: int, failed: bool) -> None:
        try:
            if failed:
                self.unit.db._execute_cursor(f"ROLLBACK TO guard_{n}", None)
            self.unit.db._execute_cursor(f"RELEASE guard_{n}", None)
        except Exception as e:
            raise Busy(str(e)) from e


def database_now() -> SQL | Value:
    """The time in epoch seconds by the database's own clock, which all machines share, for use in a statement."""
    if clock.stands_still():
        return Value(clock.now())
    on_sqlite = _current.get().kind == "sqlite"
    return SQL("unixepoch()" if on_sqlite else "floor(extract(epoch FROM clock_timestamp()))::bigint")


def writing() -> bool:
    """Whether the open unit writes: what is read in it may never be stored, and nothing made of it is kept."""
    open_unit = _current.get().open_unit
    return open_unit is not None and open_unit.write and (
        open_unit.unwritten is None or open_unit.unwritten != open_unit.db.changes)


def nothing_written() -> int | None:
    """Say that no page shows what the open unit has written so far: it is not `writing()` before it writes more.

    The number of changes that the connection has made up to here, by which that is known.
    """
    open_unit = _current.get().open_unit
    open_unit.unwritten = open_unit.db.changes
    return open_unit.unwritten


def after_commit(call: Callable[[], None]) -> None:
    """Run `call` once the running unit is stored; never if it is not."""
    open_unit = _current.get().open_unit
    if open_unit is None:
        call()
    else:
        open_unit.after.append(call)


def worth_retrying(error: BaseException) -> bool:
    """Whether PostgreSQL gave the transaction up for another one (40001, 40P01)."""
    while error is not None:
        if getattr(error, "sqlstate", None) in ("40001", "40P01"):
            return True
        error = getattr(error, "orig", None) or error.__cause__
    return False


def unavailable(error: BaseException) -> bool:
    """Whether the database is locked or away or its disk is full, so that the same request may work later."""
    if isinstance(error, Busy) or isinstance(error, OSError) and error.errno in DISK:
        return True
    if not isinstance(error, OperationalError):
        return False
    text = str(error).lower()
    words = ("locked", "busy", "connection", "server closed", "terminating", "unable to open", "disk i/o", "is full",
             "no space left", "readonly", "read-only", "shutting down", "starting up")
    return any(w in text for w in words)
