"""Residents of a made-up site: who they are, where they live, their families, who works there."""

import json
from datetime import UTC, datetime
from random import Random

from ..base import clock
from ..base.bulk import bulk
from ..offers import Neighbour
from ..people.models import Building, Household, Membership, Person, Role
from . import names
from .towns import Town

DAY = 86400
PERSON = ("name", "phone", "email", "birth_year", "large", "created_at")
MEMBERSHIP = ("person", "site", "estate", "building", "state", "stated_at", "verified_by", "verified_at")
STAFF = 2  # of each site


class Phones:
    """Numbers that follow each other; no operator gives them out."""

    def __init__(self, prefix: str = "1900"):
        self.prefix, self.n = prefix, 1000

    def fresh(self) -> str:
        self.n += 1
        return f"{self.prefix}{self.n:07d}"


def staff_of(site_id: int, kind: str, random: Random, phones: Phones) -> list[int]:
    """The people who work in a site, stored with their roles."""
    year, now = _year(), clock.now()
    role = {"district": "operator", "street": "street"}.get(kind, "staff")
    rows = [(names.whole(random, y, random.random() < 0.6), phones.fresh(), None, y, False, now - 400 * DAY)
            for y in (year - random.randint(26, 52) for _ in range(STAFF))]
    ids = bulk(Person, PERSON, rows)
    bulk(Role, ("person", "site", "role", "granted_at"), [(i, site_id, role, now - 400 * DAY) for i in ids])
    return ids


def residents(site_id: int, town: Town, random: Random, phones: Phones, staff: int) -> list[Neighbour]:
    """The residents of a community, stored; the verified ones, whom plugins may let take part."""
    homes = sorted({(e, names.building(random, town.village)) for e in town.estates for _ in range(8)})
    bulk(Building, ("estate", "building"), homes)
    made = [_person(random, phones) for _ in range(town.people)]
    ids = bulk(Person, PERSON, made)
    lives = [_membership(i, row[-1], site_id, random.choice(homes), staff, random)
             for i, row in zip(ids, made, strict=True)]
    bulk(Membership, MEMBERSHIP, lives)
    families = _families(ids, made, random)
    _roles(ids, site_id, homes, staff, random)
    return [Neighbour(i, row[0], families.get(i, ())) for i, row, home in zip(ids, made, lives, strict=True)
            if home[4] == "verified"]


def _year() -> int:
    return datetime.fromtimestamp(clock.now(), UTC).year


def _person(random: Random, phones: Phones) -> tuple:
    """A row of PERSON. Some share a phone with whoever came before, some have none."""
    year = names.birth_year(random, _year())
    chance = random.random()
    phone = None if chance < 0.05 else f"{phones.prefix}{phones.n:07d}" if chance < 0.08 else phones.fresh()
    since = clock.now() - random.randint(2, 540) * DAY - random.randint(0, DAY)
    return (names.whole(random, year, random.random() < 0.55), phone, None, year,
            names.generation(year) == 0 and random.random() < 0.4, since)


def _membership(person: int, since: int, site_id: int, home: tuple[str, str], staff: int, random: Random) -> tuple:
    chance = random.random()
    state = "verified" if chance < 0.86 else "stated" if chance < 0.99 else "refused"
    checked = (staff, since + DAY) if state != "stated" else (None, None)
    return (person, site_id, *home, state, since, *checked)


def _families(ids: list[int], people: list[tuple], random: Random) -> dict[int, tuple[tuple[int, str], ...]]:
    """Every third person has entered children or parents."""
    rows = []
    for person, (name, _phone, _email, year, *_rest) in zip(ids, people, strict=True):
        if random.random() < 0.36:
            rows += [(person, *_relative(random, name[0], year)) for _ in range(random.choice((1, 1, 1, 2, 2, 3)))]
    found: dict[int, tuple[tuple[int, str], ...]] = {}
    for key, (person, name, _year) in zip(bulk(Household, ("person", "name", "birth_year"), rows), rows, strict=True):
        found[person] = (*found.get(person, ()), (key, name))
    return found


def _relative(random: Random, surname: str, year: int) -> tuple[str, int]:
    born = year + random.randint(24, 38) if year < 2000 or random.random() < 0.5 else year - random.randint(24, 32)
    born = min(born, _year() - 2)
    return names.whole(random, born, random.random() < 0.5, surname if random.random() < 0.8 else ""), born


def _roles(ids: list[int], site_id: int, homes: list[tuple[str, str]], staff: int, random: Random) -> None:
    """Grid workers with some buildings, and volunteers."""
    chosen = random.sample(ids, min(len(ids), 8))
    grid = [(i, site_id, "grid", _packed(random.sample(homes, min(len(homes), 6))), staff) for i in chosen[:2]]
    volunteers = [(i, site_id, "volunteer", "[]", staff) for i in chosen[2:]]
    bulk(Role, ("person", "site", "role", "buildings", "granted_by"), grid + volunteers)


def _packed(homes: list[tuple[str, str]]) -> str:
    return json.dumps([f"{estate} {building}" for estate, building in homes], ensure_ascii=False)
