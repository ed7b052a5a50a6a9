"""The district desk, and a street's: the sites below, which plugin is on where, figures, a new site."""

import re

from flask import Blueprint, abort, current_app, g, request
from peewee import IntegrityError, fn
from wtforms import RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Regexp, ValidationError

from ..base import database, sites
from ..base.sites import Site, SitePlugin, within
from ..pages.forms import Form
from ..pages.here import may, require, say, site
from ..pages.i18n import _, lazy
from ..pages.templates import answer, refused, see_other
from ..people import residents
from ..people.audit import audit
from ..people.models import Membership
from .desk import core_figures, title_of
from .menu import house_url
from .plugin_desk import about_of, switched

pages = Blueprint("district", __name__)

N_ = str
SLUG = re.compile(r"[a-z0-9][a-z0-9-]{1,39}$")
TAKEN = frozenset(
    {"static", "files", "healthz", "readyz", "metrics", "favicon", "desk", "district", "www", "api"}
)
KINDS = {"district": N_("District"), "street": N_("Street"), "community": N_("Community")}


class SiteForm(Form):
    """A new community or street."""

    name = StringField(lazy("Name of the site"), [InputRequired(lazy("Write the name.")), Length(max=40)])
    slug = StringField(
        lazy("Web address"),
        [Regexp(SLUG, message=lazy("Use 2 to 40 small letters, digits and hyphens."))],
        description=lazy("It is part of the web address, for example guihuali."),
    )
    parent = SelectField(lazy("Belongs to"), coerce=int)
    theme = RadioField(lazy("Theme"))

    def validate_slug(self, field):
        if field.data in TAKEN or Site.select().where(Site.slug == field.data).exists():
            raise ValidationError(_("This address is taken. Choose another."))


def _enter():
    """The viewer, on the desk of a street or district."""
    who = require("core.district")
    if site.kind == "community":
        abort(404)
    return who


@pages.get("/district/")
def index():
    """The tree of sites with what they have."""
    _enter()
    ids = residents.below(site.path)
    states, plugins = _states(ids), _plugin_counts(ids)
    tree = [
        (house_url(slug), name, _(KINDS[kind]), depth, *states.get(i, (0, 0)), plugins.get(i, 0))
        for i, slug, name, kind, depth in _tree()
    ]
    return answer("district/sites.html", tree=tree, may_add=may("core.sites"))


def _tree() -> list[tuple[int, str, str, str, int]]:
    """(id, slug, name, kind, depth) of this site and all below, each after its parent, by name."""
    rows = {
        row[0]: row
        for row in Site.select(Site.id, Site.slug, Site.name, Site.kind, Site.path)
        .where(Site.path.startswith(site.path))
        .tuples()
    }
    top = site.path.count("/")

    def place(row):
        ids = [int(i) for i in row[4].strip("/").split("/")]
        return [(rows[i][2], i) for i in ids if i in rows]

    return [
        (i, slug, name, kind, path.count("/") - top)
        for i, slug, name, kind, path in sorted(rows.values(), key=place)
    ]


def _states(ids: tuple[int, ...]) -> dict[int, tuple[int, int]]:
    """(verified, waiting) of each site that has any."""
    found: dict[int, dict[str, int]] = {}
    rows = (
        Membership.select(Membership.site, Membership.state, fn.COUNT(Membership.id))
        .where(Membership.site.in_(ids))
        .group_by(Membership.site, Membership.state)
        .tuples()
    )
    for where, state, n in rows:
        found.setdefault(where, {})[state] = n
    return {where: (states.get("verified", 0), states.get("stated", 0)) for where, states in found.items()}


def _plugin_counts(ids: tuple[int, ...]) -> dict[int, int]:
    counts: dict[int, int] = {}
    for where, _name in _enabled(ids):
        counts[where] = counts.get(where, 0) + 1
    return counts


def _enabled(ids) -> set[tuple[int, str]]:
    """(site, plugin) of all that is switched on and installed."""
    names = current_app.portal.plugins.names
    rows = (
        SitePlugin.select(SitePlugin.site, SitePlugin.plugin)
        .where(SitePlugin.site.in_(ids) & SitePlugin.enabled)
        .tuples()
    )
    return {(where, name) for where, name in rows if name in names}


@pages.route("/district/plugins", methods=["GET", "POST"])
def plugins():
    """Sites by plugins: one street's at a time, each cell a switch."""
    who = _enter()
    tree, chosen = _tree(), request.args.get("street", type=int)
    streets = (
        [(i, name) for i, _slug, name, kind, _depth in tree if kind == "street"]
        if site.kind == "district"
        else []
    )
    if chosen is not None and chosen not in dict(streets):
        abort(404)
    if request.method == "POST":
        return _switch(who, chosen)
    shown = [
        row
        for row in tree
        if _in(row[0], chosen) or (chosen is None and row[3] != "community") or site.kind == "street"
    ]
    on = _enabled([row[0] for row in shown])
    names = current_app.portal.plugins.names
    rows = [
        (i, house_url(slug), name, [(n, _(title_of(n)), (i, n) in on) for n in names])
        for i, slug, name, _kind, _depth in shown
    ]
    return answer(
        "district/plugins.html",
        rows=rows,
        titles=[_(title_of(n)) for n in names],
        streets=streets,
        chosen=chosen,
    )


def _in(site_id: int, street: int | None) -> bool:
    return street is not None and (site_id == street or site_id in _children(street))


def _children(street: int) -> frozenset[int]:
    if "children" not in g:
        g.children = frozenset(i for (i,) in Site.select(Site.id).where(Site.parent == street).tuples())
    return g.children


def _switch(who, chosen: int | None):
    """Switch the plugin that the pressed button names, in a site below."""
    where, _colon, rest = request.form.get("switch", "").partition(":")
    name, _colon, wanted = rest.partition(":")
    if (
        not re.fullmatch(r"[0-9]{1,9}", where)
        or int(where) not in residents.below(site.path)
        or name not in current_app.portal.plugins.names
    ):
        abort(404)
    view = switched(who, sites.view(int(where)), name, wanted == "1")
    title = _(title_of(name))
    say(
        _("%(title)s is on in %(site)s.", title=title, site=view.name)
        if wanted == "1"
        else _("%(title)s is off in %(site)s; records are kept.", title=title, site=view.name)
    )
    query = f"?street={chosen}" if chosen else ""
    return see_other(f"district/plugins{query}#s{where}")


@pages.get("/district/figures")
def figures():
    """Figures of this site and all below it together, then residents by site."""
    _enter()
    ids, portal = residents.below(site.path), current_app.portal
    found = [core_figures(ids)]
    somewhere = sorted({name for _site, name in _enabled(ids)})
    with within(g.site, below=True):
        for name in somewhere:
            answers = portal.plugins.ask(name, "figures", site=g.site)
            if answers:
                found.append((_(title_of(name)), answers))
    states = _states(ids)
    by_site = [
        (name, states[i][0] + states[i][1]) for i, _slug, name, _kind, _depth in _tree() if i in states
    ]
    return answer("district/figures.html", groups=found, by_site=by_site)


@pages.route("/district/add", methods=["GET", "POST"])
def add():
    """A new community or street."""
    who = require("core.sites")
    _enter()
    form = _site_form()
    if not form.validate_on_submit():
        page = refused if request.method == "POST" else answer
        return page("district/add.html", form=form, **_choices())
    try:
        with database.current.savepoint():
            parent = Site.get_by_id(form.parent.data)
            new = sites.add(form.slug.data, form.name.data.strip(), parent, form.theme.data)
    except IntegrityError:
        form.slug.errors = [_("This address is taken. Choose another.")]
        return refused("district/add.html", form=form, **_choices())
    chosen = set(request.form.getlist("plugin")) & set(current_app.portal.plugins.names)
    for name in sorted(chosen):
        switched(who, sites.view(new.id), name, True)
    with within(new):
        audit(who, "core.site", new.name)
    audit(who, "core.site", new.name)
    say(_("%(name)s is there. Its staff can set it up now.", name=new.name))
    return see_other("district/")


def _site_form() -> SiteForm:
    form = SiteForm()
    form.parent.choices = [
        SelectChoice(i, name) for i, _slug, name, kind, _depth in _tree() if kind != "community"
    ]
    form.theme.choices = [SelectChoice(name, name) for name in current_app.portal.themes]
    if request.method == "GET":
        form.theme.data = "plain"
    return form


def _choices() -> dict:
    """What the page of a new site offers: themes as they call themselves, and plugins."""

    def said(texts, other):
        return (texts or {}).get(g.locale) or (texts or {}).get("en") or other

    portal = current_app.portal
    return {
        "themes": [
            (name, said(t.about.get("title"), name), said(t.about.get("about"), ""))
            for name, t in portal.themes.items()
        ],
        "plugins": [(name, _(title_of(name)), about_of(name)) for name in portal.plugins.names],
        "chosen": request.form.getlist("plugin"),
    }
