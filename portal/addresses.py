"""Addresses: which site a request is for, by the first part of its path or by the site's own host."""

import re

from .base.settings import Settings

ROOT = frozenset({"static", "files", "healthz", "readyz", "metrics", "favicon.ico"})
SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
LOCAL = frozenset({"localhost", "127.0.0.1", "[::1]"})


class SiteAddresses:
    """WSGI wrapper: moves `/<slug>` into SCRIPT_NAME, so that routes and `url_for` know nothing of it.

    Leaves `portal.slug` or `portal.host` in the environ; neither for addresses of the house itself.
    """

    def __init__(self, app, settings: Settings):
        self.app = app
        base = settings.base_url.partition("://")[2].partition("/")[0]
        self.houses = {*settings.trusted_hosts, _host(base)} | (set() if settings.production else LOCAL)

    def __call__(self, environ, start_response):
        host = _host(environ.get("HTTP_HOST", ""))
        path = environ.get("PATH_INFO", "") or "/"
        first, _, rest = path[1:].partition("/")
        if first in ROOT:
            environ["portal.root"] = True
        elif host not in self.houses:
            environ["portal.host"] = host
        elif first == "":
            environ["portal.front"] = True
        elif SLUG.fullmatch(first) and path == f"/{first}":
            return _moved(f"{path}/", environ, start_response)
        else:
            environ["portal.slug"] = first
            environ["SCRIPT_NAME"] = f"{environ.get('SCRIPT_NAME', '')}/{first}"
            environ["PATH_INFO"] = f"/{rest}"
        return self.app(environ, start_response)


def _host(text: str) -> str:
    return re.sub(r":\d+$", "", text).lower()


def _moved(path: str, environ, start_response):
    query = environ.get("QUERY_STRING")
    start_response("308 Permanent Redirect", [("Location", f"{path}?{query}" if query else path),
                                              ("Content-Length", "0")])
    return [b""]
