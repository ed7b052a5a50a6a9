"""The tables of huts as they were first made. It stays as it is; a later change is a migration of its own.

No two ranges of one unit overlap: besides the lock under which they are made, the database refuses it.
"""

from peewee import (
    BigIntegerField,
    BooleanField,
    CharField,
    Check,
    DoubleField,
    ForeignKeyField,
    IntegerField,
    Model,
    TextField,
)

from portal import same_site

OVERLAP = ("SELECT raise(ABORT, 'two ranges of a unit overlap') FROM huts_range WHERE site_id = new.site_id "
           "AND unit_id = new.unit_id AND starts_at < new.ends_at AND ends_at > new.starts_at AND id <> new.id")
SQLITE = (
    f"CREATE TRIGGER huts_range_new BEFORE INSERT ON huts_range BEGIN {OVERLAP.replace(' AND id <> new.id', '')}; END",
    f"CREATE TRIGGER huts_range_moved BEFORE UPDATE OF unit_id, starts_at, ends_at ON huts_range BEGIN {OVERLAP}; END",
)
# Two ranges in place of btree_gist, which not every server has.
POSTGRES = ("ALTER TABLE huts_range ADD CONSTRAINT huts_range_alone EXCLUDE USING gist "
            "(int8range(unit_id, unit_id, '[]') WITH &&, int8range(starts_at, ends_at) WITH &&)",)


def up(migrator, db):
    class Site(Model):
        class Meta:
            database = db
            table_name = "site"

    class Hut(Model):
        site = ForeignKeyField(Site, on_delete="CASCADE")
        code = CharField(max_length=12)
        name = CharField(max_length=60)
        character = CharField(max_length=120, default="")
        story = TextField(default="")
        address = CharField(max_length=160, default="")
        lat = DoubleField(null=True)
        lon = DoubleField(null=True)
        phone = CharField(max_length=40, default="")
        keepers = CharField(max_length=120, default="")
        picture = CharField(max_length=120, default="")
        picture_alt = CharField(max_length=200, default="")
        hours = TextField(default="[]")
        holidays = CharField(max_length=8, default="closed")
        state = CharField(max_length=8, default="draft")
        audience = CharField(max_length=10, default="community")
        version = IntegerField(default=1)
        actor_id = IntegerField(null=True)
        person_id = IntegerField(null=True)
        channel = CharField(max_length=8, default="desk")
        created_at = BigIntegerField()
        changed_at = BigIntegerField()

        class Meta:
            database = db
            table_name = "huts_hut"
            indexes = ((("site", "id"), True), (("site", "code"), True), (("site", "state", "name"), False))

    db.create_tables([Hut])

    class SpecialDay(Model):
        site = ForeignKeyField(Site, on_delete="CASCADE")
        hut_id = IntegerField()
        day = CharField(max_length=10)
        hours = TextField(default="[]")
        why = CharField(max_length=80, default="")

        class Meta:
            database = db
            table_name = "huts_special_day"
            indexes = ((("site", "hut_id", "day"), True),)
            constraints = [same_site("hut_id", "huts_hut")]

    db.create_tables([SpecialDay])

    class Item(Model):
        site = ForeignKeyField(Site, on_delete="CASCADE")
        hut_id = IntegerField()
        category = CharField(max_length=40)
        name = CharField(max_length=80)
        summary = CharField(max_length=160, default="")
        text = TextField(default="")
        rules = CharField(max_length=300, default="")
        inside = TextField(default="")
        asked_out = TextField(default="")
        asked_back = TextField(default="")
        picture = CharField(max_length=120, default="")
        picture_alt = CharField(max_length=200, default="")
        owner = CharField(max_length=12, default="community")
        owner_id = IntegerField(null=True)
        owner_name = CharField(max_length=60, default="")
        gives = BooleanField(default=False)
        value_fen = IntegerField(default=0)
        deposit_fen = IntegerField(default=0)
        state = CharField(max_length=10, default="draft")
        audience = CharField(max_length=10, default="community")
        units = IntegerField(default=0)
        waiting = IntegerField(default=0)
        queue = IntegerField(default=0)
        version = IntegerField(default=1)
        actor_id = IntegerField(null=True)
        person_id = IntegerField(null=True)
        channel = CharField(max_length=8, default="desk")
        created_at = BigIntegerField()
        changed_at = BigIntegerField()

        class Meta:
            database = db
            table_name = "huts_item"
            indexes = ((("site", "id"), True), (("site", "hut_id", "state", "name", "id"), False),
                       (("site", "state", "category", "name", "id"), False), (("site", "state", "name", "id"), False),
                       (("site", "owner_id"), False))
            constraints = [same_site("hut_id", "huts_hut")]

    db.create_tables([Item])

    class Unit(Model):
        site = ForeignKeyField(Site, on_delete="CASCADE")
        item_id = IntegerField()
        hut_id = IntegerField(null=True)
        home_id = IntegerField()
        code = CharField(max_length=12)
        condition = CharField(max_length=8, default="good")
        note = CharField(max_length=200, default="")
        state = CharField(max_length=8, default="in")
        version = IntegerField(default=1)
        created_at = BigIntegerField()
        changed_at = BigIntegerField()

        class Meta:
            database = db
            table_name = "huts_unit"
            indexes = ((("site", "id"), True), (("site", "code"), True), (("site", "item_id", "state"), False),
                       (("site", "hut_id", "state"), False))
            constraints = [same_site("item_id", "huts_item"), same_site("hut_id", "huts_hut"),
                           same_site("home_id", "huts_hut")]

    db.create_tables([Unit])

    class Code(Model):
        code = CharField(max_length=12, unique=True)
        site_id = IntegerField()

        class Meta:
            database = db
            table_name = "huts_code"

    db.create_tables([Code])

    class Loan(Model):
        site = ForeignKeyField(Site, on_delete="CASCADE")
        item_id = IntegerField()
        unit_id = IntegerField(null=True)
        hut_id = IntegerField()
        person_id = IntegerField(null=True)
        kin_id = IntegerField(null=True)
        state = CharField(max_length=9, default="asked")
        starts_at = BigIntegerField(null=True)
        ends_at = BigIntegerField(null=True)
        number = IntegerField(null=True)
        ready_until = BigIntegerField(null=True)
        due_at = BigIntegerField(null=True)
        out_at = BigIntegerField(null=True)
        back_at = BigIntegerField(null=True)
        extended = IntegerField(default=0)
        answers = TextField(default="")
        photos = TextField(default="")
        deposit_fen = IntegerField(default=0)
        reason = CharField(max_length=200, default="")
        key = CharField(max_length=64, default="")
        version = IntegerField(default=1)
        actor_id = IntegerField(null=True)
        channel = CharField(max_length=8, default="web")
        at = BigIntegerField()
        changed_at = BigIntegerField()

        class Meta:
            database = db
            table_name = "huts_loan"
            indexes = ((("site", "id"), True), (("site", "person_id", "state"), False),
                       (("site", "item_id", "state", "number"), False), (("site", "unit_id", "state"), False),
                       (("site", "hut_id", "state", "due_at"), False))
            constraints = [same_site("item_id", "huts_item"), same_site("unit_id", "huts_unit"),
                           same_site("hut_id", "huts_hut")]

    db.create_tables([Loan])

    class Range(Model):
        site = ForeignKeyField(Site, on_delete="CASCADE")
        unit_id = IntegerField()
        item_id = IntegerField()
        kind = CharField(max_length=7)
        loan_id = IntegerField(null=True)
        starts_at = BigIntegerField()
        ends_at = BigIntegerField()

        class Meta:
            database = db
            table_name = "huts_range"
            indexes = ((("site", "unit_id", "starts_at"), True), (("site", "item_id", "ends_at"), False),
                       (("site", "loan_id"), False))
            constraints = [same_site("unit_id", "huts_unit"), same_site("item_id", "huts_item"),
                           same_site("loan_id", "huts_loan"), Check("starts_at < ends_at")]

    db.create_tables([Range])

    class Move(Model):
        site = ForeignKeyField(Site, on_delete="CASCADE")
        loan_id = IntegerField()
        old = CharField(max_length=9, default="")
        new = CharField(max_length=9)
        why = CharField(max_length=200, default="")
        actor_id = IntegerField(null=True)
        person_id = IntegerField(null=True)
        channel = CharField(max_length=8, default="web")
        at = BigIntegerField()

        class Meta:
            database = db
            table_name = "huts_move"
            indexes = ((("site", "loan_id", "id"), False), (("site", "person_id"), False))
            constraints = [same_site("loan_id", "huts_loan")]

    db.create_tables([Move])

    class Borrower(Model):
        site = ForeignKeyField(Site, on_delete="CASCADE")
        person_id = IntegerField(null=True)
        paused_until = BigIntegerField(null=True)
        why = CharField(max_length=200, default="")

        class Meta:
            database = db
            table_name = "huts_borrower"
            indexes = ((("site", "person_id"), True),)

    db.create_tables([Borrower])

    class Rule(Model):
        site = ForeignKeyField(Site, on_delete="CASCADE")
        hut_id = IntegerField(null=True)
        category = CharField(max_length=40, default="")
        who = CharField(max_length=10, default="")
        terms = TextField(default="{}")

        class Meta:
            database = db
            table_name = "huts_rule"
            indexes = ((("site", "hut_id", "category", "who"), False),)
            constraints = [same_site("hut_id", "huts_hut")]

    db.create_tables([Rule])

    for sql in SQLITE if db.kind == "sqlite" else POSTGRES:
        db.execute_sql(sql)
