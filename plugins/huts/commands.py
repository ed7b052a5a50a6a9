"""`portal huts …`: every command of the plugin."""

import click

from .lending.commands import LENDING

ALL: list[click.Command] = [*LENDING]
