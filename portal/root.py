"""Addresses of the house itself, outside of any site: health, readiness, figures for machines, stored files."""

import re

from flask import Blueprint, Response, abort, current_app, g, request, send_from_directory

from .base import database, migrate
from .base.due import Due
from .people.models import Mail

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


@root.get("/static/<hash>/<path:name>")
def plugin_file(hash: str, name: str):
    """A plugin's static file, below the sites where the plugin is enabled."""
    assets = current_app.portal.assets
    if g.site is None or assets.owner(name) not in g.site.plugins:
        abort(404)
    return assets.answer(request)


@root.get("/metrics")
def metrics():
    """Counters of all workers, for Prometheus."""
    waiting = {"portal_due_failed": ("Due rows that were given up", lambda: _count(Due, "failed")),
               "portal_due_waiting": ("Due rows that wait", lambda: _count(Due, "waiting")),
               "portal_mail_failed": ("Messages that were given up", lambda: _count(Mail, "failed"))}
    return Response(current_app.portal.metrics.text(waiting), mimetype="text/plain; version=0.0.4")


def _count(model, state: str) -> int:
    return model.select().where(model.state == state).count()
