"""What hangs on the wall, a sheet of A4 with a QR code: the notice of a poll, then its result; and its files."""

import json

import segno
from flask import Response, abort
from markupsafe import Markup

from portal import answer, dates, may, plain, public_url, site

from ..pages import pages
from . import exports, show, words
from .views import found


@pages.get("/polls/<int:poll_id>/sheet")
def sheet(poll_id: int):
    """The result where there is one, else the notice of the poll."""
    row = found(poll_id)
    url = public_url(f"halls/polls/{row.id}")
    if row.state == "counted" and row.result:
        from . import result  # with all that counts
        return answer("halls/polls/sheet_result.html", url=url, qr=qr(url), **result.of(row))
    wanted = json.loads(row.wanted or "{}")
    return answer("halls/polls/sheet.html", poll=row, url=url, qr=qr(url), text=plain(row.text, 600),
                  who=words.roll_of(wanted, site.name), how=words.how_to(row), rule=words.rule(row),
                  options=show.offered(row), until=dates.at(row.closes_at) if row.closes_at else "")


def qr(url: str) -> Markup:
    """An address as a QR code, with its quiet zone."""
    return Markup(segno.make(url, error="m", micro=False).svg_inline(border=4, omitsize=True, svgclass="qr",
                                                                     lineclass=None))


@pages.get("/polls/<int:poll_id>/ballots.<form>")
def file(poll_id: int, form: str):
    """The ballots of a counted poll, to count again."""
    row = found(poll_id)
    if form not in exports.formats_of(row):
        abort(404)
    name = f"attachment; filename=poll-{row.id}.{form}"
    return Response(exports.made(row, form), content_type=exports.FORMATS[form],
                    headers={"Content-Disposition": name})


@pages.get("/polls/<int:poll_id>/roll.txt")
def roll_file(poll_id: int):
    """The roll as its fingerprint was made of it, for staff: it holds names."""
    row = found(poll_id)
    if not may("halls.edit") or row.roll_size is None:
        abort(404)
    return Response(exports.roll_file(row.id), content_type=exports.FORMATS["roll"],
                    headers={"Content-Disposition": f"attachment; filename=roll-{row.id}.txt"})
