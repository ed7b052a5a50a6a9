"""Backups: made while others write, verified, brought back into an empty place only."""

import errno
import hashlib
import io
import json
import tarfile
import threading
from contextlib import closing

import psycopg
import pytest

from portal.app import create_app
from portal.base import backup, copies
from portal.base.backup import BackupError
from portal.people import signin
from portal.people.models import Count, SignInCode
from portal.requests import COOKIE
from portal.testing import Town
from tests.support.databases import settings_for

SCHEMA = (
    "CREATE TABLE site (id {id}, parent_id INTEGER REFERENCES site(id), name TEXT NOT NULL)",
    "CREATE TABLE hut (id {id}, site_id INTEGER NOT NULL REFERENCES site(id), name TEXT, best_id INTEGER, "
    "UNIQUE (site_id, id))",
    "CREATE TABLE item (id {id}, site_id INTEGER NOT NULL, hut_id INTEGER NOT NULL, name TEXT, photo {bytes}, "
    "UNIQUE (site_id, id), FOREIGN KEY (site_id, hut_id) REFERENCES hut (site_id, id))",
    'CREATE TABLE "order" (id {id}, n INTEGER)',
    "CREATE TABLE migrations_portal (name VARCHAR(255) PRIMARY KEY, applied TEXT)",
    "INSERT INTO migrations_portal VALUES ('0001_initial', 'then')",
)
KINDS = {"sqlite": {"id": "INTEGER PRIMARY KEY", "bytes": "BLOB"},
         "postgresql": {"id": "SERIAL PRIMARY KEY", "bytes": "BYTEA"}}
ODD = "引号'\"\\ 换行\n制表\t\\.\\N 完"
ROWS = (
    ("INSERT INTO site (parent_id, name) VALUES (?, ?)", [(None, "禅城"), (1, "祖庙"), (2, "家禅")]),
    ("INSERT INTO hut (site_id, name, best_id) VALUES (?, ?, ?)", [(3, "小屋", 2), (2, ODD, None)]),
    ("INSERT INTO item (site_id, hut_id, name, photo) VALUES (?, ?, ?, ?)",
     [(3, 1, ODD, b"\0\xff\n"), (2, 2, "", None)]),
    ('INSERT INTO "order" (n) VALUES (?)', [(n,) for n in range(500)]),
)


def connect(settings):
    if settings.database.startswith("sqlite:"):
        return closing(copies.sqlite3.connect(copies.sqlite_path(settings.database), isolation_level=None))
    return closing(psycopg.connect(settings.database_owner, autocommit=True))


def make_tables(settings):
    kind = "sqlite" if settings.database.startswith("sqlite:") else "postgresql"
    with connect(settings) as db:
        for statement in SCHEMA:
            db.execute(statement.format(**KINDS[kind]))
        if kind == "postgresql":
            db.execute("ALTER TABLE hut ADD CONSTRAINT best FOREIGN KEY (best_id) REFERENCES item (id)")
            for table in ("hut", "item"):
                mine = "site_id = ANY (nullif(current_setting('portal.sites', true), '')::int[])"
                db.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
                db.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
                db.execute(f"CREATE POLICY same_site ON {table} USING ({mine}) WITH CHECK ({mine})")


def fill(settings):
    mark = "?" if settings.database.startswith("sqlite:") else "%s"
    with connect(settings) as db:
        if mark == "%s":
            db.execute("SET portal.sites = '{1,2,3}'")
            db.execute("ALTER TABLE hut DROP CONSTRAINT best")
        for statement, rows in ROWS:
            for row in rows:
                db.execute(statement.replace("?", mark), row)
        if mark == "%s":
            db.execute("ALTER TABLE hut ADD CONSTRAINT best FOREIGN KEY (best_id) REFERENCES item (id)")


def contents(settings):
    with connect(settings) as db:
        if settings.database.startswith("postgres"):
            db.execute("SET portal.sites = '{1,2,3}'")
        tables = ("site", "hut", "item", '"order"')
        return {table: db.execute(f"SELECT * FROM {table} ORDER BY id").fetchall() for table in tables}


@pytest.fixture
def full(empty_settings):
    """A town with rows and files."""
    make_tables(empty_settings)
    fill(empty_settings)
    files = {"jiachan/a-640.webp": b"picture", "jiachan/深/b.png": b"x" * 70_000, "run/metrics-1": b"no",
             ".draft": b"no"}
    for name, data in files.items():
        file = empty_settings.data / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    return empty_settings


@pytest.fixture
def elsewhere(backend, databases, tmp_path):
    urls = databases.empty(backend)
    yield settings_for(urls, tmp_path / "elsewhere")
    databases.drop(urls)


def test_what_was_stored_comes_back(full, elsewhere, tmp_path):
    said = []
    archive = backup.backup(full, tmp_path, said.append)
    assert archive.name.startswith("xiaowu-") and len(said) == 3 and archive.stat().st_mode & 0o777 == 0o600
    manifest = backup.restore(elsewhere, archive, upgrade=lambda: make_tables(elsewhere))
    assert manifest["rows"]["order"] == 500 and manifest["rows"]["item"] == 2
    assert contents(elsewhere) == contents(full)
    files = sorted(str(f.relative_to(elsewhere.data)) for f in elsewhere.data.rglob("*") if f.is_file())
    assert files == ["jiachan/a-640.webp", "jiachan/深/b.png"]
    assert (elsewhere.data / "jiachan/深/b.png").read_bytes() == b"x" * 70_000


@pytest.mark.backend("postgresql")
def test_ids_go_on_and_the_guards_stand(full, elsewhere, tmp_path):
    archive = backup.backup(full, tmp_path)
    make_tables(elsewhere)
    backup.restore(elsewhere, archive)
    with connect(elsewhere) as db:
        assert db.execute('INSERT INTO "order" (n) VALUES (1) RETURNING id').fetchone() == (501,)
        assert db.execute("SELECT count(*) FROM item").fetchone() == (0,)
        forced = db.execute("SELECT relname FROM pg_class WHERE relforcerowsecurity ORDER BY 1").fetchall()
        assert forced == [("hut",), ("item",)]
        with pytest.raises(psycopg.errors.ForeignKeyViolation):
            db.execute("SET portal.sites = '{3}'")
            db.execute("INSERT INTO item (site_id, hut_id) VALUES (3, 2)")


def test_it_is_one_instant_while_others_write(full, elsewhere, tmp_path):
    ending, mark = threading.Event(), "?" if full.database.startswith("sqlite:") else "%s"

    def write():
        with connect(full) as db:
            while not ending.is_set():
                db.execute("BEGIN")
                db.execute(f"INSERT INTO site (name) VALUES ({mark})", ("七",))
                db.execute(f'INSERT INTO "order" (n) VALUES ({mark})', (7,))
                db.execute("COMMIT")
    writer = threading.Thread(target=write)
    writer.start()
    try:
        archives = [backup.backup(full, tmp_path / f"{n}.tar.gz") for n in range(5)]
    finally:
        ending.set()
        writer.join()
    for archive in archives:
        rows = backup.verify(archive)["rows"]
        assert rows["site"] - 3 == rows["order"] - 500
    assert len({backup.verify(archive)["rows"]["site"] for archive in archives}) > 1
    backup.restore(elsewhere, archives[-1], upgrade=lambda: make_tables(elsewhere))
    assert len(contents(elsewhere)["site"]) == rows["site"]


def test_only_into_an_empty_place(full, elsewhere, tmp_path):
    archive = backup.backup(full, tmp_path / "a.tgz")
    with pytest.raises(BackupError, match="not empty"):
        backup.restore(full, archive)
    for path in full.data.iterdir():
        path.rename(tmp_path / path.name)
    with pytest.raises(BackupError, match="empty place"):
        backup.restore(full, archive)
    elsewhere.data.mkdir()
    (elsewhere.data / "a").write_text("mine")
    with pytest.raises(BackupError, match="not empty"):
        backup.restore(elsewhere, archive, upgrade=lambda: make_tables(elsewhere))
    assert (elsewhere.data / "a").read_text() == "mine" and len(list(elsewhere.data.iterdir())) == 1


def rewritten(archive, target, change):
    """The archive with some members changed, with or without a fitting manifest."""
    with tarfile.open(archive) as old:
        members = {info.name: old.extractfile(info).read() for info in old}
    change(members)
    with tarfile.open(target, "w:gz") as new:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            new.addfile(info, io.BytesIO(data))
    return target


def lie(members):
    """A manifest that fits the changed members but counts other rows."""
    manifest = json.loads(members["manifest.json"])
    manifest["rows"]["site"] += 1
    members["manifest.json"] = json.dumps(manifest).encode()


def climb(members):
    members["files/../../evil"] = b"x"
    manifest = json.loads(members["manifest.json"])
    manifest["files"]["files/../../evil"] = hashlib.sha256(b"x").hexdigest()
    members["manifest.json"] = json.dumps(manifest).encode()


CHANGES = {
    "a changed file": lambda m: m.update({"files/jiachan/a-640.webp": b"pictura"}),
    "a lost file": lambda m: m.pop("files/jiachan/a-640.webp"),
    "a file too many": lambda m: m.update({"files/more": b"x"}),
    "no manifest": lambda m: m.pop("manifest.json"),
    "other rows": lie,
    "a path upwards": climb,
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_damaged_archive_is_refused_and_nothing_restored(full, elsewhere, tmp_path, change):
    archive = backup.backup(full, tmp_path / "good.tar.gz")
    bad = rewritten(archive, tmp_path / "bad.tar.gz", CHANGES[change])
    for use in (lambda: backup.verify(bad), lambda: backup.restore(elsewhere, bad)):
        with pytest.raises(BackupError):
            use()
    assert not elsewhere.data.exists() or not list(elsewhere.data.iterdir())
    assert not (tmp_path / "evil").exists()


@pytest.mark.backend("sqlite")
def test_a_cut_archive_and_no_archive(full, tmp_path):
    archive = backup.backup(full, tmp_path / "a.tar.gz")
    cut = tmp_path / "cut.tar.gz"
    for share in (0.2, 0.5, 0.9, 0.99):
        cut.write_bytes(archive.read_bytes()[:int(archive.stat().st_size * share)])
        with pytest.raises(BackupError):
            backup.verify(cut)
    cut.write_bytes(b"not an archive")
    for path in (cut, tmp_path / "none.tar.gz"):
        with pytest.raises(BackupError):
            backup.verify(path)


@pytest.mark.backend("sqlite")
def test_a_damaged_database_makes_no_backup(full, tmp_path):
    with connect(full) as db:
        db.execute("PRAGMA foreign_keys=off")
        db.execute("INSERT INTO item (site_id, hut_id) VALUES (9, 9)")
    with pytest.raises(BackupError, match="damaged"):
        backup.backup(full, tmp_path / "a.tar.gz")
    assert not list(tmp_path.glob("*.gz")) and not list(tmp_path.glob(".a*"))


@pytest.mark.backend("sqlite")
def test_an_archive_that_was_written_badly_gets_no_name(full, tmp_path, monkeypatch):
    real = backup._write

    def cut(draft, *more):
        real(draft, *more)
        draft.write_bytes(draft.read_bytes()[:-200])
    monkeypatch.setattr(backup, "_write", cut)
    with pytest.raises(BackupError):
        backup.backup(full, tmp_path / "a.tar.gz")
    assert not list(tmp_path.glob("*.gz")) and not list(tmp_path.glob(".a*"))


def test_refusals(full, elsewhere, tmp_path):
    there = tmp_path / "there.tar.gz"
    there.write_bytes(b"mine")
    for target in (there, tmp_path / "a.rar", tmp_path / "none" / "a.tar.gz"):
        with pytest.raises(BackupError):
            backup.backup(full, target)
    assert there.read_bytes() == b"mine"
    other = settings_for({"sqlite": Urls("postgresql://u:p@127.0.0.1:1/x")}.get(
        full.database.partition(":")[0], Urls(f"sqlite:///{tmp_path}/none/x.db")), tmp_path / "data2")
    with pytest.raises(BackupError):
        backup.backup(other, tmp_path / "b.tar.gz")


class Urls(str):
    """One URL for app and owner."""

    def _asdict(self):
        return {"database": str(self), "database_owner": str(self)}


@pytest.mark.backend("postgresql")
def test_other_migrations_or_no_tables(full, elsewhere, tmp_path):
    archive = backup.backup(full, tmp_path / "a.tar.gz")
    with pytest.raises(BackupError, match="db upgrade"):
        backup.restore(elsewhere, archive)
    assert list(elsewhere.data.iterdir()) == []  # else it could not be tried again
    make_tables(elsewhere)
    with connect(elsewhere) as db:
        db.execute("INSERT INTO migrations_portal VALUES ('0002_more', 'now')")
    with pytest.raises(BackupError, match="other migrations of portal"):
        backup.restore(elsewhere, archive)
    with connect(elsewhere) as db:
        db.execute("DELETE FROM migrations_portal WHERE name = '0002_more'")
    backup.restore(elsewhere, archive)
    assert (elsewhere.data / "jiachan/a-640.webp").read_bytes() == b"picture"


@pytest.mark.backend("sqlite")
def test_a_disk_that_is_full_leaves_an_empty_place(full, elsewhere, tmp_path, monkeypatch):
    archive = backup.backup(full, tmp_path / "a.tar.gz")

    def cut(source, target):
        target.write_bytes(b"begun")
        raise OSError(errno.ENOSPC, "No space left on device", str(target))
    monkeypatch.setattr(backup.shutil, "copyfile", cut)
    with pytest.raises(BackupError, match="No space"):
        backup.restore(elsewhere, archive)
    monkeypatch.undo()
    backup.restore(elsewhere, archive)
    assert contents(elsewhere) == contents(full)


def test_the_portal_itself(settings, databases, backend, tmp_path):
    archive = backup.backup(settings, tmp_path / "a.tar.gz")
    manifest = backup.verify(archive)
    assert "site" in manifest["rows"] and manifest["history"]["migrations_portal"]
    urls = databases.migrated(backend) if backend == "postgresql" else databases.empty(backend)
    target = settings_for(urls, tmp_path / "new")
    backup.restore(target, archive)
    again = backup.verify(backup.backup(target, tmp_path / "b.tar.gz"))
    assert again["rows"] == manifest["rows"]
    databases.drop(urls)


def test_a_stolen_backup_opens_no_account(settings, tmp_path):
    """Neither session nor code nor password nor key of a form is in it as it is used."""
    town = Town(create_app(settings))
    person = town.person("Ada", home="north", phone="13800000001", email="ada@example.com",
                         password=signin.hash_password("correct horse battery"))
    visitor = town.visitor(person)
    secret = town.app.portal.settings.secret_key
    with town.unit():
        code = signin.new_code("13800000001", "10.9.8.7", town.north.id, secret)
        proof = signin.prove("13800000001", secret)
    form = visitor.form("/north/me/household/add")
    assert visitor.send(form, name="Bo").status_code == 303
    usable = [visitor.client.get_cookie(COOKIE).value, visitor.client.get_cookie("portal-form").value, code, proof,
              "correct horse battery", secret, str(form.values["_key"]), str(form.values["csrf_token"]), "10.9.8.7"]
    archive = backup.backup(settings, tmp_path / "a.tar.gz")
    with tarfile.open(archive) as tar:
        contents = {m.name: tar.extractfile(m).read() for m in tar}
    assert any(b"Bo" in data for data in contents.values())
    with town.unit():
        digits = json.dumps([list(SignInCode.select().dicts()), list(Count.select().dicts())])
    for word in usable:
        assert not [name for name, data in contents.items() if word.encode() in data] or word == code
    assert code not in digits.replace('"', " ").split()
    town.db.close()
