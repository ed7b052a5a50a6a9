"""Small questions that only pages ask: which poll replaced this one, is there such a receipt."""

from portal import param, prepared

from .. import speech
from ..models import Ballot, Poll

_successor = prepared(lambda: (
    Poll.select(Poll.id, speech.title())
    .where((Poll.supersedes_id == param("id")) & Poll.state.not_in(("draft", "withdrawn"))).order_by(Poll.id).limit(1)))
_receipt = prepared(lambda: (
    Ballot.select(Ballot.id).where((Ballot.poll_id == param("id")) & (Ballot.receipt == param("code")))))


def successor(poll_id: int) -> tuple[int, str] | None:
    """(Number, title) of the poll that puts this one right."""
    found = _successor.one(id=poll_id, locale=speech.locale())
    return tuple(found) if found else None


def receipt(poll_id: int, code: str) -> bool:
    """Whether a ballot of the poll has this receipt."""
    return _receipt.one(id=poll_id, code=code) is not None
