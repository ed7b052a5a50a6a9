"""`portal halls import …`: topics and polls of files that others have published."""

from pathlib import Path

import click

from portal import now, site_view, unit, use, within


@click.group("import")
def take_in():
    """Make topics and polls of files that others have published."""


@take_in.command("polis")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--community", required=True, help="The slug of the site.")
@click.pass_obj
def polis(opened, folder: Path, community: str):
    """Make a topic of a conversation that was exported from Polis: statements, answers, and the opinion map."""
    from .topics import mapping
    from .topics.polis import NotPolis, read, take_in
    try:
        given = read(folder)
    except NotPolis as e:
        raise click.ClickException(f"{e}\nNothing is stored.") from None
    with opened.app.app_context(), use(opened.app.portal.db):
        site = community_of(opened, community)
        with within(site.id):
            with unit(write=True):
                topic_id = take_in(given, now())
            found = mapping.make(topic_id)
    groups = f"{found.k} groups, " if found else ""
    click.echo(f"Topic {topic_id}: {len(given.statements)} statements, {len(given.votes)} answers, {groups}"
               f"/{community}/halls/topics/{topic_id}")


def community_of(opened, slug: str):
    """The view of a site named on the command line, where the plugin is on."""
    with unit():
        site = site_view(opened.site(slug).id)
    if "halls" not in site.plugins:
        raise click.ClickException(f"halls is off in {slug}. Switch it on: portal plugin enable halls "
                                   f"--community {slug}")
    return site
