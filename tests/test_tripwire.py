"""The wire that every statement of the tests passes."""

import pytest

from portal.base import database
from portal.base.search import SearchEntry
from tests.support import tripwire

TABLES = frozenset({"activity", "sign_up"})

HELD = [
    'SELECT * FROM (SELECT * FROM "activity" WHERE "site_id" = ?) AS "t1"',
    'SELECT "t1"."id" FROM "activity" AS "t1" WHERE ("t1"."site_id" = %s) AND "id" = %s',
    'SELECT * FROM (SELECT * FROM "activity" WHERE "site_id" IN (?, ?)) AS "t1" JOIN '
    '(SELECT * FROM "sign_up" WHERE "site_id" IN (?, ?)) AS "t2" ON 1',
    'INSERT INTO "activity" ("title", "site_id") VALUES (?, ?)',
    'UPDATE "activity" SET "taken" = "taken" + ? WHERE (("site_id" = ?) AND ("id" = ?))',
    'DELETE FROM "sign_up" WHERE ("site_id" = ?)',
    'SELECT * FROM "person"',
    'CREATE TABLE "activity" ("id" INTEGER)',
]
OPEN = [
    'SELECT * FROM "activity"',
    "select count(*) from activity where id = ?",
    'SELECT * FROM "person" AS "p" JOIN "sign_up" AS "s" ON "s"."id" = "p"."id" WHERE "p"."site_id" = ?',
    'SELECT * FROM (SELECT * FROM "activity" WHERE "site_id" = ?) AS "a" JOIN "sign_up" AS "s" ON 1',
    'INSERT INTO "activity" ("title") VALUES (?)',
    'UPDATE "activity" SET "site_id" = ?',
    'DELETE FROM "sign_up"',
    'DELETE FROM "sign_up" WHERE "id" = ? OR "site_id" = ?',
]


@pytest.mark.parametrize("sql", HELD)
def test_lets_pass(sql):
    tripwire.check(sql, TABLES)


@pytest.mark.parametrize("sql", OPEN)
def test_stops(sql):
    with pytest.raises(tripwire.Tripped):
        tripwire.check(sql, TABLES)


@pytest.mark.backend("sqlite")
def test_stands_before_every_statement(settings):
    db = database.connect(settings.database)
    statement = f'SELECT * FROM "{SearchEntry._meta.table_name}"'
    with pytest.raises(tripwire.Tripped), database.use(db):
        db.execute_sql(statement)
    with tripwire.lifted(), database.use(db):
        db.execute_sql(statement)
    db.close()
