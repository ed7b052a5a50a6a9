"""`portal halls …`: every command of the plugin."""

import click

from .commands_import import take_in
from .commands_map import opinion_map
from .commands_polls import POLLS
from .commands_tally import tally

ALL: list[click.Command] = [opinion_map, tally, take_in, *POLLS]
