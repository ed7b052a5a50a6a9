"""What staff do with the pictures of a hut or an item: add, say what they show, put one first, take away."""

from collections.abc import Callable
from typing import Any

from flask import abort, request

from portal import _, answer, audit, now, refused, require, say, see_other, stale

from ..models import Hut, Item
from ..pages import pages
from . import forms, pictures, queries
from .pictures import Picture

Steps = dict[str, Callable[[list[Picture], int, str], list[Picture]]]

STEPS: Steps = {
    "say": lambda there, n, text: [*there[:n], Picture(there[n].name, text or there[n].text), *there[n + 1:]],
    "first": lambda there, n, _text: [there[n], *there[:n], *there[n + 1:]],
    "away": lambda there, n, _text: [*there[:n], *there[n + 1:]],
}


@pages.route("/desk/<int:hut_id>/pictures", methods=["GET", "POST"])
def desk_hut_pictures(hut_id: int):
    """The pictures of a hut."""
    return _pictures(Hut, queries.house, hut_id, "huts.hut_pictures", f"huts/desk/{hut_id}")


@pages.route("/desk/items/<int:item_id>/pictures", methods=["GET", "POST"])
def desk_item_pictures(item_id: int):
    """The pictures of an item."""
    return _pictures(Item, queries.thing, item_id, "huts.item_pictures", f"huts/desk/items/{item_id}")


def _pictures(model: type, find: Callable[[int], Any], number: int, act: str, back: str):
    me = require("huts.edit")
    row = find(number) or abort(404)
    there, form = list(pictures.of(row)), forms.PictureForm()
    if request.method == "GET":
        return _page(row, back, form)
    step = "step" in request.form
    if step and stale(row.version):  # what was the second may be the first by now
        say(_("Someone changed this meanwhile. Look it over, and save again."), "bad")
        return see_other(f"{back}/pictures")
    changed = _stepped(there) if step else _added(there, form)
    if changed is None:
        return _page(row, back, form)
    same = (model.id == row.id) & (model.version == row.version)
    if not model.update(version=model.version + 1, changed_at=now(), **pictures.columns(changed)).where(same).execute():
        abort(409)
    audit(me, act, row.name)
    say(_("Saved."))
    return see_other(f"{back}/pictures")


def _added(there: list[Picture], form: forms.PictureForm) -> list[Picture] | None:
    """With the picture that was sent; None where it cannot be taken, and the form says why."""
    if len(there) >= pictures.MOST:
        abort(400)
    name = form.stored_picture() if form.validate() else ""
    return None if form.problems else [*there, Picture(name, form.picture_alt.data)]


def _stepped(there: list[Picture]) -> list[Picture]:
    """With what was done to one of them."""
    step, _dot, n = request.form["step"].partition(".")
    if step not in STEPS or n not in map(str, range(len(there))):
        abort(400)
    return STEPS[step](there, int(n), request.form.get("text", "").strip()[:200])


def _page(row, back: str, form: forms.PictureForm):
    lines = [(n, url, text) for n, (url, text) in enumerate(pictures.seen(row))]
    return (refused if form.problems else answer)(
        "huts/desk_pictures.html", form=form, row=row, lines=lines, back=back, full=len(lines) >= pictures.MOST)
