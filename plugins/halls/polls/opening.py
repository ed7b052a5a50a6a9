"""Opening a poll, by hand or by the clock; withdrawing a draft; putting a poll right by another one.

Every function runs in the caller's writing unit.
"""

from typing import Any

from portal import database_now, later, notify, now, scope_id

from ..models import Option, Poll
from . import findable, languages, locks, preflight, queries
from .closing import LOOK_AGAIN
from .states import moved

N_ = str

NOT_A_DRAFT = N_("This poll is no draft any more.")
COPIED = ("topic_id", "title", "text", "texts", "rule", "parameters", "money_fen", "shown", "proxies", "paper_hours",
          "wanted")


def plan(poll_id: int) -> None:
    """Leave due rows for the hours of a draft; asked again they move. A draft without them opens by hand."""
    poll = Poll.get_by_id(poll_id)
    if poll.state == "draft" and poll.opens_at is not None:
        later(poll.opens_at, "halls.poll_opens", poll_id, scope_id(), once=True)


def open_poll(poll_id: int, who: dict[str, Any]) -> list[str]:
    """Open a draft; what is in the way, as msgids, where it stays shut.

    A poll that it puts right is closed, visibly, and never counted, if it is open.
    """
    before = Poll.select(Poll.supersedes_id).where(Poll.id == poll_id).scalar()
    old = locks.take(before) if before is not None else None  # the older one first, as everywhere
    locks.take(poll_id)
    poll = queries.poll(poll_id)
    if poll is None or moved(poll.state, "open") is None:
        return [NOT_A_DRAFT]
    problems = preflight.keep(poll)
    if problems:
        return problems
    if not languages.fresh(poll, queries.options(poll)):
        who = who | {"texts": "{}"}  # a translation of other words, in a language that nobody asks for any more
    Poll.update(state="open", opened_at=now(), version=Poll.version + 1, **who).where(Poll.id == poll_id).execute()
    findable.keep_findable(poll_id)
    later(poll.closes_at, "halls.poll_closes", poll_id, scope_id(), once=True)
    later(now(), "halls.poll_tells", f"{poll_id} open", scope_id(), once=True)
    if old is not None:
        _superseded(old)
    return []


def _superseded(old: Poll) -> None:
    if moved(old.state, "supersede"):
        Poll.update(state="superseded", closed_at=now(), version=Poll.version + 1).where(Poll.id == old.id).execute()


def by_the_clock(poll_id: int) -> list[str]:
    """Open a draft whose hour has come; staff are told what keeps it shut. A draft whose hour was moved waits on, and
    so does one whose hour has come by this worker's clock, but not yet by the database's."""
    poll = queries.poll(poll_id)
    if poll is None or poll.state != "draft" or poll.opens_at is None or poll.opens_at > now():
        return []
    wait = Poll.select(Poll.opens_at - database_now()).where(Poll.id == poll_id).scalar()
    if wait > 0:
        later(now() + min(wait, LOOK_AGAIN), "halls.poll_opens", poll_id, scope_id(), once=True)
        return []
    asked = Poll.select(Poll.actor_id, Poll.person_id).where(Poll.id == poll_id).tuples().get()
    problems = open_poll(poll_id, {"actor_id": asked[0], "person_id": asked[1], "channel": "desk"})
    if problems and asked[0] is not None:
        notify(asked[0], "halls.poll_shut", f"shut {poll_id} {poll.opens_at}", N_("Not opened: %(title)s"),
               N_("The poll “%(title)s” was to open now. Something is not ready yet: please look at the list on the "
                  "desk."), {"title": lambda dates: languages.title(poll, dates.locale)}, f"halls/polls/{poll_id}")
    return problems


def withdraw(poll_id: int, why: str, who: dict[str, Any]) -> bool:
    """Take a draft back, with a reason; False when it is no draft any more."""
    poll = locks.take(poll_id)
    if poll is None or moved(poll.state, "withdraw") is None:
        return False
    Poll.update(state="withdrawn", why=why.strip()[:300], version=Poll.version + 1, **who).where(
        Poll.id == poll_id).execute()
    return True


def put_right(poll_id: int, why: str, who: dict[str, Any]) -> int | None:
    """A new draft in the words of a poll, which takes its place when it opens; None for a draft, which is edited."""
    poll = locks.take(poll_id)
    if poll is None or poll.state in ("draft", "withdrawn"):
        return None
    new = Poll.create(supersedes_id=poll_id, why=why.strip()[:300], **{k: getattr(poll, k) for k in COPIED}, **who)
    for option in queries.options(queries.poll(poll_id)) if poll.rule != "yesno" else ():
        Option.create(poll_id=new.id, **{k: v for k, v in option._asdict().items() if k != "id"})
    return new.id
