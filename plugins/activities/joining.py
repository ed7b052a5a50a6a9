"""What residents do: sign up, wait, say yes to an offer, leave; and guests where staff let them."""

import hashlib
import re
import secrets

from flask import abort, request

from portal import (
    TooMany,
    _,
    answer,
    audit,
    count,
    dates,
    ngettext,
    now,
    phone_number,
    require_viewer,
    say,
    see_other,
    viewer,
)

from . import queries, rules
from .models import Activity, Occurrence, SignUp
from .places import offering, seats
from .places.held import Held
from .queries import Thing
from .rules import N_, Refusal
from .views import barred, code_shown, found, page_of, pages, row_id, spot_of

OTHER_PHONE = re.compile(r"\+?[0-9]{8,15}")  # which nobody can sign in with, such as one at home
GUESTS_A_DAY = 5  # sign-ups of one phone, and ten times as many of one address
STRANGER = {"actor_id": None, "person_id": None, "channel": "web"}


@pages.get("/<int:activity_id>/sign-up")
@pages.get("/<int:activity_id>/leave")
@pages.get("/<int:activity_id>/accept")
def form_again(activity_id: int):
    """Who comes back to a form's address, after signing in, finds the form."""
    return see_other(f"activities/{activity_id}#signup")


@pages.post("/<int:activity_id>/sign-up")
def sign_up(activity_id: int):
    """Sign a party up or put it on the waitlist; or say why not and what is near."""
    thing = found(activity_id, row_id(request.form), exactly=True)
    if not (thing.guests or viewer):
        require_viewer()
    token = "" if viewer else secrets.token_urlsafe(16)
    wait, wish = "wait" in request.form and bool(viewer), wish_of(thing, token)
    problem = barred(thing) or (wish if isinstance(wish, Refusal) else no_room(thing, wish, wait))
    if problem is None:
        state = seats.sign_up(thing.on, wish, viewer.who if viewer else STRANGER, wait, thing.approval)
        if state in rules.LIVE:
            return see_other(f"activities/guest/{token}" if token else f"activities/{thing.id}?on={thing.on}#signup")
        thing = found(activity_id, thing.on, exactly=True)
        problem = barred(thing) or no_room(thing, wish, wait) or _lost(state)
    size = 0 if isinstance(wish, Refusal) or wish.role == "helper" else wish.party.size
    return page_of(thing, problem, size)


def _lost(state: str) -> Refusal:
    """Why it did not work, when nothing in sight is in the way."""
    return Refusal(N_("You are signed up already.") if state == "already" else N_("This date is full."))


def wish_of(thing: Thing, token: str) -> seats.Wish | Refusal:
    """What the form asks for; a Refusal where it cannot be. A guest finds it again by the token."""
    given = request.form
    answers = given.getlist("answer")[:len(rules.asked_in(thing.questions))]
    problem = rules.unanswered(thing.questions, answers)
    family = [(int(key), name) for key, name, _year in queries.unpack(thing.family)]
    party = rules.party_of(given.getlist("who") if viewer else ["me"], family, given.get("companions", ""),
                           thing.companions)
    if isinstance(party, Refusal) or problem:
        return party if isinstance(party, Refusal) else problem
    role = "helper" if given.get("role") == "helper" and thing.helpers else "participant"
    return seats.Wish(party, role, answers) if viewer else _of_guest(party, answers, token)


def _of_guest(party: rules.Party, answers: list[str], token: str) -> seats.Wish | Refusal:
    name = " ".join(request.form.get("name", "").split())[:60]
    phone = _phone(request.form.get("phone", ""))
    if not name:
        return Refusal(N_("Please write your name."))
    if phone is None:
        return Refusal(N_("Please write your mobile number."))
    try:
        count(f"guest {hashlib.sha256(phone.encode()).hexdigest()[:32]}", GUESTS_A_DAY, 86400)
        count(f"guests {request.remote_addr}", GUESTS_A_DAY * 10, 86400)
    except TooMany:
        return Refusal(N_("That was often enough for today. Please call the community."))
    return seats.Wish(party, "participant", answers, name, phone, _digest(token))


def _phone(typed: str) -> str | None:
    """A number as it is kept of somebody who signs in with it, so that they find what they signed up for before."""
    other = re.sub(r"[\s-]", "", typed)
    return phone_number(typed) or (other if OTHER_PHONE.fullmatch(other) else None)


def no_room(thing: Thing, wish: seats.Wish, wait: bool) -> Refusal | None:
    """Why there is no room for this wish."""
    if wish.role == "helper":
        return rules.helps(wish.party, thing.helpers, thing.helping)
    patient = wait or thing.approval  # needs no place before it is their turn, or before staff have looked
    later = None if patient else rules.waits_first(thing.missed)
    return later or rules.fits(wish.party.size, spot_of(thing), patient)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@pages.post("/<int:activity_id>/accept")
def accept(activity_id: int):
    """Say yes to the places that are offered."""
    me = require_viewer()
    thing = found(activity_id, row_id(request.form), exactly=True)
    if offering.accept(thing.on, me.who):
        say(_("You are signed up. See you there!"))
        return see_other(f"activities/{activity_id}?on={thing.on}#signup")
    thing = found(activity_id, thing.on, exactly=True)
    if thing.my_state == "joined":  # a second tap
        return see_other(f"activities/{activity_id}?on={thing.on}#signup")
    problem = Refusal(N_("The offer has ended, and the place went to the next in the queue."))
    return page_of(thing, problem)


@pages.post("/<int:activity_id>/leave")
def leave(activity_id: int):
    """Give one's places back, leave the waitlist, or decline an offer."""
    me = require_viewer()
    thing = found(activity_id, row_id(request.form), exactly=True)
    problem = cannot_leave(thing)
    if problem:
        return page_of(thing, problem)
    left = seats.give_back(thing.on, me.who)
    if left:
        _say_left(left)
    return see_other(f"activities/{activity_id}?on={thing.on}")


def cannot_leave(thing: Thing) -> Refusal | None:
    """Why the viewer cannot give back what they have; None when they can, or have nothing."""
    return rules.stays(thing.on_state, thing.ends_at, thing.came is not None, now()) if thing.mine else None


def _say_left(left: Held) -> None:
    if left.state != "joined":
        say(_("You are off the list."))
    elif left.late:
        say(_("Your sign-up is cancelled. It was late: others may not be able to come in your place any more."), "warn")
    else:
        say(_("Your sign-up is cancelled. Your places can go to a neighbour."))


# Guests: people without an account, found again by a secret address.


def _guest(token: str):
    """(sign-up, its date) behind a guest's address, else 404."""
    row = SignUp.get_or_none((SignUp.key == _digest(token)) & SignUp.person_id.is_null())
    if row is None or not token:
        abort(404)
    return row, Occurrence.get_by_id(row.occurrence_id)


@pages.get("/guest/<token>")
def guest(token: str):
    """What a guest has signed up for."""
    row, date = _guest(token)
    comes = row.state == "joined" and row.came is None and date.ends_at > now()
    hours = Activity.get_by_id(date.activity_id).leave_hours
    page = answer("activities/guest.html", **code_shown(date.id, row.id) if comes else {}, row=row, date=date,
                  token=token, when=dates.when(date.starts_at, date.ends_at, date.all_day),
                  leaves=not _stays(row, date), leave_by=date.starts_at - hours * 3600 if hours else 0,
                  party=ngettext("%(n)s person in all", "%(n)s people in all", row.size))
    page.headers["Referrer-Policy"], page.headers["X-Robots-Tag"] = "no-referrer", "noindex"
    return page


@pages.post("/guest/<token>")
def guest_leaves(token: str):
    """A guest gives the places back."""
    row, date = _guest(token)
    problem = _stays(row, date)
    left = None if problem else seats.leave(row.id, STRANGER)
    if problem:
        say(_(problem.reason), "warn")
    elif left:
        _say_left(left)
    return see_other(f"activities/guest/{token}")


def _stays(row: SignUp, date: Occurrence) -> Refusal | None:
    """Why a guest cannot leave any more."""
    return rules.stays(date.state, date.ends_at, row.came is not None, now())


@pages.post("/guest-joins")
def guest_joins():
    """Take over the sign-ups that one made as a guest with the same phone."""
    me = require_viewer()
    n = seats.adopt(me.person_id)
    audit(me, "activities.adopt", str(n))
    say(ngettext("%(n)s sign-up is yours now.", "%(n)s sign-ups are yours now.", n))
    return see_other("activities/mine")
