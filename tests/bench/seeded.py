"""Districts to measure on: the whole one and three small ones, kept in tests/.cache for a day."""

import hashlib
import os
import shutil
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from random import Random
from urllib.parse import urlsplit

import psycopg

from portal import seed
from portal.app import create_app
from portal.base.settings import Settings, load
from portal.seed import towns
from tests.bench import halls
from tests.support import postgres
from tests.support.files import ROOT, tracked

CACHE = ROOT / "tests" / ".cache" / "bench"
SECRET = "only-for-the-bench-0123456789-abcdefghij"
# name → (communities, among how many); a community alone has all activities of the district.
SMALL = {"one": (1, 147), "few": (1, 63), "many": (1, 1)}


class Grounds:
    """Where the figures are measured; databases are made when somebody asks for them."""

    def __init__(self, say: Callable[[str], None]):
        self.say, self.stack, self.walls = say, ExitStack(), {}
        self._server: postgres.Server | None = None
        self._made: dict[tuple[str, str], Settings] = {}

    def __enter__(self) -> "Grounds":
        return self

    def __exit__(self, *trace) -> None:
        self.stack.close()

    @property
    def server(self) -> postgres.Server:
        """A PostgreSQL server that keeps its promises to the disk."""
        if self._server is None:
            self._server = postgres.Server(fast=False)
            self.stack.callback(self._server.stop)
        return self._server

    def district(self, backend: str, name: str = "district") -> Settings:
        """Settings of a portal with the whole district, or one of SMALL."""
        if (backend, name) not in self._made:
            made = self._on_sqlite if backend == "sqlite" else self._on_postgres
            self._made[backend, name] = made(name)
        return self._made[backend, name]

    def copy(self, backend: str) -> Settings:
        """A copy of the district that may be written to."""
        source = self.district(backend)
        if backend == "sqlite":
            folder = CACHE / "copy"
            shutil.rmtree(folder, ignore_errors=True)
            shutil.copytree(source.data, folder)
            return settings(folder)
        self.server.drop("copy")
        self.server.create("copy", "district")
        return settings(source.data, *self._urls("copy"))

    def _urls(self, name: str) -> tuple[str, str]:
        """(Database, database_owner) by the socket: server and portal share the machine here."""
        return self.server.near_url(name), self.server.near_url(name, "owner")

    def _on_sqlite(self, name: str) -> Settings:
        folder = CACHE / f"sqlite-{name}"
        stamp, mark = folder / "stamp", _stamp()
        if not stamp.is_file() or stamp.read_text() != mark:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            self._fill(name, settings(folder), "sqlite")
            stamp.write_text(mark)
        return settings(folder)

    def _on_postgres(self, name: str) -> Settings:
        folder = CACHE / f"postgresql-{name}"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        self.server.create(name)
        made = settings(folder, *self._urls(name))
        self._fill(name, made, "postgresql")
        with psycopg.connect(made.database_owner, autocommit=True) as owner:
            owner.execute("VACUUM ANALYZE")  # as autovacuum does within minutes
        self.server.settle()
        return made

    def _fill(self, name: str, made: Settings, backend: str) -> None:
        began = time.monotonic()
        app = create_app(made)
        chosen, of = None, 0
        if name in SMALL:
            n, of = SMALL[name]
            people = towns.RESIDENTS
            chosen = towns.district(Random(seed.SEED), people, n)
        seed.fill(app, "district", lambda line: self.say(f"  {backend} {name}: {line}"), chosen, of)
        if name not in SMALL:
            halls.fill(app)
        app.portal.db.close()
        self.walls[backend, name] = time.monotonic() - began


def settings(data: Path, database: str = "", owner: str = "", **more) -> Settings:
    """Settings as in production."""
    given = {"PORTAL_ENV": "production", "PORTAL_SECRET_KEY": SECRET, "PORTAL_TRUSTED_HOSTS": "127.0.0.1,localhost",
             "PORTAL_DATA": str(data), "PORTAL_LOG": "warning", "PORTAL_SMS": "hook"}
    given |= {k: v for k, v in {"PORTAL_DATABASE": database, "PORTAL_DATABASE_OWNER": owner}.items() if v}
    return load(environ=given | {f"PORTAL_{k.upper()}": str(v) for k, v in more.items()})


def environment(made: Settings) -> dict[str, str]:
    """The environment of a server with these settings."""
    names = ("env", "secret_key", "data", "database", "database_owner", "log", "sms", "host", "port", "base_url",
             "workers")
    given = {f"PORTAL_{n.upper()}": str(getattr(made, n)) for n in names}
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("PORTAL_")}
    return inherited | given | {"PORTAL_TRUSTED_HOSTS": ",".join(made.trusted_hosts)}


def kind(made: Settings) -> str:
    return "sqlite" if urlsplit(made.database).scheme == "sqlite" else "postgresql"


def _stamp() -> str:
    """What a kept district was made from: the day, and every file that has a say in it."""
    files = [f for f in tracked("portal/base", "portal/people", "portal/seed", "portal/migrations", "plugins")
             if f.suffix == ".py"]
    digest = hashlib.sha256(b"".join(f.read_bytes() for f in (*files, Path(halls.__file__)))).hexdigest()
    return f"{date.today()} {digest}"
