"""Numbers as one value of a prepared query: one statement, planned once, for however many there are."""

from collections.abc import Iterable

from peewee import SQL, Cast, Field, Select, fn

from portal import current, param


def among(column: Field, name: str):
    """Whether a column is one of the numbers that the query is given under this name, as `numbers` writes them."""
    if current.obj.kind == "sqlite":
        return column.in_(Select((fn.json_each(param(name)),), (SQL("value"),)))
    return column == fn.ANY(Cast(param(name), "int[]"))


def numbers(found: Iterable[int]) -> str:
    """Numbers as the database in use reads them."""
    said = ",".join(map(str, found))
    return f"[{said}]" if current.obj.kind == "sqlite" else f"{{{said}}}"
