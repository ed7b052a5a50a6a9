"""Waitlists, helpers, guests, staff's own questions."""

from peewee import BigIntegerField, BooleanField, CharField, IntegerField, TextField

from portal import add_columns


def up(migrator, db):
    add_columns(db, "activities_activity", helpers=IntegerField(default=0), companions=IntegerField(default=0),
                approval=BooleanField(default=False), guests=BooleanField(default=False),
                leave_hours=IntegerField(default=0), questions=TextField(default=""), access=TextField(default=""),
                bring=TextField(default=""))
    add_columns(db, "activities_occurrence", held=IntegerField(default=0), waiting=IntegerField(default=0),
                queue=IntegerField(default=0), asked=IntegerField(default=0), helpers=IntegerField(default=0),
                helping=IntegerField(default=0))
    add_columns(db, "activities_sign_up", role=CharField(max_length=12, default="participant"),
                companions=IntegerField(default=0), number=IntegerField(null=True),
                offered_until=BigIntegerField(null=True), answers=TextField(default=""),
                guest_name=CharField(max_length=60, default=""), guest_phone=CharField(max_length=20, null=True),
                key=CharField(max_length=64, default=""), late=BooleanField(default=False))
    for name, columns in (("site_id_occurrence_id_state_number", ("occurrence_id", "state", "number")),
                          ("site_id_guest_phone", ("guest_phone",))):
        listed = ", ".join(f'"{c}"' for c in ("site_id", *columns))
        db.execute_sql(f'CREATE INDEX "activities_sign_up_{name}" ON "activities_sign_up" ({listed})')
