"""How long papers that were handed in before the close of a poll are typed in after it."""

from peewee import BigIntegerField, IntegerField

from portal import add_columns


def up(migrator, db):
    add_columns(db, "halls_poll", paper_hours=IntegerField(default=0), typing_until=BigIntegerField(null=True))
