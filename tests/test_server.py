"""The server: slow uploads, killed processes, clean ends."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from functools import partial
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.support.caller import wait_until
from tests.support.postgres import free_port, is_free

ROOT = Path(__file__).parents[1]
PATIENCE = 60  # seconds, for a machine that does many things at once
HELD_UP = 5  # seconds: whoever waits for an upload that does not come waits until the server ends it, after ten
MAIN = """
import sys, tempfile, types
from pathlib import Path
from portal.server import serve
settings = types.SimpleNamespace(env="development", log="info", host="127.0.0.1", port=int(sys.argv[1]),
                                 workers=2, threads=4, data=Path(tempfile.gettempdir(), "none"))
serve(settings, jobs=True, factory=sys.argv[2], loop="tests.test_server:idle")
"""


def idle(settings):
    """A worker loop that has nothing to do."""
    while True:
        time.sleep(0.2)


def make_app(settings):
    """A WSGI app that tells what it got."""
    def app(environ, start):
        if environ["PATH_INFO"] == "/slow":
            Path(environ["QUERY_STRING"]).touch()
            time.sleep(1)
        if environ["PATH_INFO"] == "/raise":
            raise RuntimeError("on purpose")
        body = environ["wsgi.input"].read()
        said = {"pid": os.getpid(), "thread": threading.get_ident(), "body": len(body),
                "path": environ["PATH_INFO"].encode("latin-1").decode(), "from": environ["REMOTE_ADDR"],
                "cookie": environ.get("HTTP_COOKIE"), "length": environ.get("CONTENT_LENGTH"),
                "spoofed": environ.get("HTTP_X_FORWARDED_FOR"), "secret": environ.get("PORTAL_SECRET_KEY")}
        out = json.dumps(said).encode()
        start("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(out)))])
        return [out]
    return app


def broken_app(settings):
    """An app that cannot be made."""
    raise RuntimeError("cannot be made")


class Running:
    """A server process on a free port."""

    def __init__(self, factory="tests.test_server:make_app"):
        self.port, self.sockets = free_port(), []
        environ = os.environ | {"PYTHONPATH": str(ROOT), "PORTAL_SECRET_KEY": "hidden"}
        command = [sys.executable, "-c", MAIN, str(self.port), factory]
        self.process = subprocess.Popen(command, env=environ, text=True, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE)

    def wait(self):
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                return self.get("/")
            except OSError:
                time.sleep(0.05)
        raise AssertionError("the server does not answer")

    def get(self, path="/", method="GET", body=None, headers=None):
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        data = answer.read()
        connection.close()
        return json.loads(data) if answer.status == 200 and data else answer.status

    def children(self):
        pids = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        for task in Path(f"/proc/{self.process.pid}/task").iterdir():
            pids += (task / "children").read_text().split()
        return sorted(set(map(int, pids)))

    def half_send(self, n, path="/"):
        head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n".encode()
        return [self.send(head + b"a" * 1000) for _ in range(n)]

    def send(self, data):
        s = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        self.sockets.append(s)
        s.sendall(data)
        return s

    def end(self):
        for s in self.sockets:
            s.close()
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self.process.kill()
                raise
        return self.process.communicate()


@pytest.fixture
def server():
    running = Running()
    running.wait()
    yield running
    running.end()


def everything(s):
    with s.makefile("rb") as file:
        return file.read()


def gone(pids):
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        left = [pid for pid in pids if alive(pid)]
        if not left:
            return True
        time.sleep(0.02)
    return False


def alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] not in "ZX"
    except OSError:
        return False


def test_what_the_app_gets(server):
    said = server.get("/%E5%A5%BD/a%20b", headers={"X_Forwarded_For": "1.2.3.4", "Cookie": "a=b"})
    assert said["path"] == "/好/a b" and said["cookie"] == "a=b" and said["from"] == "127.0.0.1"
    assert said["spoofed"] is None and said["secret"] is None and said["length"] is None
    said = server.get("/", "POST", b"x" * 300_000)
    assert said["body"] == 300_000 and said["length"] == "300000"
    assert server.get("/", "POST", iter([b"ab", b"cde"]))["length"] == "5"
    assert server.get("/", "HEAD") == 200
    assert server.get("/raise") == 500


def test_one_connection_serves_many_requests(server):
    connection = HTTPConnection("127.0.0.1", server.port, timeout=30)
    for n in range(20):
        connection.request("POST", "/", b"x" * n)
        assert json.loads(connection.getresponse().read())["body"] == n
    port = connection.sock.getsockname()[1]
    connection.request("GET", "/")
    assert connection.getresponse().read() and connection.sock.getsockname()[1] == port
    connection.close()


def test_four_threads_run_the_app(server):
    seen = {(said["pid"], said["thread"]) for said in (server.get() for _ in range(60))}
    assert 1 < len({pid for pid, _ in seen}) <= 2 and len(seen) <= 8


@pytest.mark.alone
def test_half_sent_uploads_do_not_hold_up_readers(server):
    server.half_send(64)
    time.sleep(0.3)
    waits = []
    for _ in range(40):
        began = time.monotonic()
        assert server.get()["body"] == 0
        assert server.get("/", "POST", b"sign-up")["body"] == 7
        waits.append(time.monotonic() - began)
    assert max(waits) < HELD_UP


@pytest.mark.alone
def test_slow_uploads_arrive_whole_while_others_read(server):
    head = b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 2000\r\n\r\n"
    slow = [server.send(head) for _ in range(16)]
    for _ in range(10):
        for s in slow:
            s.sendall(b"a" * 200)
        began = time.monotonic()
        server.get()
        assert time.monotonic() - began < HELD_UP
        time.sleep(0.05)
    for s in slow:
        assert b'"body": 2000' in everything(s)


def test_too_long_is_refused_at_once(server):
    s = server.send(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99000000\r\n\r\n")
    assert s.recv(100).startswith(b"HTTP/1.1 413")


def test_silence_is_ended(server):
    began = time.monotonic()
    s = server.half_send(1)[0]
    answer = everything(s)
    assert answer.startswith(b"HTTP/1.1 408") and 8 < time.monotonic() - began < 29


def test_a_killed_worker_is_replaced(server):
    for _ in range(4):
        os.kill(server.wait()["pid"], signal.SIGKILL)
        time.sleep(0.2)
    server.wait()
    assert server.process.poll() is None


def test_a_killed_worker_loop_is_replaced(server):
    before = server.children()
    workers = {server.get()["pid"] for _ in range(40)}
    loop = (set(before) - workers).pop()
    os.kill(loop, signal.SIGKILL)
    until = time.monotonic() + PATIENCE
    while len(server.children()) < 3 or loop in server.children():
        assert time.monotonic() < until
        time.sleep(0.05)


def test_no_orphan_holds_the_port():
    for _ in range(20):
        running = Running()
        running.wait()
        children = running.children()
        assert len(children) >= 2
        running.process.kill()
        running.process.communicate()
        assert gone(children)
        wait_until(partial(is_free, running.port))  # a test beside may have had it for a call of its own


def test_a_clean_end_finishes_what_was_asked(server, tmp_path):
    children, begun = server.children(), tmp_path / "begun"
    s = server.send(f"GET /slow?{begun} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    until = time.monotonic() + PATIENCE
    while not begun.exists():
        assert time.monotonic() < until
        time.sleep(0.02)
    server.process.terminate()
    assert everything(s).startswith(b"HTTP/1.1 200")
    assert server.process.wait(PATIENCE) == 0 and gone(children)
    out, err = server.process.communicate()
    assert "answers at" in out and "Traceback" not in err


def test_a_taken_port_and_an_app_that_cannot_be_made():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        command = [sys.executable, "-c", MAIN, str(taken.getsockname()[1]), "tests.test_server:make_app"]
        done = subprocess.run(command, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True,
                              text=True, timeout=PATIENCE)
        assert done.returncode and "cannot be used" in done.stderr
    running = Running("tests.test_server:broken_app")
    out, err = running.process.communicate(timeout=PATIENCE)
    assert running.process.returncode == 1 and "ServeError" in err and "cannot be made" in err
