"""Lists are known by the count of changes, too: it goes up for everything that they show, and for tags."""

OLD = "title, starts_at, ends_at, all_day, state, place, listed, audience"
SHOWN = f"{OLD}, activity_id, capacity, note, picture, price_fen, tags"
COUNT = ("INSERT INTO activities_mark (site_id, what, n) VALUES (new.site_id, 'dates', 1) "
         "ON CONFLICT (site_id, what) DO UPDATE SET n = activities_mark.n + 1")
COUNT_GONE = "UPDATE activities_mark SET n = n + 1 WHERE site_id = old.site_id"
SQLITE = (
    "DROP TRIGGER activities_mark_changed",
    f"CREATE TRIGGER activities_mark_changed AFTER UPDATE OF {SHOWN} ON activities_occurrence BEGIN {COUNT}; END",
    f"CREATE TRIGGER activities_tag_new AFTER INSERT ON activities_tag BEGIN {COUNT}; END",
    f"CREATE TRIGGER activities_tag_changed AFTER UPDATE ON activities_tag BEGIN {COUNT}; END",
    f"CREATE TRIGGER activities_tag_gone AFTER DELETE ON activities_tag BEGIN {COUNT_GONE}; END",
)
POSTGRES = (
    "DROP TRIGGER activities_mark_new ON activities_occurrence",
    f"CREATE TRIGGER activities_mark_new AFTER INSERT OR UPDATE OF {SHOWN} ON activities_occurrence "
    "FOR EACH ROW EXECUTE FUNCTION activities_count()",
    "CREATE TRIGGER activities_tag_new AFTER INSERT OR UPDATE ON activities_tag "
    "FOR EACH ROW EXECUTE FUNCTION activities_count()",
    "CREATE TRIGGER activities_tag_gone AFTER DELETE ON activities_tag "
    "FOR EACH ROW EXECUTE FUNCTION activities_count_gone()",
)


def up(migrator, db):
    for sql in SQLITE if db.kind == "sqlite" else POSTGRES:
        db.execute_sql(sql)
