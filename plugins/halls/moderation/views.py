"""The pages of moderation: reporting a thing, appealing, and the queue of the staff."""

from flask import abort, request

from portal import TooMany, _, answer, count, refused, require, require_viewer, say, see_other

from ..pages import pages
from ..reportable import KINDS
from . import acts, queries
from .forms import AppealForm, DecisionForm, HideForm, ReportForm
from .kinds import RULES, Thing
from .models import Hiding

N_ = str

A_DAY = 20  # reports of one person
KIND = "<any(proposal, comment, statement):kind>"
SAID = {"told": N_("Thank you. Staff look at it, and you will read what they decide."),
        "again": N_("You have reported this already. Staff will look at it."),
        "looked": N_("Staff have looked at this already and see no rule broken.")}
HIDDEN = {"hidden": N_("Hidden. The rule and your reason stand in its place."),
          "asked": N_("People vote on this topic just now: somebody else has to agree. Until then it is shown."),
          "": N_("Somebody else has just done something about it.")}
DONE = {True: N_("Done."), "shown": N_("Done."),
        "asked": N_("People vote on this topic just now: somebody else has to agree. Until then it stays hidden.")}
STATES = {"asked": N_("A second person is asked"), "hidden": N_("Hidden"), "declined": N_("Not hidden"),
          "undone": N_("Shown again")}
LATE = N_("That cannot be done now: somebody else has decided, or it is for somebody else to decide.")


def _thing(kind: str, number: int) -> Thing:
    """A thing that residents can see or could, until it was hidden; else 404."""
    if kind not in KINDS:
        abort(404)
    return KINDS[kind].find([number]).get(number) or abort(404)


def _hiding(number: int) -> Hiding:
    return Hiding.get_or_none(Hiding.id == number) or abort(404)


@pages.route(f"/report/{KIND}/<int:thing_id>", methods=["GET", "POST"])
def report(kind: str, thing_id: int):
    """Report something that somebody has written."""
    viewer = require_viewer()
    thing = _thing(kind, thing_id)
    if thing.state != "shown":
        abort(404)
    form = ReportForm()
    if not form.validate_on_submit():
        show = refused if request.method == "POST" else answer
        return show("halls/moderation/report.html", form=form, thing=thing)
    try:
        count(f"halls report {viewer.person_id}", A_DAY, 86400)
        said = acts.report(thing, form.rule.data, form.text.data.strip(), viewer)
        say(_(SAID[said]), "ok" if said == "told" else "warn")
    except TooMany:
        say(_("That were many for one day. Please go on tomorrow, or call us."), "warn")
    return see_other(thing.url)


@pages.route("/hidden/<int:hiding_id>", methods=["GET", "POST"])
def hidden(hiding_id: int):
    """What somebody wrote and was hidden, for them alone: the rule, the reason, and their appeal."""
    viewer = require_viewer()
    row = _hiding(hiding_id)
    if row.author_id != viewer.person_id or row.state in ("asked", "declined"):
        abort(404)
    thing = KINDS[row.kind].find([row.thing_id]).get(row.thing_id) or abort(404)
    form = AppealForm()
    seen = {"form": form, "row": row, "thing": thing, "rule": _(RULES.get(row.rule, row.rule))}
    if not form.validate_on_submit():
        show = refused if request.method == "POST" else answer
        return show("halls/moderation/hidden.html", **seen)
    if acts.appeal(row, viewer.person_id, form.text.data.strip()):
        say(_("Sent. Somebody who has not hidden it decides, and you will read why."))
    else:
        say(_(LATE), "warn")
    return see_other(f"halls/hidden/{hiding_id}")


@pages.get("/desk/moderation")
def moderation_desk():
    """What waits for staff: reports, second opinions, appeals; and what was done last."""
    viewer = require("halls.moderate")
    return answer("halls/moderation/desk.html", reported=queries.reported(), unsettled=queries.unsettled(),
                  settled=queries.settled(), words=_words(), me=acts.one(viewer))


def _words() -> dict[str, dict[str, str]]:
    return {"kinds": {name: _(kind.word) for name, kind in KINDS.items()},
            "states": {name: _(words) for name, words in STATES.items()},
            "rules": {name: _(words) for name, words in RULES.items()}}


@pages.route(f"/desk/moderation/{KIND}/<int:thing_id>", methods=["GET", "POST"])
def moderate(kind: str, thing_id: int):
    """Look at a thing with what was reported of it, and hide it by a rule, or leave it."""
    viewer = require("halls.moderate")
    thing = _thing(kind, thing_id)
    form = HideForm()
    if request.form.get("do") == "leave":
        acts.leave(thing, viewer)
        say(_("It stays. Who has reported it has been told."))
        return see_other("halls/desk/moderation")
    if not form.validate_on_submit():
        show = refused if request.method == "POST" else answer
        return show("halls/moderation/thing.html", form=form, thing=thing, reports=queries.reports_of(thing),
                    two=acts.poll_runs(thing.topic_id), words=_words())
    done = acts.hide(thing, form.rule.data, form.reason.data.strip(), viewer) if thing.state == "shown" else ""
    say(_(HIDDEN[done]), "ok" if done == "hidden" else "warn")
    return see_other("halls/desk/moderation")


@pages.route("/desk/hidings/<int:hiding_id>", methods=["GET", "POST"])
def hiding(hiding_id: int):
    """One hiding: agree to it or not, decide its appeal, show the thing again."""
    viewer = require("halls.moderate")
    row = _hiding(hiding_id)
    form = DecisionForm()
    if request.method == "POST" and form.validate():
        done = acts.decide(row, form.granted.data == "yes", form.answer.data.strip(), viewer)
        say(_("Decided. Its author has been told.") if done else _(LATE), "ok" if done else "bad")
        return see_other("halls/desk/moderation")
    show = refused if request.method == "POST" else answer
    thing = queries.things([(row.kind, row.thing_id)]).get((row.kind, row.thing_id))
    return show("halls/moderation/hiding.html", form=form, row=row, thing=thing, words=_words(), me=acts.one(viewer),
                two=acts.poll_runs(row.topic_id), decides=acts.decides(row, acts.one(viewer)))


@pages.post("/desk/hidings/<int:hiding_id>/<any(agree, decline, undo, keep):move>")
def settle_hiding(hiding_id: int, move: str):
    """Agree to hide, decline to, show again, or keep hidden what somebody has asked to show."""
    viewer = require("halls.moderate")
    act = {"agree": acts.agree, "decline": acts.decline, "undo": acts.undo, "keep": acts.keep}[move]
    done = act(_hiding(hiding_id), viewer)
    say(_(DONE.get(done, LATE)), "warn" if done == "asked" else "ok" if done else "bad")
    return see_other("halls/desk/moderation")
