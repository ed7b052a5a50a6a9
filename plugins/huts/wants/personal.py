"""What wants keep of a person: told, taken out, moved to another."""

from typing import Any

from . import acts
from .models import Want, WantAnswer


def export(person_id: int) -> dict[str, Any]:
    """What a person has wanted, and what they have answered, in the open site."""
    wants = Want.select(Want.id, Want.category, Want.title, Want.text, Want.state, Want.met_with, Want.reason,
                        Want.ends_at, Want.channel, Want.created_at)
    said = WantAnswer.select(WantAnswer.want_id, Want.title, WantAnswer.how, WantAnswer.words, WantAnswer.phone_open,
                             WantAnswer.channel, WantAnswer.at).join(Want, on=(Want.id == WantAnswer.want_id))
    return {"wants": list(wants.where(Want.person_id == person_id).order_by(Want.id).dicts()),
            "want_answers": list(said.where(WantAnswer.person_id == person_id).order_by(WantAnswer.id).dicts())}


def erase(person_id: int) -> None:
    """Wants end, and the words go; the kind and the count stay."""
    for number, in list(Want.select(Want.id).where((Want.person_id == person_id) & (Want.state == "open")).tuples()):
        acts.step(number, "withdraw")
    Want.update(title="", text="", reason="", met_with="").where(Want.person_id == person_id).execute()
    WantAnswer.update(words="", phone_open=False).where(WantAnswer.person_id == person_id).execute()
    _renamed(person_id, None)


def merge(person_id: int, into_id: int) -> None:
    """Move wants and answers to another person; who has answered as both has answered once."""
    theirs = WantAnswer.select(WantAnswer.want_id).where(WantAnswer.person_id == into_id)
    twice = (WantAnswer.person_id == person_id) & WantAnswer.want_id.in_([n for n, in list(theirs.tuples())])
    both = [n for n, in list(WantAnswer.select(WantAnswer.want_id).where(twice).tuples())]
    WantAnswer.delete().where(twice).execute()
    Want.update(answers=Want.answers - 1).where(Want.id.in_(both)).execute()
    _renamed(person_id, into_id)


def _renamed(person_id: int, into_id: int | None) -> None:
    for model in (Want, WantAnswer):
        for field in (model.actor_id, model.person_id):
            model.update({field: into_id}).where(field == person_id).execute()
