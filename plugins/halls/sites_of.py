"""The site that a command names."""

import click

from portal import SiteView, find_site, unit, use


def site_of(opened, slug: str) -> SiteView:
    """The site; a word of warning where halls is off in it, so that nobody finds what was done."""
    with use(opened.app.portal.db), unit():
        site = find_site(slug=slug)
    if site is None:
        raise click.ClickException(f"There is no site {slug}.")
    if "halls" not in site.plugins:
        click.echo(f"halls is off in {slug}. Switch it on: portal plugin enable halls --community {slug}", err=True)
    return site
