"""What people do with skills. Whoever changes one, or a request for it, holds the row of the skill first."""

from collections.abc import Mapping
from typing import Any

from portal import Viewer, audit, index, later, note_change, now, plain, scope_id, unindex

from ..lending import loans
from ..refusals import Refusal
from . import kinds
from .models import Skill, SkillAsk, SkillMove
from .states import LIVE, moved
from .telling import tell, tell_owner

N_ = str

DAY = 86400
LASTS = {"asked": 14 * DAY, "accepted": 60 * DAY}  # after so long without a step it lapses
MOST = 10  # requests of one person that are open
GONE = N_("It is not offered just now.")
YOURS = N_("This is your own offer.")
AGAIN = N_("You have asked for this already.")
MANY = N_("You have asked for many things already. Wait for an answer, or take one back.")
NOT_NOW = N_("This can no longer be done: it has moved on meanwhile.")


def held(skill_id: int) -> Skill | None:
    """A skill for oneself alone, until the unit ends."""
    return loans.row(Skill.select().where(Skill.id == skill_id)).first()


def offer(values: Mapping[str, Any], who: Mapping[str, Any]) -> int:
    """A new offer; staff look at it first."""
    return Skill.create(**values, **who).id


def change(skill_id: int, version: int, values: Mapping[str, Any], who: Mapping[str, Any]) -> bool:
    """Say an offer anew; staff look at it again. False where somebody else was quicker."""
    same = (Skill.id == skill_id) & (Skill.version == version)
    anew = {"state": "asked", "reason": "", "version": version + 1, "changed_at": now()}
    done = Skill.update(**values, **anew).where(same).execute()
    refresh(skill_id)
    if done:
        loans.noted(who, "huts.skill_changed", str(values["title"]))
    return bool(done)


def show(skill_id: int, audience: str, viewer: Viewer) -> bool:
    """Staff show an offer to residents; False where they did already."""
    return _decide(skill_id, ("asked", "hidden", "shown"), viewer, state="shown", audience=audience, reason="")


def hide(skill_id: int, reason: str, viewer: Viewer) -> bool:
    """Staff hide an offer with a reason; who asked for it and has no answer yet is told."""
    done = _decide(skill_id, ("asked", "shown"), viewer, state="hidden", reason=reason[:200])
    if done:
        _close(held(skill_id))
    return done


def _decide(skill_id: int, states: tuple[str, ...], viewer: Viewer, **values: Any) -> bool:
    skill = held(skill_id)
    if skill is None or skill.state not in states:
        return False
    before = skill.state
    _set(skill, **values)
    audit(viewer, f"huts.skill_{skill.state}", skill.title, skill.reason)
    if skill.state != before:
        tell_owner(skill, skill.state, skill.reason)
    return True


def withdraw(skill_id: int, who: Mapping[str, Any]) -> bool:
    """Who offers it does so no longer. What is agreed on already stays."""
    skill = held(skill_id)
    if skill is None or skill.state == "withdrawn":
        return False
    _set(skill, state="withdrawn")
    _close(skill)
    loans.noted(who, "huts.skill_withdrawn", skill.title)
    return True


def _set(skill: Skill, **values: Any) -> None:
    values |= {"version": skill.version + 1, "changed_at": now()}
    Skill.update(**values).where(Skill.id == skill.id).execute()
    for name, value in values.items():
        setattr(skill, name, value)
    refresh(skill.id)


def _close(skill: Skill) -> None:
    """Requests without an answer end; each is told, in the order of who asked."""
    for ask in SkillAsk.select().where((SkillAsk.skill_id == skill.id) & (SkillAsk.state == "asked")).order_by(
            SkillAsk.person_id, SkillAsk.id):
        _step(ask, "declined", loans.CLOCK)
        tell(ask, skill, "closed")


def refresh(skill_id: int) -> None:
    """Have the search know an offer while residents see it, and no longer."""
    row = Skill.select().where((Skill.id == skill_id) & (Skill.state == "shown")).first()
    note_change("huts")
    if row is None:
        unindex("huts", f"skill {skill_id}")
    else:
        index("huts", f"skill {skill_id}", row.title, f"huts/skills/{skill_id}",
              f"{kinds.words(row.category)} {plain(row.text, 4000)}", plain(row.text, 120))


def ask(skill_id: int, person_id: int, who: Mapping[str, Any], words: str, wished: str = "",
        key: str = "") -> int | Refusal:
    """Ask a neighbour for what they offer: the id of the request, or why not. The same `key` is the same request."""
    skill = held(skill_id)
    mine = SkillAsk.person_id == person_id
    again = SkillAsk.select(SkillAsk.id).where(mine & (SkillAsk.key == key)).scalar() if key else None
    if again is not None:
        return again
    if skill is None or skill.state != "shown" or skill.person_id is None:
        return Refusal(GONE)
    if skill.person_id == person_id:
        return Refusal(YOURS)
    live = mine & SkillAsk.state.in_(LIVE)
    same = SkillAsk.select(SkillAsk.id).where(live & (SkillAsk.skill_id == skill_id)).scalar()
    if same is not None:
        return Refusal(AGAIN, {}, {"ask": same})
    if SkillAsk.select().where(live).count() >= MOST:
        return Refusal(MANY)
    row = SkillAsk.create(skill_id=skill_id, words=words, wished=wished, key=key, **who)
    _note(row, "", who, "")
    _ends(row)
    tell(row, skill, "ask", "asker")
    return row.id


def step(ask_id: int, move: str, by: str, who: Mapping[str, Any], why: str = "", **values: Any) -> str | Refusal:
    """Take a request further, for the side `by`: its state now, also where it was taken there already."""
    ask, skill = _held(ask_id)
    new = moved(ask.state, move, by) if ask else None
    if new is None:
        done = ask and any(moved(old, move, by) == ask.state for old in ("asked", "accepted", "done"))
        return ask.state if done else Refusal(NOT_NOW)
    _step(ask, new, who, "" if move == "thank" else why, **values)
    if move == "thank":
        Skill.update(thanks=Skill.thanks + 1).where(Skill.id == skill.id).execute()
    _ends(ask)
    tell(ask, skill, move, by, why)
    return new


def _held(ask_id: int) -> tuple[SkillAsk, Skill] | tuple[None, None]:
    skill_id = SkillAsk.select(SkillAsk.skill_id).where(SkillAsk.id == ask_id).scalar()
    skill = held(skill_id) if skill_id else None
    return (SkillAsk.get_by_id(ask_id), skill) if skill else (None, None)


def _step(ask: SkillAsk, new: str, who: Mapping[str, Any], why: str = "", **values: Any) -> None:
    old, values = ask.state, {"state": new, "version": ask.version + 1, "changed_at": now()} | values
    SkillAsk.update(**values).where(SkillAsk.id == ask.id).execute()
    for name, value in values.items():
        setattr(ask, name, value)
    _note(ask, old, who, why)


def _note(ask: SkillAsk, old: str, who: Mapping[str, Any], why: str) -> None:
    SkillMove.insert(ask_id=ask.id, old=old, new=ask.state, why=why[:200], at=now(), **who).execute()


def _ends(ask: SkillAsk) -> None:
    if ask.state in LASTS:
        later(ask.changed_at + LASTS[ask.state], "huts.skill_ends", ask.id, scope_id(), once=True)


def ends(ask_id: int) -> None:
    """A request that nobody has taken further for long lapses."""
    ask, _skill = _held(ask_id)
    if ask is not None and ask.state in LASTS and ask.changed_at + LASTS[ask.state] <= now():
        step(ask_id, "expire", "clock", loans.CLOCK)
