"""The first tables of the activities."""

from peewee import BigIntegerField, BooleanField, CharField, ForeignKeyField, IntegerField, Model, TextField

from portal import same_site


def up(migrator, db):
    class Site(Model):
        class Meta:
            database = db
            table_name = 'site'

    class Source(Model):
        site = ForeignKeyField(Site, on_delete='CASCADE')
        name = CharField(max_length=200, default='')
        file = CharField(max_length=200, default='')
        text = TextField()
        digest = CharField(max_length=64)
        state = CharField(max_length=10, default='applied')
        replaces_id = IntegerField(null=True)
        activity_capacity = IntegerField(null=True)
        actor_id = IntegerField(null=True)
        person_id = IntegerField(null=True)
        channel = CharField(max_length=8, default='import')
        imported_at = BigIntegerField()

        class Meta:
            database = db
            table_name = 'activities_source'
            indexes = ((('site', 'id'), True), (('site', 'state'), False))
    db.create_tables([Source])

    class Activity(Model):
        site = ForeignKeyField(Site, on_delete='CASCADE')
        uid = TextField()
        title = TextField()
        text = TextField(default='')
        place = TextField(default='')
        organiser = CharField(max_length=120, default='')
        tags = CharField(max_length=300, default='')
        picture = CharField(max_length=120, default='')
        picture_alt = CharField(max_length=200, default='')
        audience = CharField(max_length=10, default='community')
        state = CharField(max_length=10, default='draft')
        price_fen = IntegerField(default=0)
        capacity = IntegerField(null=True)
        source_id = IntegerField(null=True)
        cancelled_by = CharField(max_length=5, default='')
        expanded_to = BigIntegerField(default=0)
        repeats = BooleanField(default=False)
        version = IntegerField(default=1)
        actor_id = IntegerField(null=True)
        person_id = IntegerField(null=True)
        channel = CharField(max_length=8, default='desk')
        created_at = BigIntegerField()
        changed_at = BigIntegerField()

        class Meta:
            database = db
            table_name = 'activities_activity'
            indexes = ((('site', 'id'), True), (('site', 'uid'), True), (('site', 'state'), False),
                       (('site', 'source_id'), False))
            constraints = [same_site('source_id', 'activities_source')]
    db.create_tables([Activity])

    class Occurrence(Model):
        site = ForeignKeyField(Site, on_delete='CASCADE')
        activity_id = IntegerField()
        recurrence_key = CharField(max_length=40, default='')
        starts_at = BigIntegerField()
        ends_at = BigIntegerField()
        all_day = BooleanField(default=False)
        capacity = IntegerField(null=True)
        taken = IntegerField(default=0)
        state = CharField(max_length=10, default='published')
        cancelled_by = CharField(max_length=5, default='')
        listed = IntegerField(default=0)
        note = CharField(max_length=300, default='')
        title = TextField()
        place = TextField(default='')
        tags = CharField(max_length=300, default='')
        picture = CharField(max_length=120, default='')
        audience = CharField(max_length=10, default='community')
        price_fen = IntegerField(default=0)
        sequence = IntegerField(default=0)
        changed_at = BigIntegerField()

        class Meta:
            database = db
            table_name = 'activities_occurrence'
            indexes = ((('site', 'id'), True), (('site', 'activity_id', 'recurrence_key'), True),
                       (('site', 'activity_id', 'starts_at'), False),
                       (('site', 'listed', 'starts_at', 'id', 'ends_at'), False))
            constraints = [same_site('activity_id', 'activities_activity')]
    db.create_tables([Occurrence])

    class SignUp(Model):
        site = ForeignKeyField(Site, on_delete='CASCADE')
        occurrence_id = IntegerField()
        person_id = IntegerField(null=True)
        size = IntegerField(default=1)
        oneself = BooleanField(default=True)
        state = CharField(max_length=10, default='joined')
        actor_id = IntegerField(null=True)
        channel = CharField(max_length=8, default='web')
        at = BigIntegerField()
        left_at = BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = 'activities_sign_up'
            indexes = ((('site', 'id'), True), (('site', 'occurrence_id', 'person_id'), True),
                       (('site', 'person_id', 'state'), False), (('site', 'at'), False))
            constraints = [same_site('occurrence_id', 'activities_occurrence')]
    db.create_tables([SignUp])

    class SignUpMember(Model):
        site = ForeignKeyField(Site, on_delete='CASCADE')
        sign_up_id = IntegerField()
        household_id = IntegerField(null=True)
        name = CharField(max_length=60)

        class Meta:
            database = db
            table_name = 'activities_sign_up_member'
            indexes = ((('site', 'sign_up_id'), False),)
            constraints = [same_site('sign_up_id', 'activities_sign_up')]
    db.create_tables([SignUpMember])

    class Tag(Model):
        site = ForeignKeyField(Site, on_delete='CASCADE')
        name = CharField(max_length=40)
        n = IntegerField(default=0)

        class Meta:
            database = db
            table_name = 'activities_tag'
            indexes = ((('site', 'name'), True), (('site', 'n'), False))
    db.create_tables([Tag])
