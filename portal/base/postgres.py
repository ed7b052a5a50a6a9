"""PostgreSQL: as few messages as can be, since each of them waits for the server once."""

import re
import select
import threading
from collections.abc import Iterator, Sequence
from functools import lru_cache
from hashlib import sha256
from itertools import chain
from typing import Any

import psycopg
from peewee import InterfaceError, OperationalError, PostgresqlDatabase
from psycopg import Connection
from psycopg.adapt import Transformer
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus, TransactionStatus
from psycopg.pq.abc import PGresult

from .database import Busy, Repeated, Unit, Units, opened_key

REFUSED = psycopg.ProgrammingError, psycopg.NotSupportedError, psycopg.DataError


@lru_cache(2000)
def _parts(query: str) -> tuple[bytes, ...]:
    """A statement, split where its values belong."""
    return tuple(part.replace("%%", "%").encode() for part in re.split("(?<!%)%s", query))


def _spoken(query: str, values: Sequence[bytes]) -> bytes:
    """The statement with its values in it."""
    first, *parts = _parts(query)
    return b"".join((first, *chain.from_iterable(zip(values, parts, strict=True))))


def _results(connection: Connection) -> Iterator[PGresult]:
    """The answers to what was sent, waited for without holding up other threads."""
    server, came = connection.pgconn, select.poll()
    came.register(server.socket, select.POLLIN)
    while True:
        while server.is_busy():
            came.poll()
            server.consume_input()
        result = server.get_result()
        if result is None:
            return
        yield result


class _Cursor:
    """One message to the server and its answer, all of whose rows are here at once.

    The statement goes with its values in it, and after what has to stand before it: what begins the unit, which sites
    are open. It costs half as much as a cursor of psycopg's own, which can be interrupted while it waits. A repeated
    statement of a reading unit is planned once a connection: planning takes longer than the rows of a page.
    """

    __slots__ = ("_at", "_result", "_rows", "connection", "rowcount")

    def __init__(self, connection: Connection):
        self.connection, self._rows, self._at, self.rowcount = connection, [], 0, -1

    def execute(self, query: str, params: Sequence[Any] = ()) -> "_Cursor":
        connection = self.connection
        before, reads = connection.before, connection.reads
        connection.before, connection.reads = b"", False
        known = connection.known.as_literal  # takes ten times as long as what nearly all values need
        values = [b"%d" % v if type(v) is int and v >= 0 else known(v) for v in params]
        if reads and type(query) is Repeated and connection.plans.get(query, "") is not None:
            try:
                return self._send(before + self._planned(query, values))
            except REFUSED:  # as where a pooler changes the connection behind our back: then it goes as it is
                connection.plans[query] = None
        return self._send(before + _spoken(query, values))

    def _planned(self, query: str, values: Sequence[bytes]) -> bytes:
        """The statement by the name under which the server keeps its plan; the name tells what the statement is."""
        plans = self.connection.plans
        if query not in plans:
            marks = [b"$%d" % n for n in range(1, len(values) + 1)]
            numbered = _spoken(query, marks)
            name = b"portal_" + sha256(numbered).hexdigest()[:20].encode()
            self._take(b"PREPARE %b AS %b" % (name, numbered))
            plans[query] = name
        return b"EXECUTE %b(%b)" % (plans[query], b", ".join(values)) if values else b"EXECUTE " + plans[query]

    def _send(self, message: bytes) -> "_Cursor":
        """Send it now, or gather it with others that are sent together."""
        if self.connection.gathered is None:
            return self._take(message)
        self.connection.gathered.append(message)
        return self

    def _take(self, message: bytes) -> "_Cursor":
        """Send it, and have the rows of its answer."""
        return self.read(self.connection.pgconn.exec_(message))

    def read(self, result: PGresult) -> "_Cursor":
        """Have the rows of an answer; raises what it says of an error."""
        self._result = result
        if not (result.command_status or b"").startswith(b"SELECT"):
            self.connection.changed += result.command_tuples or 0
        if result.status == ExecStatus.TUPLES_OK:
            known = self.connection.known
            known.set_pgresult(result)
            self._rows, self.rowcount = known.load_rows(0, result.ntuples, tuple), result.ntuples
        elif result.status == ExecStatus.COMMAND_OK:
            self.rowcount = result.command_tuples or 0
        elif self.connection.closed:
            raise psycopg.OperationalError("the server closed the connection")
        else:
            raise error_from_result(result)
        return self

    @property
    def description(self) -> list[tuple[str]]:
        """The names of the columns."""
        return [(self._result.fname(n).decode(),) for n in range(self._result.nfields)]

    def fetchone(self) -> tuple | None:
        self._at += 1
        return self._rows[self._at - 1] if self._at <= len(self._rows) else None

    def fetchall(self) -> list[tuple]:
        return self._rows

    def close(self) -> None:
        """Nothing is held."""


class Postgres(Units, PostgresqlDatabase):
    """A writing unit is a transaction; in a reading one each statement is a transaction of its own.

    It would be so for what they see anyhow (READ COMMITTED), and nothing is sent to begin and to end it.
    """

    kind = "postgresql"

    def __init__(self, url: str):
        self._local = threading.local()
        super().__init__(url, prefer_psycopg3=True, prepare_threshold=None, connect_timeout=3)

    def _connect(self) -> Connection:
        connection = super()._connect()
        connection.before, connection.known = b"", Transformer(connection)
        connection.reads, connection.gathered = False, None
        connection.changed = 0  # rows
        connection.plans = {}  # statement → its name; None where it was refused
        return connection

    def cursor(self, named_cursor=None) -> _Cursor:
        return _Cursor(self.connection())

    def _begin_unit(self, unit: Unit) -> None:
        """Nothing is sent yet: it begins with its first statement."""
        self.connection()  # a new one forgets what is open
        self._local.begins = unit.write

    def _enter_scope(self, unit: Unit) -> None:
        before, key = b"BEGIN; " if self._local.begins else b"", opened_key()
        self._local.begins = False
        if key != unit.scope:
            before += f"SET LOCAL portal.sites = '{key}'; ".encode()
            unit.scope = key if unit.write or self.connection().gathered is not None else ""
        connection = self.connection()
        connection.before, connection.reads = before, not unit.write

    def execute_sql(self, sql, params=None):
        unit = self.open_unit
        if unit is None or unit.begun:
            return super().execute_sql(sql, params)
        try:
            return super().execute_sql(sql, params)
        except (OperationalError, InterfaceError) as first:
            if not self._lost():
                raise
            return self._again(unit, sql, params, first)

    def execute_all(self, statements):
        """The rows of each statement; where only is read, they are sent and waited for together."""
        unit = self.open_unit
        if len(statements) < 2 or unit is None or unit.write or not unit.begun:
            return super().execute_all(statements)
        try:
            return self._execute_together(statements)
        except psycopg.Error:  # one by one, which shows whose fault it is
            return super().execute_all(statements)

    def _execute_together(self, statements) -> list[list[tuple]]:
        connection = self.connection()
        connection.gathered = []
        try:
            cursors = [self.execute_sql(*statement) for statement in statements]
        finally:
            messages, connection.gathered = connection.gathered, None
            self.open_unit.scope = ""  # it was said once for all of them, and holds no longer
        connection.pgconn.send_query(b"; ".join(messages))
        answers = [found for found in _results(connection) if found.status != ExecStatus.COMMAND_OK]  # without SET's
        return [cursor.read(answer).fetchall() for cursor, answer in zip(cursors, answers, strict=True)]

    def _lost(self) -> bool:
        """Whether there is no connection any more."""
        return self.is_closed() or self.connection().closed

    def _again(self, unit: Unit, sql: str, params, first: Exception):
        """A connection that the server has closed meanwhile is opened anew, once."""
        try:
            if unit.begun:
                self.pop_transaction()
                unit.begun, unit.scope = False, ""
            self.close()
            return super().execute_sql(sql, params)
        except (OperationalError, InterfaceError) as e:
            raise Busy(str(first)) from e

    @property
    def changes(self) -> int:
        """How many rows this connection has changed."""
        return self.connection().changed

    def commit(self):
        return self._idle or super().commit()

    def rollback(self):
        return self._idle or super().rollback()

    @property
    def _idle(self) -> bool:
        """Whether no transaction is open, as after a reading unit."""
        return self.connection().pgconn.transaction_status == TransactionStatus.IDLE

    @property
    def aborted(self) -> bool:
        return self.connection().pgconn.transaction_status == TransactionStatus.INERROR
