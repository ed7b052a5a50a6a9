"""Proposals in the search: those that everybody can read."""

from portal import index, plain, unindex

from ..models import Topic
from .models import Proposal


def refresh(number: int) -> None:
    """Bring the search up to date with a proposal as it is now."""
    row = (Proposal.select(Proposal.title, Proposal.text)
           .join(Topic, on=(Topic.id == Proposal.topic_id))
           .where((Proposal.id == number) & (Proposal.state == "shown") & (Proposal.standing != "withdrawn")
                  & (Topic.state != "draft")).tuples().first())
    if row is None:
        unindex("halls", f"proposal {number}")
    else:
        title, text = row
        index("halls", f"proposal {number}", title, f"halls/proposals/{number}", plain(text, 4000), plain(text, 120))
