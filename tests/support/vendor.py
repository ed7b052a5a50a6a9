"""The two files that only the tests use, fetched by npm into tests/.cache and known by their hash."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

MANIFEST = Path(__file__).with_name("vendor.json")
CACHE = Path(__file__).parents[1] / ".cache"


class Vendored(NamedTuple):
    """One line of the manifest."""

    name: str
    version: str
    licence: str
    file: str
    sha384: str

    @property
    def path(self) -> Path:
        return CACHE / self.file

    @property
    def sound(self) -> bool:
        """Whether the file is there and is the one that the manifest means."""
        return self.path.is_file() and hashlib.sha384(self.path.read_bytes()).hexdigest() == self.sha384


def manifest() -> dict[str, Vendored]:
    return {line["name"]: Vendored(**line) for line in json.loads(MANIFEST.read_text("utf-8"))}


def path(name: str) -> Path:
    """The vendored file of that name."""
    return manifest()[name].path


def fetch() -> None:
    """Brings what is not there; any other file than the manifest's is an error."""
    if all(v.sound for v in manifest().values()):
        return
    CACHE.mkdir(exist_ok=True)
    wanted = [f"{v.name}@{v.version}" for v in manifest().values()]
    options = ["--no-save", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund",
               "--loglevel=error", f"--prefix={CACHE}"]
    subprocess.run(["npm", "install", *options, *wanted], check=True, stdin=subprocess.DEVNULL)
    wrong = [v.name for v in manifest().values() if not v.sound]
    if wrong:
        sys.exit(f"Not the file that {MANIFEST.name} describes: {', '.join(wrong)}.")


if __name__ == "__main__":
    fetch()
