"""The codes by which a counter knows who borrows."""

import secrets
from typing import Any

from portal import now, param, prepared

from . import codes
from .models import BorrowerCode

RANDOM = secrets.SystemRandom()

_code = prepared(lambda: BorrowerCode.select(BorrowerCode.code).where(BorrowerCode.person_id == param("person")))
_person = prepared(lambda: BorrowerCode.select(BorrowerCode.person_id).where(BorrowerCode.code == param("code")))


def code_of(person_id: int) -> str:
    """The code of somebody; empty while they have none."""
    found = _code.one(person=person_id)
    return found[0] if found else ""


def person_of(text: str) -> int | None:
    """Whose code was typed or scanned, also as a whole address; None where it is nobody's."""
    code = codes.read(text, codes.OF_BORROWERS)
    found = _person.one(code=code) if code else None
    return found and found[0]


def renew(person_id: int) -> str:
    """Give somebody a code that nobody else has; the one before is nobody's then."""
    code = codes.new(RANDOM, codes.OF_BORROWERS)
    while person_of(code) is not None:
        code = codes.new(RANDOM, codes.OF_BORROWERS)
    BorrowerCode.insert(person_id=person_id, code=code).on_conflict(
        conflict_target=[BorrowerCode.person_id], update={BorrowerCode.code: code, BorrowerCode.at: now()}).execute()
    return code


def export(person_id: int) -> dict[str, Any]:
    """The code of a person."""
    rows = BorrowerCode.select(BorrowerCode.code, BorrowerCode.at).where(BorrowerCode.person_id == person_id)
    return {"codes": list(rows.dicts())}


def erase(person_id: int) -> None:
    """Forget the code of a person."""
    BorrowerCode.delete().where(BorrowerCode.person_id == person_id).execute()


def merge(person_id: int, into_id: int) -> None:
    """Somebody keeps their code; who has none gets that of the other."""
    if code_of(into_id):
        erase(person_id)
    else:
        BorrowerCode.update(person_id=into_id).where(BorrowerCode.person_id == person_id).execute()
