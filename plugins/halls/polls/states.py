"""The states of a poll and the moves between them, as data."""

from collections.abc import Mapping

N_ = str

STATES: Mapping[str, str] = {
    "draft": N_("Being prepared"), "open": N_("Open"), "closed": N_("Closed, not counted yet"),
    "counted": N_("Counted"), "withdrawn": N_("Withdrawn"), "superseded": N_("Replaced by another poll"),
}
MOVES: Mapping[str, tuple[tuple[str, ...], str]] = {  # move → (from which states, to which)
    "open": (("draft",), "open"),
    "close": (("open",), "closed"),  # for some hours papers may still be typed, see closing.py
    "count": (("closed",), "counted"),
    "withdraw": (("draft",), "withdrawn"),
    "supersede": (("open",), "superseded"),  # by another poll that puts it right; its ballots are not counted
}
PUBLIC = ("open", "closed", "counted", "superseded")
FINAL = ("counted", "withdrawn", "superseded")


def moved(state: str, move: str) -> str | None:
    """The state after a move; None where the move is not allowed."""
    origins, target = MOVES[move]
    return target if state in origins else None


def may_edit(state: str) -> bool:
    """Whether the question, the options or the roll can still be changed."""
    return state == "draft"
