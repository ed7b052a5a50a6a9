"""Row-level security in words that PostgreSQL's planner takes for what they are: one condition, not a second one."""

FOUND = "SELECT tablename::text FROM pg_policies WHERE schemaname = current_schema() AND policyname = 'same_site'"
OPEN = "array_position((SELECT nullif(current_setting('portal.sites', true), ''))::int[], site_id) IS NOT NULL"


def up(migrator, db):
    if db.kind == "postgresql":
        for (table,) in db.execute_sql(FOUND).fetchall():
            db.execute_sql(f'ALTER POLICY same_site ON "{table}" USING ({OPEN}) WITH CHECK ({OPEN})')
