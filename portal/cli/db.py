"""`portal db …`: tables, backup, restore."""

from pathlib import Path

import click

from ..base import database, migrate
from .opened import Opened, Stop


@click.group()
def db():
    """Tables, backup and restore."""


@db.command()
@click.pass_obj
def upgrade(opened: Opened):
    """Bring the tables up to this version."""
    before = _pending(opened)
    portal = opened.app.portal
    after = set(_pending(opened))
    for name in before:
        if name not in after:
            click.echo(f"applied {name}")
    if portal.plugins.refused:
        for name, reason in portal.plugins.refused.items():
            click.echo(f"The plugin {name} is left out: {reason}", err=True)
    click.echo("The tables are up to date." if not after else f"Waiting: {', '.join(sorted(after))}")
    if after:
        raise Stop("Some migrations could not be applied; the log says why.")


def _pending(opened: Opened) -> list[str]:
    from ..house import CORE_MODELS, folder
    core = migrate.Part("portal", folder("portal") / "migrations", CORE_MODELS)
    parts = [core, *filter(None, (opened.plugins.part(n) for n in opened.plugins.names))]
    settings = opened.settings
    return migrate.pending(database.connect(settings.database_owner), parts)


@db.command()
@click.pass_obj
def check(opened: Opened):
    """Compare tables and models, and the guards of the rows."""
    waiting = _pending(opened)
    if waiting:
        raise Stop(f"Migrations wait: {', '.join(waiting)}. Run `portal db upgrade`.")
    portal = opened.app.portal
    with database.use(portal.db), database.unit():
        found = [*migrate.differences(portal.db, portal.parts()), *_unguarded(portal), *_broken(portal)]
    for line in found:
        click.echo(line, err=True)
    if found:
        raise Stop(f"{len(found)} things are not as they should be.")
    click.echo("Tables, models and guards agree.")


def _unguarded(portal) -> list[str]:
    return [f"{t} has no row-level security" for t in migrate.unguarded(portal.db, portal.parts())]


def _broken(portal) -> list[str]:
    if portal.db.kind != "sqlite":
        return []
    said = [r[0] for r in portal.db.execute_sql("PRAGMA integrity_check").fetchall() if r[0] != "ok"]
    return said + [f"{r[0]} row {r[1]} points at nothing in {r[2]}"
                   for r in portal.db.execute_sql("PRAGMA foreign_key_check").fetchall()]


@db.command()
@click.argument("target", type=click.Path(path_type=Path))
@click.pass_obj
def backup(opened: Opened, target: Path):
    """Write everything, rows and files, into TARGET while the portal runs, and verify it."""
    from ..base import backup as copies
    try:
        written = copies.backup(opened.settings, target, click.echo)
    except copies.BackupError as e:
        raise Stop(str(e)) from e
    click.echo(f"Backed up to {written}, and verified.")


@db.command()
@click.argument("source", type=click.Path(path_type=Path))
@click.pass_obj
def restore(opened: Opened, source: Path):
    """Bring a backup back, into an empty place only."""
    from ..app import create_app
    from ..base import backup as copies
    try:
        copies.restore(opened.settings, source, lambda: create_app(opened.settings), click.echo)
    except copies.BackupError as e:
        raise Stop(str(e)) from e
    click.echo(f"Restored from {source}.")
