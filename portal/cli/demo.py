"""`portal demo` and `portal seed`: a district to look at."""

import click

from .opened import Opened


@click.command()
@click.option("--scale", type=click.Choice(["demo", "district"]), default="demo", show_default=True)
@click.pass_obj
def seed(opened: Opened, scale):
    """Fill an empty portal with a made-up district, the same each time."""
    from ..seed import fill
    fill(opened.app, scale, click.echo)


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), help="The port; a free one near 8000 if it is taken.")
@click.pass_obj
def demo(opened: Opened, port):
    """Seed a small district if there is none, print the address and sign-ins, and serve it."""
    from ..seed import run_demo
    run_demo(opened, port)
