"""What reports keep of a person: told, taken out, moved to another."""

from typing import Any

from ..models import ThingHiding, ThingReport


def export(person_id: int) -> dict[str, Any]:
    """What a person has reported, and what of theirs was hidden in the open site."""
    told = ThingReport.select(ThingReport.kind, ThingReport.thing_id, ThingReport.rule, ThingReport.text,
                              ThingReport.state, ThingReport.channel, ThingReport.at)
    out = ThingHiding.select(ThingHiding.kind, ThingHiding.thing_id, ThingHiding.rule, ThingHiding.reason,
                             ThingHiding.at, ThingHiding.appeal, ThingHiding.appeal_text, ThingHiding.appeal_at,
                             ThingHiding.answer)
    return {"reports": list(told.where(ThingReport.person_id == person_id).order_by(ThingReport.id).dicts()),
            "hidden": list(out.where(ThingHiding.author_id == person_id).order_by(ThingHiding.id).dicts())}


def erase(person_id: int) -> None:
    """Reports become nameless, and what was written in them and in appeals goes."""
    ThingReport.update(text="").where(ThingReport.person_id == person_id).execute()
    mine = ThingHiding.author_id == person_id
    ThingHiding.update(appeal="").where(mine & (ThingHiding.appeal == "waiting")).execute()
    ThingHiding.update(appeal_text="").where(mine).execute()
    _renamed(person_id, None)


def merge(person_id: int, into_id: int) -> None:
    """Move reports and hidings to another person; where both have reported a thing, one report stays."""
    theirs = set(ThingReport.select(ThingReport.kind, ThingReport.thing_id)
                 .where(ThingReport.person_id == into_id).tuples())
    mine = ThingReport.select(ThingReport.id, ThingReport.kind, ThingReport.thing_id).where(
        ThingReport.person_id == person_id)
    both = [number for number, kind, thing_id in list(mine.tuples()) if (kind, thing_id) in theirs]
    ThingReport.delete().where(ThingReport.id.in_(both)).execute()
    _renamed(person_id, into_id)


def _renamed(person_id: int, into_id: int | None) -> None:
    for field in (ThingReport.actor_id, ThingReport.person_id, ThingReport.decided_by, ThingHiding.actor_id,
                  ThingHiding.person_id, ThingHiding.author_id, ThingHiding.decided_by):
        field.model.update({field: into_id}).where(field == person_id).execute()
