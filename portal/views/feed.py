"""What is new in a site, as RSS 2.0 for readers and other programs."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import format_datetime

from flask import Blueprint, Response, current_app, g, request
from markupsafe import Markup

from ..offers import News
from ..pages.here import public_url, site

pages = Blueprint("feed", __name__)

MOST = 40
HEAD = Markup('<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom">'
              '<channel><title>{}</title><link>{}</link><description>{}</description><language>{}</language>'
              '<atom:link href="{}" rel="self" type="application/rss+xml"/>')
ITEM = Markup('<item><title>{}</title><link>{}</link><guid>{}</guid><pubDate>{}</pubDate>'
              '<description>{}</description></item>\n')
UNSAYABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # what XML cannot hold


@pages.get("/feed.xml")
def rss():
    """The newest of what the plugins have for everybody."""
    found = current_app.portal.plugins.all(g.site, "news")
    newest = sorted(found, key=lambda item: (-item.at, item.url))[:MOST]
    about = _clean(site.brand.get("motto") or site.name)
    head = HEAD.format(_clean(site.name), public_url(), about, g.translation.tag, public_url("feed.xml"))
    response = Response(head + _items(newest) + Markup("</channel></rss>\n"), mimetype="application/rss+xml",
                        headers={"Cache-Control": "public, max-age=300"})
    response.add_etag()
    return response.make_conditional(request)


def _items(newest: Iterable[News]) -> Markup:
    return Markup("").join(
        ITEM.format(_clean(item.title), public_url(item.url), public_url(item.url),
                    format_datetime(datetime.fromtimestamp(item.at, UTC)), _clean(item.text)) for item in newest)


def _clean(text: str) -> str:
    return UNSAYABLE.sub("", text)
