"""What activities keep of a person: told, taken out, moved to another."""

from peewee import fn

from portal import now

from .attendance import afterwards
from .models import Activity, Appeal, Feedback, Occurrence, Recap, SignUp, SignUpMember, Source
from .places import offering, seats
from .places.held import live, lock, uncount
from .rules import LIVE

_RANK = {state: n for n, state in enumerate(reversed(LIVE), 1)}  # the better state of two stays


def export(person_id: int) -> dict:
    """Every sign-up of a person in the open site, with who made it and how."""
    rows = (SignUp.select(SignUp.id, Occurrence.title, Occurrence.starts_at, SignUp.size, SignUp.oneself,
                          SignUp.state, SignUp.role, SignUp.companions, SignUp.answers, SignUp.channel,
                          SignUp.actor_id, SignUp.at, SignUp.left_at, SignUp.came, SignUp.came_at, SignUp.missed,
                          SignUp.minutes)
            .join(Occurrence, on=(Occurrence.id == SignUp.occurrence_id))
            .where(SignUp.person_id == person_id).order_by(SignUp.id).dicts())
    names: dict[int, list[str]] = {}
    members = (SignUpMember.select(SignUpMember.sign_up_id, SignUpMember.name)
               .join(SignUp, on=(SignUp.id == SignUpMember.sign_up_id)).where(SignUp.person_id == person_id))
    for sign_up_id, name in members.tuples():
        names.setdefault(sign_up_id, []).append(name)
    return {"sign_ups": [row | {"family": names.get(row["id"], [])} for row in rows],
            "appeals": _theirs(Appeal, person_id, Appeal.text, Appeal.state, Appeal.answer, Appeal.at,
                               Appeal.decided_at, Appeal.channel),
            "feedback": _theirs(Feedback, person_id, Feedback.occurrence_id, Feedback.stars, Feedback.text,
                                Feedback.at),
            "helped": afterwards.helped_by(person_id)}


def _theirs(model, person_id: int, *fields) -> list[dict]:
    return list(model.select(*fields).where(model.person_id == person_id).order_by(model.id).dicts())


def erase(person_id: int) -> None:
    """Make a person's sign-ups nameless; the counts of past activities stay, places ahead are given back."""
    nobody = {"actor_id": None, "channel": "web"}
    for occurrence_id in _ahead(person_id):
        lock(occurrence_id)
        for held in live((SignUp.occurrence_id == occurrence_id) & (SignUp.person_id == person_id)):
            seats.let_go(held, "left", nobody)
            offering.deal(occurrence_id)
    mine = SignUp.select(SignUp.id).where(SignUp.person_id == person_id)
    SignUpMember.delete().where(SignUpMember.sign_up_id.in_(mine)).execute()
    SignUp.update(person_id=None, answers="").where(SignUp.person_id == person_id).execute()
    Appeal.delete().where(Appeal.person_id == person_id).execute()
    Feedback.update(person_id=None, text="").where(Feedback.person_id == person_id).execute()
    _forget_actor(person_id, None)


def merge(person_id: int, into_id: int) -> None:
    """Move a person's sign-ups to another; where both signed up for one date, the one that came stays, else
    the larger party."""
    both = (SignUp.select(SignUp.occurrence_id).where(SignUp.person_id.in_((person_id, into_id)))
            .group_by(SignUp.occurrence_id).having(fn.COUNT(SignUp.id) > 1)
            .order_by(SignUp.occurrence_id).tuples())
    for occurrence_id, in list(both):
        _keep_one(occurrence_id, person_id, into_id)
    SignUp.update(person_id=into_id).where(SignUp.person_id == person_id).execute()
    if Appeal.select().where(Appeal.person_id == into_id).exists():
        Appeal.delete().where(Appeal.person_id == person_id).execute()
    Appeal.update(person_id=into_id).where(Appeal.person_id == person_id).execute()
    said = Feedback.select(Feedback.occurrence_id).where(Feedback.person_id == into_id)
    Feedback.delete().where((Feedback.person_id == person_id) & Feedback.occurrence_id.in_(said)).execute()
    Feedback.update(person_id=into_id).where(Feedback.person_id == person_id).execute()
    _forget_actor(person_id, into_id)


def _keep_one(occurrence_id: int, person_id: int, into_id: int) -> None:
    lock(occurrence_id)
    two = list(SignUp.select().where((SignUp.occurrence_id == occurrence_id)
                                     & SignUp.person_id.in_((person_id, into_id))))
    two.sort(key=lambda s: (_RANK.get(s.state, 0), s.came is not None, s.size, s.person_id == into_id))
    gone = two[0]
    for held in live(SignUp.id == gone.id):
        uncount(held)
    SignUpMember.delete().where(SignUpMember.sign_up_id == gone.id).execute()
    SignUp.delete().where(SignUp.id == gone.id).execute()
    offering.deal(occurrence_id)


def _ahead(person_id: int) -> list[int]:
    """The dates ahead that a person has to do with."""
    rows = (SignUp.select(SignUp.occurrence_id)
            .join(Occurrence, on=(Occurrence.id == SignUp.occurrence_id))
            .where((SignUp.person_id == person_id) & SignUp.state.in_(LIVE) & (Occurrence.ends_at > now()))
            .order_by(SignUp.occurrence_id).tuples())
    return [occurrence_id for occurrence_id, in rows]


def _forget_actor(person_id: int, into_id: int | None) -> None:
    Appeal.update(decided_by=into_id).where(Appeal.decided_by == person_id).execute()
    for model in (SignUp, Activity, Source, Appeal, Recap):
        model.update(actor_id=into_id).where(model.actor_id == person_id).execute()
    for model in (Activity, Source):
        model.update(person_id=into_id).where(model.person_id == person_id).execute()
