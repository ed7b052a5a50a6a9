"""PostgreSQL: as few messages as can be, since each of them waits for the server once."""

import threading

from peewee import InterfaceError, OperationalError, PostgresqlDatabase
from psycopg import ClientCursor
from psycopg.pq import TransactionStatus

from .database import Busy, Unit, Units, opened_key


class _Cursor(ClientCursor):
    """Sends what has to stand before a statement together with it: what begins the unit, which sites are open."""

    def execute(self, query, params=None, **options):
        before, self.connection.before = getattr(self.connection, "before", ()), ()
        super().execute("; ".join((*before, query)), params, **options)
        for _statement in before:
            self.nextset()
        return self


class Postgres(Units, PostgresqlDatabase):
    """A writing unit is a transaction; in a reading one each statement is a transaction of its own.

    It would be so for what they see anyhow (READ COMMITTED), and nothing is sent to begin and to end it.
    """

    kind = "postgresql"

    def __init__(self, url: str):
        self._local = threading.local()
        super().__init__(url, prefer_psycopg3=True, prepare_threshold=None, connect_timeout=3, cursor_factory=_Cursor)

    def _begin_unit(self, unit: Unit) -> None:
        """Nothing is sent yet: it begins with its first statement."""
        self.connection()  # a new one forgets what is open
        self._local.begins = unit.write

    def _enter_scope(self, unit: Unit) -> None:
        before, key = ["BEGIN"] if self._local.begins else [], opened_key()
        self._local.begins = False
        if key != unit.scope:
            before.append(f"SET LOCAL portal.sites = '{key}'")
            unit.scope = key if unit.write else ""
        self.connection().before = tuple(before)

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
