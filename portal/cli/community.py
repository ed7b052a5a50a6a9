"""`portal community …`: the tree of sites."""

import click

from ..addresses import ROOT, SLUG, houses
from ..base import sites
from ..base.settings import HOST
from ..base.sites import Site
from ..pages.drafts import LONGEST
from .opened import Opened, Stop


@click.group()
def community():
    """Sites: the district, its streets and communities."""


@community.command()
@click.argument("slug")
@click.option("--name", required=True, help="The name that residents read.")
@click.option("--parent", help="The slug of the street or district above; without it the site is the district.")
@click.option("--theme", default="plain", show_default=True)
@click.option("--host", help="A host name of its own.")
@click.pass_obj
def add(opened: Opened, slug, name, parent, theme, host):
    """Add a site: below the district a street, below a street a community."""
    if not SLUG.fullmatch(slug) or slug in ROOT:
        raise Stop(f"{slug} cannot be an address: at most 40 small letters, digits and -, and not "
                   f"{', '.join(sorted(ROOT))}.")
    name = name.strip()
    if not name:
        raise Stop("Say the site's name: --name NAME.")
    if len(name) > LONGEST["name"] or not name.isprintable():
        raise Stop(f"A site's name is one line of at most {LONGEST['name']} characters.")
    if theme not in opened.app.portal.themes:
        raise Stop(f"There is no theme {theme}; there are {', '.join(opened.app.portal.themes)}.")
    host = host.lower() if host else None
    if host and (not HOST.fullmatch(host) or host in houses(opened.settings)):
        raise Stop(f"{host} cannot be a site's own host: that is a name such as town.example, not the portal's own.")
    with opened.unit():
        above = opened.site(parent) if parent else None
        if above is None and Site.select().where(Site.parent.is_null()).exists():
            raise Stop("There is a district already: say --parent SLUG.")
        site = sites.add(slug, name, above, theme, "" if above else opened.app.portal.settings.zone)
        if host and Site.select().where(Site.host == host).exists():
            raise Stop(f"Another site has the host {host}.")
        if host:
            Site.update(host=host).where(Site.id == site.id).execute()
    click.echo(f"Added the {site.kind} {name} at /{slug}/.")


@community.command("list")
@click.pass_obj
def list_sites(opened: Opened):
    """Show the tree."""
    with opened.unit(write=False):
        rows = {s.id: s for s in Site.select()}
    for site in sorted(rows.values(), key=lambda s: [rows[int(i)].slug for i in s.path.strip("/").split("/")]):
        depth = site.path.count("/") - 2
        click.echo(f"{'  ' * depth}{site.slug}  {site.name}  ({site.kind}, {site.theme})")
    if not rows:
        click.echo("There is no site yet. `portal community add SLUG --name NAME` makes the district.")
