"""Prepared queries: built once as peewee, run many times as SQL with the open site as a parameter."""

import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from peewee import Node, Query

from .database import Repeated, Scope, current, opened


class _Place:
    """Stands in the parameters where a value comes at run time."""

    __slots__ = ("name",)

    def __init__(self, name: str):
        self.name = name


class param(Node):
    """A value given when the prepared query is called: `Activity.id == param("id")`."""

    def __init__(self, name: str):
        self.place = _Place(name)

    def __sql__(self, ctx):
        return ctx.value(self.place, converter=_same)


def _same(value):
    return value


class Asked(NamedTuple):
    """A query with its values that is still to be asked, and what is made of its rows."""

    sql: str
    values: list
    then: Callable[[list[tuple]], Any]

    def made(self, rows: list[tuple] | None) -> Any:
        """What is made of these rows; without any, the query is asked now."""
        return self.then(together([self])[0] if rows is None else rows)


def together(asked: Sequence[Asked]) -> list[list[tuple]]:
    """The rows of each query; a database that is waited for is waited for once."""
    return current.obj.execute_all([(one.sql, one.values) for one in asked])


class Prepared:
    """A query that costs its SQL only once. Calling it returns a list of tuples."""

    def __init__(self, build: Callable[[], Query]):
        self._build = build
        self._compiled: dict[tuple[str, int], tuple[str, list]] = {}

    def __call__(self, **values) -> list[tuple]:
        sql, params = self.sql(values)
        return current.obj.execute_sql(sql, params).fetchall()

    def one(self, **values) -> tuple | None:
        """The first row, or None."""
        sql, params = self.sql(values)
        return current.obj.execute_sql(sql, params).fetchone()

    def asked(self, then: Callable[[list[tuple]], Any], /, **values) -> Asked:
        """The query for later, for a hook that may answer so: `then` gets its rows and makes the answer."""
        return Asked(*self.sql(values), then)

    def sql(self, values: dict) -> tuple[str, list]:
        """The SQL and its parameters for the database in use and the open site."""
        db = current.obj
        open_scope = opened.get()
        ids = open_scope.ids if open_scope else ()
        key = (db.kind, len(ids))
        found = self._compiled.get(key)
        if found is None:
            found = self._compiled[key] = self._compile(db, len(ids))
        sql, places = found
        return sql, [values[place.name] if type(place) is _Place else ids[place.index] if type(place) is _SitePlace
                     else place for place in places]

    def _compile(self, db, sites: int) -> tuple[str, list]:
        """Build the query in a scope of stand-ins, so that the site cannot be left out or frozen in."""
        token = opened.set(Scope(tuple(_SitePlace(i) for i in range(sites)), "")) if sites else None
        try:
            sql, places = db.get_sql_context().sql(self._build()).query()
        finally:
            if token:
                opened.reset(token)
        return _fixed(sql, places, "%s" if db.kind == "postgresql" else "?", db.kind)


FIXED = re.compile(r"[a-z_\x1e\x1f-]*")  # texts that can stand in a statement as they are
# SQLite built with STAT4 plans a statement anew for each value that is compared with an indexed column, at ten times
# the cost of running it. A value that comes out of a query of its own leaves the plan alone.
VALUE = {"sqlite": "(SELECT ?)", "postgresql": "%s"}


def _fixed(sql: str, places: list, mark: str, kind: str) -> tuple[str, list]:
    """The statement with what is the same each time written into it, and the places of what is not."""
    first, *rest = sql.split(mark)
    said = [_literal(place) for place in places]
    whole = "".join([first, *(f"{text or VALUE[kind]}{after}" for text, after in zip(said, rest, strict=True))])
    return Repeated(whole), [place for place, text in zip(places, said, strict=True) if not text]


def _literal(value) -> str:
    if type(value) is int:
        return str(value)
    return f"'{value}'" if type(value) is str and FIXED.fullmatch(value) else ""


class _SitePlace:
    __slots__ = ("index",)

    def __init__(self, index: int):
        self.index = index


def prepared(build: Callable[[], Query]) -> Prepared:
    """Prepare a query of peewee: `rows = prepared(lambda: Activity.select(…).where(Activity.id == param("id")))`.

    The open site fills in by itself wherever the query names an owned table; outside of a site such a query raises
    NoSite. Rows are plain tuples in the order of the selection.
    """
    return Prepared(build)
