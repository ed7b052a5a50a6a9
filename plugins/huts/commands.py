"""`portal huts …`: every command of the plugin."""

import click

from .lending.commands import LENDING
from .sheets.commands import take_in
from .terms.commands import rule

ALL: list[click.Command] = [*LENDING, take_in, rule]
