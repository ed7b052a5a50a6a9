"""Requests as an attacker writes them: nothing is quoted, corrected or left out."""

import re
from pathlib import Path
from typing import NamedTuple

from werkzeug.test import EnvironBuilder, run_wsgi_app

PROJECT = Path(__file__).parents[2]
ASKED = re.compile(r"""(?:args|form|values)\.get(?:list)?\(\s*f?["']([\w:-]+)["']""")
CHANGING = re.compile(r'name="(_key|csrf_token)" value="[^"]+|<div class="in told".*?</div>\s*', re.DOTALL)


class Answer(NamedTuple):
    """What came back."""

    status: int
    headers: dict[str, str]
    text: str


def ask(app, path: str, query: str = "", method: str = "GET", body: bytes = b"", **environ) -> Answer:
    """One request with this very path (already decoded, as servers hand it on), query and environ."""
    made = EnvironBuilder(path="/", method=method, data=body or None).get_environ()
    given = {"PATH_INFO": path, "QUERY_STRING": query, "HTTP_HOST": "localhost"} | environ
    pieces, status, headers = run_wsgi_app(app, made | given)
    return Answer(int(status[:3]), dict(headers), b"".join(pieces).decode("utf-8", "replace"))


def asked_names() -> list[str]:
    """Every name that the code asks a query or a form for by hand."""
    files = [*(PROJECT / "portal").rglob("*.py"), *(PROJECT / "plugins").rglob("*.py")]
    return sorted({name for file in files for name in ASKED.findall(file.read_text("utf-8"))})


def settled(text: str) -> str:
    """A page without what differs from one request to the next: tokens, keys, what the last form said."""
    return CHANGING.sub("", text)
