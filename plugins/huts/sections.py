"""What stands on “mine” beside loans. Here, so that loans need not know the other parts."""

from markupsafe import Markup

from .skills import cards as skills


def mine(person_id: int) -> list[Markup | str]:
    """Everything else that somebody offers and asks for, a section a part; empty ones stay away."""
    return [skills.section(person_id)]
