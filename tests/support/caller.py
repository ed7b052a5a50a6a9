"""Somebody at a real server, who sends one plain request after another."""

import re
import time
from email.message import Message
from http.client import HTTPConnection, HTTPException
from typing import NamedTuple
from urllib.parse import urlencode

from portal.requests import COOKIE


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

    def ask(self, path: str, data: dict | None = None, timeout: float = 15) -> Told:
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
