"""Changes are counted where the house counts them: of a topic under its number, of the hall's lists, of what waits."""

from portal import count_changes

OWN, HALL = "{row}.topic_id", "0"
OF_PROPOSAL = ("(SELECT topic_id FROM halls_proposal WHERE halls_proposal.id = {row}.proposal_id "
               "AND halls_proposal.site_id = {row}.site_id)")
POLL = "title, text, texts, rule, state, topic_id, opens_at, opened_at, closes_at, roll_size, flight"
# Table → the columns whose change is seen, "" for all of them, and what it counts for.
COUNTED = {"halls_topic": ("", [HALL]), "halls_poll": (POLL, [OWN, HALL]), "halls_promise": ("", [OWN, HALL]),
           "halls_proposal": ("", [OWN]), "halls_comment": ("", [OWN]), "halls_statement": ("text, state", [OWN]),
           "halls_answer": ("", [OF_PROPOSAL]), "halls_attachment": ("", [OF_PROPOSAL]),
           "halls_proposal_author": ("", [OF_PROPOSAL])}

# Table → the columns that say whether staff have something to do.
WAITING = {"halls_statement": "state", "halls_proposal": "reached_at, answered, standing, state",
           "halls_report": "state", "halls_hiding": "state, appeal"}


def up(migrator, db):
    for table, (columns, parts) in COUNTED.items():
        for event in ("new", "changed", "gone"):
            _drop(db, f"{table}_{event}", table)
        count_changes(db, "halls", table, columns, parts)
    db.execute_sql("DROP TABLE halls_mark")
    for table, columns in WAITING.items():
        count_changes(db, "halls.desk", table, columns)


def _drop(db, name: str, table: str) -> None:
    if db.kind == "sqlite":
        db.execute_sql(f"DROP TRIGGER {name}")
    else:
        db.execute_sql(f"DROP TRIGGER {name} ON {table}")
        db.execute_sql(f"DROP FUNCTION {name}()")
