"""The outbox: messages stored with what they tell of, and sent afterwards by any worker, by e-mail, text or WeChat.

What is promised: a message that is stored goes out, or is marked failed with a reason, or tells nothing any more;
outside of its reader's quiet hours. No two workers send the same one. A worker that dies between the word that it was
taken and its own note of it leads to a second delivery when its claim is old.
"""

import logging
from collections.abc import Callable

from ..base import clock
from ..base.database import unit
from . import wishes
from .models import Mail

log = logging.getLogger("portal.outbox")

TRIES = 6
PAUSE = 60  # seconds before the second try; each later pause is four times as long: nearly six hours in all
CLAIM = 300  # seconds after which the claim of a worker that died is free again; longer than any delivery takes
TOO_OLD = 3 * 86400  # what could not be sent for so long tells nobody any news
KEPT = 30 * 86400  # seconds that messages are kept
AT_ONCE = 20  # candidates that one claim looks at


def put(channel: str, to: str, subject: str, text: str = "", *, person_id: int | None = None, **more) -> bool:
    """Store a message with the running transaction; it goes out once that is stored.

    With a person it keeps their quiet hours. `more`: html, url, site_id, `until`, from when on it is not sent any more,
    and `only`, which names what there is one of only: False when that is there already.
    """
    row = Mail.insert(channel=channel, to=to, subject=" ".join(subject.split())[:200], text=text, person=person_id,
                      next_at=clock.now(), **more)
    return bool(row.on_conflict(conflict_target=[Mail.only], action="IGNORE").as_rowcount().execute())


def is_waiting(channel: str) -> bool:
    """Whether something is due."""
    with unit():
        return _due(channel, clock.now()).exists()


def _due(channel: str, now: int):
    return Mail.select().where((Mail.state == "waiting") & (Mail.channel == channel)
                               & (Mail.next_at <= now) & (Mail.claimed_at < now - CLAIM))


def send_waiting(channel: str, send: Callable[[Mail], None], most: int = 50) -> int:
    """Have `send` deliver what is due, one by one, outside of any transaction; how many it was given."""
    sent = 0
    while sent < most and is_waiting(channel):
        message = claim(channel)
        if message is None:  # those that were looked at sleep, or are with another worker: there may be more
            continue
        if message.created_at < clock.now() - TOO_OLD:
            note(message, "failed", "too old")
        elif message.tries > TRIES:
            note(message, "failed", "each worker died with it")
        else:
            send(message)
        sent += 1
    return sent


def claim(channel: str) -> Mail | None:
    """Take one message for this worker, so that no other sends it; those of sleepers are put off till the morning."""
    now = clock.now()
    with unit(write=True):
        for message in _due(channel, now).order_by(Mail.next_at, Mail.id).limit(AT_ONCE):
            if not _is_over(message, now) and not _put_off(message, now) and _taken(message, now):
                return message
    return None


def _is_over(message: Mail, now: int) -> bool:
    """Forget a message that tells nothing any more, such as one that something is about to begin."""
    over = message.until is not None and message.until <= now
    if over:
        Mail.delete().where(_as_read(message)).execute()
    return over


def _put_off(message: Mail, now: int) -> bool:
    """Move a message to the end of its reader's quiet hours, if it is in them."""
    if message.person_id is None:
        return False
    theirs = wishes.of(message.person_id)
    until = theirs.quiet_end(now, theirs.zone or wishes.zone_of(message.site_id))
    if until:
        Mail.update(next_at=until, claimed_at=0).where(_as_read(message)).execute()
    return until > 0


def _taken(message: Mail, now: int) -> bool:
    if not Mail.update(claimed_at=now, tries=Mail.tries + 1).where(_as_read(message)).execute():
        return False
    message.claimed_at, message.tries = now, message.tries + 1
    return True


def _as_read(message: Mail):
    """That no other worker has touched the message meanwhile."""
    return (Mail.id == message.id) & (Mail.state == "waiting") & (Mail.claimed_at == message.claimed_at)


def not_taken(message: Mail, reason: str, final: bool = False) -> None:
    """Note a try that failed: for good, or to be tried again after a pause that grows."""
    state = "failed" if final or message.tries >= TRIES else "waiting"
    note(message, state, reason)
    log.warning("message %d (%s) was not taken: %s, %s", message.id, message.channel, reason, state)


def note(message: Mail, state: str, error: str = "") -> None:
    """How a try ended; a claim that another worker has taken over meanwhile is left to it."""
    later = clock.now() + PAUSE * 4 ** (message.tries - 1) if state == "waiting" else message.next_at
    with unit(write=True):
        Mail.update(state=state, error=error[:200], claimed_at=0, next_at=later).where(_as_read(message)).execute()


def hasten(person_id: int) -> None:
    """Look at once again at what waits for a person's morning, since their quiet hours have changed."""
    waits = (Mail.person == person_id) & (Mail.state == "waiting") & (Mail.tries == 0)
    Mail.update(next_at=clock.now()).where(waits).execute()


def failed(site_id: int | None = None) -> dict[str, int]:
    """How many messages of a site were given up, by channel; without a site: of all together."""
    here = Mail.site_id == site_id if site_id else Mail.id > 0
    rows = Mail.select(Mail.channel).where((Mail.state == "failed") & here).limit(1000).tuples()
    found = [channel for channel, in rows]
    return {channel: n for channel in wishes.CHANNELS if (n := found.count(channel))}


def sweep() -> None:
    """Forget the messages of last month, sent or not."""
    Mail.delete().where(Mail.created_at < clock.now() - KEPT).execute()
