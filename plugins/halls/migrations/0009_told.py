"""The count of changes goes up with the flight of a poll, too: calendars show drafts that people were told of."""

SHOWN = "title, text, texts, rule, state, topic_id, opens_at, opened_at, closes_at, roll_size, flight"
OWN, HALL = "COALESCE({row}.topic_id, 0)", "0"


def count(topic: str) -> str:
    return (f"INSERT INTO halls_mark (site_id, topic_id, n) VALUES (new.site_id, {topic.format(row='new')}, 1) "
            "ON CONFLICT (site_id, topic_id) DO UPDATE SET n = halls_mark.n + 1")


AGAIN = f"UPDATE halls_mark SET n = n + 1 WHERE site_id = old.site_id AND topic_id = {OWN.format(row='old')}"
BODY = "; ".join((AGAIN, count(OWN), count(HALL)))


def up(migrator, db):
    changed = f"CREATE TRIGGER halls_poll_changed AFTER UPDATE OF {SHOWN} ON halls_poll"
    if db.kind == "sqlite":
        db.execute_sql("DROP TRIGGER halls_poll_changed")
        db.execute_sql(f"{changed} BEGIN {BODY}; END")
    else:  # the function stays
        db.execute_sql("DROP TRIGGER halls_poll_changed ON halls_poll")
        db.execute_sql(f"{changed} FOR EACH ROW EXECUTE FUNCTION halls_poll_changed()")
