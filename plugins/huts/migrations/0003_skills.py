"""Skills, wants, what residents lend, and what nobody had, as they were first made."""

from peewee import BigIntegerField, BooleanField, CharField, ForeignKeyField, IntegerField, Model, TextField

from portal import add_columns, same_site


def up(migrator, db):
    class Site(Model):
        class Meta:
            database = db
            table_name = "site"

    class Skill(Model):
        site = ForeignKeyField(Site, on_delete="CASCADE")
        category = CharField(max_length=12)
        title = CharField(max_length=80)
        text = TextField(default="")
        per = CharField(max_length=6, default="task")
        places = CharField(max_length=40, default="")
        hours = CharField(max_length=120, default="")
        picture = CharField(max_length=120, default="")
        picture_alt = CharField(max_length=200, default="")
        audience = CharField(max_length=10, default="community")
        state = CharField(max_length=10, default="asked")
        reason = CharField(max_length=200, default="")
        thanks = IntegerField(default=0)
        version = IntegerField(default=1)
        actor_id = IntegerField(null=True)
        person_id = IntegerField(null=True)
        channel = CharField(max_length=8, default="web")
        created_at = BigIntegerField()
        changed_at = BigIntegerField()

        class Meta:
            database = db
            table_name = "huts_skill"
            indexes = ((("site", "id"), True), (("site", "state", "id"), False),
                       (("site", "state", "category", "id"), False), (("site", "person_id"), False))

    db.create_tables([Skill])

    class SkillAsk(Model):
        site = ForeignKeyField(Site, on_delete="CASCADE")
        skill_id = IntegerField()
        words = CharField(max_length=400)
        wished = CharField(max_length=120, default="")
        state = CharField(max_length=9, default="asked")
        thanks = CharField(max_length=200, default="")
        thanks_open = BooleanField(default=False)
        key = CharField(max_length=64, default="")
        version = IntegerField(default=1)
        actor_id = IntegerField(null=True)
        person_id = IntegerField(null=True)
        channel = CharField(max_length=8, default="web")
        at = BigIntegerField()
        changed_at = BigIntegerField()

        class Meta:
            database = db
            table_name = "huts_skill_ask"
            indexes = ((("site", "id"), True), (("site", "skill_id", "state"), False),
                       (("site", "person_id", "state"), False))
            constraints = [same_site("skill_id", "huts_skill")]

    db.create_tables([SkillAsk])

    class SkillMove(Model):
        site = ForeignKeyField(Site, on_delete="CASCADE")
        ask_id = IntegerField()
        old = CharField(max_length=9, default="")
        new = CharField(max_length=9)
        why = CharField(max_length=200, default="")
        actor_id = IntegerField(null=True)
        person_id = IntegerField(null=True)
        channel = CharField(max_length=8, default="web")
        at = BigIntegerField()

        class Meta:
            database = db
            table_name = "huts_skill_move"
            indexes = ((("site", "ask_id", "id"), False), (("site", "person_id"), False))
            constraints = [same_site("ask_id", "huts_skill_ask")]

    db.create_tables([SkillMove])

    class Offer(Model):
        site = ForeignKeyField(Site, on_delete="CASCADE")
        item_id = IntegerField()
        state = CharField(max_length=9, default="asked")
        reason = CharField(max_length=200, default="")
        actor_id = IntegerField(null=True)
        person_id = IntegerField(null=True)
        channel = CharField(max_length=8, default="web")
        at = BigIntegerField()
        changed_at = BigIntegerField()

        class Meta:
            database = db
            table_name = "huts_offer"
            indexes = ((("site", "item_id"), True), (("site", "state", "id"), False), (("site", "person_id"), False))
            constraints = [same_site("item_id", "huts_item")]

    db.create_tables([Offer])

    class Miss(Model):
        site = ForeignKeyField(Site, on_delete="CASCADE")
        week = CharField(max_length=8)
        reason = CharField(max_length=6)
        kind = CharField(max_length=40, default="")
        word = CharField(max_length=20, default="")
        n = IntegerField(default=0)

        class Meta:
            database = db
            table_name = "huts_miss"
            indexes = ((("site", "week", "reason", "kind", "word"), True),)

    db.create_tables([Miss])

    class Want(Model):
        site = ForeignKeyField(Site, on_delete="CASCADE")
        what = CharField(max_length=5)
        category = CharField(max_length=40)
        title = CharField(max_length=80)
        text = CharField(max_length=400, default="")
        state = CharField(max_length=9, default="open")
        met_with = CharField(max_length=160, default="")
        reason = CharField(max_length=200, default="")
        answers = IntegerField(default=0)
        ends_at = BigIntegerField()
        actor_id = IntegerField(null=True)
        person_id = IntegerField(null=True)
        channel = CharField(max_length=8, default="web")
        created_at = BigIntegerField()
        changed_at = BigIntegerField()

        class Meta:
            database = db
            table_name = "huts_want"
            indexes = ((("site", "id"), True), (("site", "state", "id"), False), (("site", "state", "category"), False),
                       (("site", "person_id"), False))

    db.create_tables([Want])

    class WantAnswer(Model):
        site = ForeignKeyField(Site, on_delete="CASCADE")
        want_id = IntegerField()
        how = CharField(max_length=4)
        words = CharField(max_length=200, default="")
        phone_open = BooleanField(default=False)
        actor_id = IntegerField(null=True)
        person_id = IntegerField(null=True)
        channel = CharField(max_length=8, default="web")
        at = BigIntegerField()

        class Meta:
            database = db
            table_name = "huts_want_answer"
            indexes = ((("site", "want_id", "person_id"), True), (("site", "person_id"), False))
            constraints = [same_site("want_id", "huts_want")]

    db.create_tables([WantAnswer])

    add_columns(db, "huts_item", days=IntegerField(default=0))
