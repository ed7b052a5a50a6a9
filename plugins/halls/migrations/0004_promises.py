"""Promises and their changes."""

from peewee import BigIntegerField, CharField, ForeignKeyField, IntegerField, Model, TextField

from portal import same_site


def up(migrator, db):
    class Site(Model):
        class Meta:
            database = db
            table_name = "site"

    class Promise(Model):
        site = ForeignKeyField(Site, on_delete="CASCADE")
        topic_id = IntegerField()
        poll_id = IntegerField(null=True)
        text = CharField(max_length=300)
        who = CharField(max_length=80)
        due = CharField(max_length=10)
        state = CharField(max_length=8, default="open")
        evidence = TextField(default="")
        picture = CharField(max_length=120, default="")
        picture_alt = CharField(max_length=200, default="")
        done_on = CharField(max_length=10, default="")
        version = IntegerField(default=1)
        actor_id = IntegerField(null=True)
        person_id = IntegerField(null=True)
        channel = CharField(max_length=8, default="desk")
        created_at = BigIntegerField()
        changed_at = BigIntegerField()

        class Meta:
            database = db
            table_name = "halls_promise"
            indexes = ((("site", "id"), True), (("site", "topic_id"), False), (("site", "state", "due"), False))
            constraints = [same_site("topic_id", "halls_topic")]

    db.create_tables([Promise])

    class PromiseChange(Model):
        site = ForeignKeyField(Site, on_delete="CASCADE")
        promise_id = IntegerField()
        version = IntegerField()
        was = TextField()
        actor_id = IntegerField(null=True)
        at = BigIntegerField()

        class Meta:
            database = db
            table_name = "halls_promise_change"
            indexes = ((("site", "promise_id", "version"), True),)
            constraints = [same_site("promise_id", "halls_promise")]

    db.create_tables([PromiseChange])
