"""The secret addresses of people's own calendars."""

from peewee import BigIntegerField, CharField, ForeignKeyField, Model


def up(migrator, db):
    class Person(Model):
        class Meta:
            database = db
            table_name = "person"

    class CalendarLink(Model):
        person = ForeignKeyField(Person, unique=True, on_delete="CASCADE")
        token = CharField(max_length=64, unique=True)
        made_at = BigIntegerField()

        class Meta:
            database = db
            table_name = "calendar_link"

    db.create_tables([CalendarLink])
