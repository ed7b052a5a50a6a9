"""What every template has, made once a request."""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

from flask import g, get_flashed_messages, request, session, url_for
from markupsafe import Markup

from ..base import clock
from ..base.sites import SiteView
from ..people.roles import Viewer
from . import forms, here, i18n, templates
from .dates import Dates

N_ = str  # marks a text that is translated where it is shown

TABS = 4  # in the phone's bar: home, two of the site's choice, me
HOME, ME = N_("Home"), N_("Me")


class NavItem(NamedTuple):
    """An entry of the menu, ready to show."""

    url: str
    label: str
    icon: str
    active: bool
    badge: int = 0


def context_of(portal, site: SiteView, viewer: Viewer | None) -> dict[str, Any]:
    """The context of a request; also sets g.translation, g.theme, g.dates, g.locale."""
    asked, store = request._get_current_object(), g._get_current_object()  # a proxy looks these up every time
    cookies, root = asked.cookies.to_dict() if asked.cookies else {}, asked.script_root
    # What was chosen on this device goes before what is kept with the person, as with the size of the text.
    locale = i18n.pick_locale(asked.headers.get("Accept-Language", ""), viewer.locale if viewer else None,
                              cookies.get("lang"))
    store.locale, store.theme = locale, site.theme if site.theme in portal.themes else "plain"
    store.translation = translation = portal.translation(site, locale)
    store.dates = dates = Dates(site.zone, locale, clock.now())
    store.kept = templates.Pieces(portal.templates, portal.pieces,
                                  (site.id, site.version, locale, store.theme, root, dates.today))
    size, mode = cookies.get("size"), cookies.get("mode")
    context = {
        "site": site, "viewer": viewer, "_": translation.gettext, "ngettext": translation.ngettext,
        "locale": locale, "html_lang": translation.tag, "dates": dates, "when": dates.when, "day": dates.day,
        "root": root, "theme": store.theme, "brand_css": brand_css(site, root), "kept": store.kept,
        "large": size == "large" or (size is None and viewer is not None and viewer.large),
        "mode": mode if mode in ("dark", "light") else "",
        "messages": get_flashed_messages(with_categories=True) if "_flashes" in session else (),
        "acting": viewer.acting if viewer is not None else "", "here": asked.path, "origin": f"{asked.scheme}://{asked.host}",
    }
    with i18n.use(translation):
        context["nav"], context["nav_more"] = navigation(portal, site, viewer, translation, root, asked.path)
    return context


class Now:
    """A text of the running request; unlike a proxy it can be joined to others with `~`."""

    __slots__ = ("read",)

    def __init__(self, read: Callable[[], str]):
        self.read = read

    def __str__(self) -> str:
        return self.read()

    def __eq__(self, other: object) -> bool:
        return self.read() == str(other)

    __hash__ = None


def shared(portal) -> dict[str, Any]:
    """What templates and their macros have in every request alike; the proxies look up the running one."""
    def icon(name: str, label: str = "") -> Markup:
        return _icon(portal.static_url("icons.svg"), name, label)

    return {"static_url": portal.static_url, "icon": icon, "url_for": url_for, "csrf": forms.hidden, "may": _may,
            "LOCALES": i18n.NAMES, "TAGS": i18n.TAGS, "site": here.site, "theme": Now(lambda: g.theme),
            "root": Now(lambda: request.script_root), "kept": templates.kept}


def _may(action: str, thing: Any = None) -> bool:
    return here.may(action, thing)


def navigation(portal, site: SiteView, viewer: Viewer | None, t, root: str,
               path: str) -> tuple[tuple[NavItem, ...], tuple[NavItem, ...]]:
    """The four tabs, and what else the menu of a wide screen holds."""
    items = [NavItem(f"{root}/{link.url}", link.label, link.icon, path.startswith(f"/{link.url}"), link.badge)
             for link in portal.plugins.lasting(site, "nav_items", t.locale, viewer=viewer)]
    home = NavItem(f"{root}/", t.gettext(HOME), "house", path == "/")
    me = NavItem(f"{root}/me" if viewer else f"{root}/sign-in", t.gettext(ME), "user-round",
                 path.startswith(("/me", "/sign-in", "/inbox")), viewer.unread if viewer else 0)
    return (home, *items[:TABS - 2], me), tuple(items[TABS - 2:])


def brand_css(site: SiteView, root: str) -> str:
    """The address of the site's own colours, or nothing when it keeps the theme's."""
    if not site.brand.get("colours"):
        return ""
    return f"{root}/brand.css?v={site.version}"


@lru_cache(maxsize=1024)
def _icon(sprite: str, name: str, label: str) -> Markup:
    """A Lucide icon from the sprite; without a label it is hidden from readers."""
    if not re.fullmatch(r"[a-z0-9-]+", name):
        return Markup("")
    said = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
    return Markup('<svg class="i" {}><use href="{}#{}"/></svg>').format(said, sprite, name)
