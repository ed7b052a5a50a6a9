"""How a statement is found, hidden and shown again when somebody has reported it."""

from collections.abc import Iterable

from ..models import Topic
from ..moderation.kinds import Kind, Thing
from . import mapping
from .models import Statement

N_ = str


def _find(numbers: Iterable[int]) -> dict[int, Thing]:
    rows = (Statement.select(Statement.id, Statement.topic_id, Statement.person_id, Statement.text, Statement.state,
                             Statement.at)
            .join(Topic, on=(Topic.id == Statement.topic_id))
            .where(Statement.id.in_(list(numbers)) & (Topic.state != "draft")).tuples())
    return {n: Thing("statement", n, topic, author, text, f"halls/topics/{topic}", state, at)
            for n, topic, author, text, state, at in rows}


def _hide(number: int, rule: str, reason: str) -> bool:
    return _moved(number, "shown", state="hidden", rule=rule, reason=reason)


def _show(number: int) -> bool:
    return _moved(number, "hidden", state="shown", rule="", reason="")


def _moved(number: int, before: str, **values) -> bool:
    """Change a statement that is in one state, and have the map of its topic made anew at once."""
    row = Statement.get_or_none(Statement.id == number)
    here = (Statement.id == number) & (Statement.state == before)
    if row is None or not Statement.update(**values).where(here).execute():
        return False
    mapping.stale(row.topic_id)
    mapping.changed(row.topic_id, at_once=True)
    return True


STATEMENT = Kind("statement", N_("Statement"), _find, _hide, _show)
