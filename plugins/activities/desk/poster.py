"""A date of an activity as a poster: one page of A4 with a QR code, for the notice board."""

import segno
from flask import abort, request
from markupsafe import Markup

from portal import answer, dates, now, plain, public_url, require

from .. import queries, show
from ..queries import Thing
from ..views import found, row_id
from .imports import pages

OTHERS = 3  # further dates on it
TEXT = 900  # characters; what does not fit on the page is cut off at its end
# How large a title is printed: up to so many characters (letters count half), the size's name.
SIZES = ((8, "xxl"), (16, "xl"), (33, "l"), (60, "m"))


@pages.get("/<int:activity_id>/poster")
def poster(activity_id: int):
    """The poster of the asked date, else of the next one; what is cancelled, over or not announced has none."""
    require("activities.edit")
    thing = found(activity_id, row_id(request.args))
    if thing.state != "published" or not thing.on or thing.on_state != "published" or thing.ends_at <= now():
        abort(404)
    url = public_url(f"activities/{thing.id}?on={thing.on}")
    further = [d for d in queries.others(thing) if d.state == "published"][:OTHERS]
    size = size_of(thing.on_title)
    return answer("activities/poster.html", thing=thing, size=size, day=dates.day(thing.starts_at),
                  hours=show.hours(thing.starts_at, thing.ends_at, thing.all_day), place=thing.on_place or thing.place,
                  text=plain(thing.text, TEXT), price=show.price(thing.price_fen, thing.capacity), url=url,
                  qr=qr(url), picture=_picture(thing, size),
                  further=[dates.when(d.starts_at, d.ends_at, d.all_day) for d in further])


def size_of(title: str) -> str:
    """The name of the size in which a title fits."""
    wide = sum(1 if ord(c) > 0x2E7F else 0.55 for c in title)
    return next((size for most, size in SIZES if wide <= most), "s")


def qr(url: str) -> Markup:
    """An address as a QR code, with its quiet zone."""
    return Markup(segno.make(url, error="m", micro=False).svg_inline(border=4, omitsize=True, svgclass="qr",
                                                                     lineclass=None))


def _picture(thing: Thing, size: str) -> str:
    """The activity's picture where its title leaves room for it."""
    return show.picture(thing.picture)[0] if size in ("xxl", "xl") and thing.picture else ""


