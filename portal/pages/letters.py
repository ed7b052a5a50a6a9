"""E-mails as text and as HTML, in the language in use. They know nothing of the running request."""

from typing import Any, NamedTuple

from flask import current_app
from markupsafe import Markup

from ..base.sites import SiteView
from . import i18n
from .here import site_url

# A mailbox loads no style sheet, and the content policy of pages does not reach it.
SHEET = Markup("""<style>
body{margin:0;background:#fff;color:#1b1f23;font:17px/1.7 -apple-system,"PingFang SC","Microsoft YaHei",sans-serif}
main{max-width:600px;margin:0 auto;padding:24px 16px}
h1{font-size:24px;line-height:1.35;margin:0 0 16px}
h2{font-size:20px;line-height:1.35;margin:32px 0 0;padding:16px 0 0;border-top:2px solid #1b1f23}
h3{font-size:17px;line-height:1.5;margin:20px 0 0}
p{margin:0 0 12px}
a{color:#14508c}
a.go{display:inline-block;margin:8px 0;padding:10px 22px;background:#14508c;color:#fff;border-radius:6px;
font-weight:bold;text-decoration:none}
footer{margin:32px 0 0;padding:16px 0 0;border-top:1px solid #dce1e5;font-size:15px;color:#545c64}
</style>""")


class Item(NamedTuple):
    """One message of an e-mail of the day."""

    title: str
    text: str
    link: str


def letter(page: str, **context: Any) -> Markup:
    """A template of an e-mail, in the language in use."""
    env = current_app.portal.templates
    return Markup(env.get_template(f"!{page}").render(tag=i18n.current().tag, sheet=SHEET, **context))


def of_notice(site: SiteView | None, title: str, text: str, link: str) -> tuple[str, Markup]:
    """(plain text, HTML) of the e-mail that goes with a notice."""
    name, why, change = _foot(site)
    html = letter("mail.html", title=title, text=text, link=link, site_name=name, why=why, change=change)
    return _plain((title, text, link), name, why, change), html


def of_day(sections: list[tuple[SiteView | None, list[Item]]], title: str) -> tuple[str, Markup]:
    """(plain text, HTML) of the e-mail of the day: what came from each site."""
    sites = [site for site, _items in sections if site]
    _name, _why, change = _foot(sites[0] if sites else None)
    why = i18n._("You get one e-mail a day because you have chosen so.")
    named = [(site.name if site else "", items) for site, items in sections]
    html = letter("mail-digest.html", title=title, sections=named, site_name="", why=why, change=change)
    parts = [title]
    for heading, items in named:
        parts += [f"== {heading} =="] if heading else []
        parts += ["\n".join(filter(None, item)) for item in items]
    return _plain(parts, "", why, change), html


def _foot(site: SiteView | None) -> tuple[str, str, str]:
    """(the site's name, why one gets this, where to change it)."""
    base = current_app.portal.settings.base_url.rstrip("/")
    if site is None:
        return "", i18n._("You get this because you have an account here."), f"{base}/"
    why = i18n._("You get this because you are registered with %(name)s.", name=site.name)
    return site.name, why, site_url(site, "me/notices")


def _plain(parts, name: str, why: str, change: str) -> str:
    change = i18n._("Change what reaches you: %(link)s", link=change)
    foot = "\n".join(("-- ", *filter(None, (name, why, change))))
    return "\n\n".join([*filter(None, parts), foot]) + "\n"
