"""Who did not come: what staff mark after a date has begun, a resident's appeal, and the page where it is decided."""

from flask import abort, request

from portal import (
    Link,
    Person,
    TooMany,
    _,
    answer,
    audit,
    count,
    dates,
    may,
    ngettext,
    refused,
    require,
    require_viewer,
    say,
    see_other,
)

from .. import rules
from ..attendance import missed
from ..models import Appeal
from ..rules import N_, Refusal
from ..views import row_id
from .dates import date_of, when_of
from .door import pages

DECIDED = {"lifted": (N_("Lifted"), "ok"), "kept": (N_("Left as it is"), "")}
A_DAY = 5  # appeals of one person


@pages.get("/desk/date/<int:occurrence_id>/absent")
def desk_absent(occurrence_id: int):
    """Who has a place on a date and was not checked in."""
    require("activities.no_show")
    return _absent(date_of(occurrence_id))


def _absent(date, problem: Refusal | None = None):
    shown = refused if problem else answer
    rows = missed.absent(date.id)
    return shown("activities/absent.html", date=date, when=when_of(date), rows=rows, marks=missed.MARKS,
                 left=sum(not row.missed for row in rows), begun=date.starts_at <= dates.now,
                 problem=_(problem.reason, **problem.values) if problem else "")


@pages.post("/desk/date/<int:occurrence_id>/absent")
def desk_mark(occurrence_id: int):
    """Mark somebody, or all others, as not having come; or take a mark back."""
    me = require("activities.no_show")
    date, rest = date_of(occurrence_id), request.form.get("rest") == "no-show"
    chosen = [(mark, row_id(request.form, name)) for name, mark in
              (("no_show", "no-show"), ("excused", "excused"), ("back", "")) if name in request.form]
    if not rest and (len(chosen) != 1 or chosen[0][1] is None):
        abort(404)
    mark, number = ("no-show", None) if rest else chosen[0]
    done, problem = missed.mark(date, mark, number)
    if problem:
        return _absent(date, problem)
    audit(me, "activities.missed", date.title, f"{number or 'all'}: {mark or 'taken back'}")
    say(ngettext("%(n)s person did not come.", "%(n)s did not come.", done) if rest else _("Saved."))
    return see_other(f"activities/desk/date/{date.id}/absent")


# The appeal: a sentence by the person, a decision by staff.


@pages.get("/appeal")
def appeal():
    """What stands against the viewer, and where to say that it is not right."""
    return _appeal(require_viewer().person_id)


def _appeal(person_id: int, problem: Refusal | None = None):
    shown = refused if problem else answer
    row = Appeal.get_or_none(Appeal.person_id == person_id)
    found = missed.dates_missed(person_id)
    why = rules.waits_first(len(found))
    return shown("activities/appeal.html", row=row, missed=[(d[0], dates.when(*d[1:])) for d in found],
                 why=_(why.reason) if why else "", problem=_(problem.reason) if problem else "",
                 typed=request.form.get("text", ""))


@pages.post("/appeal")
def send_appeal():
    """Write to the staff."""
    me = require_viewer()
    try:
        count(f"appeal {me.person_id}", A_DAY, 86400)
    except TooMany:
        return _appeal(me.person_id, Refusal(N_("That was often enough for today. Please call the community.")))
    problem = missed.appeal(me.person_id, " ".join(request.form.get("text", "").split())[:500], me.who)
    if problem:
        return _appeal(me.person_id, problem)
    say(_("Thank you. Somebody will look at it and tell you."))
    return see_other("activities/appeal")


@pages.get("/desk/appeals")
def desk_appeals():
    """Appeals that wait for a decision, and the last that were decided."""
    require("activities.no_show")
    rows = (Appeal.select(Appeal.id, Appeal.person_id, Person.name, Person.phone, Appeal.text, Appeal.at, Appeal.state,
                          Appeal.answer).join(Person, on=(Person.id == Appeal.person_id)))
    waiting = [(*row, [(d[0], dates.when(*d[1:])) for d in missed.dates_missed(row[1])])
               for row in rows.where(Appeal.state == "open").order_by(Appeal.at).limit(50).tuples()]
    done = list(rows.where(Appeal.state != "open").order_by(Appeal.decided_at.desc()).limit(20).tuples())
    return answer("activities/appeals.html", waiting=waiting, done=done, decided=DECIDED)


@pages.post("/desk/appeals")
def desk_decide_appeal():
    """Lift it, or not; the person is told."""
    me = require("activities.no_show")
    number, what = row_id(request.form, "appeal"), request.form.get("do")
    if number is None or what not in ("lift", "keep"):
        abort(404)
    said = request.form.get("answer", "").strip()[:200]
    row = missed.decide(number, request.form.get("at", 0, type=int), what == "lift", said, me.who)
    if row is None:
        say(_("Somebody else has decided this already."), "warn")
    else:
        audit(me, f"activities.appeal_{row.state}", str(row.person_id), row.answer)
        say(_("Saved. The person was told."))
    return see_other("activities/desk/appeals")


def menu():
    """The entry in the menu of staff; on it, for who decides them, how many appeals wait."""
    if not may("activities.edit"):
        return []
    appeals = missed.open_appeals() if may("activities.no_show") else 0
    return [Link("activities/desk/", _("Activities"), "calendar-days", 10, appeals)]
