"""What htmx 4 tells us; flask-htmx knows the headers of htmx 2 only."""

from flask import request
from flask_htmx import HTMX


class Htmx(HTMX):
    """flask-htmx, with the headers that htmx 4 has changed: `target` is `tag#id`, the source stands in HX-Source."""

    @property
    def target(self) -> str | None:
        """The id of the element that the answer goes into."""
        return _id(request.headers.get("HX-Target"))

    @property
    def trigger(self) -> str | None:
        """The id of the element that asked."""
        return _id(request.headers.get("HX-Source"))


def _id(header: str | None) -> str | None:
    return header.rpartition("#")[2] or None if header else None


def wants_part() -> bool:
    """Whether the request asks for a part. A history or boosted request gets the whole page."""
    return request.headers.get("HX-Request-Type") == "partial"

