"""The residents of a site as its staff see them: whom they may reach, and who is found among those."""

import json
from typing import NamedTuple

from peewee import JOIN, Case, fn

from ..base.sites import Site, SiteView
from .models import Household, Membership, Person, Role
from .roles import STRONGER, Viewer

PAGE = 24
STATES = ("stated", "verified", "refused")
STAFF = frozenset(STRONGER["staff"])


class Reach(NamedTuple):
    """Whose rows somebody may touch: those of these sites, for a grid worker only of these buildings."""

    sites: tuple[int, ...]
    buildings: tuple[str, ...] | None = None  # None: all


def reach(site: SiteView, viewer: Viewer) -> Reach:
    """How far the viewer's hands go: their site; the street's and district's people, all below it."""
    if viewer.roles & {"street", "operator"}:
        return Reach(below(site.path))
    return Reach((site.id,), None if viewer.roles & STAFF else _grid(site, viewer))


def below(path: str) -> tuple[int, ...]:
    """The ids of a site and of all sites below it."""
    return tuple(
        i for (i,) in Site.select(Site.id).where(Site.path.startswith(path)).order_by(Site.path).tuples()
    )


def _grid(site: SiteView, viewer: Viewer) -> tuple[str, ...] | None:
    above = [site.id, *(a.id for a in site.ancestors)]
    rows = (
        Role.select(Role.buildings)
        .where((Role.person == viewer.actor_id) & (Role.role == "grid") & Role.site.in_(above))
        .tuples()
    )
    lists = [json.loads(text) for (text,) in rows]
    return None if any(not names for names in lists) else tuple(sorted({n for names in lists for n in names}))


def building_name(estate: str, building: str) -> str:
    """An estate and building as one name, the form that a grid worker's buildings are kept in."""
    return f"{estate} {building}".strip()


def _of(who: Reach):
    """The memberships within reach, as a condition."""
    inside = Membership.site.in_(who.sites)
    if who.buildings is None:
        return inside
    named = Membership.estate.concat(" ").concat(Membership.building)
    return inside & (named.in_(who.buildings) | Membership.estate.in_(who.buildings))


def found(who: Reach, words: str = "", state: str = "", page: int = 1) -> list[tuple]:
    """(person, name, phone, estate, building, state, site's name), newest first, one more than a page."""
    query = (
        Membership.select(
            Person.id,
            Person.name,
            Person.phone,
            Membership.estate,
            Membership.building,
            Membership.state,
            Site.name,
        )
        .join(Person, on=(Membership.person == Person.id))
        .join(Site, on=(Membership.site == Site.id))
        .where(_of(who))
    )
    if state in STATES:
        query = query.where(Membership.state == state)
    if words:
        query = query.where(_matches(words))
    order = Membership.id if state == "stated" else Membership.id.desc()
    return list(query.order_by(order).limit(PAGE + 1).offset((page - 1) * PAGE).tuples())


def _matches(words: str):
    digits = words.replace(" ", "").replace("-", "")
    if digits.isdigit() and len(digits) >= 4:
        return Person.phone.endswith(digits)
    whole = Membership.estate.concat(Membership.building)
    spaced = Membership.estate.concat(" ").concat(Membership.building)
    return Person.name.contains(words) | whole.contains(words) | spaced.contains(words)


def workers(who: Reach, page: int = 1) -> list[tuple]:
    """(person, name, phone, role, site's name) of all who have a role within reach, one more than a page."""
    query = (
        Role.select(Person.id, Person.name, Person.phone, Role.role, Site.name)
        .join(Person, on=(Role.person == Person.id))
        .join(Site, on=(Role.site == Site.id))
        .where(Role.site.in_(who.sites))
    )
    return list(query.order_by(Role.id.desc()).limit(PAGE + 1).offset((page - 1) * PAGE).tuples())


def waiting(who: Reach) -> int:
    """How many wait to be verified."""
    return Membership.select().where(_of(who) & (Membership.state == "stated")).count()


def known(who: Reach, person_id: int) -> tuple | None:
    """(id, name, phone, birth year) of a person within reach; None for everybody else."""
    homes = Membership.select(Membership.person).where(_of(who))
    here = Person.id.in_(homes)
    if who.buildings is None:
        here |= Person.id.in_(Role.select(Role.person).where(Role.site.in_(who.sites)))
    return (
        Person.select(Person.id, Person.name, Person.phone, Person.birth_year)
        .where((Person.id == person_id) & here)
        .tuples()
        .first()
    )


def lives(who: Reach, person_id: int) -> bool:
    """Whether a person lives within reach, as they say or as was verified."""
    home = _of(who) & (Membership.person == person_id) & (Membership.state != "refused")
    return Membership.select().where(home).exists()


def homes(who: Reach, person_id: int) -> list[tuple]:
    """(site, its name, estate, building, state, stated at, verified at, by whom) within reach."""
    verifier = Person.alias()
    return list(
        Membership.select(
            Membership.site,
            Site.name,
            Membership.estate,
            Membership.building,
            Membership.state,
            Membership.stated_at,
            Membership.verified_at,
            verifier.name,
        )
        .join(Site, on=(Membership.site == Site.id))
        .join(verifier, JOIN.LEFT_OUTER, on=(Membership.verified_by == verifier.id))
        .where(_of(who) & (Membership.person == person_id))
        .order_by(Membership.id)
        .tuples()
    )


def family(person_id: int) -> list[tuple[str, int | None]]:
    """(name, birth year) of the household."""
    return list(
        Household.select(Household.name, Household.birth_year)
        .where(Household.person == person_id)
        .order_by(Household.id)
        .tuples()
    )


def roles_of(who: Reach, person_id: int) -> list[tuple[int, str, str, list[str]]]:
    """(site, its name, role, buildings) of a person, within reach."""
    rows = (
        Role.select(Role.site, Site.name, Role.role, Role.buildings)
        .join(Site, on=(Role.site == Site.id))
        .where((Role.person == person_id) & Role.site.in_(who.sites))
        .order_by(Role.id)
        .tuples()
    )
    return [(site, name, role, json.loads(text)) for site, name, role, text in rows]


def counted(site_ids: tuple[int, ...], months: list[tuple[int, int]]) -> tuple[dict[str, int], list[int]]:
    """How many memberships are in each state, and how many were stated in each of the months."""
    columns = [
        fn.SUM(Case(None, [((Membership.stated_at >= a) & (Membership.stated_at < b), 1)], 0))
        for a, b in months
    ]
    rows = list(
        Membership.select(Membership.state, fn.COUNT(Membership.id), *columns)
        .where(Membership.site.in_(site_ids))
        .group_by(Membership.state)
        .tuples()
    )
    by_month = [sum(int(row[2 + n]) for row in rows) for n in range(len(months))]
    return {state: n for state, n, *_ in rows}, by_month
