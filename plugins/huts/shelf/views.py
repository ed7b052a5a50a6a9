"""What residents see: the huts, what lies in each, and an item with where and when it is free."""

import re

from flask import abort, redirect, request

from portal import answer, found, may, picture_url, site, site_url, site_view

from .. import categories, codes, misses
from ..pages import pages
from . import queries, show
from .queries import FIRST, PAGE

MOST_FOUND = 48  # hits of a search that are shown


@pages.get("/")
def index():
    """All huts of the site, what they have by kind, and a box to find a thing."""
    houses = tuple(show.house_line(row) for row in queries.houses())
    return answer("huts/huts.html", houses=houses, kinds=show.groups(queries.kinds_here()), edits=may("huts.edit"))


@pages.get("/<int:hut_id>")
def hut(hut_id: int):
    """A hut: its story, when it is open, and what it has."""
    row = queries.house(hut_id)
    if row is None or (row.state == "draft" and not may("huts.edit")):
        abort(404)
    opens = show.opening(row, queries.special_days(row.id, show.today()))
    lines = queries.lines(row.id)
    return answer("huts/hut.html", row=row, opens=opens, things=show.things(lines[:PAGE]),
                  kinds=show.groups(queries.kinds_of(hut=row.id)), more=len(lines) > PAGE, edits=may("huts.edit"),
                  picture=picture_url(row.picture) if row.picture else "")


@pages.get("/items/")
def items():
    """What the site's huts have: all, of one hut, of a kind, or what a search finds."""
    words, kind = request.args.get("q", "").strip()[:60], request.args.get("k", "")
    hut_id = int(request.args["hut"]) if re.fullmatch(r"\d{1,9}", request.args.get("hut", "")) else None
    code = codes.read(words) if words else None
    if code and queries.site_of.one(code=code):
        return redirect(f"{request.script_root}/huts/u/{code}", 303)
    if words:
        lines = _found(words)
        if not lines:
            misses.searched(words)
        return answer("huts/items.html", words=words, kind="", things=show.things(lines), after="", hut=None,
                      near=() if lines else show.suggested(words), kinds=())
    lines = queries.lines(hut_id, categories.below(kind) if kind in categories.tree() else (), _after())
    last = lines[PAGE - 1] if len(lines) > PAGE else None
    return answer("huts/items.html", words="", kind=kind, hut=queries.house(hut_id) if hut_id else None, near=(),
                  things=show.things(lines[:PAGE]), kinds=show.groups(queries.kinds_here()),
                  after=show.address(kind, hut_id, last) if last else "")


def _after() -> tuple[str, int]:
    number, _dot, name = request.args.get("after", "").partition(".")
    return (name, int(number)) if re.fullmatch(r"\d{1,12}", number) and name else FIRST


def _found(words: str) -> list[queries.Line]:
    """The items that a search finds, best first."""
    urls = [url for _title, url, _summary in found("huts", words, MOST_FOUND)]
    return queries.some([int(url.rpartition("/")[2]) for url in urls if url.startswith("huts/items/")])


@pages.get("/u/<code>")
def unit(code: str):
    """What a label leads to. It only shows; a button acts."""
    read = codes.read(code) or abort(404)
    row = queries.unit_of.one(code=read)
    if row:
        return redirect(f"{request.script_root}/huts/items/{row[1]}?unit={read}", 303)
    elsewhere = queries.site_of.one(code=read)
    if elsewhere is None or elsewhere[0] == site.id:
        abort(404)
    return redirect(site_url(site_view(elsewhere[0]), f"huts/u/{read}"), 303)
