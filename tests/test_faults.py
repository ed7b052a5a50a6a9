"""Faults on purpose: a locked or lost database, killed processes, writes lost with the power."""

import os
import re
import signal
import subprocess
import time
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from portal.app import create_app
from portal.base import copies, database, migrate, sites
from portal.people.models import Session
from portal.testing import Town
from tests.support import postgres, serving
from tests.support.caller import Caller, Writer, at_once, build, titles, wait_for_more, wait_until


@pytest.mark.alone
@pytest.mark.backend("sqlite")
def test_a_database_that_is_locked_refuses_forms_and_shows_pages(settings, serve, backend):
    """Somebody else's write lock: pages go on, forms get 503 and a time, and nothing of them is stored."""
    town, token = build(settings)
    server = serve(settings)
    readers, writers = [Caller(server.port), Caller(server.port, token)], [Writer(server.port, token) for _ in "1234"]
    usual = sorted(r.ask("/north/bulletin/").seconds for r in readers * 20)[20]
    with town.unit():  # a session whose last-seen time wants to be noted
        Session.update(seen_at=0).execute()
    seen, refused = {reader: [] for reader in readers}, []
    reads = [lambda r=r: (seen[r].append(r.ask("/north/bulletin/")), time.sleep(0.02)) for r in readers]
    writes = [lambda w=w: refused.append(w.write("locked")) for w in writers]
    with closing(copies.sqlite3.connect(copies.sqlite_path(settings.database), isolation_level=None)) as lock:
        lock.execute("BEGIN IMMEDIATE")
        with at_once(*reads), at_once(*writes):
            wait_until(lambda: len(refused) >= 4 and min(map(len, seen.values())) > 20)
        lock.execute("ROLLBACK")
    for answers in seen.values():
        assert {answer.status for answer in answers} == {200}
        waits = sorted(answer.seconds for answer in answers)
        assert waits[len(waits) // 2] < 0.1 + 20 * usual, (usual, waits)
    assert {answer.status for answer in refused} == {503}
    assert all(answer.headers["Retry-After"] for answer in refused)
    assert titles(town) == []
    assert writers[0].write("after").status == 303 and titles(town) == ["after"]
    town.db.close()


@pytest.mark.backend("postgresql")
def test_postgresql_goes_and_comes_back(databases, settings, serve, backend):
    """503 while it is away; once it is back the same workers answer and store."""
    town, token = build(settings)
    server = serve(settings)
    writer, reader, machine = Writer(server.port, token), Caller(server.port), databases.server
    assert writer.write("before").status == 303
    pids = server.pids()
    machine.process.send_signal(signal.SIGINT)  # at once, its log kept: the tests let it write late
    machine.process.wait(20)
    try:
        for ask in (lambda: reader.ask("/north/"), lambda: writer.write("lost")) * 2:
            answer = ask()
            assert answer.status == 503 and answer.headers["Retry-After"] and "Traceback" not in answer.text
            assert answer.seconds < 10
        assert reader.ask("/healthz").status == 200 and reader.ask("/readyz").status == 503
    finally:
        with machine.log.open("a") as log:
            machine.process = subprocess.Popen(
                machine.process.args, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                preexec_fn=postgres._die_with_parent, **machine._as_user())
        machine._wait()
    wait_until(lambda: reader.ask("/north/").status == 200)
    for n in range(8):  # each thread of each worker finds its connection dead
        assert reader.ask("/north/bulletin/").status == 200
        assert writer.write(f"again {n}").status == 303
    assert server.pids() == pids
    town.db.close()
    assert titles(town) == sorted(["before", *(f"again {n}" for n in range(8))])
    town.db.close()


@pytest.mark.backend("postgresql")
def test_a_connection_lost_in_the_middle_of_a_page_is_503(settings, databases):
    """Ended by the server between two statements, the first of which set the site."""
    town = Town(create_app(settings))
    guest = town.visitor()
    assert guest.get("/north/activities/").status_code == 200
    real = sites.find

    def cut(**asked):
        found = real(**asked)
        number = town.db.connection().info.backend_pid
        with psycopg.connect(databases.server.url("postgres", "postgres"), autocommit=True) as admin:
            admin.execute("SELECT pg_terminate_backend(%s)", (number,))
        return found
    sites.find = cut
    try:
        assert guest.get("/north/activities/").status_code == 503
    finally:
        sites.find = real
    assert guest.get("/north/activities/").status_code == 200
    town.db.close()


def test_what_was_answered_is_there_whoever_is_killed(settings, serve, backend):
    """kill -9 of a worker or the whole server under writes, 20 rounds: each answered write is there, once."""
    town, token = build(settings)
    rounds, whole = 20, {9, 19}
    server, answered, wanted = serve(settings), [], []
    for turn in range(rounds):
        writers = [Writer(server.port, token) for _ in range(3)]
        with at_once(*[lambda w=w, round_of=f"{turn} {n}": _write_once(w, f"{round_of} {len(wanted)}", wanted, answered)
                       for n, w in enumerate(writers)]):
            wait_for_more(2, answered)
            before = server.pids()
            if turn in whole:
                server.kill()
            else:
                os.kill(before[1 + turn % 2], signal.SIGKILL)
                time.sleep(0.15)
        if turn in whole:
            _nobody_left(before, server.port)
            server = serve(settings)
        else:
            server.wait()
    stored = titles(town)
    assert len(answered) > rounds and not set(answered) - set(stored)
    assert len(stored) == len(set(stored)), "a form that was sent again was done again"
    if backend == "sqlite":
        with town.unit():
            assert town.db.execute_sql("PRAGMA integrity_check").fetchall() == [("ok",)]
    town.db.close()


def _write_once(writer, title, wanted, answered) -> None:
    """Send a form; without an answer send the same form once more, as a browser's reload does."""
    wanted.append(title)
    for _try in range(2):
        try:
            if writer.write(title, _key=title).status == 303:
                answered.append(title)
                return
        except OSError:
            time.sleep(0.05)


def _nobody_left(pids, port) -> None:
    wait_until(lambda: not any(map(_alive, pids)))
    wait_until(lambda: postgres.is_free(port))


def _alive(pid) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] not in "ZX"
    except OSError:
        return False


@pytest.mark.backend("sqlite")
def test_what_was_answered_is_on_the_disk(settings, serve, tmp_path, monkeypatch, backend):
    """A power cut loses what was written and not synced. When an answer leaves, nothing of that kind is there."""
    town, token = build(settings)
    town.db.close()
    trace, script = tmp_path / "trace", tmp_path / "traced"
    calls = "trace=pwrite64,fsync,fdatasync,write,writev,sendto"
    script.write_text(f'#!/bin/sh\nexec strace -D -f -q -y -s 16 -o {trace} -e {calls} {serving.PORTAL} "$@"\n')
    script.chmod(0o755)
    monkeypatch.setattr(serving, "PORTAL", script)
    server = serve(settings, "--workers", "1")
    writer, written = Writer(server.port, token), 12
    for n in range(written):
        assert writer.write(f"synced {n}").status == 303
    server.stop()
    answered, synced, loose = 0, 0, set()
    for line in trace.read_text("utf-8", "replace").splitlines():
        file = re.search(r"(?:pwrite64|fsync|fdatasync)\(\d+<([^>]+)>", line)
        if file and "-wal" in file[1]:
            loose = loose | {file[1]} if "pwrite64" in line else set()
            synced += "pwrite64" not in line
        elif "HTTP/1.1 303" in line:
            answered += 1
            assert not loose and synced >= answered, line
    assert answered == written


def test_two_servers_on_an_empty_database(empty_settings, serve, backend):
    """Started in the same instant: one makes the tables, both serve, nothing is made twice."""
    servers = [serve(empty_settings, "--workers", "1", wait=False) for _ in range(2)]
    for server in servers:
        server.wait()
    town, token = build(empty_settings)
    for n, server in enumerate(servers):
        assert Writer(server.port, token).write(f"from {n}").status == 303
        assert "Traceback" not in server.log.read_text()
    assert titles(town) == ["from 0", "from 1"]
    with town.unit():
        table = town.db.execute_sql("SELECT count(*), count(DISTINCT name) FROM migrations_portal").fetchone()
    assert table[0] == table[1] >= 1
    town.db.close()


@pytest.mark.backend("postgresql")
def test_rights_come_with_the_tables(empty_settings):
    """Killed right after the tables are made, the next start finds the app's own role able to use them."""
    app = create_app.__globals__["Portal"](empty_settings)
    urls = empty_settings
    owner, plain = database.connect(urls.database_owner), database.connect(urls.database)
    with database.use(owner), database.unit(write=True):
        owner.execute_sql("DROP SCHEMA public CASCADE")
        owner.execute_sql("CREATE SCHEMA public")
        owner.execute_sql("GRANT USAGE ON SCHEMA public TO app")
    migrate.upgrade(owner, app.parts(), "app")
    with database.use(plain), database.unit():
        assert plain.execute_sql("SELECT count(*) FROM site").fetchone() == (0,)
    for db in (owner, plain, app.db):
        db.close()
