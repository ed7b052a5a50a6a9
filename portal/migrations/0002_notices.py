"""How messages may reach a person; one outbox for e-mails, texts and WeChat; due rows that wait alone."""

from peewee import CharField, ForeignKeyField, IntegerField, Model, TextField

COLUMNS = (
    "notice ADD COLUMN digest {bool} NOT NULL DEFAULT {false}",
    "mail ADD COLUMN channel VARCHAR(8) NOT NULL DEFAULT 'email'",
    "mail ADD COLUMN person_id INTEGER REFERENCES person (id) ON DELETE CASCADE",
    "mail ADD COLUMN site_id INTEGER",
    "mail ADD COLUMN url VARCHAR(300) NOT NULL DEFAULT ''",
    'mail ADD COLUMN "only" VARCHAR(60)',
    'due ADD COLUMN "only" VARCHAR(160)',
)
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
    kinds = {"bool": "BOOLEAN", "false": "false"} if db.kind == "postgresql" else {"bool": "INTEGER", "false": "0"}
    for column in COLUMNS:
        db.execute_sql("ALTER TABLE " + column.format(**kinds))
    for index in INDEXES:
        db.execute_sql(index)
