"""A database of an earlier version, with rows in it, comes up to this one."""

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from playhouse.migrations import Runner
from playhouse.schema_diff import diff_models

from portal.app import create_app
from portal.base import clock, database, migrate, sites
from portal.base.due import Due, later
from portal.base.records import Owned
from portal.house import folder
from portal.people import outbox, wishes
from portal.people.models import Mail, Notice, NoticeWishes
from portal.people.wishes import Wishes

ROWS = (
    "INSERT INTO person (name, email, password, locale, large, unread, created_at) "
    "VALUES ('Ada', 'ada@example.org', '', 'en', {false}, 1, 1)",
    "INSERT INTO notice (person_id, kind, event, title, text, url, sent_at) "
    "VALUES (1, 'walks.moved', 'x', 'Moved', '', '', 1)",
    "INSERT INTO mail (\"to\", subject, text, html, state, tries, next_at, claimed_at, created_at, error) "
    "VALUES ('ada@example.org', 'Moved', 'x', '', 'waiting', 0, 0, 0, 1, '')",
    "INSERT INTO due (kind, ref, data, due_at, state, claimed_at, tries, error) "
    "VALUES ('walks.remind', '7', '{{}}', 1, 'waiting', 0, 0, '')",
)


def test_the_rows_of_the_first_tables_are_kept(empty_settings):
    """Messages and due rows that waited go on waiting, and everything new can be said of them."""
    first_tables(empty_settings)
    app = create_app(empty_settings, raising=True)
    with app.app_context(), database.use(app.portal.db):
        with database.unit():
            assert not str(diff_models(app.portal.db, [Due, Mail, Notice, NoticeWishes]) or "")
            assert (Mail.get().channel, Mail.get().person_id, Mail.get().only) == ("email", None, None)
            assert Notice.get().digest is False and Due.get().only is None and wishes.of(1) == Wishes()
        assert outbox.claim("email").to == "ada@example.org"
        with database.unit(write=True):
            wishes.keep(1, Wishes(digest=600))
            assert later(clock.now(), "walks.remind", "7", once=True) != Due.get().id
            assert wishes.of(1).digest == 600 and Due.select().count() == 2
    app.portal.db.close()


@pytest.mark.backend("postgresql")
def test_the_plain_role_gets_its_rights_however_its_address_names_it(empty_settings):
    at = urlsplit(empty_settings.database)
    port = parse_qs(at.query)["port"][0]
    named = f"postgresql://127.0.0.1:{port}{at.path}?user={at.username}&password={at.password}"
    app = create_app(replace(empty_settings, database=named), raising=True)
    with app.app_context(), database.use(app.portal.db), database.unit():
        assert sites.find() is None
    app.portal.db.close()


def first_tables(settings) -> None:
    """The tables as the first version made them, with a row in each that was changed since."""
    owner = database.connect(settings.database_owner)
    with database.use(owner), database.unit(write=True):
        Runner(owner, str(folder("portal") / "migrations"), table_name="migrations_portal").up("0001_initial")
        for row in ROWS:
            owner.execute_sql(row.format(false="false" if owner.kind == "postgresql" else "0"))
    owner.close()


class Poll(Owned):
    """As the hall has one, too: peewee names indexes after the class."""

    class Meta:
        table_name = "other_poll"


NAMESAKE = """
from peewee import ForeignKeyField, Model

def up(migrator, db):
    class Site(Model):
        class Meta:
            database = db
            table_name = "site"

    class Poll(Model):
        site = ForeignKeyField(Site, on_delete="CASCADE", index=True)

        class Meta:
            database = db
            table_name = "other_poll"

    db.create_tables([Poll])
"""


def test_every_table_has_its_indexes_though_two_plugins_have_a_class_of_the_same_name(settings, tmp_path):
    (tmp_path / "0001_initial.py").write_text(NAMESAKE)
    app = create_app(settings, raising=True)
    parts = [*app.portal.parts(), migrate.Part("other", tmp_path, (Poll,))]
    owner = database.connect(settings.database_owner)
    migrate.upgrade(owner, parts)
    with database.use(owner), database.unit():
        assert migrate.differences(owner, parts) == []
    for db in (owner, app.portal.db):
        db.close()


@pytest.mark.backend("sqlite")
def test_an_index_that_is_gone_is_noticed(town):
    with town.app.app_context(), database.use(town.db), database.unit(write=True):
        town.db.execute_sql("DROP INDEX changecount_site_id")
        assert migrate.differences(town.db, town.app.portal.parts()) == ["add index change_count (site_id)"]


def test_a_check_finds_nothing_wrong_with_new_tables(settings, run_portal):
    assert run_portal("db", "check").stdout == "Tables, models and guards agree.\n"
