"""What staff write counts where the house counts changes; what lending changes still counts for its item."""

from portal import count_changes

ITEM = ("hut_id, category, name, summary, text, rules, inside, picture, picture_alt, owner, owner_id, owner_name, "
        "gives, days, value_fen, deposit_fen, state, audience")
COUNTED = {"huts_hut": "", "huts_special_day": "", "huts_rule": "", "huts_item": ITEM}  # "": every column

# Table → the column that says whether staff have something to do. Not of loans: they would wait for each other.
WAITING = {"huts_report": "state", "huts_hiding": "appeal", "huts_skill": "state", "huts_offer": "state"}


def up(migrator, db):
    for table, columns in COUNTED.items():
        for event in ("counted_new", "counted", "counted_gone"):
            on = "" if db.kind == "sqlite" else f" ON {table}"
            db.execute_sql(f"DROP TRIGGER {table}_{event}{on}")
        count_changes(db, "huts", table, columns)
    db.execute_sql("DROP TABLE huts_mark")
    db.execute_sql('CREATE INDEX "huts_unit_on_its_way" ON "huts_unit" ("site_id", "state", "home_id")')
    for table, columns in WAITING.items():
        count_changes(db, "huts.desk", table, columns)
    if db.kind == "postgresql":
        db.execute_sql("DROP FUNCTION huts_count_added(), huts_count(), huts_count_gone(), huts_count_changed()")
