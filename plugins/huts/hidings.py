"""By which rule something is hidden: for the pages of skills and wants, which know nothing else of reports."""

from typing import Any

from peewee import fn

from portal import param, prepared

from .models import ThingHiding

_last = prepared(lambda: (
    ThingHiding.select(fn.MAX(ThingHiding.id))
    .where((ThingHiding.kind == param("kind")) & (ThingHiding.thing_id == param("id")))))


def last_hiding(kind: str, row: Any) -> int | None:
    """The number of the hiding by which a skill or a want is hidden; none where it is shown, or no rule was named."""
    return _last.one(kind=kind, id=row.id)[0] if row.state == "hidden" else None
