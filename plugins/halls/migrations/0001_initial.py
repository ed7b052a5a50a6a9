"""The first tables of halls: topics and polls. It stays as it is; a later change is a migration of its own."""

from peewee import BigIntegerField, BooleanField, CharField, ForeignKeyField, IntegerField, Model, TextField

from portal import same_site


def up(migrator, db):
    class Site(Model):
        class Meta:
            database = db
            table_name = "site"

    class Topic(Model):
        site = ForeignKeyField(Site, on_delete="CASCADE")
        title = CharField(max_length=120)
        summary = CharField(max_length=400, default="")
        text = TextField(default="")
        picture = CharField(max_length=120, default="")
        picture_alt = CharField(max_length=200, default="")
        template = CharField(max_length=20, default="vote")
        stages = TextField(default="[]")
        stage = CharField(max_length=10, default="listen")
        state = CharField(max_length=10, default="draft")
        audience = CharField(max_length=10, default="community")
        threshold = IntegerField(default=0)
        version = IntegerField(default=1)
        actor_id = IntegerField(null=True)
        person_id = IntegerField(null=True)
        channel = CharField(max_length=8, default="desk")
        created_at = BigIntegerField()
        changed_at = BigIntegerField()

        class Meta:
            database = db
            table_name = "halls_topic"
            indexes = ((("site", "id"), True), (("site", "state", "changed_at"), False))

    db.create_tables([Topic])

    class Poll(Model):
        site = ForeignKeyField(Site, on_delete="CASCADE")
        topic_id = IntegerField(null=True)
        title = CharField(max_length=160)
        text = TextField(default="")
        rule = CharField(max_length=24)
        parameters = TextField(default="{}")
        seed = CharField(max_length=64, default="")
        money_fen = BigIntegerField(default=0)
        shown = CharField(max_length=8, default="numbers")
        proxies = BooleanField(default=False)
        wanted = TextField(default="{}")
        state = CharField(max_length=10, default="draft")
        opens_at = BigIntegerField(null=True)
        closes_at = BigIntegerField(null=True)
        roll_size = IntegerField(null=True)
        roll_hash = CharField(max_length=64, default="")
        frozen_at = BigIntegerField(null=True)
        opened_at = BigIntegerField(null=True)
        closed_at = BigIntegerField(null=True)
        ballots_hash = CharField(max_length=64, default="")
        turnout = TextField(default="")
        result = TextField(default="")
        flight = TextField(default="{}")
        supersedes_id = IntegerField(null=True)
        why = CharField(max_length=300, default="")
        version = IntegerField(default=1)
        actor_id = IntegerField(null=True)
        person_id = IntegerField(null=True)
        channel = CharField(max_length=8, default="desk")
        created_at = BigIntegerField()
        changed_at = BigIntegerField()

        class Meta:
            database = db
            table_name = "halls_poll"
            indexes = ((("site", "id"), True), (("site", "topic_id"), False), (("site", "state", "closes_at"), False))
            constraints = [same_site("topic_id", "halls_topic")]

    db.create_tables([Poll])

    class Option(Model):
        site = ForeignKeyField(Site, on_delete="CASCADE")
        poll_id = IntegerField()
        number = IntegerField()
        title = CharField(max_length=160)
        text = TextField(default="")
        cost_fen = BigIntegerField(null=True)
        code = CharField(max_length=40, default="")
        proposal_id = IntegerField(null=True)
        statement_id = IntegerField(null=True)

        class Meta:
            database = db
            table_name = "halls_option"
            indexes = ((("site", "id"), True), (("site", "poll_id", "number"), True))
            constraints = [same_site("poll_id", "halls_poll")]

    db.create_tables([Option])

    class Voter(Model):
        site = ForeignKeyField(Site, on_delete="CASCADE")
        poll_id = IntegerField()
        number = IntegerField()
        person_id = IntegerField(null=True)
        name = CharField(max_length=60, default="")
        address = CharField(max_length=160, default="")

        class Meta:
            database = db
            table_name = "halls_voter"
            indexes = ((("site", "id"), True), (("site", "poll_id", "number"), True),
                       (("site", "poll_id", "person_id"), True), (("site", "person_id"), False))
            constraints = [same_site("poll_id", "halls_poll")]

    db.create_tables([Voter])

    class Ballot(Model):
        site = ForeignKeyField(Site, on_delete="CASCADE")
        poll_id = IntegerField()
        voter_id = IntegerField()
        choice = TextField()
        receipt = CharField(max_length=12)
        road = CharField(max_length=8, default="web")
        by_voter_id = IntegerField(null=True)
        changed = IntegerField(default=0)
        actor_id = IntegerField(null=True)
        person_id = IntegerField(null=True)
        channel = CharField(max_length=8, default="web")
        at = BigIntegerField()

        class Meta:
            database = db
            table_name = "halls_ballot"
            indexes = ((("site", "id"), True), (("site", "poll_id", "voter_id"), True),
                       (("site", "poll_id", "receipt"), True), (("site", "person_id"), False))
            constraints = [same_site("poll_id", "halls_poll"), same_site("voter_id", "halls_voter")]

    db.create_tables([Ballot])

    class Paper(Model):
        site = ForeignKeyField(Site, on_delete="CASCADE")
        poll_id = IntegerField()
        voter_id = IntegerField()
        first = TextField(default="")
        first_by = IntegerField(null=True)
        second = TextField(default="")
        second_by = IntegerField(null=True)
        state = CharField(max_length=10, default="first")
        at = BigIntegerField()

        class Meta:
            database = db
            table_name = "halls_paper"
            indexes = ((("site", "id"), True), (("site", "poll_id", "voter_id"), True),
                       (("site", "poll_id", "state"), False))
            constraints = [same_site("poll_id", "halls_poll"), same_site("voter_id", "halls_voter")]

    db.create_tables([Paper])

    class Proxy(Model):
        site = ForeignKeyField(Site, on_delete="CASCADE")
        poll_id = IntegerField()
        giver_id = IntegerField()
        holder_id = IntegerField()
        state = CharField(max_length=8, default="asked")
        actor_id = IntegerField(null=True)
        person_id = IntegerField(null=True)
        channel = CharField(max_length=8, default="web")
        at = BigIntegerField()

        class Meta:
            database = db
            table_name = "halls_proxy"
            indexes = ((("site", "id"), True), (("site", "poll_id", "giver_id"), True),
                       (("site", "poll_id", "holder_id"), False))
            constraints = [same_site("poll_id", "halls_poll"), same_site("giver_id", "halls_voter"),
                           same_site("holder_id", "halls_voter")]

    db.create_tables([Proxy])
