"""Reports of skills and wants, and what was hidden because of them."""

from peewee import BigIntegerField, CharField, ForeignKeyField, IntegerField, Model


def up(migrator, db):
    class Site(Model):
        class Meta:
            database = db
            table_name = "site"

    class ThingReport(Model):
        site = ForeignKeyField(Site, on_delete="CASCADE")
        kind = CharField(max_length=5)
        thing_id = IntegerField()
        rule = CharField(max_length=12)
        text = CharField(max_length=400, default="")
        state = CharField(max_length=10, default="waiting")
        decided_at = BigIntegerField(null=True)
        decided_by = IntegerField(null=True)
        actor_id = IntegerField(null=True)
        person_id = IntegerField(null=True)
        channel = CharField(max_length=8, default="web")
        at = BigIntegerField()

        class Meta:
            database = db
            table_name = "huts_report"
            indexes = ((("site", "kind", "thing_id", "person_id"), True), (("site", "state", "at"), False),
                       (("site", "person_id"), False))

    class ThingHiding(Model):
        site = ForeignKeyField(Site, on_delete="CASCADE")
        kind = CharField(max_length=5)
        thing_id = IntegerField()
        rule = CharField(max_length=12)
        reason = CharField(max_length=200)
        author_id = IntegerField(null=True)
        appeal = CharField(max_length=10, default="")
        appeal_text = CharField(max_length=1000, default="")
        appeal_at = BigIntegerField(null=True)
        answer = CharField(max_length=400, default="")
        decided_by = IntegerField(null=True)
        actor_id = IntegerField(null=True)
        person_id = IntegerField(null=True)
        channel = CharField(max_length=8, default="desk")
        at = BigIntegerField()

        class Meta:
            database = db
            table_name = "huts_hiding"
            indexes = ((("site", "kind", "thing_id", "id"), False), (("site", "appeal", "id"), False),
                       (("site", "author_id"), False))

    db.create_tables([ThingReport, ThingHiding])
