"""Until when a message tells something: a reminder, an offer."""

from peewee import BigIntegerField

from portal.base.migrate import add_columns


def up(migrator, db):
    add_columns(db, "mail", until=BigIntegerField(null=True))
