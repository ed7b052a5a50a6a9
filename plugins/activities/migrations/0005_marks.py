"""How often a site's dates have changed, for calendars; the database counts, whoever changes them."""

from peewee import CharField, ForeignKeyField, IntegerField, Model

SHOWN = "title, starts_at, ends_at, all_day, state, place, listed, audience"
COUNT = ("INSERT INTO activities_mark (site_id, what, n) VALUES (new.site_id, 'dates', 1) "
         "ON CONFLICT (site_id, what) DO UPDATE SET n = activities_mark.n + 1")
COUNT_GONE = "UPDATE activities_mark SET n = n + 1 WHERE site_id = old.site_id"
SQLITE = (
    f"CREATE TRIGGER activities_mark_new AFTER INSERT ON activities_occurrence BEGIN {COUNT}; END",
    f"CREATE TRIGGER activities_mark_changed AFTER UPDATE OF {SHOWN} ON activities_occurrence BEGIN {COUNT}; END",
    f"CREATE TRIGGER activities_mark_gone AFTER DELETE ON activities_occurrence BEGIN {COUNT_GONE}; END",
)
POSTGRES = (
    f"CREATE FUNCTION activities_count() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {COUNT}; RETURN NULL; END $$",
    f"CREATE FUNCTION activities_count_gone() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {COUNT_GONE}; RETURN NULL; "
    "END $$",
    f"CREATE TRIGGER activities_mark_new AFTER INSERT OR UPDATE OF {SHOWN} ON activities_occurrence "
    "FOR EACH ROW EXECUTE FUNCTION activities_count()",
    "CREATE TRIGGER activities_mark_gone AFTER DELETE ON activities_occurrence "
    "FOR EACH ROW EXECUTE FUNCTION activities_count_gone()",
)


def up(migrator, db):
    class Site(Model):
        class Meta:
            database = db
            table_name = "site"

    class Mark(Model):
        site = ForeignKeyField(Site, on_delete="CASCADE")
        what = CharField(max_length=10, default="dates")
        n = IntegerField(default=0)

        class Meta:
            database = db
            table_name = "activities_mark"
            indexes = ((("site", "what"), True),)

    db.create_tables([Mark])
    for sql in SQLITE if db.kind == "sqlite" else POSTGRES:
        db.execute_sql(sql)
