"""The table of bulletins."""

from peewee import BigIntegerField, BooleanField, CharField, ForeignKeyField, IntegerField, Model, TextField


def up(migrator, db):
    class Site(Model):
        class Meta:
            database = db
            table_name = "site"

    class Bulletin(Model):
        site = ForeignKeyField(Site, on_delete="CASCADE")
        kind = CharField(max_length=12, default="announcement")
        title = CharField(max_length=80)
        text = TextField()
        summary = CharField(max_length=120)
        picture = CharField(max_length=80, default="")
        picture_alt = CharField(max_length=120, default="")
        pinned = BooleanField(default=False)
        until = BigIntegerField(null=True)
        weight = IntegerField(default=100)
        state = CharField(max_length=10, default="draft")
        version = IntegerField(default=1)
        published_at = BigIntegerField(null=True)
        created_at = BigIntegerField()
        actor_id = IntegerField(null=True)
        person_id = IntegerField(null=True)
        channel = CharField(max_length=8, default="web")

        class Meta:
            database = db
            table_name = "bulletin"
            indexes = ((("site", "kind", "state", "pinned", "published_at", "id"), False),)

    db.create_tables([Bulletin])


def down(migrator, db):
    migrator.drop_table("bulletin")
