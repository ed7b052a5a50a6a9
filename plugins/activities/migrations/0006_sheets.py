"""Spreadsheets of activities that are taken in."""

from peewee import BigIntegerField, BooleanField, CharField, ForeignKeyField, IntegerField, Model, TextField

from portal import same_site


def up(migrator, db):
    class Site(Model):
        class Meta:
            database = db
            table_name = "site"

    class Sheet(Model):
        site = ForeignKeyField(Site, on_delete="CASCADE")
        key = CharField(max_length=32)
        file = CharField(max_length=200, default="")
        digest = CharField(max_length=64)
        state = CharField(max_length=10, default="checking")
        publish = BooleanField(default=False)
        problems = TextField(default="")
        wrong = IntegerField(default=0)
        activities = IntegerField(default=0)
        total = IntegerField(default=0)
        done = IntegerField(default=0)
        found = IntegerField(default=0)
        actor_id = IntegerField(null=True)
        person_id = IntegerField(null=True)
        at = BigIntegerField()

        class Meta:
            database = db
            table_name = "activities_sheet"
            indexes = ((("site", "id"), True), (("site", "state"), False), (("site", "digest"), False))

    db.create_tables([Sheet])

    class SheetPart(Model):
        site = ForeignKeyField(Site, on_delete="CASCADE")
        sheet_id = IntegerField()
        n = IntegerField()
        data = TextField()

        class Meta:
            database = db
            table_name = "activities_sheet_part"
            indexes = ((("site", "sheet_id", "n"), True),)
            constraints = [same_site("sheet_id", "activities_sheet")]

    db.create_tables([SheetPart])
