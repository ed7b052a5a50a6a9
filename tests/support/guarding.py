"""Takes guards out of a copy of the project, one by one, and runs the test that has to notice."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

PROJECT = Path(__file__).resolve().parent.parent.parent
MAPPED = ("plugins", "themes", "translations")


class Guard(NamedTuple):
    """A guard: what it keeps out, the file, the text that is the guard, what stands there without it, its test."""

    name: str
    file: str
    guard: str
    without: str
    test: str


def wrong_patches(guards: Iterable[Guard]) -> Iterator[str]:
    """Guards whose text does not stand exactly once in their file."""
    for guard in guards:
        n = (PROJECT / guard.file).read_text("utf-8").count(guard.guard)
        if n != 1:
            yield f"{guard.name}: its text stands {n} times in {guard.file}"


def copied(into: Path) -> Path:
    """A copy of the project in which `portal.plugins` and the others are found without being installed."""
    for name in ("portal", "tests", "setup.cfg", "wsgi.py", "README.md", *MAPPED):
        source = PROJECT / name
        if source.is_dir():
            shutil.copytree(source, into / name, ignore=shutil.ignore_patterns("__pycache__", ".cache", "shots"))
        else:
            shutil.copy(source, into / name)
    for name in MAPPED:
        (into / "portal" / name).symlink_to(into / name)
    return into


def stands_without(guard: Guard, folder: Path) -> bool:
    """Whether the guard's test is still green when the guard is gone."""
    file = folder / guard.file
    whole = file.read_text("utf-8")
    file.write_text(whole.replace(guard.guard, guard.without), "utf-8")
    try:
        command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", guard.test]
        done = subprocess.run(command, cwd=folder, env=os.environ | {"PYTHONPATH": str(folder)}, capture_output=True,
                              text=True, timeout=300)
    finally:
        file.write_text(whole, "utf-8")
    if done.returncode not in (0, 1):
        raise RuntimeError(f"{guard.name}: pytest could not run {guard.test}\n{done.stdout[-2000:]}")
    return done.returncode == 0


def main(guards: Iterable[Guard], words: list[str]) -> int:
    """Try the guards with these words in their names; 1 when one is not noticed, or not there."""
    wrong = list(wrong_patches(guards))
    for line in wrong:
        print(line)
    with tempfile.TemporaryDirectory() as folder:
        copy = copied(Path(folder))
        for guard in (g for g in guards if all(w in g.name for w in words)):
            green = stands_without(guard, copy)
            wrong += [guard.name] if green else []
            print(f"{'NOT NOTICED' if green else 'noticed    '}  {guard.name}", flush=True)
    return bool(wrong)

