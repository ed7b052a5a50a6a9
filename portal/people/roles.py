"""Roles and rights: who somebody is in a site, and what they may do there."""

import json
from dataclasses import dataclass, field
from typing import Any

from ..base.sites import SiteView
from ..hooks import FAILED, Plugins
from ..offers import Action
from .models import Membership, Role, Session

N_ = str  # marks a text that is translated where it is shown

# From the least to the most. A role of a street or district holds in every site below it.
ROLES = {
    "resident": N_("Resident"), "verified": N_("Verified resident"), "volunteer": N_("Volunteer"),
    "grid": N_("Grid worker"), "staff": N_("Community staff"), "street": N_("Street staff"),
    "operator": N_("District operator"),
}
GRANTED = ("volunteer", "grid", "staff", "street", "operator")  # the others follow from a membership
STRONGER = {"staff": ("staff", "street", "operator"), "street": ("street", "operator"), "operator": ("operator",)}

CORE_ACTIONS = (
    Action("core.desk", N_("Use the staff desk"), ("staff", "grid")),
    Action("core.brand", N_("Change the brand"), ("staff",)),
    Action("core.plugins", N_("Switch plugins on and off"), ("staff",)),
    Action("core.people", N_("See and verify residents"), ("staff", "grid")),
    Action("core.act", N_("Act for residents"), ("staff",)),
    Action("core.roles", N_("Give and take roles"), ("staff",)),
    Action("core.audit", N_("See what staff did"), ("staff",)),
    Action("core.figures", N_("See the figures"), ("staff",)),
    Action("core.district", N_("Use the district desk"), ("street", "operator")),
    Action("core.sites", N_("Add and change sites"), ("operator",)),
    Action("core.holidays", N_("Load the official holidays"), ("operator",)),
)
NEVER_REFUSED = frozenset({"core.desk", "core.plugins"})  # else a plugin could keep staff from switching it off


@dataclass(frozen=True, slots=True)
class Viewer:
    """The person who looks at a page, as seen from one site.

    `person_id` is whom things are done for; `actor_id` who does them: another one while staff act for a resident.
    """

    person_id: int
    name: str
    roles: frozenset[str] = frozenset()
    unread: int = 0
    locale: str = ""
    large: bool = False
    session_id: int = 0
    actor_id: int = 0
    channel: str = "web"
    acting: str = ""  # the resident's name while acting for them
    homes: frozenset[int] = frozenset()  # the communities where they live, stated or verified, and all above these
    buildings: tuple[str, ...] = field(default=())

    @property
    def id(self) -> int:
        return self.person_id

    @property
    def verified(self) -> bool:
        return "verified" in self.roles

    @property
    def who(self) -> dict[str, Any]:
        """The three fields of every record of something done."""
        return {"actor_id": self.actor_id or self.person_id, "person_id": self.person_id, "channel": self.channel}


def roles_in(site: SiteView, memberships: str, roles: str) -> tuple[frozenset[str], frozenset[int]]:
    """Roles in a site from two packed columns, `path:state,…` and `site:role,…`; with the sites that are their homes.

    A resident of a community is one of its street and district, too.
    """
    homes, verified = set(), set()
    for part in memberships.split(",") if memberships else ():
        path, _, state = part.partition(":")
        above = [int(i) for i in path.split("/")[1:-1]]
        if state != "refused":
            homes.update(above)
        if state == "verified":
            verified.update(above)
    held = _granted(site, roles) if roles else set()
    if site.id in homes:
        held.add("resident")
    if site.id in verified:
        held.add("verified")
    return frozenset(held), frozenset(homes)


def _granted(site: SiteView, roles: str) -> set[str]:
    above = {site.id, *(a.id for a in site.ancestors)}
    return {r for w, _, r in (p.partition(":") for p in roles.split(",")) if int(w) in above}


class Rights:
    """Which roles have which action from the start, of the core and all plugins."""

    def __init__(self, plugins: Plugins):
        self.plugins = plugins
        self.actions: dict[str, Action] = {a.name: a for a in CORE_ACTIONS}
        for name in plugins.names:
            for action in plugins.ask(name, "actions", ()) or ():
                self.actions[action.name] = action
        self._enough = {action.name: _enough(action) for action in self.actions.values()}

    def may(self, site: SiteView, viewer: Viewer | None, action: str, thing: Any = None) -> bool:
        """Whether the viewer may do `action` (to `thing`) in the site.

        An action that nobody declared, or of a plugin that is off, is refused. The roles of the action decide, unless
        the plugin that owns it says so itself; any plugin may refuse, none may grant another's. An owner that fails
        has refused.
        """
        enough = self._enough.get(action)
        owner = action.partition(".")[0]
        if enough is None or (owner != "core" and owner not in site.plugins):
            return False
        allowed = viewer is not None and not viewer.roles.isdisjoint(enough)
        if action in NEVER_REFUSED or not self.plugins.implementations("may"):
            return allowed
        for name, answer in self.plugins.answers(site, "may", viewer=viewer, action=action, thing=thing):
            if answer is False or (answer is FAILED and name == owner):
                return False
            if answer is True and name == owner:
                allowed = True
        return allowed


def _enough(action: Action) -> frozenset[str]:
    """The roles that have an action: those that it names, and those above them."""
    above = {role: (role, *STRONGER["staff"]) for role in ("volunteer", "grid")} | STRONGER
    return frozenset(found for role in action.roles for found in above.get(role, (role,)))


def grant(person_id: int, site_id: int, role: str, buildings: list[str] = (), by: int | None = None) -> None:
    """Give a role. Raises ValueError for one that is not given but follows from living there."""
    if role not in GRANTED:
        raise ValueError(f"{role} is not a role that can be given.")
    packed = json.dumps(list(buildings), ensure_ascii=False)
    (Role.insert(person=person_id, site=site_id, role=role, buildings=packed, granted_by=by)
     .on_conflict(conflict_target=[Role.person, Role.site, Role.role], update={Role.buildings: packed}).execute())


def revoke(person_id: int, site_id: int, role: str) -> None:
    """Take a role away, and with it acting for residents; nothing happens when it was not there."""
    Session.update(acting_for=None, acting_site=None, acting_channel="").where(Session.person == person_id).execute()
    Role.delete().where((Role.person == person_id) & (Role.site == site_id) & (Role.role == role)).execute()


def verify(person_id: int, site_id: int, by: int, now: int) -> bool:
    """Mark a stated membership as verified; False when there is none."""
    return bool(Membership.update(state="verified", verified_by=by, verified_at=now).where(
        (Membership.person == person_id) & (Membership.site == site_id)).execute())
