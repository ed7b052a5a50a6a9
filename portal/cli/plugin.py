"""`portal plugin …`: what is installed, what is switched on where, and a new one."""

from pathlib import Path

import click

from ..base import sites
from ..base.sites import SitePlugin
from .opened import Opened, Stop


@click.group()
def plugin():
    """Plugins: list, enable, disable, write, check."""


@plugin.command("list")
@click.pass_obj
def list_plugins(opened: Opened):
    """Show the installed plugins and in how many sites each is enabled."""
    plugins = opened.app.portal.plugins
    with opened.unit(write=False):
        for name in plugins.names:
            n = SitePlugin.select().where((SitePlugin.plugin == name) & SitePlugin.enabled).count()
            click.echo(f"{name}  {plugins.ask(name, 'title', name)}  (enabled in {n})")
    for name, reason in plugins.refused.items():
        click.echo(f"{name}  left out: {reason}")


def _switch(opened: Opened, name: str, community: str, enabled: bool) -> None:
    portal = opened.app.portal
    if enabled and name not in portal.plugins.names:
        reason = portal.plugins.refused.get(name)
        raise Stop(f"The plugin {name} is left out: {reason}" if reason else f"There is no plugin {name}.")
    with opened.unit():
        site = opened.site(community)
        if name not in portal.plugins.names and not SitePlugin.select().where(SitePlugin.plugin == name).exists():
            raise Stop(f"There is no plugin {name}.")
        sites.enable(site.id, name, enabled)
        with sites.within(site.id):
            portal.plugins.ask(name, "enabled" if enabled else "disabled", site=sites.view(site.id))
    click.echo(f"{name} is {'on' if enabled else 'off'} in {community}.")


@plugin.command()
@click.argument("name")
@click.option("--community", required=True, help="The slug of the site.")
@click.pass_obj
def enable(opened: Opened, name, community):
    """Switch a plugin on in a site."""
    _switch(opened, name, community, True)


@plugin.command()
@click.argument("name")
@click.option("--community", required=True, help="The slug of the site.")
@click.pass_obj
def disable(opened: Opened, name, community):
    """Switch a plugin off in a site; its rows are kept."""
    _switch(opened, name, community, False)


@plugin.command()
@click.argument("name")
@click.option("--into", type=click.Path(path_type=Path, file_okay=False), default=Path("."), show_default=True)
def new(name, into):
    """Write a plugin of your own: a small package with a page, a model, translations and a passing test."""
    from ..plugin_new import write
    folder = write(name, into)
    click.echo(f"Written to {folder}. Next: pip install -e {folder} && portal plugin check {name}")


@plugin.command()
@click.argument("name")
@click.pass_obj
def check(opened: Opened, name):
    """See whether a plugin keeps the rules: face, floors, translations, templates, migrations."""
    from ..plugin_check import check as problems
    found = problems(opened.app, name)
    for line in found:
        click.echo(line, err=True)
    if found:
        raise Stop(f"{name}: {len(found)} thing{'s' if len(found) > 1 else ''} to mend.")
    click.echo(f"{name} keeps the rules.")
