"""The roll: who can vote, frozen before the poll opens and never changed after.

`wanted` is {"site": true} or {"estates": [names]} or {"buildings": [[estate, building]]}, and may say besides
"born_until" and "born_from" (years, both inclusive) and "verified_by" (epoch seconds). On it are verified residents
of the site, or, of a street and a district, of all communities below.
"""

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from peewee import fn

from portal import Membership, Person, bulk, now, scope_id, site_view

from ..models import Poll, Voter
from . import locks
from .states import may_edit

LARGEST = 200_000


class Line(NamedTuple):
    """A line of a roll before it is numbered."""

    estate: str
    building: str
    name: str
    person_id: int

    @property
    def address(self) -> str:
        return " ".join(filter(None, (self.estate, self.building)))[:160]


def people(wanted: Mapping[str, Any]) -> list[Line]:
    """Everybody who is wanted on a roll, each once: by estate, building, name, number of the person.

    The order is that of the letters' numbers in Unicode: the same on every machine and database.
    """
    rows = (Membership.select(Membership.estate, Membership.building, Person.name, Person.id)
            .join(Person, on=(Person.id == Membership.person)).where(_which(wanted)).tuples())
    lines, seen = [], set()
    for line in sorted(Line(*row) for row in rows):
        if line.person_id not in seen:
            seen.add(line.person_id)
            lines.append(line)
    return lines


def _which(wanted: Mapping[str, Any]):
    site = site_view(scope_id())
    found = (Membership.state == "verified") & Membership.site.in_([site.id, *(kin.id for kin in site.below)])
    if "estates" in wanted:
        found &= Membership.estate.in_(list(wanted["estates"]))
    if "buildings" in wanted:
        found &= _in_buildings(wanted["buildings"])
    if wanted.get("born_until") is not None:
        found &= Person.birth_year <= wanted["born_until"]
    if wanted.get("born_from") is not None:
        found &= Person.birth_year >= wanted["born_from"]
    if wanted.get("verified_by") is not None:
        found &= fn.COALESCE(Membership.verified_at, Membership.stated_at) <= wanted["verified_by"]
    return found


def _in_buildings(buildings: Iterable[tuple[str, str]]):
    found = Membership.id.is_null()
    for estate, building in buildings:
        found |= (Membership.estate == estate) & (Membership.building == building)
    return found


def freeze(poll_id: int, who: dict[str, Any]) -> int | None:
    """Write a draft's roll down, in place of an earlier one; how many are on it, None where it is too late for that.

    With the first one the seed of the lots is drawn: it stays, and is shown from then on.
    """
    poll = locks.take(poll_id)
    if poll is None or not may_edit(poll.state):
        return None
    lines = people(json.loads(poll.wanted))[:LARGEST]
    rows = [(poll_id, n, line.person_id, line.name, line.address) for n, line in enumerate(lines, 1)]
    Voter.delete().where(Voter.poll_id == poll_id).execute()
    bulk(Voter, ("poll_id", "number", "person_id", "name", "address"), rows)
    written = {"roll_size": len(rows), "roll_hash": hash_of((n, name, at) for _p, n, _i, name, at in rows),
               "frozen_at": now(), "seed": poll.seed or secrets.token_hex(16), "flight": "{}"}
    Poll.update(version=Poll.version + 1, **written, **who).where(Poll.id == poll_id).execute()
    return len(rows)


def hash_of(rows: Iterable[tuple[int, str, str]]) -> str:
    """SHA-256 (hex) over the lines of a roll in UTF-8, each "number, tab, name, tab, address, line feed".

    Anybody can make it from the roll's file: `portal` writes that with the same lines. Once a person on it has been
    erased their line is nameless, so that the file has another hash than the roll had when it was frozen.
    """
    return hashlib.sha256(text_of(rows).encode()).hexdigest()


def text_of(rows: Iterable[tuple[int, str, str]]) -> str:
    """The lines of a roll's file."""
    return "".join(f"{number}\t{_plain(name)}\t{_plain(address)}\n" for number, name, address in rows)


def _plain(text: str) -> str:
    return " ".join(text.split())
