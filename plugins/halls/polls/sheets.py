"""A poll on paper, in A4: its notice, then its result, for the wall; the ballot to fill in by hand; and its files."""

import json
from typing import Any

import segno
from flask import Response, abort
from markupsafe import Markup

from portal import _, answer, dates, may, plain, public_url, require, site

from ..pages import pages
from . import exports, queries, show, sizes, words
from .queries import PollRow
from .views import found


@pages.get("/polls/<int:poll_id>/sheet")
def sheet(poll_id: int):
    """The result where there is one, else the notice of the poll."""
    row = found(poll_id)
    url = public_url(f"halls/polls/{row.id}")
    if row.state == "counted" and row.result:
        return answer("halls/polls/sheet_result.html", url=url, qr=qr(url), **_result(row))
    wanted, options, rule = json.loads(row.wanted or "{}"), show.offered(row), words.rule(row)
    text, who, rows = plain(row.text, 600), words.roll_of(wanted, site.name), []
    if row.rule != "yesno":
        rows = [line for o in options for line in (f"{o.title} {o.cost}", o.text) if line]
    size = sizes.size_of(row.title, (text, who, " ".join((rule[1], *rule[2])), "", ""), rows, beside=0.06)
    return answer("halls/polls/sheet.html", poll=row, url=url, qr=qr(url), text=text, who=who, rule=rule, size=size,
                  options=options, until=dates.at(row.closes_at) if row.closes_at else "")


def _result(row: PollRow) -> dict[str, Any]:
    """A result, with the rounds that a sheet shows: the first and the last that have bars."""
    from . import result  # with all that counts
    made = result.of(row)
    barred = [one for one in made["rounds"] if one.bars]
    picked = [barred[0], *barred[-1:]] if len(barred) > 1 else barred
    rows = [f"{name} {cost}" for name, cost, *_rest in made["sums"]] or [bar.name for one in picked for bar in one.bars]
    lot = _lot(made["lots"]) if made["lots"] else ""
    texts = [made["headline"], made["turnout"], *made["rule"][:2], *(text for one in picked for text in one.says),
             lot, *([] if picked else made["rounds"][-1].says if made["rounds"] else ())]
    return made | {"picked": picked, "lot": lot, "size": sizes.size_of(row.title, [*texts, "", ""], rows, beside=0.42)}


def _lot(lots: list[str]) -> str:
    """What a lot decided; between whom each of many was drawn is for the poll's page."""
    if len(lots) <= 2:
        return _("A lot decided between: %(who)s.", who=_("; ").join(lots))
    return _("A lot decided %(n)s times; between whom stands in every round on the page below.", n=len(lots))


@pages.get("/desk/polls/<int:poll_id>/blank")
def ballot_paper(poll_id: int):
    """The ballot to print and fill in by hand; while papers can be handed in, or are being prepared."""
    require("halls.edit" if not may("halls.desk") else "halls.desk")
    row = found(poll_id)
    if row.state not in ("draft", "open"):
        abort(404)
    made = show.ballot(row)
    rows = [line for o in made["options"] for line in (f"{o.title} {o.cost}", o.text) if line]
    beside = 0.1 + 0.05 * len(made["tiles"] if made["kind"] == "scores" else ())
    return answer("halls/polls/sheet_ballot.html", poll=row, **made, until=dates.at(row.closes_at) if row.closes_at
                  else "", size=sizes.size_of(row.title, (made["how"], "", "", "", ""), [f"{line}　" for line in rows],
                                              code=10 + 3 * len(made["options"]), beside=min(beside, 0.6)))


def qr(url: str) -> Markup:
    """An address as a QR code, with its quiet zone."""
    return Markup(segno.make(url, error="m", micro=False).svg_inline(border=4, omitsize=True, svgclass="qr",
                                                                     lineclass=None))


@pages.get("/polls/<int:poll_id>/ballots.<form>")
def file(poll_id: int, form: str):
    """The ballots of a counted poll, to count again."""
    found(poll_id)
    row = queries.poll(poll_id)  # in its own words, whoever takes it: the same file for everybody
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
