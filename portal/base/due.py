"""Due rows: what is to be done at a time, stored with the change that asked for it and run once by any worker."""

import json
import logging
from collections.abc import Callable

from peewee import BigIntegerField, CharField, IntegerField, TextField

from . import clock, sites
from .database import unit
from .records import District

log = logging.getLogger("portal.due")

TRIES = 5
CLAIM = 300  # seconds after which a claim of a worker that died is free again


class Due(District):
    """Something to do at a time. `state`: waiting, done, failed."""

    site_id = IntegerField(null=True, index=True)
    kind = CharField(max_length=60)  # "activities.extend": the plugin before the dot does it
    ref = CharField(max_length=80, default="")
    data = TextField(default="{}")
    due_at = BigIntegerField()
    state = CharField(max_length=10, default="waiting")
    claimed_at = BigIntegerField(default=0)
    tries = IntegerField(default=0)
    error = CharField(max_length=300, default="")

    class Meta:
        indexes = ((("state", "due_at"), False),)


def later(due_at: int, kind: str, ref: object = "", site_id: int | None = None, **data) -> int:
    """Have `kind` done at `due_at` (epoch seconds); written in the running transaction. Returns the row's id.

    The plugin named before the dot of `kind` gets it by its hook `due`, within the site, in a transaction of its own.
    """
    text = json.dumps(data, ensure_ascii=False)
    return Due.create(due_at=due_at, kind=kind, ref=str(ref), site_id=site_id, data=text).id


def claim(now: int | None = None) -> Due | None:
    """Take one due row for this worker, so that no other takes it; None when there is none."""
    now = clock.now() if now is None else now
    with unit(write=True):
        free = (Due.state == "waiting") & (Due.due_at <= now) & (Due.claimed_at < now - CLAIM)
        row = Due.select().where(free).order_by(Due.due_at, Due.id).first()
        if row is None:
            return None
        won = Due.update(claimed_at=now, tries=Due.tries + 1).where((Due.id == row.id) & free).execute()
        return Due.get_by_id(row.id) if won else None


def run_next(do: Callable[[Due], None], now: int | None = None) -> bool:
    """Do one due row; True when there was one. A row that fails is tried again, later each time, TRIES times."""
    row = claim(now)
    if row is None:
        return False
    try:
        with unit(write=True):
            if row.site_id is None:
                do(row)
            else:
                with sites.within(row.site_id):
                    do(row)
            Due.update(state="done", error="").where(Due.id == row.id).execute()
    except Exception as e:
        log.exception("due %s failed", row.kind)
        _failed(row, e, now)
    return True


def _failed(row: Due, error: Exception, now: int | None) -> None:
    now = clock.now() if now is None else now
    state = "failed" if row.tries >= TRIES else "waiting"
    with unit(write=True):
        Due.update(state=state, error=type(error).__name__, claimed_at=0, due_at=now + 30 * 4 ** row.tries).where(
            Due.id == row.id).execute()



