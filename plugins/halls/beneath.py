"""What stands beneath a proposal: its comments. Here, so that proposals need not know them."""

from markupsafe import Markup

from .comments import cards as comments


def column():
    """What the section of a proposal's comments is made from, as a column for param("thread") and param("me")."""
    return comments.column()


def proposal(proposal_id: int, seen: str | None, speaks: bool) -> Markup:
    """The section of a proposal's comments; `speaks`: whether comments are still taken."""
    return comments.piece(f"proposals/{proposal_id}", seen, speaks)
