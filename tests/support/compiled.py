"""Templates are compiled once in a test process: every test has an app of its own, and they all read the same ones."""

from flask import Flask
from jinja2 import BytecodeCache


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


def once(app: Flask) -> Flask:
    """The app, with the templates that earlier apps of this process have compiled."""
    app.portal.templates.bytecode_cache = _compiled
    return app
