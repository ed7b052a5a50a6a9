"""Uploads that break off, requests that no client sends, pictures that are refused, a disk that is full."""

import errno
import resource
import socket
import subprocess
from io import BytesIO

import pytest
from PIL import Image

from portal.app import create_app
from portal.base import database
from portal.metrics import Metrics
from portal.requests import COOKIE
from portal.testing import Town
from tests.support import postgres, serving, tripwire
from tests.support.caller import NEW, Caller, build, titles
from tests.support.databases import settings_for

HOST = b" HTTP/1.1\r\nHost: localhost"
POST = b"POST /north/sign-in" + HOST
CROOKED = (
    b"GET /%00/" + HOST, b"GET /north/\xff\xfe" + HOST, b"GET /north/%ff%fe?q=%ff&lang=\xff" + HOST,
    b"GET http://evil.example/" + HOST, b"GET //evil.example/%2e%2e" + HOST, b"GET /north/%0d%0aX:%20y" + HOST,
    b"GET /north%0a" + HOST, b"GET /north/" + HOST + b"\r\nHost: evil.example",
    b"GET /north/" + HOST + b"\r\nCookie: portal=\xff\xfe", b"GET / HTTP/1.1", b"BREW / HTTP/9.9",
    b"GET /" + b"a" * 70_000 + HOST, b"GET / HTTP/1.1\r\nX: " + b"y" * 900_000,
    b"GET / HTTP/1.1\r\n" + b"\r\n".join(b"X%d: y" % n for n in range(500)),
    POST + b"\r\nContent-Length: 5\r\nContent-Length: 50", POST + b"\r\nContent-Length: -1",
    POST + b"\r\nTransfer-Encoding: chunked\r\nContent-Length: 3",
    b"OPTIONS *" + HOST, b"CONNECT evil.example:80 HTTP/1.1\r\nHost: evil.example",
)


@pytest.fixture(scope="module")
def running(databases, tmp_path_factory):
    """A real server on SQLite, shared by the tests that leave it as it is: (server, town, session)."""
    urls = databases.migrated("sqlite")
    settings = settings_for(urls, tmp_path_factory.mktemp("running"))
    town, token = build(settings)
    with serving.serving(settings, log=settings.data / "server.log") as server:
        yield server, town, token
    town.db.close()


@pytest.mark.alone
def test_half_sent_uploads_hold_up_no_reader(running):
    """Whoever waits for one of them waits for ten seconds, when the server ends it."""
    server, _town, token = running
    head = (f"POST {NEW} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {COOKIE}={token}\r\nContent-Length: 400000\r\n"
            "Content-Type: multipart/form-data; boundary=x\r\n\r\n").encode()
    uploads, reader, seen = [], Caller(server.port, token), []
    try:
        for _ in range(16):
            uploads.append(socket.create_connection(("127.0.0.1", server.port), timeout=30))
            uploads[-1].sendall(head + b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\n" + b"y" * 5000)
        for _ in range(40):
            for upload in uploads:
                upload.sendall(b"y" * 50)
            seen.append(reader.ask("/north/bulletin/"))
    finally:
        for upload in uploads:
            upload.close()
    assert {answer.status for answer in seen} == {200}
    assert max(answer.seconds for answer in seen) < 5


def test_crooked_requests_leave_the_server_standing(running):
    """What no client sends: heads without end, bytes that are no text, two lengths, a body that never comes."""
    server, _town, _token = running
    pids = server.pids()
    for line in CROOKED:
        status, head = _raw(server.port, line + b"\r\nConnection: close\r\n\r\n")
        assert status < 500, (line[:60], status)
        assert b"\r\nx: y" not in head.lower() and b"location: //" not in head.lower() and b"http://evil" not in head
    assert server.pids() == pids and server.get("/north/")[0] == 200
    assert "Traceback" not in server.log.read_text()


def _raw(port, data: bytes) -> tuple[int, bytes]:
    """(status, head) of what comes back; 0 when the connection is closed without a word."""
    got = b""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as s:
        try:
            s.sendall(data)
            s.shutdown(socket.SHUT_WR)
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
