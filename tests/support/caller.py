"""Somebody at a real server, who sends one plain request after another; and many of them at once."""

import re
import threading
import time
from collections.abc import Callable, Sized
from contextlib import contextmanager
from email.message import Message
from http.client import HTTPConnection, HTTPException
from typing import NamedTuple
from urllib.parse import urlencode

from portal.plugins.bulletin.models import Bulletin

from portal.app import create_app
from portal.people import signin
from portal.requests import COOKIE
from portal.testing import Town

NEW = "/north/bulletin/new"


class Told(NamedTuple):
    """What a real server answered, and how long it took."""

    status: int
    headers: Message
    text: str
    seconds: float


class Caller:
    """Keeps cookies as a browser does; `token` is that of a session."""

    def __init__(self, port: int, token: str = ""):
        self.port, self.cookies = port, {COOKIE: token} if token else {}

    def ask(self, path: str, data: dict | None = None, timeout: float = 30) -> Told:
        """GET, or POST when there is `data`; raises OSError when no whole answer came."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        head = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        body = None if data is None else urlencode(data, doseq=True)
        if body is not None:
            head["Content-Type"] = "application/x-www-form-urlencoded"
        began = time.monotonic()
        try:
            connection.request("GET" if body is None else "POST", path, body, head)
            answer = connection.getresponse()
            text = answer.read().decode("utf-8", "replace")
        except HTTPException as e:
            raise ConnectionError(str(e)) from e
        finally:
            connection.close()
        for given in answer.headers.get_all("Set-Cookie") or ():
            name, _is, value = given.partition(";")[0].partition("=")
            self.cookies[name] = value
        return Told(answer.status, answer.headers, text, time.monotonic() - began)

    def form_token(self, page: str) -> str:
        """The token of this browser's forms, from a page that has one."""
        return re.search(r'name="csrf_token" value="([^"]+)', self.ask(page).text)[1]


class Writer:
    """A member of staff at a real server who writes one bulletin after another."""

    def __init__(self, port: int, token: str):
        self.browser = Caller(port, token)
        self.csrf = self.browser.form_token(NEW)

    def write(self, title: str, **more):
        return self.browser.ask(NEW, {"csrf_token": self.csrf, "kind": "announcement", "title": title, "text": "x",
                                      "weight": "1"} | more)


def build(settings) -> tuple[Town, str]:
    """A town as it runs for residents, on these settings, and the session of one of its staff."""
    town = Town(create_app(settings))
    clerk = town.person("Clerk", home="north", role="staff", phone="13800000001")
    with town.unit():
        token = signin.start(clerk.id, "test")
    return town, token


def titles(town) -> list[str]:
    """What north's bulletins are called."""
    with town.unit("north", write=False):
        return sorted(title for title, in Bulletin.select(Bulletin.title).tuples())


def wait_until(holds: Callable[[], object], seconds: float = 60) -> None:
    """Returns as soon as that holds; fails when it does not for so long."""
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.01)


def wait_for_more(more: int, found: Sized) -> None:
    """Returns as soon as so many more have been found than now."""
    enough = len(found) + more
    wait_until(lambda: len(found) >= enough)


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
            thread.join(60)
    assert not failures, failures


def together(number: int, work) -> list:
    """What `work(n)` answers to each of many threads that begin in the same instant."""
    answers, barrier = [None] * number, threading.Barrier(number)

    def run(n):
        barrier.wait(60)
        answers[n] = work(n)
    threads = [threading.Thread(target=run, args=(n,)) for n in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return answers
