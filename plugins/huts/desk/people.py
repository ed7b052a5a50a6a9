"""Who stands at the counter: residents by their code, by name or by the last digits of their phone."""

import re
import unicodedata
from collections.abc import Collection
from typing import NamedTuple

from portal import Membership, Person, find_site, site, site_view

from .. import borrowers

FEWEST, WHOLE = 4, 11  # digits of a phone that find somebody of this community; of any that the hut is for
MOST = 12  # who are shown to choose from
WIDER = ("street", "district", "anyone")


class Neighbour(NamedTuple):
    """Somebody who borrows. `own`: they live in the open site."""

    id: int
    name: str
    phone: str
    verified: bool
    home: str
    own: bool


def sought(words: str, audience: str) -> list[Neighbour]:
    """Who is meant, by their code or name. Whoever lives elsewhere is found by their code or their whole phone number
    alone, and only where the hut is for them."""
    words = unicodedata.normalize("NFKC", words).strip()
    digits = re.sub(r"[\s\-]", "", words)
    if not words:
        return []
    by_code = borrowers.person_of(words)
    if by_code is not None:
        return list(filter(None, [known(by_code, audience)]))
    if not digits.isdecimal():
        return _found(Person.name.contains(words), _own())
    if len(digits) < FEWEST:
        return []
    near = _found(Person.phone.endswith(digits), _own())
    return near or (_found(Person.phone == digits, _around(audience)) if len(digits) >= WHOLE else [])


def known(person_id: int, audience: str) -> Neighbour | None:
    """Somebody who may borrow in a hut for this audience; None for everybody else."""
    around = _own() | set(_around(audience))
    return next(iter(_found(Person.id == person_id, around)), None)


def _own() -> set[int]:
    return {site.id, *(kin.id for kin in site.below)}


def _around(audience: str) -> Collection[int]:
    """The communities whose residents an audience is, beside one's own."""
    if audience not in WIDER or audience == site.kind:
        return ()
    above = next((kin.id for kin in site.ancestors if kin.kind == audience), None)
    top = site_view(above) if above is not None else find_site()
    return () if top is None else {top.id, *(kin.id for kin in top.below)}


def _found(which, homes: Collection[int]) -> list[Neighbour]:
    rows = (Person.select(Person.id, Person.name, Person.phone, Membership.state, Membership.site)
            .join(Membership, on=(Membership.person == Person.id))
            .where(which & Membership.site.in_(sorted(homes)) & (Membership.state != "refused"))
            .order_by(Person.name, Person.id).limit(4 * MOST).tuples())
    own, found = _own(), {}
    for number, name, phone, state, home in sorted(rows, key=lambda row: row[4] not in own):
        if number not in found:
            where = "" if home == site.id else site_view(home).name
            found[number] = Neighbour(number, name, masked(phone), state == "verified", where, home in own)
    return sorted(found.values(), key=lambda one: (one.name, one.id))[:MOST]


def masked(phone: str | None) -> str:
    """138****0426: enough to tell two of the same name apart."""
    return f"{phone[:3]}****{phone[-4:]}" if phone else ""
