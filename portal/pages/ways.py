"""Where requests come from and may go on to."""

from urllib.parse import unquote, urlsplit

from flask import request

LONGEST = 300


def inside(path: str | None) -> str:
    """`path` if it is one inside this site, as `/activities/7?day=2`; else nothing.

    What a browser could read as another host, or as a way up out of the site, is nothing, and so are the pages of
    signing in and out themselves.
    """
    path = path or ""
    if not path.startswith("/") or len(path) > LONGEST or not path.isprintable() or " " in path:
        return ""
    try:
        parts = urlsplit(path)
    except ValueError:
        return ""
    steps = unquote(unquote(parts.path)).split("/")[1:]
    if parts.scheme or parts.netloc or path.startswith("//") or ".." in steps or "\\" in unquote(parts.path):
        return ""
    return "" if steps[0] in ("sign-in", "sign-out", "go", "arrive") else path


def network_address() -> str:
    """The address that a request came from, as limits count it; behind a trusted proxy the one that it names."""
    return request.remote_addr or ""
