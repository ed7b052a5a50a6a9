"""What the two sides of a request, and who offers a skill, are told."""

from typing import NamedTuple

from portal import Person, notify

from .models import Skill, SkillAsk

N_ = str
KIND = "huts.skill"  # of the notices


class Told(NamedTuple):
    """A notice: which side gets it, its title and its text. They may name %(title)s, %(name)s and %(why)s."""

    to: str
    title: str
    text: str


TEXTS = {
    "ask": Told("owner", N_("A neighbour asks you: %(title)s"),
                N_("%(name)s would like your help. Please say yes or no; either is fine.")),
    "accept": Told("asker", N_("Yes: %(title)s"), N_("%(name)s is glad to help. You now see each other's phone.")),
    "decline": Told("asker", N_("Not this time: %(title)s"), N_("%(name)s cannot do it this time. %(why)s")),
    "withdraw": Told("owner", N_("No longer needed: %(title)s"),
                     N_("%(name)s does not need it any more. Thank you all the same.")),
    "finish": Told("", N_("Done: %(title)s"), N_("%(name)s says that it is done.")),
    "thank": Told("owner", N_("Thank you: %(title)s"), N_("%(name)s says thank you. %(why)s")),
    "expire": Told("asker", N_("Lapsed: %(title)s"), N_("There was no answer in time. You are welcome to ask again.")),
    "closed": Told("asker", N_("Not offered any more: %(title)s"), N_("It is not offered just now. We are sorry.")),
}
OFFERS = {
    "shown": (N_("Neighbours see your offer: %(title)s"), N_("Whoever needs it can ask you now.")),
    "hidden": (N_("Not shown: %(title)s"), N_("Staff do not show your offer, for this reason: %(why)s You can change "
                                              "it; they look at it again.")),
}


def tell(ask: SkillAsk, skill: Skill, what: str, by: str = "clock", why: str = "") -> None:
    """Tell the other side of a request what has come of it; the name is that of who did it."""
    said = TEXTS[what]
    to, other = (skill.person_id, ask.person_id)
    if (said.to or ("asker" if by == "owner" else "owner")) == "asker":
        to, other = other, to
    if to is None:
        return
    name = Person.select(Person.name).where(Person.id == other).scalar() or ""
    notify(to, KIND, f"{what} {ask.id} {ask.version}", said.title, said.text,
           {"title": skill.title, "name": name, "why": why}, f"huts/skills/asks/{ask.id}")


def tell_owner(skill: Skill, state: str, why: str = "") -> None:
    """Tell who offers a skill what staff have decided."""
    if skill.person_id is not None:
        notify(skill.person_id, KIND, f"{state} {skill.id} {skill.version}", *OFFERS[state],
               {"title": skill.title, "why": why}, f"huts/skills/{skill.id}")
