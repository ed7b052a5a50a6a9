"""What the pages of moderation read."""

from typing import NamedTuple

from peewee import fn

from portal import prepared

from ..reportable import KINDS
from .kinds import Thing
from .models import Hiding, Report

MOST = 50  # things of the queue on one page
LATEST = 30  # of what was done


class Told(NamedTuple):
    """A thing that was reported: how often, and the first rule that somebody named."""

    thing: Thing
    times: int
    since: int


_waiting = prepared(lambda: (
    Report.select(Report.kind, Report.thing_id, fn.COUNT(Report.id), fn.MIN(Report.at))
    .where(Report.state == "waiting").group_by(Report.kind, Report.thing_id)
    .order_by(fn.MIN(Report.at), Report.kind, Report.thing_id).limit(MOST)))
_open = prepared(lambda: _hidings().where(_waits()).order_by(Hiding.id).limit(MOST))
_done = prepared(lambda: _hidings().where(~_waits()).order_by(Hiding.id.desc()).limit(LATEST))


def _hidings():
    return Hiding.select(Hiding.id, Hiding.kind, Hiding.thing_id, Hiding.rule, Hiding.reason, Hiding.state,
                         Hiding.appeal, Hiding.back_by, Hiding.at, Hiding.actor_id)


def _waits():
    """Whether a hiding waits for somebody: a second person, or who decides an appeal."""
    back = (Hiding.state == "hidden") & Hiding.back_by.is_null(False)
    return (Hiding.state == "asked") | (Hiding.appeal == "waiting") | back


class Line(NamedTuple):
    """A hiding in a list, with its thing where there still is one."""

    id: int
    kind: str
    thing_id: int
    rule: str
    reason: str
    state: str
    appeal: str
    back_by: int | None
    at: int
    actor_id: int | None
    thing: Thing | None = None


def things(numbers: list[tuple[str, int]]) -> dict[tuple[str, int], Thing]:
    """The things of these kinds and numbers, with one query a kind."""
    found = {}
    for name, kind in KINDS.items():
        wanted = [n for k, n in numbers if k == name]
        found |= {(name, n): thing for n, thing in kind.find(wanted).items()} if wanted else {}
    return found


def reported() -> list[Told]:
    """What was reported and nobody has looked at, the longest waiting first."""
    rows = _waiting()
    known = things([(kind, n) for kind, n, *_rest in rows])
    return [Told(known[kind, n], times, since) for kind, n, times, since in rows if (kind, n) in known]


def unsettled() -> list[Line]:
    """Hidings that a second person or an appeal waits for."""
    return _lines(_open())


def settled() -> list[Line]:
    """The latest hidings that nobody waits for."""
    return _lines(_done())


def _lines(rows: list[tuple]) -> list[Line]:
    known = things([(row[1], row[2]) for row in rows])
    return [Line(*row, known.get((row[1], row[2]))) for row in rows]


def reports_of(thing: Thing) -> list[tuple[str, str, int]]:
    """(rule, words, when) of the reports of a thing that wait."""
    mine = (Report.kind == thing.kind) & (Report.thing_id == thing.id) & (Report.state == "waiting")
    return list(Report.select(Report.rule, Report.text, Report.at).where(mine).order_by(Report.at).tuples())


def waiting():
    """A column: how many reports, second opinions and appeals wait for staff."""
    asked = Hiding.select(fn.COUNT(Hiding.id)).where(_waits())
    return Report.select(fn.COUNT(Report.id) + asked).where(Report.state == "waiting")
