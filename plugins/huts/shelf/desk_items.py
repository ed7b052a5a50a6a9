"""What staff do with items and their units: write, show, withdraw, add, retire."""

from flask import abort, request

from portal import (
    _,
    answer,
    answer_kept,
    audit,
    changes,
    ngettext,
    now,
    refused,
    require,
    say,
    see_other,
    stale,
)

from .. import categories, codes
from ..models import Item
from ..pages import pages
from . import forms, keeping, pictures, queries, show, words

COPIED = ("name", "summary", "text", "rules", "inside", "asked_out", "asked_back", "owner", "owner_name", "gives",
          "audience")
FOLDED = ("owner_name", "gives", "value", "deposit", "asked_out", "asked_back")  # folded up while none is used
MOVES = {"show": ("draft", "withdrawn"), "withdraw": ("shown",)}
DONE = {"show": "shown", "withdraw": "withdrawn"}


@pages.get("/desk/items/")
def desk_items():
    """All items of the site, by name."""
    require("huts.edit")
    number, _dot, name = request.args.get("after", "").partition(".")
    after = (name, int(number)) if name and number.isdecimal() and len(number) < 13 else queries.FIRST

    def made() -> dict:
        ids = queries.desk_listed(after)
        rows = queries.desk_lines(ids[:queries.DESK_PAGE])
        more = show.after(rows[-1][1], rows[-1][0]) if len(ids) > queries.DESK_PAGE else ""
        return {"rows": rows, "states": words.ITEMS, "more": more}
    return answer_kept("huts/desk_items.html", made, after=after, seen=changes("huts"))


@pages.route("/desk/items/new", methods=["GET", "POST"])
def desk_item_new():
    """Write a new item; it is a draft until it is shown."""
    me = require("huts.edit")
    form, hut_id = forms.ItemForm(), _hut_id()
    if not form.validate_on_submit() or hut_id is None:
        return _form(form, None, hut_id)
    item = Item.create(hut_id=hut_id, **_values(form), **_by(me))
    keeping.add_units(item.id, hut_id, 1, "good")
    audit(me, "huts.item", item.name)
    say(_("Kept as a draft with one unit. Look it over, then show it."))
    return see_other(f"huts/desk/items/{item.id}")


@pages.get("/desk/items/<int:item_id>")
def desk_item(item_id: int):
    """An item with its units."""
    require("huts.edit")
    return _overview(_item(item_id), forms.UnitsForm(formdata=None))


def _overview(item: queries.Thing, form, status: int = 200):
    rows = [(code, codes.shown(code), _(words.CONDITIONS[condition]), note, *show.state(words.UNITS[state]), hut)
            for _id, code, condition, note, state, hut in queries.units(item=item.id)]
    return answer("huts/desk_item.html", status=status, item=item, rows=rows, form=form, state=words.ITEMS[item.state],
                  pictures=pictures.seen(item), kind=categories.name(item.category, show.locale()))


@pages.route("/desk/items/<int:item_id>/edit", methods=["GET", "POST"])
def desk_item_edit(item_id: int):
    """Change what an item says; refused when somebody else was quicker."""
    me = require("huts.edit")
    item = Item.get_or_none(Item.id == item_id) or abort(404)
    form = forms.ItemForm(data=_typed(item)) if request.method == "GET" else forms.ItemForm()
    hut_id = item.hut_id if request.method == "GET" else _hut_id()
    if not form.validate_on_submit() or hut_id is None:
        return _form(form, item, hut_id)
    if stale(item.version):
        form.version.data = str(item.version)
        form.name.errors = [_("Someone changed this meanwhile. Look it over, and save again.")]
        return _form(form, item, hut_id)
    values = _values(form) | {"hut_id": hut_id, "changed_at": now()}
    same = (Item.id == item.id) & (Item.version == item.version)
    if not Item.update(version=Item.version + 1, **values).where(same).execute():
        abort(409)
    keeping.rehome(item.id, hut_id)
    keeping.find(item.id)
    audit(me, "huts.item_edit", values["name"])
    say(_("Saved."))
    return see_other(f"huts/desk/items/{item.id}")


@pages.post("/desk/items/<int:item_id>/<any(show, withdraw):move>")
def desk_item_move(item_id: int, move: str):
    """Show an item to residents, or no longer."""
    me = require("huts.edit")
    item = _item(item_id)
    if item.state in MOVES[move]:
        Item.update(state=DONE[move], version=Item.version + 1, changed_at=now()).where(Item.id == item_id).execute()
        keeping.find(item_id)
        audit(me, f"huts.item_{move}", item.name)
        say(_("Residents see it now.") if move == "show" else _("Residents no longer see it. What is out stays out."))
    return see_other(f"huts/desk/items/{item_id}")


@pages.post("/desk/items/<int:item_id>/units")
def desk_units(item_id: int):
    """Add units, each with a label of its own."""
    me = require("huts.edit")
    item, form = _item(item_id), forms.UnitsForm()
    if not form.validate_on_submit():
        return _overview(item, form, 422)
    keeping.add_units(item.id, item.hut_id, form.number.data, form.condition.data)
    audit(me, "huts.units", item.name, str(form.number.data))
    say(ngettext("%(n)s unit is added.", "%(n)s units are added.", form.number.data))
    return see_other(f"huts/desk/items/{item.id}")


@pages.route("/desk/units/<code>", methods=["GET", "POST"])
def desk_unit(code: str):
    """What staff say of one unit."""
    me = require("huts.edit")
    unit, item = _unit(code)
    form = forms.UnitForm(data={"condition": unit.condition, "note": unit.note}) if request.method == "GET" \
        else forms.UnitForm()
    if not form.validate_on_submit():
        said, kind = show.state(words.UNITS[unit.state])
        return answer("huts/desk_unit.html", status=422 if form.problems else 200, form=form, code=unit.code,
                      shown=codes.shown(unit.code), item=(item.id, item.name), words=said, kind=kind,
                      may_retire=unit.state in keeping.IDLE)
    keeping.describe(unit.id, form.condition.data, form.note.data or "")
    audit(me, "huts.unit", item.name, unit.code)
    say(_("Saved."))
    return see_other(f"huts/desk/items/{item.id}")


@pages.post("/desk/units/<code>/retire")
def desk_retire(code: str):
    """A unit that nobody can borrow any more."""
    me = require("huts.edit")
    unit, item = _unit(code)
    if keeping.retire(unit.id, _by(me)):
        audit(me, "huts.retire", item.name, unit.code)
        say(_("Retired. Its place in the figures stays."))
    else:
        say(_("Somebody has it or waits for it. Take it back first."), "bad")
    return see_other(f"huts/desk/items/{item.id}")


def _unit(code: str):
    unit = keeping.unit(codes.read(code) or "") or abort(404)
    return unit, _item(unit.item_id)


def _item(item_id: int) -> queries.Thing:
    return queries.thing(item_id) or abort(404)


def _by(me) -> dict:
    return {"actor_id": me.who["actor_id"], "person_id": me.who["person_id"], "channel": "desk"}


def _hut_id() -> int | None:
    """The hut that was chosen; none where it is not of this site."""
    typed = request.form.get("hut", "")
    found = {str(row[0]) for row in queries.desk_houses()}
    return int(typed) if typed in found else None


def _values(form) -> dict:
    return {name: form[name].data for name in COPIED} | {
        "category": form.kind, "value_fen": form.value_fen, "deposit_fen": form.deposit_fen}


def _typed(item: Item) -> dict:
    return {name: getattr(item, name) for name in COPIED} | {
        "version": item.version, "category": categories.name(item.category, show.locale()),
        "value": show.yuan(item.value_fen), "deposit": show.yuan(item.deposit_fen)}


def _form(form, item: Item | None, hut_id: int | None):
    """The form as it stands, or refused."""
    huts = [(str(row[0]), row[2]) for row in queries.desk_houses()]
    missing = request.method == "POST" and hut_id is None
    page = refused if form.problems or missing else answer
    return page("huts/desk_item_form.html", form=form, item=item, huts=huts,
                hut_id=hut_id or (huts[0][0] if huts else ""),
                extra=[("hut", _("Choose the hut that is its home."))] if missing else (),
                kinds=show.kinds(), more=any(form[name].data or form[name].errors for name in FOLDED))
