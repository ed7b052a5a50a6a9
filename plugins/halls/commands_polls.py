"""`portal halls cast, close, count, check`: polls from a terminal."""

import json

import click
from werkzeug.datastructures import MultiDict

from portal import as_person, unit, use, within

from .sites_of import site_of

NUMBER = click.IntRange(1, 2**31 - 1)  # of a row
COMMUNITY = click.option("--community", required=True, help="The slug of the site.")


@click.command("cast")
@click.argument("poll", type=NUMBER)
@click.argument("fields", nargs=-1)
@COMMUNITY
@click.option("--person", type=NUMBER, required=True, help="Whose vote it is: the number of the person.")
@click.pass_obj
def cast(opened, poll: int, fields: tuple[str, ...], community: str, person: int):
    """Cast a vote by the fields of the ballot: tick=1, rank-0=2, score-1=5, points-2=3 or blank=1."""
    from .polls import casting, choices, queries
    site = site_of(opened, community)
    given = MultiDict(field.partition("=")[::2] for field in fields)
    with opened.app.app_context(), use(opened.app.portal.db), unit(write=True), as_person(person, site) as viewer:
        row = queries.poll(poll)
        if row is None or viewer is None:
            raise click.ClickException("There is no such poll, or no such person.")
        options = queries.options(row)
        choice, problems = choices.read(
            row.kind, given, len(options), row.parameters, most=choices.most_of(row.rule, row.parameters),
            costs=[o.cost_fen or 0 for o in options], money=row.money_fen)
        if choice is None:
            raise click.ClickException(" ".join(said % values for _field, said, values in problems))
        done = casting.cast(poll, person, choice, viewer.who)
    if isinstance(done, casting.Refusal):
        raise click.ClickException(done.msgid % done.values)
    click.echo(f"Receipt {done.receipt}")


@click.command("close")
@click.argument("poll", type=NUMBER)
@COMMUNITY
@click.option("--early", is_flag=True, help="Before its hour.")
@click.pass_obj
def close(opened, poll: int, community: str, early: bool):
    """Close a poll whose hour has come."""
    from .polls import closing
    site = site_of(opened, community)
    with opened.app.app_context(), use(opened.app.portal.db), unit(write=True), within(site.id):
        done = closing.close(poll, early)
    if not done:
        raise click.ClickException("It is not open, or its hour has not come.")
    click.echo("Closed.")


@click.command("count")
@click.argument("poll", type=NUMBER)
@COMMUNITY
@click.pass_obj
def count(opened, poll: int, community: str):
    """Count a closed poll now, without waiting for the worker."""
    from .polls import closing, queries
    site = site_of(opened, community)
    with opened.app.app_context(), use(opened.app.portal.db), within(site.id):
        if not closing.count(poll):
            raise click.ClickException("It is not closed, or papers are still typed into it.")
        with unit():
            row = queries.poll(poll)
            titles = [o.title for o in queries.options(row)]
    click.echo("Won: " + (", ".join(titles[n] for n in json.loads(row.result)["winners"]) or "nobody"))


@click.command("check")
@COMMUNITY
@click.pass_obj
def check(opened, community: str):
    """Count every counted poll again from its ballots, and say where the result is another one."""
    from .polls import exports, queries
    site, wrong, n = site_of(opened, community), [], 0
    with opened.app.app_context(), use(opened.app.portal.db), unit(), within(site.id):
        for listed in queries.listed(100_000):
            if listed.state == "counted":
                n += 1
                wrong += [] if exports.is_right(queries.poll(listed.id)) else [listed.id]
    if wrong:
        raise click.ClickException(f"{len(wrong)} of {n} polls count to something else: {wrong}")
    click.echo(f"{n} polls, each counts to its result.")


POLLS = [cast, close, count, check]
