"""How messages may reach a person; one outbox for e-mails, texts and WeChat; due rows that wait alone."""

from peewee import BooleanField, CharField, ForeignKeyField, IntegerField, Model, TextField

from portal.base.migrate import add_columns

INDEXES = (
    "CREATE INDEX mail_person_id ON mail (person_id)",
    'CREATE UNIQUE INDEX mail_only ON mail ("only")',
    'CREATE UNIQUE INDEX due_only ON due ("only")',
)


def up(migrator, db):
    class Person(Model):
        class Meta:
            database = db
            table_name = 'person'

    class NoticeWishes(Model):
        person = ForeignKeyField(Person, unique=True, on_delete='CASCADE')
        chosen = TextField(default='{}')
        quiet_from = IntegerField(null=True)
        quiet_until = IntegerField(default=0)
        digest = IntegerField(null=True)
        zone = CharField(max_length=40, default='')

        class Meta:
            database = db
            table_name = 'notice_wishes'
    db.create_tables([NoticeWishes])
    add_columns(db, 'notice', digest=BooleanField(default=False))
    add_columns(db, 'mail', channel=CharField(max_length=8, default='email'), site_id=IntegerField(null=True),
                url=CharField(max_length=300, default=''), only=CharField(max_length=60, null=True))
    add_columns(db, 'due', only=CharField(max_length=160, null=True))
    db.execute_sql('ALTER TABLE mail ADD COLUMN person_id INTEGER REFERENCES person (id) ON DELETE CASCADE')
    for index in INDEXES:
        db.execute_sql(index)
