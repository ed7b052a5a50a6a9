"""How messages may reach a person: by which ways, not at night, and e-mails one by one or once a day."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from ..base import clock
from ..base.due import later
from ..base.sites import Site
from ..offers import NoticeKind
from .models import Mail, Notice, NoticeWishes, Person

CHANNELS = ("email", "sms", "wechat")
EVENING, MORNING, DIGEST = 21 * 60, 8 * 60, 18 * 60  # minutes of the day
COLUMNS = (NoticeWishes.chosen, NoticeWishes.quiet_from, NoticeWishes.quiet_until, NoticeWishes.digest,
           NoticeWishes.zone)


class Wishes(NamedTuple):
    """What a person wishes; the defaults are those of somebody who has said nothing."""

    chosen: Mapping[str, Mapping[str, bool]] = {}
    quiet_from: int | None = EVENING
    quiet_until: int = MORNING
    digest: int | None = None
    zone: str = ""

    def by(self, channel: str, kind: NoticeKind) -> bool:
        """Whether messages of this kind shall come by a channel."""
        return self.chosen.get(channel, {}).get(kind.name, getattr(kind, channel))

    def quiet_end(self, now: int, zone: str) -> int:
        """When the quiet hours that it is now are over; 0 outside of them."""
        return 0 if self.quiet_from is None else quiet_end(now, self.quiet_from, self.quiet_until, self.zone or zone)


def read(chosen: str | None, *rest) -> Wishes:
    """The wishes in a row of COLUMNS, all empty where a person has none."""
    return Wishes() if chosen is None else Wishes(json.loads(chosen), *rest)


def of(person_id: int) -> Wishes:
    """A person's wishes."""
    row = NoticeWishes.select(*COLUMNS).where(NoticeWishes.person == person_id).tuples().first()
    return read(*row) if row else Wishes()


def keep(person_id: int, wishes: Wishes) -> None:
    """Store a person's wishes in place of those they had."""
    row = wishes._asdict() | {"chosen": json.dumps(wishes.chosen, sort_keys=True)}
    NoticeWishes.insert(person=person_id, **row).on_conflict(
        conflict_target=[NoticeWishes.person],
        update={getattr(NoticeWishes, name): value for name, value in row.items()}).execute()


def quiet_end(now: int, start: int, until: int, zone: str) -> int:
    """When quiet hours from minute `start` to `until` of the wall clock are over; 0 when it is not quiet now.

    Night or day, also on days on which the clock is put forward or back.
    """
    local = clock.local(now, zone)
    minute = local.hour * 60 + local.minute
    inside = start <= minute < until if start < until else minute >= start or minute < until
    if not inside:
        return 0
    end = clock.at_minute(local.date() + clock.DAY * (start > until and minute >= start), until, zone)
    return end if end > now else now + (until - minute) * 60 - local.second  # an hour that the clock repeats


def next_at(now: int, minute: int, zone: str) -> int:
    """The next time after now that the wall clock shows a minute of the day."""
    day = clock.local_date(now, zone)
    today = clock.at_minute(day, minute, zone)
    return today if today > now else clock.at_minute(day + clock.DAY, minute, zone)


def plan_digest(person_id: int, mine: Wishes, move: bool = False, after: int | None = None) -> None:
    """Have a person's e-mail of the day made at its next time, or at once if they wish for none any more."""
    now = clock.now() if after is None else after
    at = next_at(now, DIGEST if mine.digest is None else mine.digest, mine.zone or zone_of(None))
    later(now if move and mine.digest is None else at, "core.digest", person_id, once=True, move=move)


def export(person_id: int) -> dict[str, Any]:
    """What is kept of a person's messages and wishes, ready for JSON."""
    notices = Notice.select(Notice.kind, Notice.title, Notice.text, Notice.sent_at, Notice.read_at)
    mails = Mail.select(Mail.channel, Mail.to, Mail.subject, Mail.state, Mail.created_at)
    return {"wishes": of(person_id)._asdict(),
            "notices": list(notices.where(Notice.person == person_id).order_by(Notice.id).dicts()),
            "sent": list(mails.where(Mail.person == person_id).order_by(Mail.id).dicts())}


def erase(person_id: int) -> None:
    """Forget a person's messages, also those that have not gone out yet, and their wishes."""
    for model in (Mail, Notice, NoticeWishes):
        model.delete().where(model.person == person_id).execute()
    Person.update(unread=0).where(Person.id == person_id).execute()


def zone_of(site_id: int | None) -> str:
    """The zone of a site, by default the district's."""
    known = Site.id == site_id if site_id else Site.kind == "district"
    return Site.select(Site.zone).where(known).order_by(Site.id).limit(1).scalar() or "Asia/Shanghai"
