"""What a poll says in other languages."""

from peewee import TextField

from portal import add_columns


def up(migrator, db):
    add_columns(db, "halls_poll", texts=TextField(default="{}"))
