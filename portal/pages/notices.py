"""Notices: what reaches a person, in their inbox and by the ways they wish, in their own language, once."""

import logging
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from flask import current_app, g, has_request_context
from peewee import JOIN

from ..base import clock, sites
from ..base.database import opened
from ..base.prepared import param, prepared
from ..base.sites import SiteView
from ..offers import NoticeKind
from ..people import mail, messages, outbox, sms, wishes
from ..people.models import Notice, NoticeWishes, Person
from . import i18n, letters
from .dates import Dates
from .here import site_url
from .locales import DEFAULT, LOCALES

N_ = str
log = logging.getLogger("portal.notices")

CORE_KINDS = (NoticeKind("core.residency", N_("Your address was checked")),
              NoticeKind("core.account", N_("Your account"), urgent=True))

Said = str | tuple[str, str, int]

_reader = prepared(lambda: Person.select(Person.id, Person.email, Person.phone, Person.locale, *wishes.COLUMNS)
                   .join(NoticeWishes, JOIN.LEFT_OUTER, on=(NoticeWishes.person == Person.id))
                   .where(Person.id == param("id")))


class Reader(NamedTuple):
    """Somebody who gets messages."""

    id: int
    email: str | None
    phone: str | None
    locale: str
    wishes: wishes.Wishes


def reader(person_id: int) -> Reader | None:
    """A person as messages know them. One query."""
    row = _reader.one(id=person_id)
    return row and Reader(*row[:4], wishes.read(*row[4:]))


def notify(person_id: int, kind: str, event: str, title: Said, text: Said = "",
           values: Mapping[str, Any] | None = None, url: str = "", until: int | None = None) -> bool:
    """Tell a person something, in the running transaction; whether it is news.

    `kind` is one of the plugin's `notice_kinds()`; `event` names what happened ("cancelled 17"): asked for again with
    the same person, kind and event, nothing happens. `title` and `text` are msgids (or `(one, many, n)`), said in the
    person's language with `values`; a value that is a function is given their `Dates`:
    `values={"when": lambda dates: dates.said_at(ts)}`. `url` is relative to the open site ("activities/7").
    The inbox has it at once. By e-mail, text and WeChat it goes out too, as the person wishes or else as the kind
    says: outside of their quiet hours, and what is not urgent in one e-mail a day if they like that better. What would
    go out at `until` or later, because of quiet hours, does not: it is in the inbox only. Tell several in the order of
    their ids.
    """
    to = reader(person_id)
    if to is None:
        return False
    site = _open_site()
    speech = Speech(site, to.locale)
    title, text = (speech.say(said, values or {}) for said in (title, text))
    known = kind_of(kind)
    by_email = bool(known and to.email and to.wishes.by("email", known))
    collected = by_email and not known.urgent and to.wishes.digest is not None
    if not _store(to.id, site, kind, event, title[:200], text, url, collected):
        return False
    Person.update(unread=Person.unread + 1).where(Person.id == to.id).execute()
    if collected:
        wishes.plan_digest(to.id, to.wishes)
    elif by_email:
        _queue(to, site, speech, title, text, url, until)
    if known and site:
        _send(to, site, speech, known, title, text, url, until)
    return True


def kind_of(name: str) -> NoticeKind | None:
    """A kind of notice that the core or a plugin has declared; what nobody has goes to the inbox only."""
    owner = name.partition(".")[0]
    declared = CORE_KINDS if owner == "core" else current_app.portal.plugins.ask(owner, "notice_kinds", ()) or ()
    found = next((k for k in declared if k.name == name), None)
    if found is None:
        log.error("nobody has declared the kind of notice %s", name)
    return found


def ways_to(to: Reader, site: SiteView) -> list[str]:
    """The channels, beside the inbox, by which somebody can send to this person from a site."""
    portal = current_app.portal
    can = {"email": bool(to.email and portal.settings.smtp),
           "sms": bool(to.phone) and sms.is_ready(portal.settings, portal.plugins, site),
           "wechat": messages.reaches_wechat(portal.plugins, site, to.id)}
    return [channel for channel, does in can.items() if does]


def kinds() -> dict[str, NoticeKind]:
    """Every kind of notice by name, of the core and of all plugins."""
    plugins = current_app.portal.plugins
    found = {k.name: k for k in CORE_KINDS}
    for name in plugins.names:
        found |= {k.name: k for k in plugins.ask(name, "notice_kinds", ()) or ()}
    return found


def read(person_id: int, notice_id: int) -> None:
    """Mark a notice of this person as read."""
    _mark(person_id, Notice.id == notice_id)


def read_all(person_id: int) -> None:
    """Mark all notices of this person as read."""
    _mark(person_id, Notice.id > 0)


def _mark(person_id: int, which) -> None:
    mine = (Notice.person == person_id) & Notice.read_at.is_null() & which
    n = Notice.update(read_at=clock.now()).where(mine).execute()
    if n:
        Person.update(unread=Person.unread - n).where((Person.id == person_id) & (Person.unread >= n)).execute()


def _open_site() -> SiteView | None:
    """The site whose pages the notice leads to; None when no single one is open."""
    scope = opened.get()
    if scope is None or len(scope.ids) != 1:
        return None
    here = g.get("site") if has_request_context() else None
    return here if here is not None and here.id == scope.ids[0] else sites.view(scope.ids[0])


def _store(person_id: int, site: SiteView | None, kind: str, event: str, title: str, text: str, url: str,
           collected: bool) -> bool:
    row = Notice.insert(person=person_id, site_id=site.id if site else None, kind=kind, event=event[:120], title=title,
                        text=text, url=url, digest=collected)
    once = row.on_conflict(conflict_target=[Notice.person, Notice.kind, Notice.event], action="IGNORE")
    return bool(once.as_rowcount().execute())


class Speech:
    """How a person is spoken to: their language with the site's own words, and its dates."""

    def __init__(self, site: SiteView | None, locale: str):
        portal, locale = current_app.portal, locale if locale in LOCALES else DEFAULT
        self.translation = portal.translation(site, locale) if site else portal.catalogs.for_(locale)
        self.dates = Dates(site.zone if site else portal.settings.zone, locale)

    def say(self, said: Said, values: Mapping[str, Any]) -> str:
        given = {name: self._value(value) for name, value in values.items()}
        if isinstance(said, tuple):
            return str(self.translation.ngettext(*said, **given))
        return str(self.translation.gettext(said, **given)) if said else ""

    def _value(self, value: Any) -> Any:
        return str(value(self.dates)) if isinstance(value, Callable) else value


def _queue(to: Reader, site: SiteView | None, speech: Speech, title: str, text: str, url: str,
           until: int | None) -> None:
    """The e-mail beside a notice: the same words, a link to the page, and the way to get no more of them."""
    link = site_url(site, url) if site else current_app.portal.settings.base_url
    with i18n.use(speech.translation):
        plain, html = letters.of_notice(site, title, text, link)
    mail.queue(to.email, title, plain, html, person_id=to.id, site_id=site.id if site else None, until=until)


def _send(to: Reader, site: SiteView, speech: Speech, kind: NoticeKind, title: str, text: str, url: str,
          until: int | None) -> None:
    """The text message and the WeChat message beside a notice."""
    portal, link = current_app.portal, site_url(site, url)
    if to.phone and to.wishes.by("sms", kind) and sms.is_ready(portal.settings, portal.plugins, site):
        with i18n.use(speech.translation):
            said = i18n._("%(name)s: %(title)s %(link)s", name=site.name, title=title, link=link)
        outbox.put("sms", to.phone, title, said, person_id=to.id, site_id=site.id, until=until)
    if to.wishes.by("wechat", kind) and messages.reaches_wechat(portal.plugins, site, to.id):
        outbox.put("wechat", "", title, text, url=link[:300], person_id=to.id, site_id=site.id, until=until)
