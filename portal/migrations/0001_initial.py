"""The first tables of the house."""

from peewee import BigIntegerField, BooleanField, CharField, ForeignKeyField, IntegerField, Model, TextField

from portal.base.migrate import create_search


def up(migrator, db):
    class Site(Model):
        parent = ForeignKeyField('self', null=True)
        kind = CharField(max_length=16)
        slug = CharField(unique=True, max_length=40)
        host = CharField(unique=True, null=True, max_length=120)
        name = CharField(max_length=80)
        path = CharField(index=True, max_length=80)
        zone = CharField(max_length=40, default='Asia/Shanghai')
        theme = CharField(max_length=40, default='plain')
        brand = TextField(default='{}')
        words = TextField(default='{}')
        version = IntegerField(default=1)
        created_at = BigIntegerField()

        class Meta:
            database = db
            table_name = 'site'
    db.create_tables([Site])

    class Audit(Model):
        site = ForeignKeyField(Site, on_delete='CASCADE')
        actor_id = IntegerField(null=True)
        person_id = IntegerField(null=True)
        channel = CharField(max_length=8, default='web')
        action = CharField(max_length=60)
        thing = CharField(max_length=120, default='')
        detail = CharField(max_length=300, default='')
        at = BigIntegerField()

        class Meta:
            database = db
            table_name = 'audit'
            indexes = ((('site', 'at'), False),)
    db.create_tables([Audit])

    class Building(Model):
        site = ForeignKeyField(Site, on_delete='CASCADE')
        estate = CharField(max_length=60)
        building = CharField(max_length=40, default='')

        class Meta:
            database = db
            table_name = 'building'
            indexes = ((('site', 'estate', 'building'), True),)
    db.create_tables([Building])

    class Count(Model):
        what = CharField(unique=True, max_length=120)
        n = IntegerField(default=0)
        since = BigIntegerField()

        class Meta:
            database = db
            table_name = 'count'
    db.create_tables([Count])

    class Due(Model):
        site_id = IntegerField(index=True, null=True)
        kind = CharField(max_length=60)
        ref = CharField(max_length=80, default='')
        data = TextField(default='{}')
        due_at = BigIntegerField()
        state = CharField(max_length=10, default='waiting')
        claimed_at = BigIntegerField(default=0)
        tries = IntegerField(default=0)
        error = CharField(max_length=300, default='')

        class Meta:
            database = db
            table_name = 'due'
            indexes = ((('state', 'due_at'), False),)
    db.create_tables([Due])

    class FormAnswer(Model):
        key = CharField(unique=True, max_length=64)
        session_id = IntegerField(null=True)
        status = IntegerField()
        location = TextField(default='')
        body = TextField(default='')
        at = BigIntegerField()

        class Meta:
            database = db
            table_name = 'form_answer'
    db.create_tables([FormAnswer])

    class Person(Model):
        name = CharField(max_length=60)
        phone = CharField(index=True, null=True, max_length=20)
        email = CharField(unique=True, null=True, max_length=120)
        password = CharField(max_length=200, default='')
        birth_year = IntegerField(null=True)
        locale = CharField(max_length=12, default='')
        large = BooleanField(default=False)
        unread = IntegerField(default=0)
        created_at = BigIntegerField()

        class Meta:
            database = db
            table_name = 'person'
    db.create_tables([Person])

    class Session(Model):
        token = CharField(unique=True, max_length=64)
        person = ForeignKeyField(Person, on_delete='CASCADE')
        device = CharField(max_length=80, default='')
        created_at = BigIntegerField()
        seen_at = BigIntegerField()
        acting_for = ForeignKeyField(Person, null=True, on_delete='SET NULL')
        acting_site = ForeignKeyField(Site, null=True, on_delete='SET NULL')
        acting_channel = CharField(max_length=8, default='')

        class Meta:
            database = db
            table_name = 'session'
    db.create_tables([Session])

    class HandOver(Model):
        token = CharField(unique=True, max_length=64)
        session = ForeignKeyField(Session, on_delete='CASCADE')
        host = CharField(max_length=120)
        expires_at = BigIntegerField()

        class Meta:
            database = db
            table_name = 'hand_over'
    db.create_tables([HandOver])

    class Holidays(Model):
        year = IntegerField(unique=True)
        days = TextField()
        loaded_at = BigIntegerField()

        class Meta:
            database = db
            table_name = 'holidays'
    db.create_tables([Holidays])

    class Household(Model):
        person = ForeignKeyField(Person, on_delete='CASCADE')
        name = CharField(max_length=60)
        birth_year = IntegerField(null=True)

        class Meta:
            database = db
            table_name = 'household'
    db.create_tables([Household])

    class Mail(Model):
        to = CharField(max_length=120)
        subject = CharField(max_length=200)
        text = TextField()
        html = TextField(default='')
        state = CharField(index=True, max_length=8, default='waiting')
        tries = IntegerField(default=0)
        next_at = BigIntegerField()
        claimed_at = BigIntegerField(default=0)
        created_at = BigIntegerField()
        error = CharField(max_length=200, default='')

        class Meta:
            database = db
            table_name = 'mail'
    db.create_tables([Mail])

    class Membership(Model):
        person = ForeignKeyField(Person, on_delete='CASCADE')
        site = ForeignKeyField(Site, on_delete='CASCADE')
        estate = CharField(max_length=60, default='')
        building = CharField(max_length=40, default='')
        state = CharField(max_length=10, default='stated')
        stated_at = BigIntegerField()
        verified_by = ForeignKeyField(Person, null=True, on_delete='SET NULL')
        verified_at = BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = 'membership'
            indexes = ((('person', 'site'), True), (('site', 'state'), False))
    db.create_tables([Membership])

    class Notice(Model):
        person = ForeignKeyField(Person, on_delete='CASCADE')
        site_id = IntegerField(null=True)
        kind = CharField(max_length=60)
        event = CharField(max_length=120)
        title = CharField(max_length=200)
        text = TextField(default='')
        url = CharField(max_length=200, default='')
        sent_at = BigIntegerField()
        read_at = BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = 'notice'
            indexes = ((('person', 'kind', 'event'), True), (('person', 'sent_at'), False))
    db.create_tables([Notice])

    class PluginFault(Model):
        site_id = IntegerField(index=True, null=True)
        plugin = CharField(max_length=60)
        hook = CharField(max_length=60)
        reason = CharField(max_length=200)
        n = IntegerField(default=1)
        last_at = BigIntegerField()

        class Meta:
            database = db
            table_name = 'plugin_fault'
            indexes = ((('site_id', 'plugin', 'hook'), False),)
    db.create_tables([PluginFault])

    class Role(Model):
        person = ForeignKeyField(Person, on_delete='CASCADE')
        site = ForeignKeyField(Site, on_delete='CASCADE')
        role = CharField(max_length=20)
        buildings = TextField(default='[]')
        granted_by = ForeignKeyField(Person, null=True, on_delete='SET NULL')
        granted_at = BigIntegerField()

        class Meta:
            database = db
            table_name = 'role'
            indexes = ((('person', 'site', 'role'), True),)
    db.create_tables([Role])

    class SearchEntry(Model):
        site = ForeignKeyField(Site, on_delete='CASCADE')
        plugin = CharField(max_length=60)
        ref = CharField(max_length=80)
        title = CharField(max_length=200)
        url = CharField(max_length=200)
        summary = CharField(max_length=300, default='')
        changed_at = BigIntegerField()
        tokens = TextField(default='')

        class Meta:
            database = db
            table_name = 'search_entry'
            indexes = ((('site', 'plugin', 'ref'), True),)
    db.create_tables([SearchEntry])

    class SignInCode(Model):
        phone = CharField(index=True, max_length=20)
        code = CharField(max_length=64)
        expires_at = BigIntegerField()
        tries = IntegerField(default=0)
        used = BooleanField(default=False)

        class Meta:
            database = db
            table_name = 'sign_in_code'
    db.create_tables([SignInCode])

    class SitePlugin(Model):
        site = ForeignKeyField(Site, on_delete='CASCADE')
        plugin = CharField(max_length=60)
        enabled = BooleanField(default=True)
        settings = TextField(default='{}')

        class Meta:
            database = db
            table_name = 'site_plugin'
            indexes = ((('site', 'plugin'), True),)
    db.create_tables([SitePlugin])
    create_search(db)
