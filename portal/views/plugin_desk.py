"""The desk's plugins: which are there, one click to switch them, and what can be set for each."""

import hashlib
import json
import logging
from typing import NamedTuple

from flask import Blueprint, abort, current_app, g, request
from peewee import DatabaseError

from ..base import database, sites
from ..base.sites import SiteView
from ..offers import Setting
from ..pages import htmx
from ..pages.forms import stale
from ..pages.here import require, say, site
from ..pages.i18n import _
from ..pages.templates import answer, refused, see_other
from ..people.audit import audit
from ..people.roles import Viewer
from .desk import faults_here, title_of

pages = Blueprint("plugin_desk", __name__)
log = logging.getLogger("portal.desk")

LONGEST, LARGEST = 300, 10**9


class Row(NamedTuple):
    """A plugin as the desk lists it."""

    name: str
    title: str
    about: str
    on: bool
    settable: bool


def row_of(name: str, of: SiteView) -> Row:
    """The row of an installed plugin as the site has it."""
    settable = bool(current_app.portal.plugins.ask(name, "settings", ()))
    return Row(name, _(title_of(name)), about_of(name), name in of.plugins, settable)


def about_of(name: str) -> str:
    """What a plugin says of itself to staff, in the reader's language."""
    about = current_app.portal.plugins.ask(name, "describe", "")
    return _(about) if about else ""


@pages.get("/desk/plugins")
def index():
    """Every installed plugin with its switch, and those that could not be used with the reason."""
    require("core.plugins")
    plugins = current_app.portal.plugins
    rows = [row_of(name, g.site) for name in plugins.names]
    return answer(
        "desk/plugins.html", rows=rows, left_out=sorted(plugins.refused.items()), faults=faults_here()
    )


@pages.post("/desk/plugins/<name>")
def switch(name: str):
    """Switch a plugin on or off; the next request of every worker obeys."""
    who = require("core.plugins")
    if name not in current_app.portal.plugin_names or name not in current_app.portal.plugins.names:
        abort(404)
    on = request.form.get("on") == "1"
    fresh = switched(who, g.site, name, on)
    row = row_of(name, fresh)
    if htmx.wants_part():
        return answer("desk/plugins.html", "row", p=row)
    say(
        _("%(title)s is on. Residents see it with their next click.", title=row.title)
        if on
        else _("%(title)s is off. Residents no longer see it; records are kept.", title=row.title)
    )
    return see_other("desk/plugins")


def switched(who: Viewer, of: SiteView, name: str, on: bool) -> SiteView:
    """The site after the plugin was switched, told about it, and the line written down."""
    if (name in of.plugins) != on and sites.enable(of.id, name, on):
        with sites.within(of):
            audit(who, "core.plugin_on" if on else "core.plugin_off", name)
            _tell(name, "enabled" if on else "disabled", sites.view(of.id))
    return sites.view(of.id)


def _tell(name: str, hook: str, of: SiteView) -> None:
    """Call the plugin's hook so that its failure cannot undo the switch."""
    try:
        with database.current.savepoint():
            current_app.portal.plugins.ask(name, hook, site=of)
    except DatabaseError as e:
        if current_app.portal.plugins.raising:
            raise
        log.error("plugin %s failed in %s: %s", name, hook, type(e).__name__)


@pages.get("/desk/settings")
def settings():
    """The plugins that something can be set for."""
    require("core.plugins")
    rows = [row_of(name, g.site) for name in current_app.portal.plugins.names]
    return answer("desk/settings.html", rows=[r for r in rows if r.settable])


@pages.route("/desk/settings/<name>", methods=["GET", "POST"])
def plugin_settings(name: str):
    """What can be set for one plugin here."""
    who = require("core.plugins")
    offered = (
        current_app.portal.plugins.ask(name, "settings", ())
        if name in current_app.portal.plugin_names
        else ()
    )
    if not offered:
        abort(404)
    stored = stored_in(g.site, name, offered)
    page = {"plugin": row_of(name, g.site), "offered": offered, "version": mark_of(stored)}
    if request.method == "GET":
        return answer("desk/plugin_settings.html", values=stored, problems={}, **page)
    typed, problems = read(offered)
    if stale(page["version"]):
        return refused(
            "desk/plugin_settings.html",
            values=typed,
            problems=problems,
            compare=compared(offered, stored, typed),
            **page,
        )
    if problems:
        return refused("desk/plugin_settings.html", values=typed, problems=problems, **page)
    if not hold(g.site):
        stored = stored_in(sites.view(site.id), name, offered)
        return refused(
            "desk/plugin_settings.html",
            values=typed,
            problems={},
            compare=compared(offered, stored, typed),
            **page | {"version": mark_of(stored)},
        )
    kept = {k: v for k, v in g.site.settings.get(name, {}).items() if k not in typed}
    sites.save_settings(site.id, name, kept | typed)
    audit(who, "core.settings", name)
    say(_("Saved. Residents see it with their next click."))
    return see_other(f"desk/settings/{name}")


def stored_in(of: SiteView, name: str, offered: list[Setting]) -> dict:
    """What is set for a plugin in a site, defaults where nothing is."""
    return {s.name: of.settings.get(name, {}).get(s.name, s.default) for s in offered}


def compared(offered: list[Setting], theirs: dict, mine: dict) -> list[tuple[str, str, str]]:
    """(label, what is saved, what was typed) of each setting that is not the same."""
    return [
        (_(s.label), _said(s, theirs[s.name]), _said(s, mine[s.name]))
        for s in offered
        if theirs[s.name] != mine[s.name]
    ]


def _said(one: Setting, value: object) -> str:
    if one.kind == "yes":
        return _("Yes") if value else _("No")
    return _(dict(one.choices).get(value, str(value))) if one.kind == "choice" else str(value)


def hold(of: SiteView) -> bool:
    """Take the site's row until the end of the request; False when it was changed since the request began."""
    same = (sites.Site.id == of.id) & (sites.Site.version == of.version)
    return bool(sites.Site.update(version=sites.Site.version + 1).where(same).execute())


def mark_of(values: dict) -> str:
    """A short mark of what a form was opened with, for finding out that somebody else has saved."""
    return hashlib.sha256(json.dumps(values, sort_keys=True, default=str).encode()).hexdigest()[:12]


def read(offered: list[Setting]) -> tuple[dict, dict[str, str]]:
    """What was typed for each setting, and what is wrong with it."""
    values, problems = {}, {}
    for one in offered:
        text = request.form.get(f"s-{one.name}", "").strip()
        values[one.name], wrong = _value(one, text)
        if wrong:
            problems[one.name] = wrong
    return values, problems


def _value(one: Setting, text: str) -> tuple[object, str]:
    if one.kind == "yes":
        return text == "1", ""
    if one.kind == "number":
        right = text.isascii() and text.isdigit() and len(text) < 16 and int(text) <= LARGEST
        return (int(text), "") if right else (text, _("Write a whole number, for example 3."))
    if one.kind == "choice":
        return text, "" if text in dict(one.choices) else _("Choose one of these.")
    return text, _("At most %(n)s characters.", n=LONGEST) if len(text) > LONGEST else ""
