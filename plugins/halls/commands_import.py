"""`portal halls import …`: topics and polls of files that others have published."""

from pathlib import Path

import click

from portal import now, unit, use, within

from .sites_of import site_of


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
    site = site_of(opened, community)
    with opened.app.app_context(), use(opened.app.portal.db), within(site.id):
        with unit(write=True):
            topic_id = take_in(given, now())
        found = mapping.make(topic_id)
    groups = f"{found.k} groups, " if found else ""
    click.echo(f"Topic {topic_id}: {len(given.statements)} statements, {len(given.votes)} answers, {groups}"
               f"/{community}/halls/topics/{topic_id}")


def _file(kind: str, words: str) -> click.Command:
    @click.command(kind, help=words)
    @click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
    @click.option("--community", required=True, help="The slug of the site.")
    @click.option("--rule", default="", help="The rule to count by; that of the file unless given.")
    @click.option("--title", default="", help="What the poll is called; as in the file unless given.")
    @click.pass_obj
    def command(opened, file: Path, community: str, rule: str, title: str):
        from .polls import importing, queries
        from .tally import NotAnElection
        from .tally.formats import read
        site = site_of(opened, community)
        try:
            given = read(file, f"{file.stem}.{'pb' if kind == 'pabulib' else kind}")
            with opened.app.app_context(), use(opened.app.portal.db), unit(write=True), within(site.id):
                poll = queries.poll(importing.take_in(given, rule, title))
        except NotAnElection as e:
            raise click.ClickException(f"{file.name}: {e}\nNothing is stored.") from None
        click.echo(f"Poll {poll.id} in {community}: {poll.roll_size} ballots, counted by {poll.rule}, "
                   f"/{community}/halls/polls/{poll.id}")
    return command


take_in.add_command(_file("pabulib", "Take in a participatory budget from Pabulib (.pb), with its ballots."))
take_in.add_command(_file("blt", "Take in an election of ranks (.blt), with its ballots."))
