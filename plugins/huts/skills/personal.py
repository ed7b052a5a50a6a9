"""What skills keep of a person: told, taken out, moved to another."""

from typing import Any

from ..lending import loans
from . import acts
from .models import Skill, SkillAsk, SkillMove
from .states import LIVE


def export(person_id: int) -> dict[str, Any]:
    """What a person offers, and what they have asked for, in the open site."""
    mine = Skill.select(Skill.id, Skill.category, Skill.title, Skill.text, Skill.per, Skill.places, Skill.hours,
                        Skill.state, Skill.reason, Skill.thanks, Skill.channel, Skill.created_at)
    asked = SkillAsk.select(SkillAsk.id, Skill.title, SkillAsk.words, SkillAsk.wished, SkillAsk.state,
                            SkillAsk.thanks, SkillAsk.thanks_open, SkillAsk.channel, SkillAsk.at)
    return {"skills": list(mine.where(Skill.person_id == person_id).order_by(Skill.id).dicts()),
            "skill_requests": list(asked.join(Skill, on=(Skill.id == SkillAsk.skill_id))
                                   .where(SkillAsk.person_id == person_id).order_by(SkillAsk.id).dicts())}


def erase(person_id: int) -> None:
    """Offers go, with their words; requests that are open end; what was said goes, the count of thanks stays."""
    for skill_id, in list(Skill.select(Skill.id).where(Skill.person_id == person_id).order_by(Skill.id).tuples()):
        acts.withdraw(skill_id, loans.CLOCK)
        for ask_id in _live(SkillAsk.skill_id == skill_id):
            acts.step(ask_id, "decline", "owner", loans.CLOCK)
    for ask_id in _live(SkillAsk.person_id == person_id):
        acts.step(ask_id, "withdraw", "asker", loans.CLOCK)
    asks = SkillAsk.select(SkillAsk.id).where(SkillAsk.person_id == person_id)
    offered = SkillAsk.select(SkillAsk.id).join(Skill, on=(Skill.id == SkillAsk.skill_id)).where(
        Skill.person_id == person_id)
    SkillMove.update(why="").where(SkillMove.ask_id.in_(asks) | SkillMove.ask_id.in_(offered)).execute()
    SkillAsk.update(words="", wished="", thanks="", thanks_open=False, key="").where(
        SkillAsk.person_id == person_id).execute()
    Skill.update(title="", text="", hours="", picture="", picture_alt="", reason="").where(
        Skill.person_id == person_id).execute()
    _renamed(person_id, None)


def _live(which) -> list[int]:
    rows = SkillAsk.select(SkillAsk.id).where(which & SkillAsk.state.in_(LIVE)).order_by(SkillAsk.id)
    return [number for number, in list(rows.tuples())]


def merge(person_id: int, into_id: int) -> None:
    """Move offers and requests to another person. Nobody asks themself, or twice for one thing."""
    _renamed(person_id, into_id)
    seen: set[int] = set()
    rows = (SkillAsk.select(SkillAsk.id, SkillAsk.skill_id, Skill.person_id)
            .join(Skill, on=(Skill.id == SkillAsk.skill_id))
            .where((SkillAsk.person_id == into_id) & SkillAsk.state.in_(LIVE)).order_by(SkillAsk.id))
    for ask_id, skill_id, owner in list(rows.tuples()):
        if owner == into_id or skill_id in seen:
            acts.step(ask_id, "withdraw", "asker", loans.CLOCK)
        seen.add(skill_id)


def _renamed(person_id: int, into_id: int | None) -> None:
    for model in (Skill, SkillAsk, SkillMove):
        for field in (model.actor_id, model.person_id):
            model.update({field: into_id}).where(field == person_id).execute()
