"""`portal halls …`: every command of the plugin."""

import click

ALL: list[click.Command] = []
