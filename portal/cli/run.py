"""`portal serve`, `portal jobs`, `portal config`."""

import click

from ..base.settings import shown
from ..hooks import Plugins
from .opened import Opened, Stop


@click.command()
@click.option("--host", help="The address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535))
@click.option("--workers", type=click.IntRange(1))
@click.option("--jobs", "with_jobs", is_flag=True, help="Run the worker loop beside.")
@click.pass_obj
def serve(opened: Opened, host, port, workers, with_jobs):
    """Serve the portal."""
    from dataclasses import replace

    from ..server import ServeError
    from ..server import serve as run
    given = {"host": host, "port": port, "workers": workers}
    settings = replace(opened.settings, **{k: v for k, v in given.items() if v is not None})
    settings.data.mkdir(parents=True, exist_ok=True)  # said here in a sentence, not by each worker in forty lines
    if settings.production and settings.sms == "console":
        click.echo("No codes are sent to phones: in production PORTAL_SMS has to be hook or file:PATH.", err=True)
    Plugins().discover()  # the workers have these modules in common, and one that is killed is soon replaced
    try:
        run(settings, jobs=with_jobs)
    except ServeError as e:
        raise Stop(str(e)) from e


@click.command()
@click.option("--once", is_flag=True, help="Do what is due now, and end.")
@click.pass_obj
def jobs(opened: Opened, once):
    """Do what is due and send what waits, one worker's loop."""
    from .. import logs
    from ..jobs import run_loop
    logs.set_up(opened.settings)
    run_loop(opened.settings, once=once)


@click.command()
@click.pass_obj
def config(opened: Opened):
    """Show every setting and where it comes from."""
    for name, value, source in shown(opened.settings):
        click.echo(f"{name:16} {value}  ({source})")
