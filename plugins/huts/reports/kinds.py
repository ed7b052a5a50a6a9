"""What can be reported: how a skill or a want is found, hidden and shown again."""

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from portal import Viewer

from ..refusals import Refusal
from ..skills import acts as skills
from ..skills.models import Skill
from ..wants import acts as wants
from ..wants.models import Want

N_ = str  # marks a text that is translated where it is shown

RULES: Mapping[str, str] = {  # why something can be reported and hidden
    "insult": N_("It insults people"),
    "fraud": N_("It looks like a fraud"),
    "contact": N_("It gives away a phone number, an address or another contact"),
    "advert": N_("It is advertising"),
    "unlawful": N_("It breaks the law"),
}


class Thing(NamedTuple):
    """A skill or a want as somebody has written it. `url` is relative to the site."""

    kind: str
    id: int
    author_id: int | None
    title: str
    text: str
    url: str
    state: str  # shown, hidden; other: it can be neither reported nor hidden
    changed_at: int

    @property
    def key(self) -> str:
        """The kind and the number, as one text."""
        return f"{self.kind} {self.id}"


class Kind(NamedTuple):
    """A kind of thing: `hide(id, reason, viewer)` and `show(id, viewer)` tell its author, and whether they did it."""

    word: str  # msgid
    find: Callable[[Iterable[int]], dict[int, Thing]]
    hide: Callable[[int, str, Viewer], bool]
    show: Callable[[int, Viewer], bool]


def _skills(ids: Iterable[int]) -> dict[int, Thing]:
    rows = Skill.select().where(Skill.id.in_(list(ids)))
    return {row.id: Thing("skill", row.id, row.person_id, row.title, row.text, f"huts/skills/{row.id}",
                          row.state if row.state in ("shown", "hidden") else "other", row.changed_at) for row in rows}


def _wants(ids: Iterable[int]) -> dict[int, Thing]:
    states = {"open": "shown", "hidden": "hidden"}
    rows = Want.select().where(Want.id.in_(list(ids)))
    return {row.id: Thing("want", row.id, row.person_id, row.title, row.text, f"huts/wants/{row.id}",
                          states.get(row.state, "other"), row.changed_at) for row in rows}


def _show_skill(skill_id: int, viewer: Viewer) -> bool:
    """To whom it was shown before."""
    skill = skills.held(skill_id)
    return skill is not None and skill.state == "hidden" and skills.show(skill_id, skill.audience, viewer)


KINDS: Mapping[str, Kind] = {
    "skill": Kind(N_("Skill"), _skills, skills.hide, _show_skill),
    "want": Kind(N_("Want"), _wants,
                 lambda want_id, reason, viewer: not isinstance(wants.step(want_id, "hide", reason, viewer), Refusal),
                 lambda want_id, viewer: not isinstance(wants.step(want_id, "show", "", viewer), Refusal)),
}


def things(numbers: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Thing]:
    """The things of these kinds and numbers, with one query a kind."""
    wanted: dict[str, list[int]] = {}
    for name, number in numbers:
        wanted.setdefault(name, []).append(number)
    return {(name, n): thing for name, ids in wanted.items() for n, thing in KINDS[name].find(ids).items()}


def thing(kind: str, number: int) -> Thing | None:
    """One of them, whoever may see it."""
    return KINDS[kind].find([number]).get(number)
