"""Static files under addresses that change with their contents, so that browsers may keep them for a year."""

import gzip
import hashlib
from collections.abc import Container, Iterator, Mapping
from importlib.resources.abc import Traversable
from pathlib import Path
from threading import Lock

from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.wrappers import Request, Response

ROOT = "/static/"
FOREVER = "public, max-age=31536000, immutable"
TYPES = {
    "css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml",
    "txt": "text/plain; charset=utf-8", "json": "application/json",
    "webmanifest": "application/manifest+json", "webp": "image/webp", "png": "image/png",
    "jpg": "image/jpeg", "ico": "image/x-icon", "woff2": "font/woff2",
}
SMALLER_BY_GZIP = {"css", "js", "svg", "txt", "json", "webmanifest"}


class Asset:
    """One file: its bytes, its kind, its own hash, and its gzipped form made when first asked for."""

    def __init__(self, name: str, body: bytes):
        self.body = body
        self.ending = name.rpartition(".")[2].lower()
        self.kind = TYPES.get(self.ending, "application/octet-stream")
        self.hash = hashlib.sha256(body).hexdigest()[:16]
        self._gzipped: bytes | None = None

    @property
    def gzipped(self) -> bytes | None:
        """The file under gzip, or None where that gains nothing."""
        if self.ending not in SMALLER_BY_GZIP:
            return None
        if self._gzipped is None:
            self._gzipped = gzip.compress(self.body, 9, mtime=0)
        return self._gzipped if len(self._gzipped) < len(self.body) else None


class Folder:
    """The files of one static folder, read once; with `fresh` read again whenever one of them changes.

    All of them share one hash, so a relative `url()` in a style sheet keeps pointing at a living address.
    """

    def __init__(self, place: Traversable, fresh: bool = False):
        self.place, self.fresh = place, fresh
        self._seen: tuple = ()
        self._lock = Lock()
        self._read()

    def _read(self) -> None:
        self.assets = {name: Asset(name, file.read_bytes()) for name, file in _files(self.place)}
        whole = "".join(f"{name}\0{asset.hash}\n" for name, asset in sorted(self.assets.items()))
        self.hash = hashlib.sha256(whole.encode()).hexdigest()[:8]

    def look(self) -> "Folder":
        """This folder, up to date when it has to be."""
        if self.fresh:
            with self._lock:
                seen = tuple(_stamps(self.place))
                if seen != self._seen:
                    self._read()
                    self._seen = seen
        return self


class Assets:
    """All static files of the core (prefix ""), the plugins ("activities") and themes ("themes/plain").

    `fresh` reads changed files again, for development.
    """

    def __init__(self, folders: Mapping[str, Traversable], fresh: bool = False):
        self.folders = {prefix: Folder(place, fresh) for prefix, place in folders.items() if place.is_dir()}

    def owner(self, name: str) -> str:
        """The prefix whose folder holds (or would hold) this name; "" is the core."""
        parts = name.split("/")
        starts = ("/".join(parts[:n]) for n in (2, 1) if len(parts) > n)
        return next((start for start in starts if start in self.folders), "")

    def find(self, name: str) -> tuple[str, Asset]:
        """The folder's hash and the file of this name; LookupError where there is none."""
        owner = self.owner(name)
        folder = self.folders[owner].look() if owner in self.folders else None
        asset = folder.assets.get(name[len(owner):].lstrip("/") if owner else name) if folder else None
        if asset is None:
            raise LookupError(f"There is no static file {name!r}.")
        return folder.hash, asset

    def url(self, name: str) -> str:
        """The address of a static file, such as /static/0a1b2c3d/base.css."""
        return f"{ROOT}{self.find(name)[0]}/{name}"

    def answer(self, request: Request) -> Response:
        """The answer to /static/HASH/NAME; an old hash gets the present file, not to be kept."""
        if request.method not in ("GET", "HEAD"):
            raise MethodNotAllowed(["GET", "HEAD"])
        asked, _, name = request.path.removeprefix(ROOT).partition("/")
        try:
            present, asset = self.find(name)
        except LookupError:
            raise NotFound from None
        return _respond(request, asset, FOREVER if asked == present else "no-cache")

    def wrap(self, app, beside: Container[str] = ()):
        """The WSGI app with its static files answered in front of it, but for those of the owners in `beside`."""
        def wrapped(environ, start_response):
            path = environ.get("PATH_INFO", "")
            if not path.startswith(ROOT) or self.owner(path[len(ROOT):].partition("/")[2]) in beside:
                return app(environ, start_response)
            try:
                answer = self.answer(Request(environ))
            except (NotFound, MethodNotAllowed) as error:
                answer = error.get_response(environ)
            return answer(environ, start_response)
        return wrapped


def _respond(request: Request, asset: Asset, keep: str) -> Response:
    gzipped = asset.gzipped if request.accept_encodings["gzip"] > 0 else None
    response = Response(gzipped or asset.body, content_type=asset.kind)
    response.headers["Cache-Control"] = keep
    response.headers["X-Content-Type-Options"] = "nosniff"
    if asset.ending in SMALLER_BY_GZIP:
        response.headers["Vary"] = "Accept-Encoding"
    if gzipped:
        response.headers["Content-Encoding"] = "gzip"
    if asset.ending == "svg":
        response.headers["Content-Security-Policy"] = "default-src 'none'"
    response.set_etag(asset.hash + ("-gz" if gzipped else ""))
    return response.make_conditional(request)


def _files(place: Traversable, before: str = "") -> Iterator[tuple[str, Traversable]]:
    for file in place.iterdir():
        if file.name.startswith((".", "__")):
            continue
        if file.is_dir():
            yield from _files(file, f"{before}{file.name}/")
        else:
            yield before + file.name, file


def _stamps(place: Traversable) -> Iterator[tuple]:
    for name, file in _files(place):
        state = file.stat() if isinstance(file, Path) else None
        yield name, state and (state.st_mtime_ns, state.st_size)
