"""What residents see: the huts, what lies in each, and an item with where and when it is free."""

import re

from flask import abort, redirect, request

from portal import answer, answer_kept, changes, found, may, picture_url, site, site_url, site_view

from .. import categories, codes, misses
from ..pages import pages
from . import near, pictures, queries, show, signs
from .queries import FIRST, PAGE

MOST_FOUND = 48  # hits of a search that are shown


@pages.get("/")
def index():
    """All huts of the site, what they have by kind, and a box to find a thing."""
    def made() -> dict:
        return {"houses": tuple(show.house_line(row) for row in queries.houses()),
                "kinds": show.groups(queries.kinds_here())}
    return answer_kept("huts/huts.html", made, seen=changes("huts"), edits=may("huts.edit"))


@pages.get("/<int:hut_id>")
def hut(hut_id: int):
    """A hut: its story, when it is open, and what it has."""
    seen, ids = signs.of_list(("hut", hut_id), lambda: queries.listed(hut_id))
    sign, draft = signs.held(("hut", hut_id), seen, lambda: _hut_holds(hut_id, ids)) or abort(404)
    if draft and not may("huts.edit"):
        abort(404)

    def made() -> dict:
        row, special = queries.house(hut_id), queries.special_days(hut_id, show.today())
        return {"row": row, "opens": show.opening(row, special), "ahead": show.days_ahead(row, special),
                "things": show.things(queries.some(ids[:PAGE])), "kinds": show.groups(queries.kinds_of(hut=hut_id)),
                "more": len(ids) > PAGE, "picture": picture_url(row.picture) if row.picture else "",
                "others": pictures.others(row), "name": row.name}
    return answer_kept("huts/hut.html", made, hut_id=hut_id, sign=sign, edits=may("huts.edit"))


def _hut_holds(hut_id: int, ids: tuple[int, ...]) -> signs.Held | None:
    """How long a hut's page holds, and whether only staff see it."""
    row = queries.house(hut_id)
    if row is None:
        return None
    turn = show.opening_turns(row, queries.special_days(hut_id, show.today()))
    return signs.Held(min(turn, signs.turns(ids)), row.state == "draft")


@pages.get("/items/")
def items():
    """What the site's huts have: all, of one hut, of a kind, or what a search finds."""
    words, kind = request.args.get("q", "").strip()[:60], request.args.get("k", "")
    hut_id = int(request.args["hut"]) if re.fullmatch(r"\d{1,9}", request.args.get("hut", "")) else None
    code = codes.read(words) if words else None
    if code and queries.site_of.one(code=code):
        return redirect(f"{request.script_root}/huts/u/{code}", 303)
    return _search(words) if words else _list(hut_id, kind, after_of(request.args.get("after", "")))


def _list(hut_id: int | None, kind: str, after: tuple[str, int]):
    """A page of the list; whoever asks for the same while nothing has changed sees the same."""
    asked = hut_id, categories.below(kind) if kind in categories.tree() else (), after
    seen, ids = signs.of_list(asked, lambda: queries.listed(*asked))
    sign, _more = signs.held(asked, seen, lambda: signs.Held(signs.turns(ids)))

    def made() -> dict:
        lines = queries.some(ids)
        last = lines[PAGE - 1] if len(lines) > PAGE else None
        return {"hut": queries.house(hut_id) if hut_id else None, "things": show.things(lines[:PAGE]),
                "kinds": show.groups(queries.kinds_here()),
                "after": show.address(kind, hut_id, last) if last else "",
                "elsewhere": bool(kind) and not last and not any(line.free for line in lines)}
    return answer_kept("huts/items.html", made, asked=asked, sign=sign, words="", kind=kind, near=())


def _search(words: str):
    """What a search finds, best first."""
    seen, ids = signs.of_list(("search", words), lambda: _found(words))
    if not ids:
        misses.searched(words)
        return answer("huts/items.html", words=words, kind="", things="", after="", hut=None, kinds=(),
                      near=show.suggested(words), elsewhere=True)
    sign, _more = signs.held(ids, seen, lambda: signs.Held(signs.turns(ids)))

    def made() -> dict:
        lines = queries.some(ids)
        return {"things": show.things(lines), "elsewhere": not any(line.free for line in lines)}
    return answer_kept("huts/items.html", made, ids=ids, sign=sign, words=words, kind="", after="", hut=None, near=(),
                       kinds=())


@pages.get("/near")
def near_here():
    """What is free now of a kind, or with a word in its name, here and around, the nearest first."""
    words, kind = request.args.get("q", "").strip()[:60], request.args.get("k", "")
    origins = near.origins()
    chosen = next((row for row in origins if str(row[0]) == request.args.get("from")), origins[0] if origins else None)
    here = _typed_point() or (chosen[2:] if chosen else (None, None))
    found = near.free(site, words, kind, here)
    return answer("huts/near.html", words=words, kind=kind, name=show.kind_name(kind), lines=show.near_lines(found),
                  origins=[row[:2] for row in origins], chosen=chosen and chosen[0], asked=bool(words or kind))


def _typed_point() -> tuple[float, float] | None:
    """The point that an address names in degrees; it is kept nowhere."""
    lat, lon = (request.args.get(name, type=float) for name in ("lat", "lon"))
    return (lat, lon) if lat is not None and lon is not None and -90 < lat < 90 and -180 <= lon <= 180 else None


def after_of(typed: str) -> tuple[str, int]:
    """Behind which item a page of a list begins, as its address says."""
    number, _dot, name = typed.partition(".")
    return (name, int(number)) if re.fullmatch(r"\d{1,12}", number) and name else FIRST


def _found(words: str) -> tuple[int, ...]:
    """The items that a search finds, best first."""
    urls = [url for _title, url, _summary in found("huts", words, MOST_FOUND)]
    return tuple(int(url.rpartition("/")[2]) for url in urls if url.startswith("huts/items/"))


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
