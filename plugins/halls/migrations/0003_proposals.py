"""Proposals, comments, reports and what was hidden. It stays as it is; a later change is one of its own."""

from peewee import SQL, BigIntegerField, CharField, ForeignKeyField, IntegerField, Model, TextField

from portal import same_site


def up(migrator, db):
    class Site(Model):
        class Meta:
            database = db
            table_name = "site"

    class Proposal(Model):
        site = ForeignKeyField(Site, on_delete="CASCADE")
        topic_id = IntegerField()
        statement_id = IntegerField(null=True)
        title = CharField(max_length=120)
        text = TextField()
        standing = CharField(max_length=10, default="open")
        merged_into_id = IntegerField(null=True)
        answered = CharField(max_length=10, default="")
        signatures = IntegerField(default=0)
        reached_at = BigIntegerField(null=True)
        version = IntegerField(default=1)
        state = CharField(max_length=10, default="shown")
        rule = CharField(max_length=12, default="")
        reason = CharField(max_length=200, default="")
        actor_id = IntegerField(null=True)
        person_id = IntegerField(null=True)
        channel = CharField(max_length=8, default="web")
        created_at = BigIntegerField()
        changed_at = BigIntegerField()

        class Meta:
            database = db
            table_name = "halls_proposal"
            indexes = ((("site", "topic_id", "signatures", "id"), False),
                       (("site", "person_id"), False))
            constraints = [SQL('UNIQUE ("site_id", "id")'), same_site("topic_id", "halls_topic"),
                           same_site("merged_into_id", "halls_proposal")]

    db.create_tables([Proposal])

    class ProposalVersion(Model):
        site = ForeignKeyField(Site, on_delete="CASCADE")
        proposal_id = IntegerField()
        version = IntegerField()
        title = CharField(max_length=120)
        text = TextField()
        actor_id = IntegerField(null=True)
        person_id = IntegerField(null=True)
        channel = CharField(max_length=8, default="web")
        at = BigIntegerField()

        class Meta:
            database = db
            table_name = "halls_proposal_version"
            indexes = ((("site", "proposal_id", "version"), True), (("site", "person_id"), False))
            constraints = [same_site("proposal_id", "halls_proposal")]

    db.create_tables([ProposalVersion])

    class ProposalAuthor(Model):
        site = ForeignKeyField(Site, on_delete="CASCADE")
        proposal_id = IntegerField()
        person_id = IntegerField(null=True)

        class Meta:
            database = db
            table_name = "halls_proposal_author"
            indexes = ((("site", "proposal_id", "person_id"), True), (("site", "person_id"), False))
            constraints = [same_site("proposal_id", "halls_proposal")]

    db.create_tables([ProposalAuthor])

    class Signature(Model):
        site = ForeignKeyField(Site, on_delete="CASCADE")
        proposal_id = IntegerField()
        version = IntegerField()
        actor_id = IntegerField(null=True)
        person_id = IntegerField(null=True)
        channel = CharField(max_length=8, default="web")
        at = BigIntegerField()

        class Meta:
            database = db
            table_name = "halls_signature"
            indexes = ((("site", "proposal_id", "person_id"), True), (("site", "person_id"), False))
            constraints = [same_site("proposal_id", "halls_proposal")]

    db.create_tables([Signature])

    class Answer(Model):
        site = ForeignKeyField(Site, on_delete="CASCADE")
        proposal_id = IntegerField()
        status = CharField(max_length=10)
        text = TextField()
        actor_id = IntegerField(null=True)
        person_id = IntegerField(null=True)
        channel = CharField(max_length=8, default="desk")
        at = BigIntegerField()

        class Meta:
            database = db
            table_name = "halls_answer"
            indexes = ((("site", "proposal_id", "id"), False),)
            constraints = [same_site("proposal_id", "halls_proposal")]

    db.create_tables([Answer])

    class Attachment(Model):
        site = ForeignKeyField(Site, on_delete="CASCADE")
        proposal_id = IntegerField()
        file = CharField(max_length=120)
        title = CharField(max_length=120)
        size = IntegerField(default=0)
        actor_id = IntegerField(null=True)
        person_id = IntegerField(null=True)
        channel = CharField(max_length=8, default="web")
        at = BigIntegerField()

        class Meta:
            database = db
            table_name = "halls_attachment"
            indexes = ((("site", "proposal_id", "id"), False),)
            constraints = [same_site("proposal_id", "halls_proposal")]

    db.create_tables([Attachment])

    class Comment(Model):
        site = ForeignKeyField(Site, on_delete="CASCADE")
        topic_id = IntegerField()
        proposal_id = IntegerField(null=True)
        parent_id = IntegerField(null=True)
        thread = CharField(max_length=20)
        place = IntegerField(default=0)
        stance = CharField(max_length=8, default="")
        text = TextField()
        support = IntegerField(default=0)
        replies = IntegerField(default=0)
        state = CharField(max_length=10, default="shown")
        rule = CharField(max_length=12, default="")
        reason = CharField(max_length=200, default="")
        actor_id = IntegerField(null=True)
        person_id = IntegerField(null=True)
        channel = CharField(max_length=8, default="web")
        at = BigIntegerField()

        class Meta:
            database = db
            table_name = "halls_comment"
            indexes = ((("site", "thread", "id"), False),
                       (("site", "thread", "support", "id"), False), (("site", "parent_id", "place"), False),
                       (("site", "topic_id"), False), (("site", "person_id"), False))
            constraints = [SQL('UNIQUE ("site_id", "id")'), same_site("topic_id", "halls_topic"),
                           same_site("proposal_id", "halls_proposal"),
                           same_site("parent_id", "halls_comment")]

    db.create_tables([Comment])

    class CommentSupport(Model):
        site = ForeignKeyField(Site, on_delete="CASCADE")
        comment_id = IntegerField()
        actor_id = IntegerField(null=True)
        person_id = IntegerField(null=True)
        channel = CharField(max_length=8, default="web")

        class Meta:
            database = db
            table_name = "halls_comment_support"
            indexes = ((("site", "comment_id", "person_id"), True), (("site", "person_id"), False))
            constraints = [same_site("comment_id", "halls_comment")]

    db.create_tables([CommentSupport])

    class Report(Model):
        site = ForeignKeyField(Site, on_delete="CASCADE")
        kind = CharField(max_length=10)
        thing_id = IntegerField()
        topic_id = IntegerField()
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
            table_name = "halls_report"
            indexes = ((("site", "kind", "thing_id", "person_id"), True), (("site", "state", "at"), False),
                       (("site", "person_id"), False))
            constraints = [same_site("topic_id", "halls_topic")]

    db.create_tables([Report])

    class Hiding(Model):
        site = ForeignKeyField(Site, on_delete="CASCADE")
        kind = CharField(max_length=10)
        thing_id = IntegerField()
        topic_id = IntegerField()
        rule = CharField(max_length=12)
        reason = CharField(max_length=200)
        state = CharField(max_length=10, default="hidden")
        live = CharField(max_length=24, null=True)
        author_id = IntegerField(null=True)
        second_id = IntegerField(null=True)
        appeal = CharField(max_length=10, default="")
        appeal_text = CharField(max_length=1000, default="")
        appeal_at = BigIntegerField(null=True)
        answer = CharField(max_length=400, default="")
        decided_by = IntegerField(null=True)
        settled_at = BigIntegerField(null=True)
        actor_id = IntegerField(null=True)
        person_id = IntegerField(null=True)
        channel = CharField(max_length=8, default="desk")
        at = BigIntegerField()

        class Meta:
            database = db
            table_name = "halls_hiding"
            indexes = ((("site", "id"), True), (("site", "live"), True), (("site", "state", "appeal"), False),
                       (("site", "author_id"), False))
            constraints = [same_site("topic_id", "halls_topic")]

    db.create_tables([Hiding])
