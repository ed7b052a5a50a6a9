"""Templates are compiled, and texts read, once in a test process: each test has an app of its own, all use the same."""

from jinja2 import BytecodeCache

from portal.house import Portal
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


def share() -> None:
    """Lets every app of this process have the templates and texts of those before it."""
    find = Portal._files
    if getattr(find, "shares", False):
        return

    def found(self):
        find(self)
        self.templates.bytecode_cache = _compiled
        self.catalogs = _read.setdefault(self.catalogs.folders, self.catalogs)

    found.shares = True
    Portal._files = found
