"""Changes are counted where the house counts them; many dates that are changed at once count once on PostgreSQL."""

from portal import count_changes

SHOWN = ("title, starts_at, ends_at, all_day, state, place, listed, audience, activity_id, capacity, note, picture, "
         "price_fen, tags")
OLD = {"activities_mark_new": "occurrence", "activities_mark_changed": "occurrence", "activities_mark_gone":
       "occurrence", "activities_tag_new": "tag", "activities_tag_changed": "tag", "activities_tag_gone": "tag"}


def up(migrator, db):
    for name, table in OLD.items():
        on = "" if db.kind == "sqlite" else f" ON activities_{table}"
        db.execute_sql(f"DROP TRIGGER IF EXISTS {name}{on}")
    db.execute_sql("DROP TABLE activities_mark")
    if db.kind == "postgresql":
        db.execute_sql("DROP FUNCTION activities_count(), activities_count_gone()")
    count_changes(db, "activities", "activities_occurrence", SHOWN)
    count_changes(db, "activities", "activities_tag")
    count_changes(db, "activities.desk", "activities_appeal")
