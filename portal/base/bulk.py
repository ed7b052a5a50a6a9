"""Many rows at once, for seeds: one statement for thousands, on both databases."""

from collections.abc import Iterable, Sequence

from peewee import AutoField, BigIntegerField, BooleanField, Field, ForeignKeyField, IntegerField, Model

from .database import current
from .records import Owned
from .sites import scope_id

MOST = 5000  # rows of one statement


def bulk(model: type[Model], names: Sequence[str], rows: Iterable[Sequence]) -> list[int]:
    """Store many new rows; the ids that they got, in their order.

    `names` are the fields that each row has values for; the others get their defaults. Rows of a site belong to the
    open one. The values go in as they are: nothing checks or converts them.
    """
    whole = rows if isinstance(rows, list) else list(rows)
    fields, more = [model._meta.fields[name] for name in names], _defaults(model, names)
    if issubclass(model, Owned):
        more[model._meta.fields["site"]] = scope_id()
    store = _on_sqlite if current.obj.kind == "sqlite" else _on_postgres
    columns, tail = [*fields, *more], tuple(more.values())
    ids: list[int] = []
    for n in range(0, len(whole), MOST):
        ids += store(model, columns, [(*row, *tail) for row in whole[n:n + MOST]])
    return ids


def _defaults(model: type[Model], names: Sequence[str]) -> dict[Field, object]:
    left = [f for f in model._meta.sorted_fields if f.name not in names and f.default is not None]
    return {f: f.default() if callable(f.default) else f.default for f in left}


def _on_sqlite(model: type[Model], columns: Sequence[Field], rows: list[tuple]) -> range:
    """A writer is alone on SQLite, so that its new rows are numbered one after the other."""
    db = current.obj
    names = ", ".join(f'"{f.column_name}"' for f in columns)
    db.execute_sql("SELECT 1")  # begins the unit
    db.cursor().executemany(f'INSERT INTO "{model._meta.table_name}" ({names}) VALUES ({_marks("?", columns)})', rows)
    last, = db.execute_sql("SELECT last_insert_rowid()").fetchone()
    return range(last - len(rows) + 1, last + 1)


def _on_postgres(model: type[Model], columns: Sequence[Field], rows: list[tuple]) -> list[int]:
    names = ", ".join(f'"{f.column_name}"' for f in columns)
    lists = ", ".join(f"%s::{_type(f)}[]" for f in columns)
    sql = f'INSERT INTO "{model._meta.table_name}" ({names}) SELECT * FROM unnest({lists}) RETURNING "id"'
    found = current.obj.execute_sql(sql, [list(column) for column in zip(*rows, strict=True)]).fetchall()
    return sorted(i for i, in found)


def _marks(mark: str, columns: Sequence[Field]) -> str:
    return ", ".join([mark] * len(columns))


def _type(field: Field) -> str:
    if isinstance(field, BooleanField):
        return "boolean"
    if isinstance(field, BigIntegerField):
        return "bigint"
    return "integer" if isinstance(field, IntegerField | AutoField | ForeignKeyField) else "text"
