"""What stands beneath a proposal: its comments. Here, so that proposals need not know them."""

from markupsafe import Markup

from .comments import cards as comments


def proposal(proposal_id: int, speaks: bool) -> Markup | str:
    """The section of a proposal's comments."""
    return comments.of_proposal(proposal_id, speaks)
