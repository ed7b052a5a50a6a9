"""`portal halls …`: every command of the plugin."""

import click

from .commands_map import opinion_map

ALL: list[click.Command] = []
ALL.append(opinion_map)
