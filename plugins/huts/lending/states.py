"""The states of a loan and of a unit, and the moves between them, as data."""

from collections.abc import Mapping

N_ = str  # marks a text that is translated where it is shown

STATES: Mapping[str, str] = {
    "asked": N_("Asked for"),  # waits for staff, or in the queue for a unit
    "approved": N_("Held"),  # has a unit and a range
    "ready": N_("Ready for pick-up"),  # the unit is set aside
    "out": N_("Borrowed"),
    "back": N_("Brought back"),  # it lies in a hut, perhaps not yet in its own
    "closed": N_("All done"),
    "rejected": N_("Could not be lent"),
    "cancelled": N_("Hold cancelled"),
    "expired": N_("Hold lapsed"),  # its time passed before there was a unit
    "noshow": N_("Not picked up"),
    "lost": N_("Gone missing"),
    "disputed": N_("Being cleared up"),
}
MOVES: Mapping[tuple[str, str], str] = {
    ("asked", "approve"): "approved",
    ("asked", "reject"): "rejected",
    ("asked", "cancel"): "cancelled",
    ("asked", "expire"): "expired",
    ("approved", "ready"): "ready",
    ("approved", "reassign"): "approved",  # to another unit of the same item
    ("approved", "release"): "asked",  # its unit cannot be had any more: back to the queue
    ("approved", "reject"): "rejected",
    ("approved", "cancel"): "cancelled",
    ("approved", "expire"): "expired",
    ("ready", "reassign"): "ready",
    ("ready", "release"): "asked",
    ("ready", "cancel"): "cancelled",
    ("ready", "miss"): "noshow",
    ("ready", "lend"): "out",
    ("ready", "give"): "closed",  # a gift: who takes it keeps it
    ("out", "extend"): "out",
    ("out", "take_back"): "back",
    ("out", "lose"): "lost",
    ("out", "dispute"): "disputed",  # "I brought it back last week"
    ("back", "close"): "closed",
    ("back", "dispute"): "disputed",  # "it was like that when I took it"
    ("lost", "take_back"): "back",  # it turned up
    ("disputed", "take_back"): "back",
    ("disputed", "lose"): "lost",
    ("disputed", "settle"): "closed",
}
LIVE = ("asked", "approved", "ready", "out")  # counts for the limit of a person
HOLDING = ("approved", "ready", "out")  # has a unit and a range that no other loan may overlap
ENDED = ("closed", "rejected", "cancelled", "expired", "noshow", "lost")
UNIT_OF: Mapping[str, str] = {"ready": "set", "out": "out"}  # a unit is set or out for exactly one such loan

UNIT_STATES: Mapping[str, str] = {
    "in": N_("In the hut"),
    "set": N_("Set aside"),
    "out": N_("Lent out"),
    "transit": N_("On its way home"),  # brought back to another hut
    "repair": N_("Being repaired"),
    "retired": N_("No longer lent"),
    "lost": N_("Missing"),
    "given": N_("Given away"),
}
UNIT_MOVES: Mapping[tuple[str, str], str] = {
    ("in", "set"): "set",
    ("in", "send"): "transit",
    ("in", "repair"): "repair",
    ("in", "retire"): "retired",
    ("in", "lose"): "lost",
    ("in", "give"): "given",
    ("set", "unset"): "in",
    ("set", "lend"): "out",
    ("set", "repair"): "repair",
    ("set", "lose"): "lost",
    ("set", "give"): "given",
    ("out", "take_back"): "in",
    ("out", "take_back_away"): "transit",  # to a hut that is not its home
    ("out", "take_back_broken"): "repair",
    ("out", "lose"): "lost",  # also while a loan that was out is being cleared up
    ("transit", "arrive"): "in",
    ("transit", "repair"): "repair",
    ("transit", "retire"): "retired",
    ("transit", "lose"): "lost",
    ("repair", "mend"): "in",
    ("repair", "retire"): "retired",
    ("repair", "lose"): "lost",
    ("lost", "find"): "in",
    ("lost", "find_away"): "transit",
    ("lost", "retire"): "retired",
    ("retired", "restore"): "in",
}
GONE = ("retired", "lost", "given")  # does not count among the units of its item


def moved(state: str, move: str) -> str | None:
    """The state of a loan after a move; None where the move is not allowed."""
    return MOVES.get((state, move))


def unit_moved(state: str, move: str) -> str | None:
    """The state of a unit after a move; None where the move is not allowed."""
    return UNIT_MOVES.get((state, move))
