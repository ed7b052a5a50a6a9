"""The staff desk: what waits, figures, what staff did, the end of acting."""

from flask import Blueprint, abort, current_app, g, request
from peewee import JOIN

from ..base import clock, due
from ..offers import Figure
from ..pages.here import dates, may, require, require_viewer, say, site
from ..pages.i18n import _
from ..pages.templates import answer, see_other
from ..people import outbox, residents
from ..people.audit import audit as note_down
from ..people.models import Audit, Person, PluginFault, Session
from ..people.roles import ROLES
from .menu import Menu

pages = Blueprint("desk", __name__)

N_ = str
AUDIT_PAGE = 40
FAULT_DAYS = 7

DID = {
    "core.plugin_on": N_("Switched on"),
    "core.plugin_off": N_("Switched off"),
    "core.settings": N_("Changed the settings"),
    "core.brand": N_("Changed the brand"),
    "core.verified": N_("Verified a resident"),
    "core.refused": N_("Did not verify a resident"),
    "core.added": N_("Added a resident"),
    "core.phone": N_("Looked up a phone number"),
    "core.role_given": N_("Gave a role"),
    "core.role_taken": N_("Took a role away"),
    "core.act_begin": N_("Began to act for a resident"),
    "core.act_end": N_("Stopped acting for a resident"),
    "core.buildings": N_("Added buildings"),
    "core.buildings_gone": N_("Removed buildings"),
    "core.holidays": N_("Loaded holidays"),
    "core.site": N_("Added a site"),
    "core.home": N_("Corrected where a resident lives"),
    "core.household": N_("Changed the family of a resident"),
    "core.residency": N_("Changed where a resident lives"),
    "core.again": N_("Had failed work tried again"),
}
# What a plugin's line is called by the word behind its dot; where none fits, as the plugin names the right.
VERBS = {
    "new": N_("written"),
    "write": N_("written"),
    "edit": N_("changed"),
    "change": N_("changed"),
    "date": N_("date changed"),
    "publish": N_("published"),
    "withdraw": N_("withdrawn"),
    "cancel": N_("cancelled"),
    "delete": N_("deleted"),
    "gone": N_("deleted"),
    "import": N_("taken in from a file"),
    "open": N_("opened"),
    "close": N_("closed"),
    "show": N_("shown"),
    "shown": N_("shown"),
    "hidden": N_("taken out of sight"),
    "freeze": N_("roll fixed"),
    "cast": N_("a vote taken in"),
    "answer": N_("answered"),
    "merge": N_("put together"),
    "retire": N_("taken out of use"),
    "labels": N_("labels printed"),
    "granted": N_("appeal granted"),
    "lifted": N_("appeal granted"),
    "refused": N_("refused"),
    "lend": N_("lent at the counter"),
    "return": N_("brought back"),
    "arrive": N_("back in its hut"),
    "ready": N_("laid ready"),
    "miss": N_("not fetched"),
    "extend": N_("lent for longer"),
    "approve": N_("agreed to"),
    "reject": N_("turned down"),
    "lose": N_("noted as missing"),
    "ticket": N_("damage reported"),
    "repair": N_("repair begun"),
    "mend": N_("mended"),
    "deposit": N_("deposit changed"),
    "lift": N_("pause lifted"),
}
OF_PLUGINS = {"core.plugin_on", "core.plugin_off", "core.settings"}  # their thing is a plugin's name
CHANNELS = {"web": N_("online"), "desk": N_("at the desk"), "phone": N_("by phone"), "import": N_("imported")}


@pages.before_app_request
def offer_menu():
    """Every staff page can show the menu, a plugin's own too."""
    if "context" in g:
        g.context["desk_nav"] = Menu()


@pages.get("/desk/")
def home():
    """What waits for somebody to do it."""
    who = require("core.desk")
    can_people = may("core.people")
    waiting = residents.waiting(residents.reach(site, who)) if can_people else 0
    faults = faults_here() if may("core.plugins") else []
    failed, mails = 0, 0
    if may("core.plugins"):
        failed = sum(due.failed(owner).count() for owner in owners())
        mails = sum(unsent().values())
    return answer(
        "desk/home.html", can_people=can_people, waiting=waiting, faults=faults, failed=failed, mails=mails
    )


def is_house() -> bool:
    """Whether this is the desk of the house itself: the district's."""
    return site.kind == "district" and may("core.district")


def owners() -> tuple[int | None, ...]:
    """Whose failed work is shown here: the site's, and on the district's desk that of the house itself (None)."""
    return (site.id, None) if is_house() else (site.id,)


def unsent() -> dict[str, int]:
    """How many messages of this site were given up, by channel; on the district's desk of all sites."""
    return outbox.failed(None if is_house() else site.id)


def faults_here() -> list[tuple]:
    """(plugin's title, hook, reason, times, last at) of the last week in this site, newest first."""
    since = clock.now() - FAULT_DAYS * 86400
    rows = (
        PluginFault.select(
            PluginFault.plugin, PluginFault.hook, PluginFault.reason, PluginFault.n, PluginFault.last_at
        )
        .where((PluginFault.site_id == site.id) & (PluginFault.last_at >= since))
        .order_by(PluginFault.last_at.desc())
        .limit(20)
        .tuples()
    )
    return [(_(title_of(name)), *rest) for name, *rest in rows]


def title_of(plugin: str) -> str:
    """The plugin's title (a msgid), or its name when it says none."""
    return current_app.portal.plugins.ask(plugin, "title", plugin) or plugin


@pages.get("/desk/figures")
def figures():
    """Numbers of this site: its residents, then what each plugin counts."""
    require("core.figures")
    found = [core_figures((site.id,))]
    for plugin, answers in current_app.portal.plugins.each(g.site, "figures"):
        found.append((_(title_of(plugin)), answers))
    return answer("desk/figures.html", groups=found)


def core_figures(site_ids: tuple[int, ...]) -> tuple[str, list[Figure]]:
    """The core's own figures of some sites: residents by state, and new ones by month."""
    months = last_months(12)
    states, by_month = residents.counted(site_ids, months)
    named = ((_("Verified"), "verified"), (_("To be verified"), "stated"), (_("Not verified"), "refused"))
    said = tuple((dates.month_title(a), n) for (a, _b), n in zip(months, by_month, strict=True))
    return _("Residents"), [
        Figure(
            _("Residents"),
            states.get("verified", 0) + states.get("stated", 0),
            tuple((label, states.get(state, 0)) for label, state in named),
        ),
        Figure(_("New in the last 12 months"), sum(by_month), said),
    ]


def last_months(n: int) -> list[tuple[int, int]]:
    """First second of each of the last `n` local months and of the month after it, oldest first."""
    bounds = [clock.month_bounds(clock.now(), site.zone)]
    while len(bounds) < n:
        bounds.insert(0, clock.month_bounds(bounds[0][0] - 1, site.zone))
    return bounds


@pages.get("/desk/audit")
def audit():
    """What staff did here, newest first."""
    require("core.audit")
    before = request.args.get("before", type=int)
    rows = _audit_rows(before)
    more = f"?before={rows[AUDIT_PAGE - 1][0]}" if len(rows) > AUDIT_PAGE else ""
    lines = _named(rows[:AUDIT_PAGE])
    return answer("desk/audit.html", lines=lines, more=more, first=before is None)


def _audit_rows(before: int | None) -> list[tuple]:
    actor, person = Person.alias(), Person.alias()
    query = (
        Audit.select(
            Audit.id,
            Audit.at,
            actor.name,
            person.name,
            Audit.channel,
            Audit.action,
            Audit.thing,
            Audit.detail,
            Audit.actor_id == Audit.person_id,
        )
        .join(actor, JOIN.LEFT_OUTER, on=(Audit.actor_id == actor.id))
        .join(person, JOIN.LEFT_OUTER, on=(Audit.person_id == person.id))
    )
    if before:
        query = query.where(Audit.id < before)
    return list(query.order_by(Audit.id.desc()).limit(AUDIT_PAGE + 1).tuples())


def _named(rows: list[tuple]) -> list[tuple]:
    """(when, actor, for whom, channel, what, thing, detail) with persons by their present names."""
    ids = {int(number) for row in rows if (number := _person_in(row[6]))}
    names = dict(Person.select(Person.id, Person.name).where(Person.id.in_(ids)).tuples()) if ids else {}
    lines = []
    for _id, at, actor, person, channel, action, thing, detail, own in rows:
        if number := _person_in(thing):
            thing = names.get(int(number), _("somebody who has left"))
        elif action in OF_PLUGINS:
            thing = _(title_of(thing))
        lines.append(
            (
                at,
                actor or "",
                "" if own else person or "",
                _(CHANNELS.get(channel, channel)),
                did(action),
                thing,
                _detail(action, detail),
            )
        )
    return lines


def _detail(action: str, detail: str) -> str:
    """A role or a channel in words, everything else as it was noted."""
    if action in ("core.role_given", "core.role_taken"):
        role, _colon, buildings = detail.partition(": ")
        return _(": ").join(filter(None, (_(ROLES.get(role, role)), buildings)))
    return _(CHANNELS.get(detail, detail)) if action == "core.act_begin" else detail


def _person_in(thing: str) -> str:
    """The number in `person:17`; empty for any other thing."""
    number = thing.removeprefix("person:")
    return number if number != thing and number.isascii() and number.isdigit() else ""


def did(action: str) -> str:
    """What an audit line's action is called: by the core, by its verb (`edit` in `huts.item_edit`), as the plugin names
    its right, or else that the plugin has something changed."""
    if action in DID:
        return _(DID[action])
    plugin, _dot, name = action.partition(".")
    if plugin not in current_app.portal.plugin_names:
        return _(action)
    declared = current_app.portal.rights.actions.get(action)
    verb = name if name in VERBS else name.rpartition("_")[2]
    if declared and verb not in VERBS:
        return _(declared.label)
    return _("%(part)s, %(what)s", part=_(title_of(plugin)), what=_(VERBS.get(verb, VERBS["change"])))


@pages.post("/acting/stop")
def stop_acting():
    """Be oneself again after acting for a resident."""
    who = require_viewer()
    if not who.acting:
        abort(404)
    note_down(who, "core.act_end", f"person:{who.person_id}")
    Session.update(acting_for=None, acting_site=None, acting_channel="").where(
        (Session.id == who.session_id) & (Session.person == who.actor_id)
    ).execute()
    say(_("You are yourself again. What you did for %(name)s is kept with both names.", name=who.acting))
    return see_other(f"desk/people/{who.person_id}")
