"""What the counter prints, and the sheet that is typed in later."""

from flask import abort, request

from portal import _, answer, dates, now, refused, require

from .. import codes
from ..lending import queries
from ..pages import pages
from ..refusals import Refusal
from . import hand, show, typed
from .views import by, house

EMPTY = 10  # lines to write on


@pages.get("/counter/<int:hut_id>/slip")
def counter_slip(hut_id: int):
    """What somebody took along, to be printed 80 mm wide or as A6."""
    require("huts.desk")
    hut = house(hut_id)
    numbers = [int(n) for n in request.args.get("loan", "").split("-") if n.isdecimal() and len(n) < 10]
    first = queries.loan(numbers[0]) if numbers else None
    found = hand.lent(numbers, first.person_id) if first else []
    if not found:
        abort(404)
    lines = [(row.item, codes.shown(row.code or ""), dates.near_at(row.due_at) if row.due_at else "") for row in found]
    return answer("huts/slip.html", hut=hut, person=first.person or _("Erased"), lines=lines,
                  at=dates.at(found[0].out_at), a6=request.args.get("paper") == "a6",
                  numbers="-".join(str(row.id) for row in found))


@pages.get("/counter/<int:hut_id>/sheet")
def counter_sheet(hut_id: int):
    """Today on paper: what is due, what is to be picked up, lines to write on."""
    require("huts.desk")
    hut = house(hut_id)
    return answer("huts/today.html", hut=hut, lists=show.lists(show.day_of(hut)), day=dates.day(now()),
                  empty=range(EMPTY))


@pages.route("/counter/<int:hut_id>/typed", methods=["GET", "POST"])
def counter_typed(hut_id: int):
    """Type in what was written on paper: right lines are stored, the others stay with their reason."""
    me, hut = require("huts.desk"), house(hut_id)
    if request.method == "GET":
        return _typed(hut, dates.iso_day(now()), [typed.Line(n) for n in range(typed.LINES)])
    day, lines = typed.day_of(request.form.get("day", "")), typed.lines_of(request.form)
    if isinstance(day, Refusal):
        return _typed(hut, request.form.get("day", ""), lines, problem=day)
    done, left = typed.store(hut, day, lines, by(me), request.form.get("_key", ""))
    kept = [*left, *(typed.Line(n) for n in range(len(left), typed.LINES))]
    return _typed(hut, day.isoformat(), kept, done, bad=bool(left))


def _typed(hut, day: str, lines: list, done: list = (), problem: Refusal | None = None, bad: bool = False):
    """The form; refused where nothing at all could be stored."""
    page = refused if problem or bad and not done else answer
    shown = [(n, line, show.refusal(line.problem, hut.id) if line.problem else None) for n, line in enumerate(lines)]
    return page("huts/typed.html", hut=hut, day=day, lines=shown, left=sum(1 for _n, _line, why in shown if why),
                done=[(one.line.time, one.name, one.person, one.line.way) for one in done],
                problem=show.refusal(problem, hut.id).why if problem else "")
