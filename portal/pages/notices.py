"""Notices: what reaches a person, in their inbox and by e-mail, in their own language, once."""

import logging
from collections.abc import Callable, Mapping
from typing import Any

from flask import current_app, g, has_request_context
from markupsafe import Markup

from ..base import clock, sites
from ..base.database import opened
from ..base.sites import SiteView
from ..offers import NoticeKind
from ..people import mail
from ..people.models import Notice, Person
from . import i18n
from .dates import Dates
from .here import site_url
from .locales import DEFAULT, LOCALES

N_ = str
log = logging.getLogger("portal.notices")

CORE_KINDS = (NoticeKind("core.residency", N_("Your address was checked")),
              NoticeKind("core.account", N_("Your account")))

Said = str | tuple[str, str, int]


def notify(person_id: int, kind: str, event: str, title: Said, text: Said = "",
           values: Mapping[str, Any] | None = None, url: str = "") -> bool:
    """Tell a person something, in the running transaction; whether it is news.

    `kind` is one of the plugin's `notice_kinds()`; `event` names what happened ("cancelled 17"): asked for again with
    the same person, kind and event, nothing happens. `title` and `text` are msgids (or `(one, many, n)`), said in the
    person's language with `values`; a value that is a function is given their `Dates`:
    `values={"when": lambda dates: dates.said_at(ts)}`. `url` is relative to the open site ("activities/7").
    An e-mail goes out too where the person has an address and the kind says so. Tell several in the order of their ids.
    """
    person = Person.select(Person.id, Person.email, Person.locale).where(Person.id == person_id).first()
    if person is None:
        return False
    site = _open_site()
    speech = _Speech(site, person.locale)
    title, text = (speech.say(said, values or {}) for said in (title, text))
    if not _store(person.id, site, kind, event, title[:200], text, url):
        return False
    Person.update(unread=Person.unread + 1).where(Person.id == person.id).execute()
    if person.email and _by_email(kind):
        _queue(person.email, site, speech, title, text, url)
    return True


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


def _store(person_id: int, site: SiteView | None, kind: str, event: str, title: str, text: str, url: str) -> bool:
    row = Notice.insert(person=person_id, site_id=site.id if site else None, kind=kind, event=event[:120], title=title,
                        text=text, url=url)
    once = row.on_conflict(conflict_target=[Notice.person, Notice.kind, Notice.event], action="IGNORE")
    return bool(once.as_rowcount().execute())


def _by_email(kind: str) -> bool:
    known = kinds().get(kind)
    if known is None:
        log.error("nobody has declared the kind of notice %s", kind)
    return known is not None and known.email


class _Speech:
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


def _queue(email: str, site: SiteView | None, speech: _Speech, title: str, text: str, url: str) -> None:
    """The e-mail beside a notice: the same words, and a link to the page."""
    portal = current_app.portal
    link = site_url(site, url) if site else portal.settings.base_url
    name = site.name if site else ""
    with i18n.use(speech.translation):
        why = i18n._("You get this because you are registered with %(name)s.", name=name) if name else ""
        html = letter("mail.html", title=title, text=text, link=link, site_name=name, why=why)
    plain = "\n\n".join(filter(None, (title, text, link, f"-- \n{name}\n{why}" if name else "")))
    mail.queue(email, title, plain + "\n", html)


def letter(page: str, **context: Any) -> Markup:
    """A template of an e-mail, in the language in use; it knows nothing of the running request."""
    env = current_app.portal.templates
    return Markup(env.get_template(f"!{page}").render(tag=i18n.current().tag, **context))
