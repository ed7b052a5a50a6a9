"""How often what pages show of huts has changed, counted by the database itself, whoever changes it.

What staff write counts for the site. What lending changes counts for its item, whose row is held at that time anyway:
a count of the site there would have all that is lent wait for each other.
"""

from peewee import CharField, ForeignKeyField, IntegerField, Model

from portal import add_columns

WRITTEN = ("hut_id, category, name, summary, text, rules, inside, picture, picture_alt, owner, owner_id, owner_name, "
           "gives, days, value_fen, deposit_fen, state, audience")
COUNTED = {"huts_hut": "", "huts_special_day": "", "huts_rule": "", "huts_item": WRITTEN}  # "": every column
MOVED = {"huts_unit": "item_id, hut_id, state", "huts_range": "unit_id, item_id, starts_at, ends_at"}
COUNT = ("INSERT INTO huts_mark (site_id, what, n) {rows} "
         "ON CONFLICT (site_id, what) DO UPDATE SET n = huts_mark.n + 1")
NEW, ALL = "VALUES (new.site_id, 'shelf', 1)", "SELECT DISTINCT site_id, 'shelf', 1 FROM added"
GONE = "UPDATE huts_mark SET n = n + 1 WHERE site_id = old.site_id"
STAMP = "UPDATE huts_item SET stamp = stamp + 1 WHERE site_id = {row}.site_id AND id = {row}.item_id"
STAMPS = "UPDATE huts_item SET stamp = stamp + 1 WHERE (site_id, id) IN (SELECT DISTINCT site_id, item_id FROM added)"


def sqlite():
    """The triggers; SQLite has them row by row only."""
    def trigger(name, when, table, does):
        return f"CREATE TRIGGER {table}_{name} AFTER {when} ON {table} BEGIN {does}; END"
    for table, columns in COUNTED.items():
        yield trigger("counted_new", "INSERT", table, COUNT.format(rows=NEW))
        yield trigger("counted", f"UPDATE OF {columns}" if columns else "UPDATE", table, COUNT.format(rows=NEW))
        yield trigger("counted_gone", "DELETE", table, GONE)
    for table, columns in MOVED.items():
        yield trigger("stamps_new", "INSERT", table, STAMP.format(row="new"))
        yield trigger("stamps", f"UPDATE OF {columns}", table, f"{STAMP.format(row='old')}; {STAMP.format(row='new')}")
        yield trigger("stamps_gone", "DELETE", table, STAMP.format(row="old"))
    own = "UPDATE huts_item SET stamp = stamp + 1 WHERE id = new.id"
    yield trigger("stamps", "UPDATE OF units, waiting", "huts_item", own)


def postgresql():
    """The same; many rows that are added at once count once."""
    def function(name, does, back="NULL"):
        return (f"CREATE FUNCTION huts_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {does}; RETURN {back}; "
                "END $$")

    def each(name, when, table, does, of="EACH ROW"):
        return f"CREATE TRIGGER {table}_{name} {when} ON {table} {does[0]} FOR {of} EXECUTE FUNCTION huts_{does[1]}()"
    yield function("count_added", COUNT.format(rows=ALL))
    yield function("count", COUNT.format(rows=NEW))
    yield function("count_gone", GONE)
    yield function("stamp_added", STAMPS)
    yield function("stamp", f"{STAMP.format(row='old')}; {STAMP.format(row='new')}")
    yield function("stamp_gone", STAMP.format(row="old"))
    yield function("stamp_own", "new.stamp := old.stamp + 1", "new")
    added = "REFERENCING NEW TABLE AS added"
    for table, columns in COUNTED.items():
        changed = f"AFTER UPDATE OF {columns}" if columns else "AFTER UPDATE"
        yield each("counted_new", "AFTER INSERT", table, (added, "count_added"), "EACH STATEMENT")
        yield each("counted", changed, table, ("", "count"))
        yield each("counted_gone", "AFTER DELETE", table, ("", "count_gone"))
    for table, columns in MOVED.items():
        yield each("stamps_new", "AFTER INSERT", table, (added, "stamp_added"), "EACH STATEMENT")
        yield each("stamps", f"AFTER UPDATE OF {columns}", table, ("", "stamp"))
        yield each("stamps_gone", "AFTER DELETE", table, ("", "stamp_gone"))
    yield each("stamps", "BEFORE UPDATE OF units, waiting", "huts_item", ("", "stamp_own"))


def up(migrator, db):
    class Site(Model):
        class Meta:
            database = db
            table_name = "site"

    class ShelfMark(Model):
        site = ForeignKeyField(Site, on_delete="CASCADE")
        what = CharField(max_length=10, default="shelf")
        n = IntegerField(default=0)

        class Meta:
            database = db
            table_name = "huts_mark"
            indexes = ((("site", "what"), True),)

    db.create_tables([ShelfMark])
    add_columns(db, "huts_item", stamp=IntegerField(default=0))
    db.execute_sql('CREATE INDEX "huts_item_by_name" ON "huts_item" ("site_id", "name", "id")')  # the desk's list
    for sql in sqlite() if db.kind == "sqlite" else postgresql():
        db.execute_sql(sql)
