"""In tests every statement is read before it runs; a table of sites without its site is refused."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, lru_cache

import peewee

from portal.base.records import Owned

NAMED = re.compile(r'\b(FROM|JOIN|INTO|UPDATE)\s+"?(\w+)"?', re.IGNORECASE)
HELD = re.compile(r'\bWHERE\b.*?\bsite_id"?\s*(=|IN\b)', re.IGNORECASE | re.DOTALL)
ALIAS = r'(\s+(AS\s+)?"?\w+"?)?'
HELD_NEXT = re.compile(ALIAS + r'\s+WHERE\s*\(*\s*("?\w+"?\.)?"?site_id"?\s*(=|IN\b)', re.IGNORECASE)
COLUMNS = re.compile(r"\s*\(([^)]*)\)", re.DOTALL)
READ_OR_WRITTEN = re.compile(r"\s*(SELECT|WITH|INSERT|UPDATE|DELETE|REPLACE|\()", re.IGNORECASE)

_lifted = 0


class Tripped(AssertionError):
    """A statement would have passed by the wall between sites."""


def check(sql: str, tables: frozenset[str]) -> None:
    """Raises Tripped when `sql` reads or writes one of `tables` without holding to its site."""
    if not READ_OR_WRITTEN.match(sql):
        return
    for found in NAMED.finditer(sql):
        if found[2] in tables and not _held(found[1].upper(), sql[found.end():], sql):
            raise Tripped(f"{found[2]} without its site_id: {sql}")


def _held(word: str, rest: str, sql: str) -> bool:
    if word == "INTO":
        columns = COLUMNS.match(rest)
        return bool(columns and re.search(r"\bsite_id\b", columns[1]))
    if word == "UPDATE":
        return bool(HELD.search(rest))
    return bool(HELD_NEXT.match(rest))


@lru_cache(maxsize=4096)
def _pass(sql: str) -> None:
    """Checks a statement; one that has passed is not read again."""
    check(sql, owned_tables())


def lay() -> None:
    """Puts the wire in front of every statement of this process."""
    run = peewee.Database._execute_cursor
    if getattr(run, "wired", False):
        return

    def wired(self, sql, params, **options):
        if not _lifted:
            _pass(sql)
        return run(self, sql, params, **options)

    wired.wired = True
    peewee.Database._execute_cursor = wired


@contextmanager
def lifted() -> Iterator[None]:
    """For a test that looks at all sites at once on purpose."""
    global _lifted
    _lifted += 1
    try:
        yield
    finally:
        _lifted -= 1


def owned_tables() -> frozenset[str]:
    """The tables of all models of this process that are Owned."""
    return _tables(tuple(_models(Owned)))


@cache
def _tables(models: tuple[type, ...]) -> frozenset[str]:
    return frozenset(m._meta.table_name for m in models)


def _models(base) -> Iterator[type]:
    for model in base.__subclasses__():
        yield model
        yield from _models(model)
