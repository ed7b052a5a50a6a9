"""Statements, what people think of them, and opinion maps. It stays as it is; a later change is one of its own."""

from peewee import BigIntegerField, CharField, ForeignKeyField, IntegerField, Model, TextField

from portal import same_site


def up(migrator, db):
    class Site(Model):
        class Meta:
            database = db
            table_name = "site"

    class Statement(Model):
        site = ForeignKeyField(Site, on_delete="CASCADE")
        topic_id = IntegerField()
        text = TextField()
        state = CharField(max_length=8, default="waiting")
        rule = CharField(max_length=12, default="")
        reason = CharField(max_length=200, default="")
        decided_by = IntegerField(null=True)
        seen = IntegerField(default=0)
        code = CharField(max_length=12, default="")
        actor_id = IntegerField(null=True)
        person_id = IntegerField(null=True)
        channel = CharField(max_length=8, default="web")
        at = BigIntegerField()

        class Meta:
            database = db
            table_name = "halls_statement"
            indexes = ((("site", "id"), True), (("site", "topic_id", "state", "seen"), False),
                       (("site", "person_id"), False))
            constraints = [same_site("topic_id", "halls_topic")]

    db.create_tables([Statement])

    class StatementVote(Model):
        site = ForeignKeyField(Site, on_delete="CASCADE")
        topic_id = IntegerField()
        statement_id = IntegerField()
        participant = CharField(max_length=16)
        vote = IntegerField()

        class Meta:
            database = db
            table_name = "halls_statement_vote"
            indexes = ((("site", "statement_id", "participant"), True), (("site", "topic_id", "participant"), False))
            constraints = [same_site("topic_id", "halls_topic"), same_site("statement_id", "halls_statement")]

    class OpinionMap(Model):
        site = ForeignKeyField(Site, on_delete="CASCADE")
        topic_id = IntegerField()
        found = TextField()
        people = TextField(default="")
        participants = IntegerField(default=0)
        votes = IntegerField(default=0)
        version = IntegerField(default=1)
        at = BigIntegerField()

        class Meta:
            database = db
            table_name = "halls_map"
            indexes = ((("site", "topic_id"), True),)
            constraints = [same_site("topic_id", "halls_topic")]

    db.create_tables([StatementVote, OpinionMap])
