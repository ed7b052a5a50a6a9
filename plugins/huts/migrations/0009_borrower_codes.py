"""Codes of borrowers, that a scanner can read at the counter."""

from peewee import BigIntegerField, CharField, IntegerField, Model


def up(migrator, db):
    class BorrowerCode(Model):
        person_id = IntegerField(unique=True)
        code = CharField(max_length=12, unique=True)
        at = BigIntegerField()

        class Meta:
            database = db
            table_name = "huts_borrower_code"

    db.create_tables([BorrowerCode])
