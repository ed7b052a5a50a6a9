"""The pages of reports: reporting a skill or a want, appealing, and the queue of the staff."""

from flask import abort, request

from portal import TooMany, _, answer, count, refused, require, require_viewer, say, see_other

from ..models import ThingHiding
from ..pages import pages
from . import acts, queries
from .forms import AppealForm, DecisionForm, ReportForm, RuleForm
from .kinds import KINDS, RULES, Thing, thing, things

N_ = str

A_DAY = 20  # reports of one person
KIND = "<any(skill, want):kind>"
DESK = "huts/desk/reports"
SAID = {"told": N_("Thank you. Staff look at it, and you will read what they decide."),
        "again": N_("You have reported this already. Staff will look at it."),
        "looked": N_("Staff have looked at this already and see no rule broken.")}
LATE = N_("That cannot be done now: somebody else has decided, or it is for somebody else to decide.")


def _thing(kind: str, number: int) -> Thing:
    return thing(kind, number) or abort(404)


def _rules() -> dict[str, str]:
    return {name: _(words) for name, words in RULES.items()}


@pages.route(f"/report/{KIND}/<int:reported_id>", methods=["GET", "POST"])
def report(kind: str, reported_id: int):
    """Report a skill or a want that neighbours see."""
    viewer, found, form = require_viewer(), _thing(kind, reported_id), ReportForm()
    if found.state != "shown" or found.author_id == viewer.person_id:
        abort(404)
    if not form.validate_on_submit():
        show = refused if request.method == "POST" else answer
        return show("huts/reports/report.html", form=form, thing=found)
    try:
        count(f"huts report {viewer.person_id}", A_DAY, 86400)
        said = acts.report(found, form.rule.data, form.text.data.strip(), viewer)
        say(_(SAID[said]), "ok" if said == "told" else "warn")
    except TooMany:
        say(_("That were many for one day. Please go on tomorrow, or call us."), "warn")
    return see_other(found.url)


@pages.route("/hidden/<int:ruling_id>", methods=["GET", "POST"])
def hidden(ruling_id: int):
    """What somebody wrote and was hidden, for them alone: the rule, the reason, and their appeal."""
    viewer, row, form = require_viewer(), _hiding(ruling_id), AppealForm()
    if row.author_id != viewer.person_id:
        abort(404)
    found = _thing(row.kind, row.thing_id)
    if not form.validate_on_submit():
        show = refused if request.method == "POST" else answer
        return show("huts/reports/hidden.html", form=form, row=row, thing=found, rule=_rules().get(row.rule, row.rule))
    if found.state == "hidden" and acts.appeal(row, viewer.person_id, form.text.data.strip()):
        say(_("Sent. Somebody who has not hidden it decides, and you will read why."))
    else:
        say(_(LATE), "warn")
    return see_other(f"huts/hidden/{ruling_id}")


def _hiding(number: int) -> ThingHiding:
    return ThingHiding.get_or_none(ThingHiding.id == number) or abort(404)


@pages.get("/desk/reports")
def reports_desk():
    """What waits for staff: reports and appeals; and what was hidden last."""
    require("huts.edit")
    told, hidings = queries.waiting(), [*queries.appeals(), *queries.latest()]
    known = things([(row[0], row[1]) for row in told] + [(row[1], row[2]) for row in hidings])
    lines = [(row, known.get((row[1], row[2]))) for row in hidings]
    return answer("huts/reports/desk.html", rules=_rules(), kinds={name: _(kind.word) for name, kind in KINDS.items()},
                  reported=[(known[kind, n], times, at) for kind, n, times, at in told if (kind, n) in known],
                  appeals=[line for line in lines if line[0][5] == "waiting"],
                  latest=[line for line in lines if line[0][5] != "waiting"])


@pages.route(f"/desk/reports/{KIND}/<int:reported_id>", methods=["GET", "POST"])
def reported(kind: str, reported_id: int):
    """Look at a thing with what was reported of it, and hide it by a rule, or leave it."""
    viewer, found, form = require("huts.edit"), _thing(kind, reported_id), RuleForm()
    if request.form.get("do") == "leave":
        say(_("It stays. Who has reported it has been told.") if acts.leave(found, viewer) else _("Nothing waits."))
        return see_other(DESK)
    if not form.validate_on_submit():
        show = refused if request.method == "POST" else answer
        return show("huts/reports/thing.html", form=form, thing=found, rules=_rules(),
                    reports=queries.reports_of(kind, reported_id))
    done = acts.hide(found, form.rule.data, form.reason.data.strip(), viewer)
    say(_("Not shown any more. Who wrote it reads why, and who has reported it is told.") if done else _(LATE),
        "ok" if done else "bad")
    return see_other(DESK)


@pages.route("/desk/hidings/<int:ruling_id>", methods=["GET", "POST"])
def decide_appeal(ruling_id: int):
    """One hiding; its appeal is decided by somebody who has not hidden it."""
    viewer, row, form = require("huts.edit"), _hiding(ruling_id), DecisionForm()
    if request.method == "POST" and form.validate():
        done = acts.decide(row, form.granted.data == "yes", form.answer.data.strip(), viewer)
        say(_("Decided. Its author has been told.") if done else _(LATE), "ok" if done else "bad")
        return see_other(DESK)
    show = refused if request.method == "POST" else answer
    return show("huts/reports/hiding.html", form=form, row=row, thing=thing(row.kind, row.thing_id), rules=_rules(),
                decides=acts.decides(row, acts.one(viewer)))
