"""No row of one site is read, changed or taken by another, whichever way it is asked for."""

import pytest
from peewee import IntegrityError

from portal.base import database, sites
from portal.base.postgres import _Cursor
from portal.base.prepared import param, prepared, together
from portal.base.records import ForeignSite
from portal.base.sites import NoSite, Site
from portal.people.models import Audit, Building

BY_ID = prepared(lambda: Building.select(Building.id, Building.estate).where(Building.id == param("id")))


@pytest.fixture
def one(town):
    """A building of north, seen from south."""
    with town.unit("north"):
        row = Building.create(estate="桂花苑", building="1栋")
    with town.unit("south"):
        yield row


QUERIES = {
    "select": lambda b: Building.select(),
    "where": lambda b: Building.select().where(Building.id == b.id),
    "orwhere": lambda b: Building.select().where(Building.id == 0).orwhere(Building.id == b.id),
    "alias": lambda b: (A := Building.alias()).select(A.id).where(A.id == b.id),
    "join from a model that is not owned": lambda b: Site.select(Building.id).join(Building),
    "join of an alias": lambda b: Site.select(Site.id).join(A := Building.alias(), on=A.id == b.id),
    "subquery": lambda b: Site.select().where(Site.id.in_(Building.select(Building.site))),
    "union": lambda b: Building.select(Building.id) | Building.select(Building.id).where(Building.id == b.id),
    "delete": lambda b: Building.delete().returning(Building.id),
    "update or": lambda b: Building.update(estate="x").where(Building.id == 0).orwhere(
        Building.id == b.id).returning(Building.id),
}


@pytest.mark.parametrize("way", QUERIES)
def test_another_site_sees_nothing(one, way):
    assert list(QUERIES[way](one).tuples()) == []


def test_prepared_queries_take_the_open_site(town, one):
    assert BY_ID(id=one.id) == []
    with sites.within(town.north):
        assert BY_ID(id=one.id) == [(one.id, "桂花苑")]


def test_outside_of_a_site_there_are_no_rows(town):
    with town.unit():
        for ask in (lambda: list(Building.select()), lambda: BY_ID(id=1), lambda: Building.create(estate="x"),
                    lambda: Building.delete().execute(), lambda: Building.update(estate="x").execute()):
            with pytest.raises(NoSite):
                ask()


def test_raw_sql_is_refused(one):
    with pytest.raises(NoSite):
        Building.raw("SELECT * FROM building")


def test_a_row_cannot_be_written_into_another_site(town, one):
    north = town.north.id
    for write in (lambda: Building.create(site=north, estate="x"),
                  lambda: Building.insert(site=north, estate="x").execute(),
                  lambda: Building.insert_many([{"site": north, "estate": "x"}]).execute(),
                  lambda: Building.update(site=north).execute(),
                  lambda: Building.replace(id=one.id, estate="x").execute(),
                  lambda: Building.insert(id=one.id, estate="x").on_conflict(
                      conflict_target=[Building.id], update={Building.estate: "x"}).execute(),
                  one.save, one.delete_instance,
                  lambda: Building(id=one.id, estate="x").save()):
        with pytest.raises(ForeignSite):
            write()
    with sites.within(town.north):
        assert Building.get_by_id(one.id).estate == "桂花苑"


def test_an_upsert_on_the_sites_own_index_works(town):
    with town.unit("south"):
        for _ in range(2):
            (Building.insert(estate="东巷", building="2座").on_conflict(
                conflict_target=[Building.site, Building.estate, Building.building],
                update={Building.building: "2座"}).execute())
        assert Building.select().count() == 1


def test_a_subtree_reads_its_sites_and_writes_none(town, one):
    with sites.within(town.street, below=True):
        assert [b.id for b in Building.select()] == [one.id]
        with pytest.raises(NoSite):
            Building.create(estate="x")


@pytest.mark.backend("postgresql")
def test_postgresql_guards_the_rows_by_itself(town, one):
    """Even SQL that names no site gets the open site's rows only; SQLite has no such second wall."""
    assert Building.select().count() == 0
    cursor = town.db.cursor()
    assert cursor.execute("SELECT count(*) FROM building").fetchone() == (0,)
    assert cursor.execute("UPDATE building SET estate = 'x'").rowcount == 0
    with pytest.raises(Exception, match="row-level security"), town.db.atomic():
        cursor.execute(f"INSERT INTO building (site_id, estate, building) VALUES ({town.north.id}, 'x', 'x')")


@pytest.mark.backend("postgresql")
def test_the_app_is_neither_owner_nor_superuser(town):
    with town.unit():
        row = town.db.execute_sql("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert row.fetchone() == (False,)
        owned = town.db.execute_sql("SELECT count(*) FROM pg_tables WHERE tableowner = current_user")
        assert owned.fetchone() == (0,)


def test_a_reading_unit_does_not_write(town):
    with database.use(town.db), database.unit(), pytest.raises(RuntimeError), database.unit(write=True):
        pass


def test_an_unclean_end_stores_nothing(town):
    with pytest.raises(ZeroDivisionError), town.unit("north"):
        Audit.create(action="x")
        raise ZeroDivisionError
    with town.unit("north"):
        assert Audit.select().count() == 0


def test_what_follows_a_commit_happens_only_then(town):
    done = []
    with town.unit():
        database.after_commit(lambda: done.append(1))
        assert done == []
    assert done == [1]
    with pytest.raises(ZeroDivisionError), town.unit():
        database.after_commit(lambda: done.append(2))
        raise ZeroDivisionError
    assert done == [1]


def test_unique_rows_are_unique_within_a_site(town):
    for slug in ("north", "south"):
        with town.unit(slug):
            Building.create(estate="同名", building="1")
    with pytest.raises(IntegrityError), town.unit("north"):
        Building.create(estate="同名", building="1")


@pytest.fixture
def sent(town, monkeypatch):
    """The messages that PostgreSQL gets from here on."""
    messages, take = [], _Cursor._take
    monkeypatch.setattr(_Cursor, "_take", lambda self, message: [messages.append(message), take(self, message)][1])
    return messages


def seen_from(town, site: Site, building: int) -> list[tuple]:
    with database.use(town.db), database.unit(), sites.within(site):
        return BY_ID(id=building)


@pytest.fixture
def two(town):
    """The ids of a building of north and of one of south, by site."""
    ids = {}
    for slug in ("north", "south"):
        with town.unit(slug):
            ids[slug] = Building.create(estate=slug, building="1栋").id
    return ids


@pytest.mark.backend("postgresql")
def test_a_repeated_statement_is_planned_once_and_each_site_has_its_rows(town, two, sent):
    for _ in range(8):  # from the sixth on it may be one plan for all values
        assert seen_from(town, town.north, two["north"]) == [(two["north"], "north")]
        assert seen_from(town, town.south, two["south"]) == [(two["south"], "south")]
        assert seen_from(town, town.south, two["north"]) == []
    assert [b"PREPARE" in message for message in sent].count(True) == 1 and len(sent) == 1 + 3 * 8
    assert all(b"SET LOCAL portal.sites = '{" in message for message in sent if b"EXECUTE" in message)


@pytest.mark.backend("postgresql")
def test_a_plan_is_guarded_by_the_rows_of_the_open_site_too(town, two, sent):
    seen_from(town, town.north, two["north"])
    asked = sent[-1].partition(b"EXECUTE")[2]
    for scope, found in ((b"{%d}" % town.north.id, 1), (b"{%d}" % town.south.id, 0), (b"", 0)):
        message = b"SET LOCAL portal.sites = '%b'; EXECUTE%b" % (scope, asked)
        assert town.db.connection().pgconn.exec_(message).ntuples == found


@pytest.mark.backend("postgresql")
def test_where_the_plan_is_gone_the_statement_goes_as_it_is(town, two, sent):
    """As behind a pooler, where the next statement may come to another connection."""
    seen_from(town, town.north, two["north"])
    town.db.connection().pgconn.exec_(b"DEALLOCATE ALL")
    for _ in range(2):
        assert seen_from(town, town.north, two["north"]) == [(two["north"], "north")]
    assert [b"EXECUTE" in message for message in sent[1:]] == [True, True, False, False]


@pytest.mark.backend("postgresql")
def test_a_number_beyond_its_column_finds_nothing(town, two):
    assert seen_from(town, town.north, 2 ** 40) == []
    assert seen_from(town, town.north, two["north"]) == [(two["north"], "north")]


@pytest.mark.backend("postgresql")
def test_what_writes_is_sent_as_it_is(town, two, sent):
    with town.unit("north"):
        assert BY_ID(id=two["north"]) and not [message for message in sent if b"EXECUTE" in message]


def test_questions_are_asked_together(town, two):
    """Each gets its own rows; on PostgreSQL all of them are one message."""
    with database.use(town.db), database.unit(), sites.within(town.north):
        asked = [BY_ID.asked(len, id=two[slug]) for slug in ("north", "south", "north")]
        assert [len(rows) for rows in together(asked)] == [1, 0, 1] and together([]) == []
        assert [one.made(rows) for one, rows in zip(asked, together(asked), strict=True)] == [1, 0, 1]
        assert [one.made(None) for one in asked] == [1, 0, 1]


@pytest.mark.backend("postgresql")
def test_together_is_one_message_and_goes_one_by_one_where_it_fails(town, two, sent):
    with database.use(town.db), database.unit(), sites.within(town.north):
        asked = [BY_ID.asked(len, id=two["north"])] * 3
        one = together(asked[:1])
        sent.clear()
        assert together(asked) == one * 3 and sent == []
        town.db.connection().pgconn.exec_(b"DEALLOCATE ALL")
        assert together(asked) == one * 3 and len(sent) == 4  # one of them learns that the plan is gone
        with pytest.raises(Exception, match="nonsense"):
            together([*asked, asked[0]._replace(sql="SELECT nonsense", values=[])])
        assert together(asked) == one * 3
