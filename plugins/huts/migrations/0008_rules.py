"""Rules that staff write: counted with each change, so that nobody overwrites somebody else."""

from peewee import IntegerField

from portal import add_columns


def up(migrator, db):
    add_columns(db, "huts_rule", version=IntegerField(default=1))
