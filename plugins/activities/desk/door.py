"""The door: a light page for whoever stands there, and what a scanned code shows."""

from functools import partial

from flask import abort, request

from portal import _, answer, answer_kept, audit, dates, kept, may, refused, require, say, see_other, viewer

from ..attendance import codes, door
from ..models import SignUp
from ..rules import Refusal
from ..views import row_id
from .dates import when_of
from .roster import pages

SHOWN = 100  # parties on one page; the others are found by their name


@pages.get("/desk/date/<int:occurrence_id>/door")
def desk_door(occurrence_id: int):
    """Who is expected and who is here; `q` finds a party by its code or a name."""
    require("activities.check_in")
    return _page(occurrence_id, request.args.get("q", "")[:60].strip())


def _page(occurrence_id: int, words: str = "", problem: Refusal | None = None):
    date, joined = door.seen(occurrence_id) or abort(404)
    rosters = may("activities.roster")
    if not words and not problem:  # the page that stays open, kept until somebody comes
        return answer_kept("activities/door.html", lambda: _shown(date, door.parties(joined), rosters),
                           seen=(date, joined), rosters=rosters)
    everybody = door.parties(joined)
    found, problem = (everybody, problem) if problem else door.sought(everybody, words, date.id)
    shown = partial(refused, problem=_said(problem)) if problem else answer
    return shown("activities/door.html", **_shown(date, everybody, rosters, found, words, bool(problem)))


def _shown(date: door.Date, everybody: list[door.Party], rosters: bool, found: list[door.Party] | None = None,
           words: str = "", problem: bool = False) -> dict:
    """What the page shows: those who were `found`, else everybody, and the count of all."""
    found = everybody if found is None else found
    expected = [p for p in found if p.came is None]
    here = sorted((p for p in found if p.came is not None), key=lambda p: -p.came_at)
    top = kept("activities/door_top.html", lambda: {"when": when_of(date)}, date=date, words=words,
               some=bool(words or problem), rosters=rosters,
               came=sum(p.came or 0 for p in everybody), size=sum(p.size for p in everybody))
    return {"date": date, "top": top, "words": words, "expected": tuple(expected[:SHOWN]),
            "here": tuple(here[:SHOWN]), "more": max(0, len(expected) - SHOWN)}


def _said(problem: Refusal) -> str:
    """A refusal in words; a value that is a function says a date."""
    return _(problem.reason, **{k: v(dates) if callable(v) else v for k, v in problem.values.items()})


@pages.get("/desk/date/<int:occurrence_id>/door/count")
def desk_door_count(occurrence_id: int):
    """How many have come, asked for every few seconds. Whoever may not see it gets no page to sign in, either."""
    if not may("activities.check_in"):
        abort(404)
    came, size = door.counts(occurrence_id) or abort(404)
    return kept("activities/door_count.html", id=occurrence_id, came=came, size=size)


@pages.post("/desk/date/<int:occurrence_id>/door")
def desk_check_in(occurrence_id: int):
    """Check a party in, or take that back."""
    me = require("activities.check_in")
    date = door.date(occurrence_id) or abort(404)
    here, gone = row_id(request.form, "here"), row_id(request.form, "undo")
    if gone:
        if door.undo(date, gone):
            audit(me, "activities.check_in_undo", date.title, str(gone))
            say(_("Taken back."))
        return see_other(f"activities/desk/date/{date.id}/door")
    party, problem = door.check_in(date, here or 0, request.form.get(f"n{here}", ""))
    if problem:
        return _page(date.id, problem=problem)
    _say_here(party)
    if party.came_at is None:
        audit(me, "activities.check_in", date.title, f"{party.id}: {party.came}")
    return see_other(f"activities/desk/date/{date.id}/door")


def _say_here(party: door.Party) -> None:
    name = party.name or _("Erased")
    if party.came_at is not None:
        say(_("%(name)s: already here since %(time)s.", name=name, time=_since(party.came_at)), "warn")
    elif party.came < party.size:
        say(_("%(name)s: %(n)s of %(size)s are here.", name=name, n=party.came, size=party.size))
    else:
        say(_("%(name)s: all %(n)s are here.", name=name, n=party.size) if party.size > 1
            else _("%(name)s is here.", name=name))


def _since(at: int) -> str:
    return dates.clock(at) if dates.iso_day(at) == dates.iso_day(dates.now) else dates.said_at(at)


@pages.get("/d/<int:occurrence_id>/<code>")
def scanned(occurrence_id: int, code: str):
    """What a scanned code shows: the party to those at the door, the sign-up to its owner, nothing to anybody else."""
    if viewer and may("activities.check_in"):
        return _page(occurrence_id, code[:60])
    row = SignUp.get_or_none((SignUp.id == (codes.number_of(code) or 0)) & (SignUp.occurrence_id == occurrence_id))
    if not viewer or row is None or row.person_id != viewer.person_id:
        abort(404)
    return see_other(f"activities/{(door.date(occurrence_id) or abort(404)).activity_id}?on={occurrence_id}#signup")
