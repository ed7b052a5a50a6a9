"""Databases for tests: migrated once for each kind, then copied, which takes milliseconds."""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from portal.app import create_app
from portal.base.settings import Settings, load
from portal.cli import main
from portal.cli.opened import Opened
from tests.support import memory, postgres, turns

PORTAL = Path(sys.executable).with_name("portal")
SECRET = "a secret that only the tests know, and long"
MOST_USES = 50


class Urls(NamedTuple):
    """How a test reaches its database: as the app (a plain role), and as the owner who migrates."""

    database: str
    database_owner: str


class Databases:
    """All databases of one test process. The PostgreSQL server is started by the first test that needs it.

    `shared` is the folder of what the processes of a run have in common.
    """

    def __init__(self, folder: Path, shared: Path | None = None):
        self.folder, self.shared = folder, shared or folder
        self._server, self._templates, self._count = None, {}, 0
        self._clean: list[Urls] = []  # migrated ones of PostgreSQL that a test has left, emptied again
        self._shape: tuple | None = None  # of those
        self._uses: dict[Urls, int] = {}

    @property
    def server(self) -> postgres.Server:
        if self._server is None:
            self._server = postgres.Server()
        return self._server

    def empty(self, backend: str) -> Urls:
        """A database without a single table."""
        return self._new(backend, None)

    def migrated(self, backend: str) -> Urls:
        """A database as `portal db upgrade` leaves it."""
        if backend == "postgresql" and self._clean:
            return self._clean.pop()
        template = self.template(backend, "migrated", ["db", "upgrade"])
        if backend == "postgresql" and self._shape is None:
            self._shape = self.server.shape(_name(template))
        return self._new(backend, template)

    def hand_back(self, urls: Urls) -> None:
        """Takes back what `migrated` gave. On PostgreSQL it is emptied for the next test, quicker than a copy is made.

        It gets another name, since what is kept in memory is kept by the name; and what was deleted still takes room,
        so that it is dropped in the end.
        """
        uses = self._uses.pop(urls, 0) + 1
        if urls.database.startswith("postgresql") and uses < MOST_USES:
            self._count += 1
            name = f"town{self._count}"
            if self.server.renew(_name(urls), name, self._shape):
                clean = Urls(self.server.near_url(name), self.server.near_url(name, "owner"))
                self._uses[clean] = uses
                self._clean.append(clean)
                return
        self.drop(urls)

    def seeded(self, backend: str) -> tuple[Urls, Path]:
        """A database as `portal seed --scale demo` leaves it, and the folder of its files."""
        template = self.template(backend, "seeded", ["db", "upgrade"], ["seed", "--scale", "demo"])
        urls = self._new(backend, template)
        data = self.folder / f"data{self._count}"
        shutil.copytree(self._data(backend, "seeded"), data)
        return urls, data

    def template(self, backend: str, name: str, *commands: list[str]) -> Urls:
        """A database that `commands` were run on, once in this process; on SQLite once in a run."""
        if (backend, name) not in self._templates:
            make = self._make if backend == "postgresql" else self._make_once
            self._templates[backend, name] = make(backend, name, commands)
        made = self._templates[backend, name]
        if isinstance(made, str):
            pytest.fail(made)
        return made

    def _make_once(self, backend: str, name: str, commands) -> Urls | str:
        """The template, which another process may have made: it says where it lies."""
        with (self.shared / f"{backend}-{name}").open("a+") as made:
            fcntl.flock(made, fcntl.LOCK_EX)
            made.seek(0)
            if url := made.read():
                return Urls(url, url)
            urls = self._make(backend, name, commands)
            made.write(urls.database if isinstance(urls, Urls) else "")
            return urls

    def _make(self, backend: str, name: str, commands) -> Urls | str:
        """The template, or what kept it from being made."""
        urls, data = self._new(backend, None, self._home(backend)), self._data(backend, name)
        data.mkdir(exist_ok=True)
        for command in commands:
            done = portal(*command, settings=settings_for(urls, data), check=False)
            if done.returncode:
                return failure(done)
        return urls

    def drop(self, urls: Urls) -> None:
        """Takes a database away, whoever is still connected to it."""
        if urls.database.startswith("postgresql"):
            self.server.drop(_name(urls))
        else:
            for file in Path(urls.database.removeprefix("sqlite:///")).parent.glob("*.db*"):
                file.unlink()

    def stop(self) -> None:
        if self._server:
            self._server.stop()

    def _home(self, backend: str) -> Path:
        """Where templates lie."""
        return self.folder if backend == "postgresql" else self.shared

    def _data(self, backend: str, name: str) -> Path:
        """The files of a template."""
        return self._home(backend) / f"{backend}-{name}-data"

    def _new(self, backend: str, template: Urls | None, folder: Path | None = None) -> Urls:
        self._count += 1
        if backend == "postgresql":
            return self._new_postgres(f"town{self._count}", template)
        own = Path(tempfile.mkdtemp(dir=folder or self.folder, prefix="town"))
        return self._new_sqlite(own / "town.db", template)

    def _new_postgres(self, name: str, template: Urls | None) -> Urls:
        self.server.create(name, _name(template) if template else "template1")
        return Urls(self.server.near_url(name), self.server.near_url(name, "owner"))

    def _new_sqlite(self, file: Path, template: Urls | None) -> Urls:
        if template:
            source = Path(template.database.removeprefix("sqlite:///"))
            for part in source.parent.glob(source.name + "*"):
                shutil.copy(part, file.with_name(part.name))
        return Urls(f"sqlite:///{file}", f"sqlite:///{file}")


def _name(urls: Urls) -> str:
    return urlsplit(urls.database).path.rpartition("/")[2]


def settings_for(urls: Urls, data: Path, **more) -> Settings:
    """Settings of a portal on this database; `more` are fields of Settings."""
    fixed = {"env": "development", "secret_key": SECRET, "log": "warning"}
    return load(environ=environment_of(fixed | {"data": data} | urls._asdict() | more))


def environment_of(values: dict) -> dict[str, str]:
    """The same as PORTAL_* variables."""
    shown = {k: ",".join(v) if isinstance(v, tuple) else str(v) for k, v in values.items()}
    return {f"PORTAL_{k.upper()}": v for k, v in shown.items()}


def environment(settings: Settings) -> dict[str, str]:
    """The environment of a command or server with these settings, and no other setting of the caller's."""
    values = {k: v for k, v in vars(settings).items() if k != "sources"}
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("PORTAL_")}
    return inherited | environment_of(values)


def portal(*arguments: str, settings: Settings, check: bool = True, **options):
    """Runs the command `portal` as a person would, in the folder of its data; a CompletedProcess of text."""
    options = {"cwd": settings.data, "capture_output": True, "text": True, "timeout": 300} | options
    done = subprocess.run([PORTAL, *arguments], env=environment(settings), **options)
    if check and done.returncode:
        pytest.fail(failure(done))
    return done


def failure(done: subprocess.CompletedProcess) -> str:
    """A command's end in words."""
    return f"{' '.join(map(str, done.args))} ended with {done.returncode}:\n{done.stdout}{done.stderr}"


@pytest.fixture(scope="session")
def databases(pytestconfig) -> Iterator[Databases]:
    """Where databases come from; most tests ask for `settings` or `app` instead."""
    kept = Databases(memory.folder(), pytestconfig.stash[turns.RUN])
    yield kept
    kept.stop()
    shutil.rmtree(kept.folder, ignore_errors=True)


@pytest.fixture
def empty_settings(backend, databases, tmp_path) -> Iterator[Settings]:
    """Settings of a portal whose database has no table yet."""
    urls = databases.empty(backend)
    yield settings_for(urls, _data(tmp_path))
    databases.drop(urls)


@pytest.fixture
def settings(backend, databases, tmp_path) -> Iterator[Settings]:
    """Settings of a portal whose database is new and migrated."""
    urls = databases.migrated(backend)
    yield settings_for(urls, _data(tmp_path))
    databases.hand_back(urls)


@pytest.fixture
def seeded_settings(backend, databases) -> Iterator[Settings]:
    """Settings of a portal with the demo's district in it."""
    urls, data = databases.seeded(backend)
    yield settings_for(urls, data)
    databases.drop(urls)
    shutil.rmtree(data)


def _data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


@pytest.fixture
def app(settings) -> Iterator[Flask]:
    """The application on a new and migrated database; what a plugin raises fails the test."""
    made = create_app(settings, raising=True)
    yield made
    made.portal.db.close()


@pytest.fixture
def client(app):
    """A visitor of `app`, with the cookies of one browser."""
    return app.test_client()


@pytest.fixture
def call_portal(settings):
    """`call_portal("community", "list")`: the same in this process, where it is no matter that it is a command.

    Answers with click's Result: `exit_code`, `stdout`, `stderr`.
    """
    known = environment_of({name: getattr(settings, name) for name in ("database", "database_owner", "data")})

    def call(*arguments: str) -> Result:
        opened = Opened()
        try:
            return CliRunner().invoke(main, list(arguments), obj=opened, env=known)
        finally:
            if "app" in vars(opened):
                opened.app.portal.db.close()
    return call


@pytest.fixture
def run_portal(settings):
    """`run_portal("community", "list")`: the command on this test's database."""
    def run(*arguments: str, check: bool = True, **options) -> subprocess.CompletedProcess:
        return portal(*arguments, settings=settings, check=check, **options)
    return run
