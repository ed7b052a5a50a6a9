"""Handing over and taking back with what was answered, left as a deposit and photographed."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from portal import now, within

from ..lending import handing, queries, returning
from ..lending.handing import Handed
from ..lending.returning import Back
from ..models import Loan
from ..refusals import Refusal
from . import rows, scan, tickets
from .people import Neighbour
from .rows import Piece
from .scan import N_

CHANGED = N_("This list has changed meanwhile. Please look it over.")


class Said(NamedTuple):
    """What the form says beside labels: boxes that were ticked by their name, a photo, and so on."""

    ticked: frozenset[str] = frozenset()
    deposits: Mapping[str, int] = {}  # label → fen that were left at the desk
    photo: str = ""
    until: int | None = None
    reason: str = ""
    key: str = ""
    damaged: bool = False
    text: str = ""


def questions(text: str) -> list[str]:
    """What is asked, a line each."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def lend(person: Neighbour, labels: Sequence[str], who: Mapping[str, Any], said: Said) -> list[Handed] | Refusal:
    """Hand all of it over, or nothing, and keep what was said about each."""
    pieces = rows.pieces(list(labels))
    if not pieces or len(pieces) != len(set(labels)):
        return Refusal(CHANGED)
    others = [one for one in pieces if one.audience == "community" and not person.own]
    if others:
        return Refusal(scan.OTHERS)
    done = handing.lend([one.code for one in pieces], person.id, who, until=said.until, reason=said.reason,
                        key=said.key)
    if isinstance(done, Refusal):
        return done
    of_code = {one.code: one for one in pieces}
    for one in done:
        if not one.again:
            _keep_said(one.loan_id, of_code[one.code], said)
    return done


def _keep_said(loan_id: int, piece: Piece, said: Said) -> None:
    values: dict[str, Any] = {}
    asked = {text: f"a{piece.item_id}.{n}" in said.ticked for n, text in enumerate(questions(piece.asked_out))}
    if asked:
        values["answers"] = json.dumps({"out": asked}, ensure_ascii=False)
    if said.photo:
        values["photos"] = json.dumps([said.photo])
    if said.deposits.get(piece.code):
        values["deposit_fen"] = said.deposits[piece.code]
    if values:
        Loan.update(changed_at=now(), **values).where(Loan.id == loan_id).execute()


def take_back(code: str, hut_id: int, who: Mapping[str, Any], said: Said) -> Back | Refusal:
    """Take a unit back, whoever brings it and wherever it belongs; a damaged one gets its ticket."""
    if said.damaged and not said.text.strip():
        return Refusal(tickets.WHAT)
    piece = rows.piece(code)
    loan = rows.loan_of(piece.id, rows.WITH_SOMEBODY) if piece else None
    who = {**who, "person_id": loan.person_id if loan else who["person_id"]}
    values = _of_return(loan.id, piece, said) if loan else {}
    done = returning.give_back(code, hut_id, who, broken=said.damaged, **values)
    if isinstance(done, Refusal) or done.again or not said.damaged:
        return done
    with within(done.site_id):
        tickets.report(done.unit_id, said.text, who, done.loan_id, said.photo)
    return done


def _of_return(loan_id: int, piece: Piece, said: Said) -> dict[str, Any]:
    """What a loan keeps of its return, beside what it has of the hand-over."""
    loan = Loan.get_by_id(loan_id)
    answers, photos = json.loads(loan.answers or "{}"), json.loads(loan.photos or "[]")
    asked = {text: f"b{n}" in said.ticked for n, text in enumerate(questions(piece.asked_back))}
    found: dict[str, Any] = {"answers": json.dumps(answers | {"back": asked}, ensure_ascii=False)} if asked else {}
    if said.photo:
        found["photos"] = json.dumps([*photos, said.photo])
    if "deposit" in said.ticked:
        found["deposit_fen"] = 0
    return found


class Returned(NamedTuple):
    """Where a unit is that was taken back: what staff do with it next."""

    code: str
    name: str
    state: str
    home: str
    for_whom: str = ""
    until: int | None = None  # it is kept for them so long
    site: str = ""  # of another community, it goes there


def returned(code: str) -> Returned | None:
    """What is to be done with a unit of the open site that lies here."""
    piece = rows.piece(code)
    if piece is None or piece.state == "out":
        return None
    loan = rows.loan_of(piece.id, ("ready",)) if piece.state == "set" else None
    return Returned(code, piece.name, piece.state, piece.home, loan.person or "" if loan else "",
                    loan.ready_until if loan else None)


def returned_elsewhere(code: str, site_id: int, name: str) -> Returned | None:
    """The same of another site's unit: nothing of who had it."""
    with within(site_id):
        piece = rows.piece(code)
        return None if piece is None or piece.state == "out" else Returned(code, piece.name, "away", "", site=name)


def lent(loan_ids: Sequence[int], person_id: int) -> list[queries.LoanRow]:
    """The loans of these numbers that are this person's, and out or given."""
    found = [queries.loan(number) for number in loan_ids[:scan.MOST]]
    return [row for row in found if row is not None and row.person_id == person_id and row.out_at is not None]
