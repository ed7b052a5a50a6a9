"""Tickets of damaged units. It stays as it is; a later change is a migration of its own."""

from peewee import BigIntegerField, CharField, ForeignKeyField, IntegerField, Model, TextField

from portal import same_site


def up(migrator, db):
    class Site(Model):
        class Meta:
            database = db
            table_name = "site"

    class Ticket(Model):
        site = ForeignKeyField(Site, on_delete="CASCADE")
        unit_id = IntegerField()
        loan_id = IntegerField(null=True)
        state = CharField(max_length=9, default="assess")
        text = TextField()
        photo = CharField(max_length=120, default="")
        ends_at = BigIntegerField(null=True)
        actor_id = IntegerField(null=True)
        channel = CharField(max_length=8, default="desk")
        at = BigIntegerField()
        changed_at = BigIntegerField()

        class Meta:
            database = db
            table_name = "huts_ticket"
            indexes = ((("site", "id"), True), (("site", "state", "id"), False), (("site", "unit_id"), False))
            constraints = [same_site("unit_id", "huts_unit"), same_site("loan_id", "huts_loan")]

    db.create_tables([Ticket])

    class TicketMove(Model):
        site = ForeignKeyField(Site, on_delete="CASCADE")
        ticket_id = IntegerField()
        old = CharField(max_length=9, default="")
        new = CharField(max_length=9)
        why = CharField(max_length=200, default="")
        actor_id = IntegerField(null=True)
        channel = CharField(max_length=8, default="desk")
        at = BigIntegerField()

        class Meta:
            database = db
            table_name = "huts_ticket_move"
            indexes = ((("site", "ticket_id", "id"), False),)
            constraints = [same_site("ticket_id", "huts_ticket")]

    db.create_tables([TicketMove])
