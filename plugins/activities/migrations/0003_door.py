"""Who came and who did not, appeals, and what is said afterwards."""

from peewee import BigIntegerField, CharField, ForeignKeyField, IntegerField, Model, TextField

from portal import add_columns, same_site


def up(migrator, db):
    add_columns(db, "activities_sign_up", came=IntegerField(null=True), came_at=BigIntegerField(null=True),
                missed=CharField(max_length=9, default=""), minutes=IntegerField(null=True))

    class Site(Model):
        class Meta:
            database = db
            table_name = "site"

    class Appeal(Model):
        site = ForeignKeyField(Site, on_delete="CASCADE")
        person_id = IntegerField()
        text = CharField(max_length=500)
        state = CharField(max_length=8, default="open")
        answer = CharField(max_length=200, default="")
        actor_id = IntegerField(null=True)
        channel = CharField(max_length=8, default="web")
        decided_by = IntegerField(null=True)
        at = BigIntegerField()
        decided_at = BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = "activities_appeal"
            indexes = ((("site", "person_id"), True), (("site", "state", "at"), False))
    db.create_tables([Appeal])

    class Recap(Model):
        site = ForeignKeyField(Site, on_delete="CASCADE")
        occurrence_id = IntegerField()
        text = TextField(default="")
        pictures = TextField(default="")
        version = IntegerField(default=1)
        actor_id = IntegerField(null=True)
        at = BigIntegerField()

        class Meta:
            database = db
            table_name = "activities_recap"
            indexes = ((("site", "occurrence_id"), True),)
            constraints = [same_site("occurrence_id", "activities_occurrence")]
    db.create_tables([Recap])

    class Feedback(Model):
        site = ForeignKeyField(Site, on_delete="CASCADE")
        occurrence_id = IntegerField()
        person_id = IntegerField(null=True)
        stars = IntegerField()
        text = CharField(max_length=300, default="")
        at = BigIntegerField()

        class Meta:
            database = db
            table_name = "activities_feedback"
            indexes = ((("site", "occurrence_id", "person_id"), True), (("site", "person_id"), False))
            constraints = [same_site("occurrence_id", "activities_occurrence")]
    db.create_tables([Feedback])
