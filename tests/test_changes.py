"""The count of changes: by the database, whoever changes something; what was made holds until then."""

import pytest

from portal.base import clock, database, sites
from portal.base.changes import ChangeCount, changes, count_changes, note_change, remembered
from portal.base.sites import Site

TABLE = "CREATE TABLE pot (id INTEGER PRIMARY KEY, site_id INTEGER, shelf INTEGER, name TEXT, dust INTEGER)"
ADD = "INSERT INTO pot (id, site_id, shelf, name, dust) VALUES ({0}, {1.id}, {2}, 'pot', 0)"


@pytest.fixture
def pots(town, settings):
    """A table whose changes of shelf and name are counted, by site and by shelf; `pots(sql)` writes in a unit."""
    owner = database.connect(settings.database_owner)
    with database.use(owner), database.unit(write=True):
        owner.execute_sql(TABLE)
        if owner.kind == "postgresql":
            owner.execute_sql("GRANT ALL ON pot TO PUBLIC")
        count_changes(owner, "pots", "pot", "shelf, name", ("0", "{row}.shelf"))
    owner.close()

    def write(*statements: str) -> None:
        with town.unit():
            for one in statements:
                town.db.execute_sql(one)
    return write


def count(settings, *how) -> None:
    """Have `pot` be counted otherwise."""
    owner = database.connect(settings.database_owner)
    with database.use(owner), database.unit(write=True):
        count_changes(owner, "pots", "pot", *how)
    owner.close()


def counts(town) -> dict:
    """(Slug, part) → how often something of it has changed."""
    with town.unit():
        rows = ChangeCount.select(Site.slug, ChangeCount.part, ChangeCount.n).join(Site)
        return {(slug, part): n for slug, part, n in rows.where(ChangeCount.what == "pots").tuples()}


def test_each_change_counts_for_its_site_and_its_part(town, pots):
    pots(ADD.format(1, town.north, 7), ADD.format(2, town.south, 8))
    assert counts(town) == {("north", 0): 1, ("north", 7): 1, ("south", 0): 1, ("south", 8): 1}
    pots("UPDATE pot SET dust = 9")
    assert counts(town)["north", 0] == 1
    pots("UPDATE pot SET shelf = 9 WHERE id = 1")
    found = counts(town)
    assert found["north", 7] == 2 and found["north", 9] == 1 and found["north", 0] == 2 and found["south", 0] == 1
    pots("DELETE FROM pot WHERE id = 1")
    assert counts(town)["north", 9] == 2 and counts(town)["north", 0] == 3


def test_what_was_there_before_counts_from_its_first_change(town, settings, pots):
    count(settings, "name", ("{row}.shelf",))
    pots(ADD.format(1, town.north, 7))
    for change in (["UPDATE pot SET name = 'jar'"], ["DELETE FROM pot", ADD.format(1, town.north, 7)]):
        pots("DELETE FROM change_count")
        pots(*change)
        assert set(counts(town)) == {("north", 7)}


def test_many_at_once_count_once_where_versions_of_rows_pile_up(town, settings, pots):
    """PostgreSQL keeps each version of the count until long after. Called once more, a table is counted otherwise."""
    count(settings, "name")
    pots(*(ADD.format(n, town.north, 7) for n in range(40)))
    once = 1 if town.db.kind == "postgresql" else 40
    assert counts(town) == {("north", 0): once}
    pots("UPDATE pot SET name = 'jar'")
    pots("UPDATE pot SET shelf = 8")
    assert counts(town) == {("north", 0): 2 * once}


def test_only_rows_that_fulfil_a_condition_count_before_or_after(town, settings, pots):
    count(settings, "name, dust", ("0",), "{row}.name = 'jar' AND {row}.dust IS NOT NULL")
    pots(ADD.format(1, town.north, 7), "UPDATE pot SET dust = 1")
    assert counts(town) == {}
    for change in ("UPDATE pot SET name = 'jar'", "UPDATE pot SET dust = 2", "UPDATE pot SET dust = NULL",
                   "UPDATE pot SET dust = 3", "DELETE FROM pot"):
        before = counts(town).get(("north", 0), 0)
        pots(change)
        assert counts(town)["north", 0] == before + 1
    before = counts(town)
    pots(ADD.format(1, town.north, 7), "UPDATE pot SET shelf = 9", "DELETE FROM pot")
    assert counts(town) == before


def test_what_is_undone_does_not_count_and_what_follows_does(town, pots):
    """A count that a savepoint has taken back is made once more."""
    pots(ADD.format(1, town.north, 7))
    with town.unit():
        with pytest.raises(ZeroDivisionError), database.guarded():
            town.db.execute_sql("UPDATE pot SET name = 'a'")
            raise ZeroDivisionError
        assert ChangeCount.get(part=0, what="pots").n == 1
        town.db.execute_sql("UPDATE pot SET name = 'b'")
    assert counts(town)["north", 0] == 2


def test_who_writes_reads_the_count_anew(town, pots):
    with database.use(town.db), database.unit(write=True), sites.within(sites.find(slug="north")):
        assert changes("pots") == 0
        town.db.execute_sql(ADD.format(1, town.north, 7))
        assert changes("pots") == 1


def test_a_form_that_has_written_nothing_yet_reads_as_who_only_reads(town, pots):
    """What it finds is kept for the next one, until it writes something itself, which may never be stored."""
    def found() -> str:
        return remembered("pots", "list", lambda: (*town.db.execute_sql("SELECT MAX(name) FROM pot").fetchone(), None))
    pots(ADD.format(1, town.north, 7))
    with pytest.raises(ZeroDivisionError), database.use(town.db), database.unit(write=True):
        with sites.within(sites.find(slug="north")):
            note_change("other")  # as the form's own row
            assert database.writing()
            database.nothing_written()
            assert not database.writing() and changes("pots") == 1 and found() == "pot"
            kept = dict(town.db.known)
            town.db.execute_sql("UPDATE pot SET name = 'jar'")
            assert database.writing() and changes("pots") == 2 and found() == "jar"
            assert town.db.known == kept
            raise ZeroDivisionError
    with town.unit("north"):
        assert found() == "pot"


def test_a_site_goes_with_what_was_counted_of_it(town, pots):
    pots(ADD.format(1, town.north, 7))
    with town.unit():
        town.db.execute_sql(f"DELETE FROM change_count WHERE site_id = {town.north.id}")
        town.db.execute_sql("DELETE FROM pot")
    assert counts(town) == {}


def test_read_with_the_site_or_by_itself(town, pots):
    pots(ADD.format(1, town.north, 7), ADD.format(2, town.south, 8))
    with town.unit("north"):
        assert changes("pots") == 1 and changes("pot") == changes("ots") == 0
        note_change("pots")
        assert changes("pots") == 2  # one's own, though it is not stored yet
    with database.use(town.db), database.unit():
        view = sites.find(slug="north")
        with sites.within(view):
            asked = []
            real, town.db.execute_sql = town.db.execute_sql, lambda *a: asked.append(a) or real(*a)
            try:
                assert changes("pots") == 2 and changes("pot") == changes("ots") == 0 and not asked
            finally:
                del town.db.execute_sql
        with sites.within(town.south):
            assert changes("pots") == 1
        with sites.within_all((town.north.id, town.south.id)):
            assert changes("pots") == 3 and changes("pot") == 0 and changes() >= 3


def test_what_was_found_is_remembered_until_a_change_and_until_its_time(town, pots):
    asked, until = [], [None]

    def find():
        asked.append(1)
        return len(asked), until[0]

    def found(slug="north") -> int:
        with database.use(town.db), database.unit(), sites.within(getattr(town, slug)):
            return remembered("pots", "list", find)
    assert [found(), found(), found("south"), found("south"), found()] == [1, 1, 2, 2, 1]
    until[0] = clock.now() + 60
    pots(ADD.format(1, town.north, 7))
    assert [found(), found(), found("south")] == [3, 3, 2]
    with clock.frozen(clock.now() + 61):
        until[0] = clock.now() + 60
        assert [found(), found()] == [4, 4]
    with town.unit("north"):
        note_change("pots")
        assert [remembered("pots", "list", find) for _ in range(2)] == [5, 6]
    assert found() == 7
