"""Who comes to a date, who waits, and what staff decide about them; to look at and to print."""

import json
from typing import NamedTuple

from flask import abort, request

from portal import _, answer, audit, dates, may, require, say, see_other

from .. import queries, rules
from ..models import Activity, Occurrence, SignUp
from ..places import seats
from .dates import date_of, pages, when_of

N_ = rules.N_
GROUPS = (("asked", N_("To decide")), ("joined", N_("Taking part")), ("helper", N_("Helping")),
          ("offered", N_("Asked whether they come")), ("waiting", N_("Waiting")))
DECISIONS = {"approve": N_("Let in"), "refuse": N_("Turn down"), "remove": N_("Take off")}


class Entry(NamedTuple):
    """A party on the roster, ready to show."""

    id: int
    name: str
    phone: str
    size: int
    family: list[str]
    oneself: bool
    others: int
    channel: str
    until: str
    answers: list[tuple[str, str]]
    guest: bool


@pages.get("/desk/date/<int:occurrence_id>/roster")
def desk_roster(occurrence_id: int):
    """Who comes and who waits."""
    require("activities.roster")
    date = date_of(occurrence_id)
    activity = Activity.get_by_id(date.activity_id)
    groups = grouped(date, activity)
    return answer("activities/roster.html", date=date, activity=activity, groups=groups, when=when_of(date),
                  names=dict(GROUPS), edits=may("activities.edit") and not _settled(date),
                  channels={"desk": _("at the desk"), "phone": _("by phone"), "web": "", "import": ""})


def grouped(date: Occurrence, activity: Activity) -> dict[str, list[Entry]]:
    """The parties of a date by what they are; only groups that have some."""
    questions = [question for question, _must in rules.asked_in(activity.questions)]
    found: dict[str, list[Entry]] = {}
    for (row_id, state, role, name, phone, size, oneself, others, channel, _at, until, said, person,
         family) in queries.roster(id=date.id):
        group = "helper" if role == "helper" and state == "joined" else state
        found.setdefault(group, []).append(Entry(
            row_id, name or _("Erased"), phone or "", size, [n for n, in queries.unpack(family)], bool(oneself), others,
            channel, dates.said_at(until) if until else "", _said(questions, said), person is None and bool(name)))
    return {group: found[group] for group, _name in GROUPS if group in found}


def _settled(date: Occurrence) -> rules.Refusal | None:
    """Why staff can decide nothing about a date any more."""
    return rules.settled(date.state, date.ends_at, dates.now)


def _said(questions: list[str], answers: str) -> list[tuple[str, str]]:
    """(question, answer) of what was answered; questions may have changed since."""
    given = json.loads(answers) if answers else []
    named = questions + [""] * (len(given) - len(questions))
    return [(q, a) for q, a in zip(named, given, strict=False) if a]


@pages.post("/desk/date/<int:occurrence_id>/decide")
def desk_decide(occurrence_id: int):
    """Let a party in, turn it down, or take it off the list; the person is told why."""
    me = require("activities.edit")
    date, what = date_of(occurrence_id), request.form.get("do", "")
    row = SignUp.get_or_none((SignUp.id == request.form.get("sign_up", type=int))
                             & (SignUp.occurrence_id == date.id))
    if row is None or what not in DECISIONS:
        abort(404)
    if problem := _settled(date):
        say(_(problem.reason), "warn")
        return see_other(f"activities/desk/date/{date.id}/roster")
    reason = request.form.get("reason", "").strip()[:200]
    if what == "approve":
        done = seats.approve(row.id, me.who)
    else:
        done = seats.refuse(row.id, reason, me.who) if what == "refuse" else seats.remove(row.id, reason, me.who)
    if done:
        audit(me, f"activities.{what}", date.title, reason)
    say(_("Saved.") if done else _("Somebody else has decided this already."), "ok" if done else "warn")
    return see_other(f"activities/desk/date/{date.id}/roster")
