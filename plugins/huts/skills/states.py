"""The states of a request for a skill and the moves between them, as one table. Plain Python."""

from collections.abc import Mapping

N_ = str  # marks a text that is translated where it is shown

STATES: Mapping[str, str] = {
    "asked": N_("Asked for"), "accepted": N_("Agreed"), "done": N_("Done"), "thanked": N_("Thanked"),
    "declined": N_("Not this time"), "withdrawn": N_("Taken back"), "expired": N_("Lapsed"),
}
MOVES: Mapping[tuple[str, str], str] = {
    ("asked", "accept"): "accepted",
    ("asked", "decline"): "declined",
    ("asked", "withdraw"): "withdrawn",
    ("asked", "expire"): "expired",
    ("accepted", "decline"): "declined",  # something has come up
    ("accepted", "withdraw"): "withdrawn",
    ("accepted", "expire"): "expired",  # nobody has said for long whether it was done
    ("accepted", "finish"): "done",
    ("done", "thank"): "thanked",
}
BY: Mapping[str, tuple[str, ...]] = {  # who takes a move: who offers, who asks, or the clock
    "accept": ("owner",), "decline": ("owner",), "withdraw": ("asker",), "finish": ("owner", "asker"),
    "thank": ("asker",), "expire": ("clock",),
}
LIVE = ("asked", "accepted")
MET = ("accepted", "done", "thanked")  # the two see each other's phone


def moved(state: str, move: str, by: str) -> str | None:
    """The state after a move of that side; None where it is not theirs, or not allowed."""
    return MOVES.get((state, move)) if by in BY.get(move, ()) else None


def moves_of(state: str, by: str) -> tuple[str, ...]:
    """The moves that a request in this state leaves to a side."""
    return tuple(move for old, move in MOVES if old == state and by in BY[move])
