"""Faults on purpose: a locked or lost database, killed processes, lost writes, slow uploads, full disks, races."""

import errno
import json
import os
import re
import resource
import signal
import socket
import socketserver
import subprocess
import threading
import time
from contextlib import closing, contextmanager
from io import BytesIO
from pathlib import Path

import psycopg
import pytest
from PIL import Image
from portal.plugins.bulletin.models import Bulletin

from portal.app import create_app
from portal.base import copies, database, migrate, sites
from portal.metrics import Metrics
from portal.people import mail as outbox
from portal.people import signin
from portal.people.models import Audit, Count, FormAnswer, Household, Mail, Session, SignInCode
from portal.requests import COOKIE
from portal.testing import Town
from tests.support import postgres, serving, tripwire
from tests.support.caller import Caller
from tests.support.databases import settings_for

PHONE = "13800000001"
NEW = "/north/bulletin/new"


def build(settings) -> tuple[Town, str]:
    """A town on these settings, and the session of one of its staff."""
    town = Town(create_app(settings))
    clerk = town.person("Clerk", home="north", role="staff", phone=PHONE)
    with town.unit():
        token = signin.start(clerk.id, "test")
    return town, token


def titles(town) -> list[str]:
    with town.unit("north", write=False):
        return sorted(title for title, in Bulletin.select(Bulletin.title).tuples())


class Writer:
    """A member of staff at a real server who writes one bulletin after another."""

    def __init__(self, port: int, token: str):
        self.browser = Caller(port, token)
        self.csrf = self.browser.form_token(NEW)

    def write(self, title: str, **more):
        return self.browser.ask(NEW, {"csrf_token": self.csrf, "kind": "announcement", "title": title, "text": "x",
                                      "weight": "1"} | more)


@pytest.fixture(scope="module")
def running(databases, tmp_path_factory):
    """A real server on SQLite, shared by the tests that leave it as it is: (server, town, session)."""
    urls = databases.migrated("sqlite")
    settings = settings_for(urls, tmp_path_factory.mktemp("running"))
    town, token = build(settings)
    with serving.serving(settings, log=settings.data / "server.log") as server:
        yield server, town, token
    town.db.close()


@contextmanager
def at_once(*works):
    """Each of these functions again and again in a thread of its own, until the block ends."""
    ending, failures = threading.Event(), []

    def repeat(work):
        try:
            while not ending.is_set():
                work()
        except Exception as e:
            failures.append(e)
    threads = [threading.Thread(target=repeat, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        ending.set()
        for thread in threads:
            thread.join(30)
    assert not failures, failures


def together(number: int, work) -> list:
    """What `work(n)` answers to each of many threads that begin in the same instant."""
    answers, barrier = [None] * number, threading.Barrier(number)

    def run(n):
        barrier.wait(20)
        answers[n] = work(n)
    threads = [threading.Thread(target=run, args=(n,)) for n in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return answers


# The database is locked or away

@pytest.mark.alone
@pytest.mark.backend("sqlite")
def test_a_database_that_is_locked_holds_up_no_reader(running, backend):
    """Somebody else's write lock, 4 seconds: pages go on, forms get 503 and a time, and nothing of them is stored."""
    server, town, token = running
    before = titles(town)
    readers, writers = [Caller(server.port), Caller(server.port, token)], [Writer(server.port, token) for _ in "1" * 12]
    with town.unit():  # a session whose last-seen time wants to be noted
        Session.update(seen_at=0).execute()
    seen, refused = [], []
    with closing(copies.sqlite3.connect(copies.sqlite_path(server.settings.database), isolation_level=None)) as lock:
        lock.execute("BEGIN IMMEDIATE")
        until = time.monotonic() + 4
        reads = [lambda r=r: (seen.append(r.ask("/north/bulletin/")), time.sleep(0.02)) for r in readers]
        writes = [lambda w=w: refused.append(w.write("locked")) for w in writers]
        with at_once(*reads):
            time.sleep(0.3)
            with at_once(*writes):
                time.sleep(until - time.monotonic())
        lock.execute("ROLLBACK")
    slowest = sorted(answer.seconds for answer in seen)
    assert len(seen) > 40 and {answer.status for answer in seen} == {200}
    assert slowest[-1] < 0.3, slowest[-5:]
    assert len(refused) >= 12 and {answer.status for answer in refused} == {503}
    assert all(answer.headers["Retry-After"] for answer in refused)
    assert titles(town) == before
    assert writers[0].write("after").status == 303 and titles(town) == sorted([*before, "after"])


@pytest.mark.alone
@pytest.mark.backend("postgresql")
def test_postgresql_goes_and_comes_back(databases, settings, serve, backend):
    """503 while it is away; once it is back the same workers answer and store."""
    town, token = build(settings)
    server = serve(settings)
    writer, reader, machine = Writer(server.port, token), Caller(server.port), databases.server
    assert writer.write("before").status == 303
    pids = server.pids()
    machine.process.send_signal(signal.SIGQUIT)
    machine.process.wait(20)
    try:
        for answer in (reader.ask("/north/"), writer.write("lost"), reader.ask("/north/bulletin/"), writer.write("lost")):
            assert answer.status == 503 and answer.headers["Retry-After"] and "Traceback" not in answer.text
            assert answer.seconds < 5
        assert reader.ask("/healthz").status == 200 and reader.ask("/readyz").status == 503
    finally:
        with machine.log.open("a") as log:
            machine.process = subprocess.Popen(
                machine.process.args, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                preexec_fn=postgres._die_with_parent, **machine._as_user())
        machine._wait()
    until = time.monotonic() + 10
    while reader.ask("/north/").status != 200:
        assert time.monotonic() < until
        time.sleep(0.1)
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
    assert guest.get("/north/bulletin/").status_code == 200
    real = sites.find

    def cut(**asked):
        found = real(**asked)
        number = town.db.connection().info.backend_pid
        with psycopg.connect(databases.server.url("postgres", "postgres"), autocommit=True) as admin:
            admin.execute("SELECT pg_terminate_backend(%s)", (number,))
        return found
    sites.find = cut
    try:
        assert guest.get("/north/bulletin/").status_code == 503
    finally:
        sites.find = real
    assert guest.get("/north/bulletin/").status_code == 200
    town.db.close()


# Killed processes and lost writes

@pytest.mark.alone
def test_what_was_answered_is_there_whoever_is_killed(settings, serve, backend):
    """kill -9 of a worker or the whole server under writes, 20 rounds: each answered write is there, once."""
    town, token = build(settings)
    rounds, whole = (20, {4, 9, 14, 19}) if backend == "sqlite" else (8, {3, 7})
    server, answered, wanted = serve(settings), [], []
    for turn in range(rounds):
        writers = [Writer(server.port, token) for _ in range(3)]
        with at_once(*[lambda n=n, w=w: _write_once(w, f"{turn} {n} {len(wanted)}", wanted, answered)
                       for n, w in enumerate(writers)]):
            time.sleep(0.15)
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
    until = time.monotonic() + 5
    while any(Path(f"/proc/{pid}/stat").exists() and _alive(pid) for pid in pids):
        assert time.monotonic() < until, "a worker outlived its server"
        time.sleep(0.02)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))


def _alive(pid) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] not in "ZX"
    except OSError:
        return False


@pytest.mark.alone
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


@pytest.mark.alone
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


# Uploads, and a disk that is full

@pytest.mark.alone
def test_half_sent_uploads_hold_up_no_reader(running):
    server, _town, token = running
    head = (f"POST {NEW} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {COOKIE}={token}\r\nContent-Length: 400000\r\n"
            "Content-Type: multipart/form-data; boundary=x\r\n\r\n").encode()
    uploads, reader, seen = [], Caller(server.port, token), []
    try:
        for _ in range(16):
            uploads.append(socket.create_connection(("127.0.0.1", server.port), timeout=10))
            uploads[-1].sendall(head + b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\n" + b"y" * 5000)
        for _ in range(40):
            for upload in uploads:
                upload.sendall(b"y" * 50)
            seen.append(reader.ask("/north/bulletin/"))
    finally:
        for upload in uploads:
            upload.close()
    assert {answer.status for answer in seen} == {200}
    assert max(answer.seconds for answer in seen) < 0.3


@pytest.mark.alone
def test_crooked_requests_leave_the_server_standing(running):
    """What no client sends: heads without end, bytes that are no text, two lengths, a body that never comes."""
    server, _town, _token = running
    lines = [b"GET /%00/ HTTP/1.1\r\nHost: x", b"GET /north/\xff\xfe HTTP/1.1\r\nHost: localhost",
             b"GET /north/%ff%fe?q=%ff&lang=\xff HTTP/1.1\r\nHost: localhost", b"GET http://evil.example/ HTTP/1.1\r\nHost: x",
             b"GET /north/%0d%0aX:%20y HTTP/1.1\r\nHost: localhost", b"GET //evil.example/%2e%2e HTTP/1.1\r\nHost: localhost",
             b"GET /north%0a HTTP/1.1\r\nHost: localhost", b"GET /north/ HTTP/1.1\r\nHost: localhost\r\nHost: evil.example",
             b"GET /north/ HTTP/1.1\r\nHost: localhost\r\nCookie: portal=\xff\xfe", b"GET / HTTP/1.1", b"BREW / HTTP/9.9",
             b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: localhost", b"GET / HTTP/1.1\r\nX: " + b"y" * 900_000,
             b"GET / HTTP/1.1\r\n" + b"\r\n".join(b"X%d: y" % n for n in range(500)),
             b"POST /north/sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: 50",
             b"POST /north/sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1",
             b"POST /north/sign-in HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nContent-Length: 3",
             b"OPTIONS * HTTP/1.1\r\nHost: localhost", b"CONNECT evil.example:80 HTTP/1.1\r\nHost: evil.example"]
    pids = server.pids()
    for line in lines:
        status, head = _raw(server.port, line + b"\r\nConnection: close\r\n\r\n")
        assert status < 500, (line[:60], status)
        assert b"\r\nx: y" not in head.lower() and b"location: //" not in head.lower() and b"http://evil" not in head
    assert server.pids() == pids and server.get("/north/")[0] == 200
    assert "Traceback" not in server.log.read_text()


def _raw(port, data: bytes) -> tuple[int, bytes]:
    """(status, head) of what comes back; 0 when the connection is closed without a word."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as s:
        try:
            s.sendall(data)
            s.shutdown(socket.SHUT_WR)
            got = b""
            while piece := s.recv(65536):
                got += piece
        except OSError:
            pass
    head = got.partition(b"\r\n\r\n")[0]
    return int(head.split(b" ")[1]) if head.startswith(b"HTTP/") else 0, head


def picture(size=(40, 40)) -> BytesIO:
    out = BytesIO()
    Image.new("RGB", size, "red").save(out, "PNG")
    return BytesIO(out.getvalue())


@pytest.fixture
def town(settings):
    """A town as it runs for residents: what fails is answered, not raised."""
    made = Town(create_app(settings))
    yield made
    made.db.close()


def stored_files(town) -> list[str]:
    folder = town.app.portal.settings.data / "files"
    return sorted(f.name for f in folder.rglob("*") if f.is_file()) if folder.is_dir() else []


def test_a_refused_upload_leaves_no_file(town):
    """A bad picture beside a good one, a good one in a form that is refused, a calendar with a bad line."""
    staff = town.visitor(town.person("Staff", home="north", role="staff"))
    form = staff.form(NEW)
    form.values |= {"title": "x", "text": "y", "kind": "announcement", "picture_alt": "red"}
    bad = (BytesIO(b"GIF89a no picture"), "a.png")
    for files in ({"picture": bad}, {"picture": (picture(), "a.png"), "more": bad},
                  {"picture": (picture(), "a.png"), "title": ""}, {"picture": (picture((2000, 10)), "a.png")},
                  {"picture": (BytesIO(picture().getvalue()[:60]), "a.png")}):
        fresh = {name: (BytesIO(file[0].getvalue()), file[1]) if isinstance(file, tuple) else file
                 for name, file in files.items()}
        assert staff.send(form, **fresh).status_code == 422
    calendar = staff.form("/north/activities/desk/import")
    for text in (b"BEGIN:VCALENDAR\r\nnonsense\r\n", b"\xff\xfe\0\0", b"x" * 1_100_000, b""):
        assert staff.send(calendar, file=(BytesIO(text), "a.ics")).status_code in (413, 422)
    assert stored_files(town) == []
    with town.unit("north"):
        for table in ("bulletin", "activities_source", "activities_activity", "activities_occurrence"):
            with tripwire.lifted():
                assert town.db.execute_sql(f"SELECT count(*) FROM {table}").fetchone() == (0,)
    assert staff.send(form, picture=(picture(), "a.png")).status_code == 303 and len(stored_files(town)) == 1


def test_a_full_disk_refuses_the_form_and_stores_nothing(town, monkeypatch):
    """No room for the picture: 503 and a sentence, no row; as soon as there is room, the same form is taken."""
    staff = town.visitor(town.person("Staff", home="north", role="staff"))
    form = staff.form(NEW)
    form.values |= {"title": "x", "text": "y", "kind": "announcement", "picture_alt": "red"}

    def full(_file):
        raise OSError(errno.ENOSPC, "No space left on device")
    with monkeypatch.context() as no_room:
        no_room.setattr("portal.pages.pictures.os.fsync", full)
        answer = staff.send(form, picture=(picture(), "a.png"))
    assert answer.status_code == 503 and answer.headers["Retry-After"] and "Traceback" not in answer.text
    assert stored_files(town) == [] and titles(town) == []
    assert staff.send(form, picture=(picture(), "a.png")).status_code == 303
    assert titles(town) == ["x"] and len(stored_files(town)) == 1


@pytest.mark.backend("sqlite")
@pytest.mark.parametrize("limit", ["max_page_count = 1", "query_only = 1"])
def test_a_database_without_room_or_read_only_is_503(town, limit):
    staff = town.visitor(town.person("Staff", home="north", role="staff"))
    form = staff.form(NEW)
    form.values |= {"title": "x", "text": "y" * 19_000, "kind": "announcement"}
    town.db.execute_sql(f"PRAGMA {limit}")
    answers = [staff.send(form, title=f"x{n}") for n in range(3)]
    assert {answer.status_code for answer in answers} <= {303, 503} and answers[-1].status_code == 503
    assert answers[-1].headers["Retry-After"] and staff.get("/north/bulletin/").status_code == 200
    town.db.close()
    assert staff.send(form, title="after").status_code == 303


def test_figures_that_cannot_be_counted_harm_no_page(town, tmp_path):
    """Neither a folder that cannot be made nor a disk without room."""
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where a folder is wanted")
    town.app.portal.metrics = Metrics(blocked / "run")
    assert town.visitor().get("/north/").status_code == 200
    assert town.visitor().get("/metrics").status_code == 200


@pytest.mark.backend("sqlite")
def test_commands_say_in_a_sentence_that_a_disk_is_unusable(settings, run_portal, tmp_path):
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where a folder is wanted")
    at_blocked = {"PORTAL_DATA": str(blocked), "PORTAL_DATABASE": f"sqlite:///{blocked}/town.db"}
    small = tmp_path / "small.tar.gz"

    def little_room():
        resource.setrlimit(resource.RLIMIT_FSIZE, (9000, 9000))
    for command, options in ((("db", "upgrade"), {"env": _environment(settings, at_blocked)}),
                             (("serve",), {"env": _environment(settings, at_blocked)}),
                             (("db", "backup", str(small)), {"preexec_fn": little_room})):
        done = subprocess.run([serving.PORTAL, *command], capture_output=True, text=True, timeout=60, cwd=settings.data,
                              **{"env": _environment(settings)} | options)
        assert done.returncode == 1 and "Traceback" not in done.stderr, (command, done.stderr)
        assert len(done.stderr.strip().splitlines()) <= 4, done.stderr
    assert not small.exists() and not [f for f in tmp_path.iterdir() if f.name.startswith(".")]


def _environment(settings, more=()) -> dict[str, str]:
    return serving.environment(settings) | {"PORTAL_PORT": str(postgres.free_port())} | dict(more)


# The worker of what is due

def test_a_worker_killed_before_sending_leads_to_one_mail(settings, mail_server, run_portal, backend):
    """Killed between its claim and the delivery; another worker sends the mail, once."""
    town = Town(create_app(settings))
    with town.unit():
        Mail.create(to="ada@example.com", subject="x", text="y", next_at=0)
    with _stalling_mail_server() as (port, reached):
        environ = _environment(settings, {"PORTAL_SMTP": f"smtp://127.0.0.1:{port}"})
        worker = subprocess.Popen([serving.PORTAL, "jobs"], env=environ, cwd=settings.data, stderr=subprocess.DEVNULL)
        try:
            assert reached.wait(30)
        finally:
            worker.kill()
            worker.wait(10)
    with town.unit():
        mail = Mail.get()
        assert (mail.state, mail.tries) == ("waiting", 1) and mail.claimed_at > 0
    environ = _environment(settings, {"PORTAL_SMTP": mail_server.url})
    again = [serving.PORTAL, "jobs", "--once"]
    with database.use(town.db):
        assert outbox.claim() is None  # it may still be somebody's who lives
    with town.unit():
        Mail.update(claimed_at=Mail.claimed_at - 400).execute()
    both = [subprocess.Popen(again, env=environ, cwd=settings.data) for _ in range(2)]
    assert [process.wait(60) for process in both] == [0, 0]
    assert len(mail_server.mails) == 1
    town.db.close()


@contextmanager
def _stalling_mail_server():
    """(port, event): greets, and says nothing more once a mail is to be given to it."""
    reached = threading.Event()

    class Stalling(socketserver.StreamRequestHandler):
        def handle(self):
            self.wfile.write(b"220 hello\r\n")
            for line in self.rfile:
                if line.upper().startswith(b"MAIL"):
                    reached.set()
                    time.sleep(0.5)
                    return
                self.wfile.write(b"250 ok\r\n")

    socketserver.ThreadingTCPServer.allow_reuse_address = True
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Stalling) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server.server_address[1], reached
        server.shutdown()


# Backups

@pytest.mark.alone
def test_a_backup_made_under_writes_comes_back_whole(settings, databases, serve, run_portal, tmp_path, backend):
    """From a running server under writes, into an empty place: one instant of it, and into no other place."""
    town, token = build(settings)
    server, archive, answered = serve(settings), tmp_path / "backup.tar.gz", []
    writer = Writer(server.port, token)

    def write():
        title = f"row {len(answered)}"
        if writer.write(title).status == 303:
            answered.append(title)
    write()
    before = list(answered)
    with at_once(write):
        run_portal("db", "backup", str(archive))
    server.stop()
    urls = databases.empty(backend)
    there = settings_for(urls, tmp_path / "there")
    there.data.mkdir()
    done = _portal(there, "db", "restore", str(archive))
    assert done.returncode == 0, done.stderr
    back = Town.__new__(Town)
    back.app = create_app(there)
    back.db = back.app.portal.db
    stored = titles(back)
    assert set(before) <= set(stored) <= {f"row {n}" for n in range(len(answered) + 1)}
    assert sorted(stored) == sorted(f"row {n}" for n in range(len(stored))), "not one instant"
    again = _portal(there, "db", "restore", str(archive))
    assert again.returncode == 1 and re.search("empty place|is not empty", again.stderr), again.stderr
    assert "Traceback" not in again.stderr
    back.db.close()
    town.db.close()
    databases.drop(urls)


def _portal(settings, *arguments) -> subprocess.CompletedProcess:
    return subprocess.run([serving.PORTAL, *arguments], env=_environment(settings), cwd=settings.data, timeout=60,
                          capture_output=True, text=True)


def test_a_stolen_backup_opens_no_account(settings, tmp_path):
    """Neither session nor code nor password nor key of a form is in it as it is used."""
    import tarfile

    from portal.base import backup
    town = Town(create_app(settings))
    person = town.person("Ada", home="north", phone=PHONE, email="ada@example.com",
                         password=signin.hash_password("correct horse battery"))
    visitor = town.visitor(person)
    secret = town.app.portal.settings.secret_key
    with town.unit():
        code = signin.new_code(PHONE, "10.9.8.7", town.north.id, secret)
        proof = signin.prove(PHONE, secret)
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


# At the same instant

def test_the_same_form_twice_at_once_is_done_once(town):
    """Both get the same answer."""
    ada = town.person("Ada", home="north")
    visitor = town.visitor(ada)
    for turn in range(5):
        form = visitor.form("/north/me/household/add")
        taps = [town.visitor() for _ in range(4)]
        for tap in taps:
            for name in (COOKIE, "portal-form"):
                tap.client.set_cookie(name, visitor.client.get_cookie(name).value)

        def send(n, taps=taps, form=form, turn=turn):
            answer = taps[n].send(form, name=f"Child {turn}")
            town.db.close()
            return answer.status_code, answer.location
        assert set(together(4, send)) == {(303, "/north/me/household")}
        visitor.client.set_cookie(COOKIE, visitor.client.get_cookie(COOKIE).value)
    with town.unit():
        assert sorted(n for n, in Household.select(Household.name).tuples()) == [f"Child {n}" for n in range(5)]
        assert FormAnswer.select().count() == 5


def test_switching_a_plugin_at_once_from_many_sides_leaves_one_truth(town):
    """The page says what the row says, and each real change is written down once."""
    staff = [town.person(f"Staff {n}", home="north", role="staff") for n in range(4)]
    visitors = [town.visitor(person) for person in staff]
    forms = [visitor.form("/north/desk/plugins", "/north/desk/plugins/bulletin") for visitor in visitors]

    def flip(n):
        answers = []
        for turn in range(4):
            data = {"csrf_token": forms[n].values["csrf_token"], "on": str((n + turn) % 2)}
            answers.append(visitors[n].post("/north/desk/plugins/bulletin", data).status_code)
        town.db.close()
        return answers
    answers = together(4, flip)
    assert {status for statuses in answers for status in statuses} <= {303}
    with town.unit():
        row = sites.SitePlugin.get((sites.SitePlugin.site == town.north.id) & (sites.SitePlugin.plugin == "bulletin"))
    assert (town.visitor().get("/north/bulletin/").status_code == 200) == row.enabled
    with town.unit("north"):
        moves = [action for action, in Audit.select(Audit.action).order_by(Audit.id).tuples()]
    assert all(a != b for a, b in zip(moves, moves[1:], strict=False)), moves


def test_a_change_that_was_undone_is_remembered_by_nobody(town):
    """A site that was read in a transaction which failed is not taken for the one that is stored later."""
    with pytest.raises(RuntimeError), town.unit():
        sites.enable(town.north.id, "bulletin", False)
        assert "bulletin" not in sites.view(town.north.id).plugins
        raise RuntimeError("undone")
    with town.unit():
        sites.enable(town.north.id, "activities", False)
    with town.unit(write=False):
        assert sites.view(town.north.id).plugins == {"bulletin", *town.app.portal.plugins.names} - {"activities"}


def test_ten_wrong_codes_at_once_are_five_tries(town):
    town.person("Ada", phone=PHONE)
    secret = town.app.portal.settings.secret_key
    with town.unit():
        code = signin.new_code(PHONE, "", None, secret)

    def guess(n):
        wrong = f"{(int(code) + 1 + n) % 10**6:06d}"
        with town.unit():
            checked = signin.check_code(PHONE, wrong, secret)
        town.db.close()
        return checked
    answers = together(10, guess)
    assert all(answer.wrong for answer in answers)
    with town.unit():
        assert SignInCode.get(SignInCode.phone == PHONE).tries == signin.CODE_TRIES
        assert signin.check_code(PHONE, code, secret).wrong


def test_the_right_code_ten_times_at_once_opens_once(town):
    town.person("Ada", phone=PHONE)
    secret = town.app.portal.settings.secret_key
    with town.unit():
        code = signin.new_code(PHONE, "", None, secret)

    def enter(_n):
        with town.unit():
            checked = signin.check_code(PHONE, code, secret)
        town.db.close()
        return not checked.wrong
    assert sum(together(5, enter)) == 1


def test_a_limit_holds_when_all_come_at_once(town):
    def count(_n):
        try:
            with town.unit():
                signin.count("something", 3, 3600)
            return 1
        except signin.TooMany:
            return 0
        finally:
            town.db.close()
    assert sum(together(12, count)) == 3

    def ask(_n):
        try:
            with town.unit():
                signin.new_code(PHONE, "10.0.0.1", town.north.id, "s")
            return 1
        except signin.TooMany:
            return 0
        finally:
            town.db.close()
    assert sum(together(10, ask)) == signin.PHONE_HOUR
    with town.unit():
        assert SignInCode.select().where(~SignInCode.used).count() == 1


def test_a_form_with_a_picture_survives_a_deadlock(town, monkeypatch):
    """The second try, after the database gave the first one up, reads the upload from its beginning."""
    staff = town.visitor(town.person("Staff", home="north", role="staff"))
    form, finish, tries = staff.form(NEW), database._finish, []

    class Deadlock(Exception):
        sqlstate = "40P01"

    def fail_once(db, unit, keep):
        if keep and unit.write and not tries:
            tries.append(1)
            finish(db, unit, False)
            raise Deadlock
        finish(db, unit, keep)
    monkeypatch.setattr(database, "_finish", fail_once)
    values = {"title": "x", "text": "y", "kind": "announcement", "picture_alt": "red"}
    answer = staff.send(form, picture=(picture(), "a.png"), **values)
    assert answer.status_code == 303 and tries and titles(town) == ["x"] and len(stored_files(town)) == 1
