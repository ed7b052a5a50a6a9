"""Plugins of strangers, installed beside the portal's own for one test."""

import sys
from pathlib import Path

import pytest

from portal.app import create_app
from portal.base import sites
from portal.people.models import PluginFault
from portal.testing import Town

HEAD = """
import time
from flask import Blueprint, abort, request
from peewee import BigIntegerField, CharField, Model
from portal import *
from portal import _
pages = Blueprint(__name__, __name__)
"""


class Beside:
    """A folder of installed packages, each a plugin."""

    def __init__(self, folder: Path, settings):
        self.folder, self.settings, self.towns = folder, settings, []

    def add(self, name: str, code: str, files: dict[str, str] | None = None, module: str = "") -> None:
        """Install a plugin whose module holds `code`."""
        module = module or name
        for place, text in {"__init__.py": HEAD + code, **(files or {})}.items():
            file = self.folder / module / place
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(text if isinstance(text, bytes) else text.encode())
        info = self.folder / f"{module}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[portal.plugins]\n{name} = {module}\n")

    def town(self, *on: str) -> Town:
        """The town with what is installed; these plugins are on in north only, our own in both."""
        town = Town(create_app(self.settings), plugins=["bulletin"])
        self.towns.append(town)
        with town.unit():
            for name in on:
                sites.enable(town.north.id, name)
        return town


@pytest.fixture
def beside(settings, tmp_path, monkeypatch):
    """`beside.add("bad", code)`, then `beside.town("bad")`."""
    folder = tmp_path / "packages"
    folder.mkdir()
    monkeypatch.syspath_prepend(folder)
    before = set(sys.modules)
    packages = Beside(folder, settings)
    yield packages
    for town in packages.towns:
        town.db.close()
    for name in set(sys.modules) - before:
        file = getattr(sys.modules[name], "__file__", None) or ""
        if file.startswith(str(folder)):
            del sys.modules[name]


def staff_of(town: Town, slug: str = "north"):
    return town.visitor(town.person("李敏", home=slug, role="staff"))


def faults(town: Town) -> set[tuple]:
    with town.unit():
        return set(PluginFault.select(PluginFault.site_id, PluginFault.plugin, PluginFault.hook,
                                      PluginFault.reason).tuples())
