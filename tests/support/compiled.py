"""Templates are compiled, and texts read, once in a test process: each test has an app of its own, all use the same."""

from flask import Flask
from jinja2 import BytecodeCache

from portal.pages.i18n import Catalogs


class Compiled(BytecodeCache):
    """What was compiled, by the template's name; another text under that name is compiled anew."""

    def __init__(self):
        self.kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket) -> None:
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket) -> None:
        self.kept[bucket.key] = bucket.bytecode_to_string()


_compiled = Compiled()
_read: dict[tuple, Catalogs] = {}  # by their folders


def once(app: Flask) -> Flask:
    """The app, with templates that earlier apps of this process have compiled, and texts that they have read."""
    app.portal.templates.bytecode_cache = _compiled
    app.portal.catalogs = _read.setdefault(app.portal.catalogs.folders, app.portal.catalogs)
    return app
