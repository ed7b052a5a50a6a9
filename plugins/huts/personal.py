"""What huts keep of a person, of every part: told, taken out, moved to another."""

from typing import Any

from . import borrowers
from .lending import personal as lending
from .lent import personal as lent
from .reports import personal as reports
from .skills import personal as skills
from .wants import personal as wants

PARTS = (lent, lending, skills, wants, reports, borrowers)


def export(person_id: int) -> dict[str, Any]:
    """All that huts know of a person in the open site."""
    return {name: rows for part in PARTS for name, rows in part.export(person_id).items()}


def erase(person_id: int) -> None:
    """Take a person out; what must be kept is made nameless."""
    for part in PARTS:
        part.erase(person_id)


def merge(person_id: int, into_id: int) -> None:
    """Two persons turned out to be one."""
    for part in PARTS:
        part.merge(person_id, into_id)
