"""How often what stands on a topic's pages has changed, and how often people got another name; the database counts."""

from peewee import CharField, ForeignKeyField, IntegerField, Model

# Table → the columns whose change is seen, "" for all of them; the number of the topic in one of its rows.
OWN = "{row}.topic_id"
OF_PROPOSAL = ("(SELECT topic_id FROM halls_proposal WHERE halls_proposal.id = {row}.proposal_id "
               "AND halls_proposal.site_id = {row}.site_id)")
LISTED = "title, text, texts, rule, state, topic_id, opens_at, closes_at, roll_size"
COUNTED = {"halls_topic": ("", "0"), "halls_poll": (LISTED, OWN), "halls_promise": ("", OWN),
           "halls_proposal": ("", OWN), "halls_comment": ("", OWN), "halls_statement": ("text, state", OWN),
           "halls_answer": ("", OF_PROPOSAL), "halls_attachment": ("", OF_PROPOSAL),
           "halls_proposal_author": ("", OF_PROPOSAL)}
OF_HALL = ("halls_poll", "halls_promise")  # stand on the hall's own pages, too


def count(row: str, topic: str) -> str:
    return (f"INSERT INTO halls_mark (site_id, topic_id, n) VALUES ({row}.site_id, COALESCE({topic}, 0), 1) "
            "ON CONFLICT (site_id, topic_id) DO UPDATE SET n = halls_mark.n + 1")


def again(row: str, topic: str) -> str:
    """The same of a row that goes, perhaps with its site: no mark is made then."""
    return (f"UPDATE halls_mark SET n = n + 1 WHERE site_id = {row}.site_id AND topic_id = COALESCE({topic}, 0)")


RENAMED = ("INSERT INTO halls_renamed (what, n) VALUES ('names', 1) "
           "ON CONFLICT (what) DO UPDATE SET n = halls_renamed.n + 1")


def triggers():
    """(Name, event, table, statements) of each."""
    for table, (columns, topic) in COUNTED.items():
        new, old = topic.format(row="new"), topic.format(row="old")
        hall = table in OF_HALL
        update = f"UPDATE OF {columns}" if columns else "UPDATE"
        yield f"{table}_new", "INSERT", table, [count("new", new), *([count("new", "0")] if hall else [])]
        yield f"{table}_changed", update, table, [again("old", old), count("new", new),
                                                  *([count("new", "0")] if hall else [])]
        yield f"{table}_gone", "DELETE", table, [again("old", old), *([again("old", "0")] if hall else [])]
    yield "halls_person_renamed", "UPDATE OF name", "person", [RENAMED]


def up(migrator, db):
    class Site(Model):
        class Meta:
            database = db
            table_name = "site"

    class Mark(Model):
        site = ForeignKeyField(Site, on_delete="CASCADE")
        topic_id = IntegerField()
        n = IntegerField(default=0)

        class Meta:
            database = db
            table_name = "halls_mark"
            indexes = ((("site", "topic_id"), True),)

    class Renamed(Model):
        what = CharField(max_length=10, unique=True)
        n = IntegerField(default=0)

        class Meta:
            database = db
            table_name = "halls_renamed"

    db.create_tables([Mark, Renamed])
    for name, event, table, statements in triggers():
        body = "; ".join(statements)
        if db.kind == "sqlite":
            db.execute_sql(f"CREATE TRIGGER {name} AFTER {event} ON {table} BEGIN {body}; END")
        else:
            db.execute_sql(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
                           f"$$ BEGIN {body}; RETURN NULL; END $$")
            db.execute_sql(f"CREATE TRIGGER {name} AFTER {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")
