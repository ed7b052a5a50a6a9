"""The states of a resident's thing on its way through the hut, and the moves between them. Plain Python."""

from collections.abc import Mapping

N_ = str  # marks a text that is translated where it is shown

STATES: Mapping[str, tuple[str, str]] = {
    "asked": (N_("Staff look at it"), "warn"), "accepted": (N_("In the hut for all"), "ok"),
    "declined": (N_("Not taken"), "bad"), "withdrawn": (N_("Taken back"), ""), "back": (N_("Wanted back"), "warn"),
    "returned": (N_("Back with its owner"), ""),
}
MOVES: Mapping[tuple[str, str], str] = {
    ("asked", "accept"): "accepted",
    ("asked", "decline"): "declined",
    ("asked", "withdraw"): "withdrawn",  # its owner thinks again
    ("accepted", "want_back"): "back",  # its owner; staff end it once it is in
    ("accepted", "end"): "returned",
    ("back", "end"): "returned",
}


def moved(state: str, move: str) -> str | None:
    """The state after a move; None where it is not allowed."""
    return MOVES.get((state, move))
