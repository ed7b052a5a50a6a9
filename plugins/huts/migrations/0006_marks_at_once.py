"""On PostgreSQL many items that are changed by one statement count once, as those that are added at once do.

Ten thousand items that a spreadsheet has brought are shown by one statement: counted row by row, each count waded
through all versions of the mark's row that the ones before it had left. SQLite keeps none, and stays row by row.
"""

WRITTEN = ("id, site_id, hut_id, category, name, summary, text, rules, inside, picture, picture_alt, owner, owner_id, "
           "owner_name, gives, days, value_fen, deposit_fen, state, audience")
# A set operation and not a join: its plan is made once, for however many rows came first, and is kept.
CHANGED = (f"SELECT DISTINCT site_id, 'shelf', 1 FROM (SELECT {WRITTEN} FROM now EXCEPT SELECT {WRITTEN} FROM before) "
           "AS changed")
COUNT = (f"INSERT INTO huts_mark (site_id, what, n) {CHANGED} "
         "ON CONFLICT (site_id, what) DO UPDATE SET n = huts_mark.n + 1")
POSTGRES = (
    f"CREATE FUNCTION huts_count_changed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {COUNT}; RETURN NULL; END $$",
    "DROP TRIGGER huts_item_counted ON huts_item",
    "CREATE TRIGGER huts_item_counted AFTER UPDATE ON huts_item REFERENCING OLD TABLE AS before NEW TABLE AS now "
    "FOR EACH STATEMENT EXECUTE FUNCTION huts_count_changed()",
)


def up(migrator, db):
    for sql in POSTGRES if db.kind == "postgresql" else ():
        db.execute_sql(sql)
