"""`portal halls import …`: polls, and what else comes from files, as things of a site."""

from pathlib import Path

import click

from portal import unit, use, within

from .sites_of import site_of
from .tally import NotAnElection


@click.group("import")
def take_in():
    """Take in open data as polls and topics of a community."""


def _file(kind: str, words: str) -> click.Command:
    @click.command(kind, help=words)
    @click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
    @click.option("--community", required=True, help="The slug of the site.")
    @click.option("--rule", default="", help="The rule to count by; that of the file unless given.")
    @click.option("--title", default="", help="What the poll is called; as in the file unless given.")
    @click.pass_obj
    def command(opened, file: Path, community: str, rule: str, title: str):
        from .polls import importing, queries
        from .tally.formats import read
        site = site_of(opened, community)
        try:
            given = read(file, f"{file.stem}.{'pb' if kind == 'pabulib' else kind}")
            with opened.app.app_context(), use(opened.app.portal.db), unit(write=True), within(site.id):
                poll = queries.poll(importing.take_in(given, rule, title))
        except NotAnElection as e:
            raise click.ClickException(f"{file.name}: {e}\nNothing is stored.") from None
        click.echo(f"Poll {poll.id} in {community}: {poll.roll_size} ballots, counted by {poll.rule}.")
    return command


take_in.add_command(_file("pabulib", "Take in a participatory budget from Pabulib (.pb), with its ballots."))
take_in.add_command(_file("blt", "Take in an election of ranks (.blt), with its ballots."))
