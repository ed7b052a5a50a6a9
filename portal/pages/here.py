"""The running request: its site, its viewer, and what they may do here."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from flask import Response, abort, current_app, flash, g, redirect, request
from werkzeug.datastructures import FileStorage
from werkzeug.local import LocalProxy

from ..base.sites import SiteView, within
from ..offers import Place
from ..people.roles import Viewer
from ..people.signin import viewer_of
from .i18n import _

SMALL = 640  # pixels: the width that every larger picture is also stored in

site: SiteView = LocalProxy(lambda: g.site)
"""The site of the request."""
viewer: Viewer | None = LocalProxy(lambda: g.viewer)
"""Who looks at the page; falsy for a guest."""
dates = LocalProxy(lambda: g.dates)
"""Dates as the reader says them: `dates.day(ts)`, `dates.when(start, end)`."""


@contextmanager
def as_person(person_id: int, of: SiteView) -> Iterator[Viewer | None]:
    """For commands, in an app context: the site is open and this person looks at it (None: there is nobody)."""
    g.site, g.viewer = of, viewer_of(person_id, of)
    with within(of.id):
        yield g.viewer


def may(action: str, thing: Any = None) -> bool:
    """Whether the viewer may do this here. Ask in the view, also for a part."""
    store = g._get_current_object()  # once: a page of the desk asks for twenty rights
    return current_app.portal.rights.may(store.site, store.viewer, action, thing)


def require(action: str, thing: Any = None) -> Viewer:
    """The viewer, if they may. A guest is sent to sign in; anybody else learns only that there is no such page."""
    if g.viewer is None:
        require_viewer()
    if not may(action, thing):
        abort(404)
    return g.viewer


def require_viewer() -> Viewer:
    """The viewer; a guest is sent to sign in and comes back afterwards."""
    if g.viewer is None:
        abort(redirect(f"{request.script_root}/sign-in?next={_quoted(_back())}", 303))
    return g.viewer


def _back() -> str:
    """Where a guest comes back to: this page, or the one whose form they sent."""
    if request.method in ("GET", "HEAD"):
        return request.full_path.rstrip("?")
    came = urlsplit(request.referrer or "")
    root = f"{request.script_root}/"
    if came.netloc != request.host or not came.path.startswith(root):
        return "/"
    return came.path[len(root) - 1:] + (f"?{came.query}" if came.query else "")


def require_oneself() -> Viewer:
    """The viewer as themself: who acts for a resident does not see their messages or change their account."""
    found = require_viewer()
    if found.acting:
        say(_("Only %(name)s can see or change this.", name=found.acting), "warn")
        abort(redirect(f"{request.script_root}/me", 303))
    return found


def takes_part(audience: str) -> bool:
    """Whether the viewer belongs to a thing's audience: community, street, district or anyone."""
    if audience == "anyone":
        return True
    return g.viewer is not None and _wanted(audience) in g.viewer.homes


def _wanted(audience: str) -> int | None:
    """The site whose residents an audience is."""
    return _above(audience) if audience in ("street", "district") else g.site.id


def setting(plugin: str, name: str, default: Any = "") -> Any:
    """What staff have set for a plugin in this site; else what its `settings()` say, else `default`."""
    declared = current_app.portal.defaults.get((plugin, name), default)
    return g.site.settings.get(plugin, {}).get(name, declared)


def offered_places() -> list[Place]:
    """The places that the plugins which are on in this site offer by their hook `places`."""
    return current_app.portal.plugins.all(g.site, "places")


def say(text: str, kind: str = "ok") -> None:
    """Show a sentence on the next page; `kind` is ok, warn or bad."""
    flash(text, kind)


def store_picture(upload: FileStorage) -> str:
    """The name of an uploaded picture, stored for this site. Raises PictureError, whose argument is a msgid.

    Its files are written once the form is taken: one that is refused for another reason leaves none behind.
    """
    from .pictures import made  # costs 60 ms, which no page needs
    picture = made(upload.stream)
    g.files.append(partial(picture.keep, _folder()))
    return picture.name


def keep_picture(data: bytes, site_id: int, dry: bool = False) -> str:
    """The name of a picture that is stored for a site at once, outside of a form. Raises PictureError.

    `dry`: it is looked at in the same way, and nothing is stored.
    """
    from .pictures import made  # costs 60 ms, which no page needs
    picture = made(data)
    if not dry:
        picture.keep(current_app.portal.settings.data / "files" / str(site_id))
    return picture.name


def store_file(upload: FileStorage) -> tuple[str, str, int]:
    """(stored name, name to show, bytes) of an uploaded PDF file, stored for this site once the form is taken.

    It has no address of its own: a view decides who may have it and answers `hand_out`. Raises FileError, whose
    argument is a msgid.
    """
    from . import files
    data = files.checked(upload.stream.read(files.LARGEST + 1))
    g.files.append(partial(files.keep, data, _folder()))
    return files.named(data), files.clean_name(upload.filename), len(data)


def hand_out(name: str, shown: str) -> Response:
    """The answer with a stored file of this site, to be saved under the name `shown`; 404 where there is none."""
    from .files import handed_out
    return handed_out(_folder(), name, shown)


def _folder() -> Path:
    return current_app.portal.settings.data / "files" / str(g.site.id)


def picture_url(name: str) -> str:
    """The address of a stored picture of this site."""
    return f"/files/{g.site.id}/{name}"


def small_picture_url(name: str) -> str:
    """The same in its small size, 640 pixels wide, in which every larger picture is stored as well."""
    stem, _dot, ending = name.rpartition(".")
    digest, _dash, width = stem.rpartition("-")
    large = width.isdecimal() and int(width) > SMALL
    return picture_url(f"{digest}-{SMALL}.{ending}" if large else name)


def public_url(path: str = "") -> str:
    """A whole address of this site for e-mails, calendars and QR codes; `path` is relative to the site."""
    return site_url(g.site, path)


def site_url(of: SiteView, path: str = "") -> str:
    """A whole address of any site."""
    base = current_app.portal.settings.base_url.rstrip("/")
    if of.host:
        scheme = base.partition("://")[0]
        return f"{scheme}://{of.host}/{path}"
    return f"{base}/{of.slug}/{path}"


def _above(kind: str) -> int | None:
    return next((a.id for a in g.site.ancestors if a.kind == kind), g.site.id if g.site.kind == kind else None)


def _quoted(path: str) -> str:
    return quote(path, safe="/?=")
