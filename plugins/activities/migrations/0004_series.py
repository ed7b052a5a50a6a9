"""How an activity of our own repeats."""

from peewee import TextField

from portal import add_columns


def up(migrator, db):
    add_columns(db, "activities_activity", series=TextField(default=""))
