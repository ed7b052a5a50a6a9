"""How often what pages show has changed: one table for the house and its plugins."""

from peewee import CharField, ForeignKeyField, IntegerField, Model


def up(migrator, db):
    class Site(Model):
        class Meta:
            database = db
            table_name = "site"

    class ChangeCount(Model):
        site = ForeignKeyField(Site, on_delete="CASCADE")
        part = IntegerField(default=0)
        what = CharField(max_length=60)
        n = IntegerField(default=0)

        class Meta:
            database = db
            table_name = "change_count"
            indexes = ((("site", "part", "what"), True),)

    db.create_tables([ChangeCount])
