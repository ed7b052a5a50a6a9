"""What comes due, by the part that asked for it."""

from portal import Due

from .lending import dues
from .sheets import parts as sheets
from .skills import acts as skills
from .wants import acts as wants

ACTS = {"huts.skill_ends": lambda row: skills.ends(int(row.ref)),
        "huts.want_ends": lambda row: wants.ends(int(row.ref)), sheets.KIND: sheets.run}


def run(row: Due) -> None:
    """Do one due row, in its site and in a writing unit; those that no part here knows are lending's."""
    ACTS.get(row.kind, dues.run)(row)
