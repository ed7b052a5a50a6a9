"""Spreadsheets of items that are taken in, and which labels have been printed."""

from peewee import BigIntegerField, BooleanField, CharField, ForeignKeyField, IntegerField, Model, TextField

from portal import same_site


def up(migrator, db):
    class Site(Model):
        class Meta:
            database = db
            table_name = "site"

    class ItemSheet(Model):
        site = ForeignKeyField(Site, on_delete="CASCADE")
        hut_id = IntegerField()
        file = CharField(max_length=200, default="")
        digest = CharField(max_length=64)
        state = CharField(max_length=10, default="checking")
        shows = BooleanField(default=False)
        problems = TextField(default="")
        wrong = IntegerField(default=0)
        total = IntegerField(default=0)
        units = IntegerField(default=0)
        done = IntegerField(default=0)
        actor_id = IntegerField(null=True)
        person_id = IntegerField(null=True)
        at = BigIntegerField()

        class Meta:
            database = db
            table_name = "huts_sheet"
            indexes = ((("site", "id"), True), (("site", "state"), False), (("site", "digest"), False))
            constraints = [same_site("hut_id", "huts_hut")]

    db.create_tables([ItemSheet])

    class ItemSheetPart(Model):
        site = ForeignKeyField(Site, on_delete="CASCADE")
        sheet_id = IntegerField()
        n = IntegerField()
        data = TextField()

        class Meta:
            database = db
            table_name = "huts_sheet_part"
            indexes = ((("site", "sheet_id", "n"), True),)
            constraints = [same_site("sheet_id", "huts_sheet")]

    class ItemSheetLine(Model):
        site = ForeignKeyField(Site, on_delete="CASCADE")
        sheet_id = IntegerField()
        item_id = IntegerField()

        class Meta:
            database = db
            table_name = "huts_sheet_item"
            indexes = ((("site", "sheet_id", "item_id"), True),)
            constraints = [same_site("sheet_id", "huts_sheet"), same_site("item_id", "huts_item")]

    class PrintedLabel(Model):
        site = ForeignKeyField(Site, on_delete="CASCADE")
        unit_id = IntegerField()
        at = BigIntegerField()

        class Meta:
            database = db
            table_name = "huts_printed_label"
            indexes = ((("site", "unit_id"), True),)
            constraints = [same_site("unit_id", "huts_unit")]

    db.create_tables([ItemSheetPart, ItemSheetLine, PrintedLabel])
