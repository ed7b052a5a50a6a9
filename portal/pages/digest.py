"""The e-mail of the day: what came for a person since the last one, site by site, in one letter."""

from itertools import groupby

from flask import current_app

from ..base import clock, sites
from ..base.sites import NoSite, SiteView
from ..people import mail, wishes
from ..people.models import Notice
from . import i18n, notices
from .here import site_url
from .letters import Item, of_day


def make(person_id: int) -> None:
    """Put what a person's e-mail of the day has collected into the outbox, in the running transaction.

    There is one of a person and day; what comes after it waits for the next day's.
    """
    to, rows = notices.reader(person_id), _collected(person_id)
    if to is None or not rows:
        return
    now, zone = clock.now(), to.wishes.zone or wishes.zone_of(None)
    if to.email and not _queue(to, rows, f"digest {to.id} {clock.local_date(now, zone)}"):
        wishes.plan_digest(to.id, to.wishes, after=clock.day_bounds(now, zone)[1] - 1)
        return
    Notice.update(digest=False).where(Notice.id.in_([row[0] for row in rows])).execute()


def _collected(person_id: int) -> list[tuple]:
    """(id, site, title, text, address) of what waits, site by site, oldest first."""
    waits = (Notice.person == person_id) & Notice.digest
    return list(Notice.select(Notice.id, Notice.site_id, Notice.title, Notice.text, Notice.url).where(waits)
                .order_by(Notice.site_id, Notice.sent_at, Notice.id).tuples())


def _queue(to: notices.Reader, rows: list[tuple], only: str) -> bool:
    """Whether the letter is stored; False when that day's is there already."""
    sections = [(_site(site_id), [row[2:] for row in part]) for site_id, part in groupby(rows, lambda row: row[1])]
    first = next((site for site, _part in sections if site), None)
    speech = notices.Speech(first, to.locale)
    with i18n.use(speech.translation):
        title = i18n.ngettext("%(n)s message for you today", "%(n)s messages for you today", len(rows))
        plain, html = of_day([(site, [_item(site, *row) for row in part]) for site, part in sections], title)
    return mail.queue(to.email, title, plain, html, person_id=to.id, site_id=first and first.id, only=only)


def _site(site_id: int | None) -> SiteView | None:
    try:
        return sites.view(site_id) if site_id else None
    except NoSite:
        return None


def _item(site: SiteView | None, title: str, text: str, url: str) -> Item:
    return Item(title, text, site_url(site, url) if site else current_app.portal.settings.base_url)
