"""The real server, as a process of its own on a free port."""

import http.client
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from portal.base.settings import Settings
from tests.support.databases import PORTAL, Databases, environment, settings_for
from tests.support.postgres import free_port

WAIT = 90.0  # seconds for the first answer, on a machine that does many things at once


class Server:
    """`portal serve` on 127.0.0.1; `url` has no slash at its end."""

    def __init__(self, settings: Settings, *arguments: str, log: Path):
        self.port = free_port()
        self.url, self.log = f"http://127.0.0.1:{self.port}", log
        self.settings = replace(settings, host="127.0.0.1", port=self.port, base_url=self.url)
        with log.open("w") as out:
            self.process = subprocess.Popen(
                [PORTAL, "serve", *arguments], env=environment(self.settings), cwd=settings.data,
                stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True)

    def wait(self) -> "Server":
        """Returns once the server says that it is ready."""
        until = time.monotonic() + WAIT
        while not self.ready():
            if self.process.poll() is not None or time.monotonic() > until:
                pytest.fail(f"portal serve did not come up:\n{self.log.read_text()[-3000:]}")
            time.sleep(0.05)
        return self

    def ready(self) -> bool:
        try:
            return self.get("/readyz")[0] == 200
        except OSError:
            return False

    def get(self, path: str, **headers: str) -> tuple[int, http.client.HTTPMessage, bytes]:
        """Status, headers and body of one plain request."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    def pids(self) -> list[int]:
        """The server's process and all below it."""
        found = [self.process.pid]
        for pid in found:
            try:
                found += map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
            except FileNotFoundError:
                continue
        return found

    def kill(self) -> None:
        """As a power cut ends it: the server's own process, at once."""
        self.process.kill()
        self.process.wait(timeout=10)

    def stop(self) -> None:
        """Asks the server to end; ends it and its workers after ten seconds."""
        pids = self.pids()
        if self.process.poll() is None:
            self.process.terminate()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            for pid in pids:
                _end(pid)
            self.process.wait(timeout=10)


def _end(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


@contextmanager
def serving(settings: Settings, *arguments: str, log: Path) -> Iterator[Server]:
    """`portal serve` with these settings, up and ready, until the block ends."""
    server = Server(settings, *arguments, log=log)
    try:
        yield server.wait()
    finally:
        server.stop()


@pytest.fixture
def serve(tmp_path) -> Iterator[Callable[..., Server]]:
    """`serve(settings, "--jobs")` starts a server, `wait=False` without waiting; all end with the test."""
    with ExitStack() as stack:
        count = iter(range(100))

        def start(settings: Settings, *arguments: str, wait: bool = True) -> Server:
            server = Server(settings, *arguments, log=tmp_path / f"server{next(count)}.log")
            stack.callback(server.stop)
            return server.wait() if wait else server
        yield start


@pytest.fixture
def live_server(settings, serve) -> Server:
    """The server on a new and migrated database of this test's own."""
    return serve(settings)


@pytest.fixture(scope="session")
def demo_server(databases: Databases, tmp_path_factory) -> Iterator[Server]:
    """One server on the demo's district (SQLite), shared by many tests: read, or undo what you do.

    It has one worker, that each template is compiled once.
    """
    urls, data = databases.seeded("sqlite")
    log = tmp_path_factory.mktemp("demo") / "server.log"
    with serving(settings_for(urls, data, workers=1), log=log) as server:
        yield server
    shutil.rmtree(data)
