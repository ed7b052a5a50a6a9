"""What was scanned or typed at the counter, and what the screen shows of it. Only looks; a button acts."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from portal import site_view

from .. import codes
from ..lending import asking, handing, limits
from ..lending.handing import Handing
from ..lending.queries import LoanRow
from ..refusals import Refusal
from ..shelf.queries import House
from . import people, rows
from .people import Neighbour
from .rows import Piece

N_ = str

MOST = 20  # units in one hand-over
NOBODY = N_("Nobody of this name or number is known here, and no label reads so.")
FEW_DIGITS = N_("Please type at least four digits of the phone.")
MANY = N_("Please lend these first: more do not fit into one hand-over.")
OTHERS = N_("This is lent to residents of this community only.")
UNKNOWN = N_("This label is not known. Please type the seven signs under its code.")


class Scene(NamedTuple):
    """What the screen shows: a person, the labels of this hand-over, and what the last scan brought."""

    person: Neighbour | None = None
    labels: tuple[str, ...] = ()
    choice: tuple[Neighbour, ...] = ()  # of several who are meant
    piece: Piece | None = None  # a unit by itself
    loan: LoanRow | None = None  # who has it, or had it
    foreign: tuple[str, str] | None = None  # (label, name of its site)
    problem: Refusal | None = None
    typed: str = ""


class Planned(NamedTuple):
    """A unit of this hand-over: up to when, or why not; no end while nobody borrows yet."""

    piece: Piece
    due_at: int | None = None
    problem: Refusal | None = None
    deposit_fen: int = 0  # that is asked for


def given(hut: House, values) -> Scene:
    """Person and labels as a form carries them."""
    number = values.get("p", "")
    person = people.known(int(number), hut.audience) if number.isdecimal() and len(number) < 10 else None
    read = [codes.read(label) for label in values.get("u", "").split(".")[:MOST]]
    gone = codes.read(values.get("rm", ""))
    labels = dict.fromkeys(code for code in read if code and code != gone)
    return Scene(person, tuple(piece.code for piece in rows.pieces(list(labels))))


def looked(hut: House, values) -> Scene:
    """What a scan, or words that were typed, change of the screen."""
    before, typed = given(hut, values), (values.get("s") or values.get("q", "")).strip()[:300]
    if not typed:
        return before
    code = codes.read(typed)
    return code and scanned(before, code) or _person(before, hut, typed)


def scanned(before: Scene, code: str) -> Scene | None:
    """The screen once this label was scanned; None where no unit has it."""
    piece = rows.piece(code)
    if piece is not None:
        return _unit(before, piece)
    away = rows.elsewhere(code)
    return None if away is None else before._replace(foreign=(code, site_view(away).name))


def _person(before: Scene, hut: House, typed: str) -> Scene:
    """Somebody by code, name or phone; what was scanned before goes to them."""
    found, typed = people.sought(typed, hut.audience), typed[:60]
    if len(found) == 1:
        kept = before.labels if before.person in (None, found[0]) else ()
        return Scene(found[0], kept)
    if found:
        return before._replace(choice=tuple(found), typed=typed)
    return before._replace(problem=Refusal(_why(typed)), typed=typed)


def _why(typed: str) -> str:
    if codes.read(typed, codes.OF_BORROWERS):
        return NOBODY
    if "/" in typed or codes.like_one(typed):
        return UNKNOWN
    return FEW_DIGITS if typed.isdecimal() and len(typed) < people.FEWEST else NOBODY


def _unit(before: Scene, piece: Piece) -> Scene:
    """A unit by its label: to be taken back, to be brought home, or to be lent."""
    if piece.state in ("out", "lost"):
        return before._replace(piece=piece, loan=rows.loan_of(piece.id, rows.WITH_SOMEBODY))
    if piece.state not in ("in", "set"):
        return before._replace(piece=piece)
    if before.person is None and piece.state == "set":
        return _holder(before, piece)
    if piece.code in before.labels:
        return before
    if len(before.labels) >= MOST:
        return before._replace(problem=Refusal(MANY))
    problem = _against(before.person, piece, before.labels) if before.person else None
    return before._replace(problem=problem) if problem else before._replace(labels=(*before.labels, piece.code))


def _holder(before: Scene, piece: Piece) -> Scene:
    """The one for whom a unit is set aside."""
    loan = rows.loan_of(piece.id, ("ready",))
    person = people.known(loan.person_id, "anyone") if loan is not None and loan.person_id else None
    return Scene(person, (piece.code,)) if person else before._replace(piece=piece, loan=loan)


def _against(person: Neighbour, piece: Piece, labels: Sequence[str]) -> Refusal | None:
    """Why a unit cannot go onto the list of a person."""
    found, _limit = planned(person, [*labels, piece.code])
    return found[-1].problem


def planned(person: Neighbour | None, labels: Sequence[str], until: int | None = None,
            reason: str = "") -> tuple[list[Planned], Refusal | None]:
    """Each unit of a hand-over with its due time, and which limit of the person stands against all of it."""
    pieces = rows.pieces(list(labels))
    if person is None or not pieces:
        return [Planned(piece) for piece in pieces], None
    answers, limit = handing.look([piece.code for piece in pieces], person.id, until=until, reason=reason)
    return [_plan(person, piece, answer) for piece, answer in zip(pieces, answers, strict=True)], limit


def _plan(person: Neighbour, piece: Piece, answer: Handing | Refusal) -> Planned:
    if piece.audience == "community" and not person.own:
        return Planned(piece, problem=Refusal(OTHERS))
    if isinstance(answer, Refusal):
        return Planned(piece, problem=answer)
    item, hours = answer.shelf.item, answer.shelf.opening(answer.unit.hut_id)
    if piece.gives:
        return Planned(piece)
    terms = limits.terms_of(item, answer.unit.hut_id, person.id, hours)
    return Planned(piece, hours.due(answer.end), deposit_fen=piece.deposit_fen or terms.deposit_fen)


def day_typed(values: Mapping[str, str], start_of) -> int | None | Refusal:
    """The day on which it is brought back in place of the usual one, as the form has it."""
    typed = values.get("until", "").strip()
    if not typed:
        return None
    try:
        return start_of(typed)
    except (ValueError, OverflowError):
        return Refusal(asking.BACKWARDS)
