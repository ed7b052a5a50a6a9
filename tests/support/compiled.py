"""Files are read and templates compiled once in a test process: each test has an app of its own, all use the same."""

import importlib.metadata
import sys
from collections.abc import Mapping
from importlib.resources.abc import Traversable
from types import SimpleNamespace

from jinja2 import BytecodeCache

from portal import hooks, house
from portal.pages.assets import Assets, Folder
from portal.pages.i18n import Catalogs


class Compiled(BytecodeCache):
    """What was compiled, by the template's name; another text under that name is compiled anew."""

    def __init__(self):
        self.kept: dict[tuple[str, str], object] = {}

    def load_bytecode(self, bucket) -> None:
        bucket.code = self.kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket) -> None:
        self.kept[bucket.key, bucket.checksum] = bucket.code


class Lasting(Assets):
    """Static files of the project, which no test changes: read once, and not looked at again for each address."""

    def __init__(self, folders: Mapping[str, Traversable], fresh: bool = False):
        if _with_strangers():
            super().__init__(folders, fresh)
            return
        self.folders = {prefix: _folder(place) for prefix, place in folders.items() if place.is_dir()}


_path = list(sys.path)
_compiled = Compiled()
_read: dict[tuple, Catalogs] = {}  # by their folders
_folders: dict[Traversable, Folder] = {}
_installed: dict[str, object] = {}  # entry points, by their group


def _folder(place: Traversable) -> Folder:
    if place not in _folders:
        _folders[place] = Folder(place)
    return _folders[place]


def _with_strangers() -> bool:
    """Whether a test has put packages of its own beside what is installed; their files may change."""
    return sys.path != _path


def _entry_points(group: str):
    if _with_strangers():
        return importlib.metadata.entry_points(group=group)
    if group not in _installed:
        _installed[group] = importlib.metadata.entry_points(group=group)
    return _installed[group]


def share() -> None:
    """Lets every app of this process have what those before it have found, read and compiled."""
    find = house.Portal._files
    if getattr(find, "shares", False):
        return

    def found(self):
        find(self)
        self.templates.bytecode_cache = _compiled
        self.templates.auto_reload = _with_strangers()
        self.catalogs = _read.setdefault(self.catalogs.folders, self.catalogs)

    found.shares = True
    house.Portal._files, house.Assets = found, Lasting
    hooks.importlib = SimpleNamespace(metadata=SimpleNamespace(entry_points=_entry_points))
