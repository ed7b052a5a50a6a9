"""What can be found is found by its site, too: a search reads the hits of one site, not those of all."""


def up(migrator, db):
    mark = "'\ue000'" if db.kind == "sqlite" else "U&'\\E000'"
    db.execute_sql(f"UPDATE search_entry SET tokens = {mark} || site_id || ' ' || tokens")
