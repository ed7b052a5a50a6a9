"""What staff do with huts: register, change, open, close, and say on which days they keep other hours."""

import json

from flask import abort, request

from portal import (
    _,
    answer,
    answer_kept,
    audit,
    changes,
    may,
    now,
    refused,
    require,
    say,
    see_other,
    stale,
)

from .. import hours
from ..models import Hut, Item, SpecialDay
from ..pages import pages
from . import forms, keeping, pictures, queries, show, words

TYPED = ("name", "code", "character", "address", "keepers", "phone", "story", "holidays", "audience", "lat", "lon")
MOVES = {"open": ("draft", "closed"), "close": ("open",)}
DONE = {"open": "open", "close": "closed"}


@pages.get("/desk/")
def desk():
    """The huts of the site."""
    require("huts.edit")
    return answer_kept("huts/desk.html", lambda: {"huts": queries.desk_houses(), "states": words.HUTS},
                       seen=changes("huts"), figures=may("huts.figures"))


@pages.route("/desk/new", methods=["GET", "POST"])
def desk_hut_new():
    """Register a hut; it is a draft until it is opened."""
    me = require("huts.edit")
    form = forms.HutForm()
    values = _values(form, None) if form.is_submitted() else None
    if values is None:
        return _form(form, None)
    row = Hut.create(**values, actor_id=me.who["actor_id"], person_id=me.who["person_id"], channel="desk")
    audit(me, "huts.hut", row.name)
    say(_("Registered as a draft. Look it over, then open it to residents."))
    return see_other(f"huts/desk/{row.id}")


@pages.get("/desk/<int:hut_id>")
def desk_hut(hut_id: int):
    """A hut with its hours."""
    require("huts.edit")
    return _overview(_hut(hut_id), forms.SpecialForm(formdata=None))


def _overview(row: queries.House, form, status: int = 200):
    special = queries.special_days(row.id, show.today())
    lines = [(*show.special_line(day, times, why), day) for day, (times, why) in special.items()]
    return answer("huts/desk_hut.html", status=status, hut=row, state=words.HUTS[row.state], form=form, special=lines,
                  opens=show.opening(row, special), pictures=pictures.seen(row))


@pages.route("/desk/<int:hut_id>/edit", methods=["GET", "POST"])
def desk_hut_edit(hut_id: int):
    """Change what a hut says; refused when somebody else was quicker."""
    me = require("huts.edit")
    row = _hut(hut_id)
    form = forms.HutForm(data=row._asdict()) if request.method == "GET" else forms.HutForm()
    values = _values(form, row) if form.is_submitted() else None
    if values is None:
        return _form(form, row)
    same = (Hut.id == row.id) & (Hut.version == row.version)
    if not Hut.update(version=Hut.version + 1, changed_at=now(), **values).where(same).execute():
        abort(409)
    audit(me, "huts.hut_edit", values["name"])
    say(_("Saved."))
    return see_other(f"huts/desk/{hut_id}")


@pages.post("/desk/<int:hut_id>/<any(open, close):move>")
def desk_hut_move(hut_id: int, move: str):
    """Open a hut to residents, or close it for now."""
    me = require("huts.edit")
    row = _hut(hut_id)
    if move == "open" and show.hours_of(row, {}).next_open(now()) is None:
        say(_("It never opens. Edit its hours first."), "bad")
    elif row.state in MOVES[move]:
        Hut.update(state=DONE[move], version=Hut.version + 1, changed_at=now()).where(Hut.id == hut_id).execute()
        for number, in list(Item.select(Item.id).where((Item.hut_id == hut_id) & (Item.state == "shown")).tuples()):
            keeping.find(number)
        audit(me, f"huts.hut_{move}", row.name)
        say(_("Residents see it now.") if move == "open" else _("Closed for now. Residents see that it is."))
    return see_other(f"huts/desk/{hut_id}")


@pages.post("/desk/<int:hut_id>/days")
def desk_special(hut_id: int):
    """Say that a hut keeps other hours on a day; said again, it is the new ones that hold."""
    me = require("huts.edit")
    row, form = _hut(hut_id), forms.SpecialForm()
    if not form.validate_on_submit():
        return _overview(row, form, 422)
    day, spans = form.day.data.isoformat(), json.dumps(form.spans)
    SpecialDay.delete().where((SpecialDay.hut_id == hut_id) & (SpecialDay.day == day)).execute()
    SpecialDay.create(hut_id=hut_id, day=day, hours=spans, why=form.why.data or "")
    audit(me, "huts.day", row.name, day)
    say(_("Saved. What is due on that day keeps its time; whoever comes from now on gets the new one."))
    return see_other(f"huts/desk/{hut_id}")


@pages.post("/desk/<int:hut_id>/days/<day>/delete")
def desk_special_gone(hut_id: int, day: str):
    """The day is like its weekday again."""
    me = require("huts.edit")
    row = _hut(hut_id)
    if SpecialDay.delete().where((SpecialDay.hut_id == hut_id) & (SpecialDay.day == day)).execute():
        audit(me, "huts.day_gone", row.name, day)
        say(_("The day is like its weekday again."))
    return see_other(f"huts/desk/{hut_id}")


def _hut(hut_id: int) -> queries.House:
    return queries.house(hut_id) or abort(404)


def _values(form, row: queries.House | None) -> dict | None:
    """What was typed, as columns; None where something has to be put right, and the form says what."""
    read = hours.read(request.form)
    right = form.validate() and not read.problems
    if right and row and stale(row.version):
        form.version.data = str(row.version)
        form.name.errors = [_("Someone changed this meanwhile. Look it over, and save again.")]
        right = False
    if right and _taken(form.code.data, row):
        form.code.errors = [_("Another hut has this code.")]
        right = False
    return {name: form[name].data for name in TYPED} | {"hours": hours.packed(read.week)} if right else None


def _taken(code: str, row: queries.House | None) -> bool:
    return any(found == code and (row is None or number != row.id) for number, found, *_rest in queries.desk_houses())


def _form(form, row: queries.House | None):
    """The form as it stands, or refused."""
    sent = request.method == "POST"
    read = hours.read(request.form) if sent else None
    week = hours.week_of(row.hours) if row else ((),) * 7
    days = []
    for name, label, times in zip(hours.WEEKDAYS, show.weekdays(), week, strict=True):
        problem = read.problems.get(name) if read else None
        typed = request.form.get(name, "") if sent else hours.typed(times)
        days.append((name, label, typed, _(problem.reason, **problem.values) if problem else ""))
    return (refused if sent else answer)(
        "huts/desk_hut_form.html", form=form, hut=row, days=days, extra=[(d[0], d[3]) for d in days if d[3]])
