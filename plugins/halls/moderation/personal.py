"""What moderation keeps of a person: told, taken out, moved to another."""

from .models import Hiding, Report


def export(person_id: int) -> dict:
    """What a person has reported, and what of theirs was hidden in the open site."""
    told = Report.select(Report.kind, Report.thing_id, Report.rule, Report.text, Report.state, Report.channel,
                         Report.at)
    out = Hiding.select(Hiding.kind, Hiding.thing_id, Hiding.rule, Hiding.reason, Hiding.state, Hiding.at,
                        Hiding.appeal, Hiding.appeal_text, Hiding.appeal_at, Hiding.answer)
    return {"reports": list(told.where(Report.person_id == person_id).order_by(Report.id).dicts()),
            "hidden": list(out.where((Hiding.author_id == person_id) & Hiding.state.in_(("hidden", "undone")))
                           .order_by(Hiding.id).dicts())}


def erase(person_id: int) -> None:
    """Reports become nameless, and what was written in them and in appeals goes."""
    Report.update(text="").where(Report.person_id == person_id).execute()
    Hiding.update(appeal="").where((Hiding.author_id == person_id) & (Hiding.appeal == "waiting")).execute()
    Hiding.update(appeal_text="").where(Hiding.author_id == person_id).execute()
    _rename(person_id, None)


def merge(person_id: int, into_id: int) -> None:
    """Move reports and hidings to another person; where both have reported a thing, one report stays."""
    theirs = Report.alias()
    both = theirs.select(theirs.kind.concat(" ").concat(theirs.thing_id.cast("text"))).where(
        theirs.person_id == into_id)
    key = Report.kind.concat(" ").concat(Report.thing_id.cast("text"))
    Report.delete().where((Report.person_id == person_id) & key.in_(both)).execute()
    _rename(person_id, into_id)


def _rename(person_id: int, to: int | None) -> None:
    for field in (Report.actor_id, Report.person_id, Report.decided_by, Hiding.actor_id, Hiding.person_id,
                  Hiding.author_id, Hiding.second_id, Hiding.decided_by, Hiding.back_by):
        field.model.update({field: to}).where(field == person_id).execute()
