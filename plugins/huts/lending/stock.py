"""The units of an item with what is taken of their time, as it was read; works out what is free. No database."""

from collections.abc import Iterable
from typing import NamedTuple

from .states import GONE

AWAY = ("out", "transit")  # cannot be had this very moment, whatever its ranges say
LONG = 10 * 366 * 86400  # seconds that an unlimited stretch counts as


class Piece(NamedTuple):
    """A unit: what it is, where it lies and where it belongs."""

    id: int
    code: str
    state: str
    hut_id: int | None
    home_id: int


class Taken(NamedTuple):
    """[start, end) of a unit's time."""

    unit_id: int
    start: int
    end: int
    kind: str
    loan_id: int | None


class Stock:
    """All units of an item and their ranges that end after `at`, the moment it is looked at."""

    def __init__(self, pieces: Iterable[Piece], taken: Iterable[Taken], at: int):
        self.at = at
        self.pieces = {piece.id: piece for piece in sorted(pieces)}
        self.taken: dict[int, list[Taken]] = {unit_id: [] for unit_id in self.pieces}
        for one in sorted(taken, key=lambda t: t.start):
            if one.end > at:
                self.taken[one.unit_id].append(one)

    def stretch(self, unit_id: int, start: int, end: int, but: int | None = None) -> tuple[int, int] | None:
        """The free time around [start, end) of a unit: (from, to); None where it is not free.

        A unit that is out, or on its way home, is taken up to this moment at least, however long it should have been
        back; one that is being repaired without an end, or gone, is never free. Ranges of the loan `but` do not count.
        """
        piece = self.pieces[unit_id]
        taken = [t for t in self.taken[unit_id] if but is None or t.loan_id != but]
        mending = piece.state == "repair" and not any(t.kind == "repair" for t in taken)
        if piece.state in GONE or mending or end <= start:
            return None
        before = self.at + 1 if piece.state in AWAY else min(self.at, start)
        if any(t.start < end and t.end > start for t in taken) or before > start:
            return None
        before = max([before, *(t.end for t in taken if t.end <= start)])
        return before, min([start + LONG, *(t.start for t in taken if t.start >= end)])

    def free(self, start: int, end: int, hut_id: int | None = None, here: bool = False,
             but: int | None = None) -> list[int]:
        """The units that are free in [start, end), the one that leaves the smallest gap first.

        `hut_id`: only those that belong there; `here`: and lie there now, set aside for nobody.
        """
        found = []
        for piece in self.pieces.values():
            if hut_id is not None and piece.home_id != hut_id or here and not self.lies(piece.id, hut_id):
                continue
            gap = self.stretch(piece.id, start, end, but)
            if gap is not None:
                found.append((gap[1] - gap[0], min(start - gap[0], gap[1] - end), piece.id))
        return [unit_id for _whole, _side, unit_id in sorted(found)]

    def lies(self, unit_id: int, hut_id: int | None) -> bool:
        """Whether a unit lies in a hut and nobody has it."""
        piece = self.pieces.get(unit_id)
        return piece is not None and piece.state == "in" and piece.hut_id == hut_id

    def first(self, unit_id: int, but: int | None = None) -> Taken | None:
        """What a unit is taken for next, or now, but for one loan; None where nobody has asked for it."""
        return next((t for t in self.taken[unit_id] if but is None or t.loan_id != but), None)

    def next_free(self, start: int, length: int, hut_id: int | None = None) -> int | None:
        """The first instant from `start` on at which a unit is free for so many seconds; None where none ever is."""
        ends = {t.end for taken in self.taken.values() for t in taken if t.end > start}
        ends |= {self.at + 1} if self.at + 1 > start else set()
        return next((at for at in sorted({start, *ends}) if self.free(at, at + length, hut_id)), None)

    def next_end(self) -> int | None:
        """When the first range ends that is not a loan's: nobody tells us, and a unit may be free then."""
        return min((t.end for taken in self.taken.values() for t in taken if t.loan_id is None), default=None)
