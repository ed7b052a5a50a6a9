"""How requests come in: bodies are read without holding a thread, then a few threads run the WSGI app.

A WSGI server gives a request its thread before the body has arrived, so a handful of half-sent uploads
stops a whole site. Here an event loop reads, with a deadline and a limit; only a whole request gets a thread.
"""

import asyncio
import io
import logging
import sys
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import NamedTuple

log = logging.getLogger("portal.intake")

SENTENCES = {
    400: "The request was not understood. 没看懂这个请求。",
    408: "The upload took too long. Please try again. 上传太慢了，再试一次。",
    413: "This file is too large. 文件太大了。",
    500: "Something went wrong here. 这里出了点问题。",
    503: "Too busy just now. Please try again in a moment. 现在人多，请稍后再试。",
}


class Limits(NamedTuple):
    """What the bodies of requests may take of a worker."""

    body: int = 16_000_000  # bytes of one
    together: int = 96_000_000  # bytes of all that are being read or answered
    silence: float = 10.0  # seconds without a byte
    patience: float = 20.0  # seconds for any body, and then
    rate: int = 4096  # bytes a second


class Refused(Exception):
    """A request that never reaches the app; the argument is the status."""


class Intake:
    """An RSGI application that answers by a WSGI app, run by `threads` threads that never change."""

    def __init__(self, app: Callable, threads: int = 4, limits: Limits | None = None):
        self.app, self.limits, self.held = app, limits or Limits(), 0
        self.jobs: SimpleQueue = SimpleQueue()
        self.threads = [threading.Thread(target=self._work, daemon=True) for _ in range(threads)]

    def __rsgi_init__(self, loop) -> None:
        for thread in self.threads:
            thread.start()

    def __rsgi_del__(self, loop) -> None:
        """Let what has begun end, so that no answer is lost on the way down."""
        for _ in self.threads:
            self.jobs.put(None)
        for thread in self.threads:
            thread.join(5)

    async def __rsgi__(self, scope, proto) -> None:
        """Answer one request."""
        headers = scope.headers.items()
        parts: list[bytes] = []
        try:
            await self._read(scope.headers, proto, parts)
            environ = environ_of(scope, headers, b"".join(parts))
            loop = asyncio.get_running_loop()
            done = loop.create_future()
            self.jobs.put((environ, proto, loop, done))
            await done
        except Refused as refusal:
            _refuse(proto, refusal.args[0])
        finally:
            self.held -= sum(map(len, parts))

    async def _read(self, headers, proto, parts: list[bytes]) -> None:
        """Fill `parts` with the body; Refused when it is too long, too slow or breaks off."""
        length, chunked = _announced(headers)
        if not length and not chunked:
            return
        if length and length > self.limits.body:
            raise Refused(413)
        loop, got = asyncio.get_running_loop(), 0
        begun, stream = loop.time(), aiter(proto)
        late = begun + self.limits.patience
        while chunk := await _next(stream, min(self.limits.silence, late - loop.time())):
            got += len(chunk)
            self._hold(chunk, got, parts)
            late = begun + self.limits.patience + got / self.limits.rate
        if length and got != length:
            raise Refused(400)

    def _hold(self, chunk: bytes, got: int, parts: list[bytes]) -> None:
        parts.append(chunk)
        self.held += len(chunk)
        if got > self.limits.body:
            raise Refused(413)
        if self.held > self.limits.together:
            raise Refused(503)

    def _work(self) -> None:
        while (job := self.jobs.get()) is not None:
            environ, proto, loop, done = job
            try:
                proto.response_bytes(*run(self.app, environ))
            except Exception:
                log.exception("an answer was not finished")
                _refuse(proto, 500)
            finally:
                loop.call_soon_threadsafe(_settle, done)


def run(app: Callable, environ: dict) -> tuple[int, list[tuple[str, str]], bytes]:
    """Status, headers and whole body of what a WSGI app answers."""
    begun: list = []

    def start_response(status, headers, exc_info=None):
        begun[:] = [int(status[:3]), headers]

    pieces = app(environ, start_response)
    try:
        body = pieces[0] if isinstance(pieces, list) and len(pieces) == 1 else b"".join(pieces)
    finally:
        if hasattr(pieces, "close"):
            pieces.close()
    return begun[0], begun[1], body


def environ_of(scope, headers: list[tuple[str, str]], body: bytes) -> dict:
    """The WSGI environ of a request; it holds nothing of the process's own environment."""
    host, _, port = scope.server.rpartition(":")
    environ = {
        "REQUEST_METHOD": scope.method, "SCRIPT_NAME": "", "QUERY_STRING": scope.query_string,
        "PATH_INFO": scope.path.encode("utf-8", "replace").decode("latin-1"),
        "SERVER_NAME": host.strip("[]"), "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        "wsgi.version": (1, 0), "wsgi.url_scheme": scope.scheme, "wsgi.errors": sys.stderr,
        "wsgi.input": io.BytesIO(body), "wsgi.input_terminated": True,
        "wsgi.multithread": True, "wsgi.multiprocess": True, "wsgi.run_once": False,
    }
    for name, value in headers:
        _add_header(environ, name, value)
    if body or "CONTENT_LENGTH" in environ:
        environ["CONTENT_LENGTH"] = str(len(body))
    if scope.authority and "HTTP_HOST" not in environ:
        environ["HTTP_HOST"] = scope.authority
    return environ


def _add_header(environ: dict, name: str, value: str) -> None:
    """A header under its WSGI name. One with an underscore is dropped: it could pass for another's."""
    if "_" in name or name == "transfer-encoding":
        return
    key = name.upper().replace("-", "_")
    if key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        key = "HTTP_" + key
    if key in environ:
        value = environ[key] + ("; " if name == "cookie" else ",") + value
    environ[key] = value


def _announced(headers) -> tuple[int, bool]:
    """The length that a request names, and whether it comes in chunks."""
    length = headers.get("content-length")
    if length is not None and not (length.isascii() and length.isdigit()):
        raise Refused(400)
    return int(length or 0), "transfer-encoding" in headers


async def _next(stream, seconds: float) -> bytes:
    """The next piece of a body; an empty one at its end, or when the sender is gone."""
    try:
        step = stream.__anext__()
    except StopAsyncIteration:
        return b""
    try:
        return await asyncio.wait_for(step, max(0.0, seconds))
    except TimeoutError:
        raise Refused(408) from None


def _refuse(proto, status: int) -> None:
    headers = [("content-type", "text/plain; charset=utf-8"), ("connection", "close"),
               ("cache-control", "no-store")]
    if status == 503:
        headers.append(("retry-after", "5"))
    proto.response_bytes(status, headers, SENTENCES[status].encode())


def _settle(done: asyncio.Future) -> None:
    if not done.done():
        done.set_result(None)
