"""What comes due, by the part that asked for it."""

from portal import Due

from .lending import dues
from .skills import acts as skills
from .wants import acts as wants

ACTS = {"huts.skill_ends": skills.ends, "huts.want_ends": wants.ends}


def run(row: Due) -> None:
    """Do one due row, in its site and in a writing unit; those that no part here knows are lending's."""
    act = ACTS.get(row.kind)
    if act is None:
        dues.run(row)
    else:
        act(int(row.ref))
