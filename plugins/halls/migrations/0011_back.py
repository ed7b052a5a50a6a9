"""Who has asked to show a hidden thing again, while a second person has to agree to that as well."""

from peewee import IntegerField

from portal import add_columns, count_changes


def up(migrator, db):
    add_columns(db, "halls_hiding", back_by=IntegerField(null=True))
    count_changes(db, "halls.desk", "halls_hiding", "state, appeal, back_by")
