"""What other parts put on “mine” beside loans, and in the menu of staff. Here, so that loans need not know them."""

from markupsafe import Markup

from portal import Link

from .lent import cards as lent
from .reports import cards as reports
from .skills import cards as skills
from .wants import cards as wants


def mine(person_id: int) -> list[Markup | str]:
    """Everything else that somebody offers and asks for, a section a part; empty ones stay away."""
    return list(filter(None, (part.section(person_id) for part in (skills, lent, wants))))


def desk() -> list[Link]:
    """What waits for staff, a link a part."""
    return [*reports.desk(), *skills.desk(), *lent.desk()]
