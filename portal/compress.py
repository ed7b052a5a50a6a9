"""Pages gzipped on their way out."""

import os
import zlib
from collections.abc import Callable

KINDS = {
    "text/html", "text/plain", "text/css", "text/csv", "text/calendar", "text/xml", "application/xml",
    "application/json", "application/ld+json", "application/manifest+json", "application/atom+xml",
    "application/rss+xml", "image/svg+xml", "text/javascript", "application/javascript",
}
LEAST = 500
LEVEL = 5


def gzipped(body: bytes, level: int = LEVEL) -> bytes:
    """The body as gzip. A file name of random length in its head blurs the size, so that nobody can
    guess a secret in a page by watching how well their own words compress beside it (BREACH)."""
    blur = b"x" * (os.urandom(1)[0] & 15)
    head = b"\x1f\x8b\x08\x08\0\0\0\0\0\xff" + blur + b"\0"
    tail = zlib.crc32(body).to_bytes(4, "little") + (len(body) & 0xFFFFFFFF).to_bytes(4, "little")
    return head + zlib.compress(body, level, wbits=-15) + tail


def wants_gzip(accept: str) -> bool:
    """Whether an Accept-Encoding header allows gzip."""
    for part in accept.lower().split(","):
        coding, _, weight = part.partition(";")
        if coding.strip() in ("gzip", "*"):
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


class Compress:
    """A WSGI app whose texts of 500 bytes and more are gzipped for those who accept it.

    Only answers of known length are touched: streams, HEAD, 304 and what is already encoded pass as they are.
    """

    def __init__(self, app: Callable, least: int = LEAST, level: int = LEVEL):
        self.app, self.least, self.level = app, least, level

    def __call__(self, environ: dict, start_response: Callable):
        held: list = []

        def hold(status, headers, exc_info=None):
            held[:] = [status, headers, exc_info]

        body = self.app(environ, hold)
        if not held:
            body = _begun(body)
        status, headers, exc_info = held
        if self._fits(environ, status, headers):
            body = self._smaller(environ, headers, body)
        start_response(status, headers, *([exc_info] if exc_info else []))
        return body

    def _fits(self, environ: dict, status: str, headers: list) -> bool:
        if environ["REQUEST_METHOD"] == "HEAD" or status[:3] in ("204", "206", "304") or status[0] == "1":
            return False
        said = {name.lower(): value for name, value in headers}
        kind = said.get("content-type", "").partition(";")[0].strip().lower()
        length = said.get("content-length", "")
        return (kind in KINDS and length.isdigit() and int(length) >= self.least
                and "content-encoding" not in said and "no-transform" not in said.get("cache-control", ""))

    def _smaller(self, environ: dict, headers: list, body) -> list[bytes]:
        """The whole body in one piece, gzipped when asked; the headers are set right in place."""
        try:
            whole = b"".join(body)
        finally:
            getattr(body, "close", lambda: None)()
        _vary(headers)
        if not wants_gzip(environ.get("HTTP_ACCEPT_ENCODING", "")):
            return [whole]
        whole = gzipped(whole, self.level)
        headers[:] = [_changed(name, value, len(whole)) for name, value in headers]
        headers.append(("Content-Encoding", "gzip"))
        return [whole]


def _changed(name: str, value: str, length: int) -> tuple[str, str]:
    if name.lower() == "content-length":
        return name, str(length)
    if name.lower() == "etag" and not value.startswith("W/"):
        return name, "W/" + value
    return name, value


def _vary(headers: list) -> None:
    """Add Accept-Encoding to Vary, keeping what is there."""
    for at, (name, value) in enumerate(headers):
        if name.lower() == "vary":
            if "accept-encoding" not in value.lower() and value.strip() != "*":
                headers[at] = (name, f"{value}, Accept-Encoding")
            return
    headers.append(("Vary", "Accept-Encoding"))


def _begun(body):
    """The same body after its first piece was made: a generator app names its status only then."""
    pieces = iter(body)
    first = next(pieces, b"")

    def rest():
        try:
            yield first
            yield from pieces
        finally:
            getattr(body, "close", lambda: None)()
    return rest()
