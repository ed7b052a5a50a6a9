"""The table of walks."""

from peewee import BigIntegerField, CharField, ForeignKeyField, IntegerField, Model


def up(migrator, db):
    class Site(Model):
        class Meta:
            database = db
            table_name = "site"

    class Walk(Model):
        site = ForeignKeyField(Site, on_delete="CASCADE")
        title = CharField(max_length=60)
        place = CharField(max_length=60)
        starts_at = BigIntegerField()
        minutes = IntegerField()
        planned_at = BigIntegerField()
        actor_id = IntegerField(null=True)
        person_id = IntegerField(null=True)
        channel = CharField(max_length=8, default="web")

        class Meta:
            database = db
            table_name = "walks_walk"
            indexes = ((("site", "starts_at"), False),)

    db.create_tables([Walk])
