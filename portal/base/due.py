"""Due rows: what is to be done at a time, stored with the change that asked for it and run once by any worker."""

import json
import logging
from collections.abc import Callable, Iterable
from contextlib import nullcontext

from peewee import BigIntegerField, CharField, IntegerField, TextField

from . import clock, sites
from .database import unavailable, unit
from .records import District

log = logging.getLogger("portal.due")

TRIES = 5
DEATHS = 10  # claims after which a row is given up that each time ended its worker, or found the database away
KEPT = 30 * 86400  # seconds that rows which are done, or were given up, are kept
CLAIM = 300  # seconds after which a claim of a worker that died is free again


class NotNow(Exception):
    """Raised by what does a due row: its plugin is off here; the row waits until it is on again."""


NIGHTLY = "core.nightly"  # what plugins do at night in a site


class Due(District):
    """Something to do at a time. `state`: waiting, done, failed, parked (its plugin is off)."""

    site_id = IntegerField(null=True, index=True)
    kind = CharField(max_length=60)  # "activities.extend": the plugin before the dot does it
    ref = CharField(max_length=80, default="")
    data = TextField(default="{}")
    due_at = BigIntegerField()
    state = CharField(max_length=10, default="waiting")
    claimed_at = BigIntegerField(default=0)
    tries = IntegerField(default=0)
    error = CharField(max_length=300, default="")
    only = CharField(max_length=160, null=True, unique=True)  # of a row that waits alone: its kind, ref and site

    class Meta:
        indexes = ((("state", "due_at"), False),)


def later(due_at: int, kind: str, ref: object = "", site_id: int | None = None, *, once: bool = False,
          move: bool = True, **data) -> int:
    """Have `kind` done at `due_at` (epoch seconds); written in the running transaction. Returns the row's id.

    The plugin named before the dot of `kind` gets it by its hook `due`, within the site, in a transaction of its own.
    With `once` there is never a second row of the same kind, ref and site that waits: the one there is moved to
    `due_at` and gets the new data, even if a worker is about to do it; with `move=False` it stays as it is.
    """
    row = {"due_at": due_at, "kind": kind, "ref": str(ref), "site_id": site_id,
           "data": json.dumps(data, ensure_ascii=False)}
    return _alone(row, move) if once else Due.create(**row).id


def _alone(row: dict, move: bool) -> int:
    """Write a row, or move the one that waits. PostgreSQL locks that one in any case: who does it just now is awaited,
    and whoever comes next sees all that was stored with this call."""
    only = f"{row['kind']} {row['ref']} {row['site_id'] or 0}"
    anew = {Due.due_at: row["due_at"], Due.data: row["data"], Due.state: "waiting", Due.claimed_at: 0, Due.tries: 0,
            Due.error: ""}
    Due.insert(only=only, **row).on_conflict(
        conflict_target=[Due.only], update=anew, where=None if move else Due.state != "waiting").execute()
    return Due.select(Due.id).where(Due.only == only).scalar()


def claim(now: int | None = None) -> Due | None:
    """Take one due row for this worker, so that no other takes it; None when there is none."""
    now = clock.now() if now is None else now
    free = (Due.state == "waiting") & (Due.due_at <= now) & (Due.claimed_at < now - CLAIM)
    with unit():
        first = _first(free)
    for row_id in first:
        with unit(write=True):
            if Due.update(claimed_at=now, tries=Due.tries + 1).where((Due.id == row_id) & free).execute():
                return Due.get_by_id(row_id)
    return None


def _first(free) -> list[int]:
    """The next rows of those that are free. Nights come last: hundreds are due at once, and nobody waits for them."""
    rows = Due.select(Due.id).where(free).order_by(Due.due_at, Due.id).limit(3)
    return [i for i, in rows.where(Due.kind != NIGHTLY).tuples()] or [i for i, in rows.tuples()]


def run_next(do: Callable[[Due], None], now: int | None = None) -> bool:
    """Do one due row; True when there was one.

    What `do` writes and that the row is done are stored together, once, however many workers try. A row that fails is
    tried again, later each time, TRIES times; one whose workers die with it, DEATHS times; one that raises NotNow is
    kept aside for `wake`.
    """
    row = claim(now)
    if row is None:
        return False
    if row.tries > DEATHS:
        log.error("due %s was given up: no worker has come to its end", row.kind)
        _set(row, state="failed", error="NoWorkerLived", claimed_at=0)
        return True
    try:
        with unit(write=True):
            if _still_mine(row):
                with nullcontext() if row.site_id is None else sites.within(row.site_id):
                    do(row)
    except NotNow:
        _set(row, state="parked", claimed_at=0, tries=0)
    except Exception as e:
        if unavailable(e):
            raise
        log.exception("due %s failed", row.kind)
        _failed(row, e, now)
    return True


def _still_mine(row: Due) -> bool:
    """Mark the row as done, first of all: another worker that took it over meanwhile waits here, and finds it done."""
    mine = (Due.id == row.id) & (Due.state == "waiting") & (Due.claimed_at == row.claimed_at)
    return bool(Due.update(state="done", error="", only=None).where(mine).execute())


def _failed(row: Due, error: Exception, now: int | None) -> None:
    now = clock.now() if now is None else now
    given_up = row.tries >= TRIES
    _set(row, state="failed" if given_up else "waiting", error=type(error).__name__, claimed_at=0,
         due_at=now if given_up else now + 30 * 4 ** row.tries)


def _set(row: Due, **values) -> None:
    with unit(write=True):
        mine = (Due.id == row.id) & (Due.state == "waiting") & (Due.claimed_at == row.claimed_at)
        Due.update(**values).where(mine).execute()


def wake(plugins: Iterable[str]) -> int:
    """Bring back the rows kept aside whose plugin is enabled in their site now; how many there were."""
    with unit():
        if not Due.select().where(Due.state == "parked").exists():
            return 0
    with unit(write=True):
        return sum(Due.update(state="waiting").where(
            (Due.state == "parked") & Due.kind.startswith(f"{name}.") & (Due.site_id.is_null() | Due.site_id.in_(
                sites.SitePlugin.select(sites.SitePlugin.site).where(
                    (sites.SitePlugin.plugin == name) & sites.SitePlugin.enabled)))).execute() for name in plugins)


def failed(site_id: int | None):
    """The rows of a site that were given up, as a query; None: those of the house itself."""
    return Due.select().where((Due.state == "failed") & _of(site_id))


def again(row_id: int, site_id: int | None) -> bool:
    """Have a row of that site that was given up tried again now; False when there is none."""
    mine = (Due.id == row_id) & (Due.state == "failed") & _of(site_id)
    fresh = {"state": "waiting", "due_at": clock.now(), "claimed_at": 0, "tries": 0, "error": ""}
    return bool(Due.update(**fresh).where(mine).execute())


def _of(site_id: int | None):
    return Due.site_id.is_null() if site_id is None else Due.site_id == site_id


def sweep() -> None:
    """Forget what was done, or given up, last month."""
    Due.delete().where(Due.state.in_(("done", "failed")) & (Due.due_at < clock.now() - KEPT)).execute()
