"""How a proposal is found, hidden and shown again when somebody has reported it."""

from collections.abc import Iterable

from ..models import Topic
from ..moderation.kinds import Kind, Thing
from . import finding
from .models import Proposal

N_ = str


def _find(numbers: Iterable[int]) -> dict[int, Thing]:
    rows = (Proposal.select(Proposal.id, Proposal.topic_id, Proposal.person_id, Proposal.title, Proposal.text,
                            Proposal.state, Proposal.changed_at)
            .join(Topic, on=(Topic.id == Proposal.topic_id))
            .where(Proposal.id.in_(list(numbers)) & (Topic.state != "draft")).tuples())
    return {n: Thing("proposal", n, topic, author, f"{title}\n\n{text}", f"halls/proposals/{n}", state, at)
            for n, topic, author, title, text, state, at in rows}


def _hide(number: int, rule: str, reason: str) -> bool:
    shown = (Proposal.id == number) & (Proposal.state == "shown")
    done = Proposal.update(state="hidden", rule=rule, reason=reason).where(shown).execute()
    finding.refresh(number)
    return bool(done)


def _show(number: int) -> bool:
    hidden = (Proposal.id == number) & (Proposal.state == "hidden")
    done = Proposal.update(state="shown", rule="", reason="").where(hidden).execute()
    finding.refresh(number)
    return bool(done)


PROPOSAL = Kind("proposal", N_("Proposal"), _find, _hide, _show)
