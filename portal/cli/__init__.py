"""The command `portal`."""

import sys

import click

from ..base.database import Busy
from ..base.settings import SettingsError
from . import community, db, demo, person, plugin, run
from .opened import Opened, Stop


class Plain(click.Group):
    """A group whose errors are sentences, and whose plugins add commands of their own."""

    def get_command(self, ctx, name):
        return super().get_command(ctx, name) or _of_plugins(ctx).get(name)

    def list_commands(self, ctx):
        return sorted({*super().list_commands(ctx), *_of_plugins(ctx)})

    def main(self, *args, **kwargs):
        try:
            return super().main(*args, **kwargs)
        except (Stop, SettingsError, ValueError) as e:
            _say(str(e))
        except (Busy, ConnectionError) as e:
            _say(f"The database does not answer: {e}.")
        except OSError as e:
            _say(f"{e.filename or 'This machine'}: {e.strerror or e}.")
        except Exception as e:
            if type(e).__module__.startswith(("peewee", "sqlite3", "pysqlite3", "psycopg")):
                _say(f"The database refused: {str(e).splitlines()[0] if str(e) else type(e).__name__}.")
            raise


def _say(sentence: str) -> None:
    click.echo(sentence, err=True)
    sys.exit(1)


def _of_plugins(ctx) -> dict[str, click.Command]:
    """Commands of the installed plugins, each group under its plugin's name."""
    opened = ctx.ensure_object(Opened)
    found = {}
    for name in opened.plugins.names:
        commands = list(opened.plugins.ask(name, "commands", ()) or ())
        if commands:
            found[name] = click.Group(name, commands=commands, help=opened.plugins.ask(name, "describe", ""))
    return found


@click.group(cls=Plain, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--config", type=click.Path(dir_okay=False), help="A TOML file of settings.")
@click.version_option(package_name="xiaowu", message="%(version)s")
@click.pass_context
def main(ctx, config):
    """Run and look after a portal of community sites."""
    ctx.ensure_object(Opened).file = config


for group in (db.db, community.community, plugin.plugin, person.person):
    main.add_command(group)
for command in (run.serve, run.jobs, run.config, demo.demo, demo.seed):
    main.add_command(command)
