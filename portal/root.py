"""Addresses of the house itself, outside of any site: health, readiness, figures for machines, stored files."""

import re

from flask import Blueprint, abort, current_app, send_from_directory

from .base import database, migrate

root = Blueprint("root", __name__)

NAME = re.compile(r"[A-Za-z0-9._-]{1,120}$")


@root.get("/healthz")
def healthz():
    """The process answers."""
    return "ok\n", 200, {"Content-Type": "text/plain", "Cache-Control": "no-store"}


@root.get("/readyz")
def readyz():
    """The database answers and has every migration."""
    portal = current_app.portal
    database.current.execute_sql("SELECT 1")
    late = [f"{p.name}/{m.name}" for p in portal.parts() for m in migrate._runner(portal.db, p).status()
            if m.path and not m.applied]
    status = 503 if late else 200
    return f"waiting for {late[0]}\n" if late else "ready\n", status, {"Content-Type": "text/plain"}


@root.get("/files/<int:site>/<name>")
def stored(site: int, name: str):
    """A picture or file that staff of a site have published; names are hashes and never change."""
    if not NAME.match(name) or name.startswith("."):
        abort(404)
    response = send_from_directory(current_app.portal.settings.data / "files" / str(site), name, max_age=31536000)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
