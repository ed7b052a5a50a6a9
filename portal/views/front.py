"""The front page, and what every site says of itself to people, phones and search engines."""

import json
from itertools import chain

from flask import Blueprint, Response, current_app, g, request
from markupsafe import Markup

from ..base.sites import Kin, Site
from ..pages import colours
from ..pages.here import public_url, site
from ..pages.i18n import _
from ..pages.templates import answer, answer_kept
from .agenda import root_of

pages = Blueprint("front", __name__)


@pages.get("/")
def home():
    """The front page: the brand, and what the enabled plugins have to show."""
    portal = current_app.portal
    cards = tuple([card.html for card in portal.plugins.all(g.site, "home_cards", viewer=g.viewer)])
    doors = tuple(below()) if site.kind != "community" else ()
    return answer_kept("front.html", cards=cards, doors=doors)


def below() -> list[tuple[str, str, str]]:
    """(address, name, kind) of the sites right below this one."""
    rows = (Site.select(Site.id, Site.slug, Site.name, Site.kind, Site.host).where(Site.parent == site.id)
            .order_by(Site.name).tuples())
    return [(f"{root_of(kin)}/", kin.name, kin.kind) for kin in (Kin(*row) for row in rows)]


@pages.get("/about")
def about():
    """What this site is, who runs it, and what it offers."""
    portal = current_app.portal
    offered = [(portal.plugins.ask(n, "title", n), portal.plugins.ask(n, "describe", "")) for n in sorted(site.plugins)
               if n in portal.plugin_names]
    return answer("about.html", offered=[(_(t), _(d)) for t, d in offered],
                  above=[(f"{root_of(kin)}/", kin.name) for kin in site.ancestors])


@pages.get("/privacy")
def privacy():
    """What is kept of a person, for what and how long."""
    return answer("privacy.html")


@pages.get("/search")
def search():
    """What the enabled plugins find."""
    words = request.args.get("q", "").strip()[:80]
    hits = [(_(title), found) for title, found in _found(words) if found] if words else []
    return answer("search.html", "results", words=words, hits=hits)


def _found(words: str):
    plugins = current_app.portal.plugins
    for name, found in plugins.each(g.site, "search", viewer=g.viewer, words=words):
        yield plugins.ask(name, "title", name), found[:20]


@pages.get("/brand.css")
def brand_css():
    """The site's own colours over its theme's; the address changes with the site's version."""
    text = colours.brand_css(dict(site.brand.get("colours") or {}))
    return Response(text, mimetype="text/css", headers={"Cache-Control": "private, max-age=31536000"})


@pages.get("/manifest.webmanifest")
def manifest():
    """What a phone needs to put the site on its home screen."""
    icon = f"themes/{g.theme}/logo.svg"
    about = {
        "name": site.name, "short_name": site.name[:12], "lang": g.translation.tag, "display": "standalone",
        "start_url": f"{request.script_root}/", "scope": f"{request.script_root}/",
        "description": site.brand.get("motto", ""),
        "icons": [{"src": site.brand.get("logo") or current_app.portal.static_url(icon), "sizes": "any"}],
    }
    return Response(json.dumps(about, ensure_ascii=False), mimetype="application/manifest+json")


@pages.get("/sw.js")
def worker():
    """The service worker: shows the offline page when the network is away."""
    text = current_app.portal.assets.find("sw.js")[1].body
    return Response(text, mimetype="text/javascript", headers={"Cache-Control": "no-cache"})


@pages.get("/offline")
def offline():
    """What is shown without a network."""
    return answer("offline.html")


@pages.get("/robots.txt")
def robots():
    """What search engines may read."""
    text = f"User-agent: *\nDisallow: {request.script_root}/me\nDisallow: {request.script_root}/desk\n" \
           f"Sitemap: {public_url('sitemap.xml')}\n"
    return Response(text, mimetype="text/plain")


@pages.get("/sitemap.xml")
def sitemap():
    """The public pages of this site."""
    own = ("", "about", "privacy", "calendar")
    found = chain(own, current_app.portal.plugins.all(g.site, "sitemap"))
    urls = Markup("").join(Markup("<url><loc>{}</loc></url>").format(public_url(path)) for path in found)
    head = Markup('<?xml version="1.0" encoding="utf-8"?>'
                  '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">')
    return Response(head + urls + Markup("</urlset>"), mimetype="application/xml")

