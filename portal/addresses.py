"""Addresses: which site a request is for, by the first part of its path or by the site's own host."""

import re
from ipaddress import ip_address, ip_network

from .base.settings import Settings

ROOT = frozenset({"static", "files", "healthz", "readyz", "metrics", "favicon.ico"})
SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
LOCAL = frozenset({"localhost", "127.0.0.1", "[::1]"})


class Proxies:
    """The machines in front of this one whose word on where a request came from is taken; nobody else's is."""

    def __init__(self, listed: tuple[str, ...]):
        self.networks = tuple(map(ip_network, listed))

    def take_word(self, environ) -> None:
        """Puts the address and the scheme that a trusted proxy names in place of its own."""
        if "HTTP_X_FORWARDED_FOR" not in environ and "HTTP_X_FORWARDED_PROTO" not in environ:
            return
        peer = environ.get("REMOTE_ADDR", "")
        if not self.trusts(peer):
            return
        environ["REMOTE_ADDR"] = self._first_stranger(environ.get("HTTP_X_FORWARDED_FOR", "")) or peer
        scheme = environ.get("HTTP_X_FORWARDED_PROTO", "").rpartition(",")[2].strip().lower()
        if scheme in ("http", "https"):
            environ["wsgi.url_scheme"] = scheme

    def trusts(self, address: str) -> bool:
        """Whether this is the address of a listed machine or in a listed network."""
        try:
            found = ip_address(address)
        except ValueError:
            return False
        found = getattr(found, "ipv4_mapped", None) or found
        return any(found in network for network in self.networks)

    def _first_stranger(self, named: str) -> str:
        """The last address of the list that is no proxy of ours: what stands before it anybody may have written."""
        for text in reversed(named.split(",")[-10:]):
            try:
                address = str(ip_address(text.strip()))
            except ValueError:
                return ""
            if not self.trusts(address):
                return address
        return ""


class SiteAddresses:
    """WSGI wrapper: moves `/<slug>` into SCRIPT_NAME, so that routes and `url_for` know nothing of it.

    Leaves `portal.slug` or `portal.host` in the environ; neither for addresses of the house itself.
    """

    def __init__(self, app, settings: Settings):
        self.app, self.proxies = app, Proxies(settings.proxies)
        self.houses = houses(settings)

    def __call__(self, environ, start_response):
        self.proxies.take_word(environ)
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


def houses(settings: Settings) -> set[str]:
    """The host names of the house itself, which no site can have for its own."""
    base = settings.base_url.partition("://")[2].partition("/")[0]
    return {*settings.trusted_hosts, _host(base)} | (set() if settings.production else LOCAL)


def _host(text: str) -> str:
    return re.sub(r":\d+$", "", text).lower()


def _moved(path: str, environ, start_response):
    query = environ.get("QUERY_STRING")
    start_response("308 Permanent Redirect", [("Location", f"{path}?{query}" if query else path),
                                              ("Content-Length", "0")])
    return [b""]
