"""The states of a want and the moves between them. Plain Python."""

from collections.abc import Mapping

N_ = str  # marks a text that is translated where it is shown

STATES: Mapping[str, tuple[str, str]] = {
    "open": (N_("Still wanted"), "warn"), "met": (N_("Found"), "ok"), "ended": (N_("Over"), ""),
    "withdrawn": (N_("Taken back"), ""), "hidden": (N_("Not shown"), "bad"),
}
MOVES: Mapping[tuple[str, str], str] = {
    ("open", "meet"): "met",  # by staff, or by who wanted it
    ("open", "end"): "ended",  # its day has come
    ("open", "withdraw"): "withdrawn",
    ("open", "hide"): "hidden",
    ("hidden", "show"): "open",
}
DAYS = 60  # after which a want ends by itself


def moved(state: str, move: str) -> str | None:
    """The state after a move; None where it is not allowed."""
    return MOVES.get((state, move))
