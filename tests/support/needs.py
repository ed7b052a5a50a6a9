"""What the tests need from the machine: says what is missing, before anything else runs."""

import ctypes
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

JAVA = 11  # the HTML checker's oldest
NODE = 18


def missing() -> Iterator[str]:
    """One sentence for every thing that is not there."""
    if not shutil.which("chromium"):
        yield "Chromium (the command `chromium`), for the browser journeys."
    if sys.platform == "linux" and not _has_library("libatomic.so.1"):
        yield "The library libatomic.so.1, for the driver of the browser."
    if _major(["java", "-version"], r'version "(\d+)') < JAVA:
        yield f"Java {JAVA} or newer (the command `java`), for the HTML checker."
    if _major(["node", "--version"], r"v(\d+)") < NODE or not shutil.which("npm"):
        yield f"Node {NODE} or newer with `npm`, which fetches axe-core and the HTML checker."
    if sys.platform == "linux" and not shutil.which("strace"):
        yield "strace, which sees whether what was stored is on the disk."
    if not _has_postgres():
        yield "A PostgreSQL server (`initdb` and `postgres`), for the second of the two databases."
    if not _has_chinese_font():
        yield "A Chinese font, for the browser journeys and the pictures."


def _major(command: list[str], pattern: str) -> int:
    if not shutil.which(command[0]):
        return 0
    done = subprocess.run(command, capture_output=True, text=True)
    found = re.search(pattern, done.stdout + done.stderr)
    return int(found[1]) if found else 0


def _has_library(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def _has_postgres() -> bool:
    """The machine's own, or the package of the test extra, which exists for this kind of machine."""
    if sys.platform == "linux" and platform.machine() == "x86_64":
        return True
    return bool(shutil.which("initdb") or any(Path("/usr/lib/postgresql").glob("*/bin/initdb")))


def _has_chinese_font() -> bool:
    if not shutil.which("fc-list"):
        return False
    fonts = subprocess.run(["fc-list", ":lang=zh", "family"], capture_output=True, text=True)
    return bool(fonts.stdout.strip())


def main() -> int:
    """0 when all is there; else one line for each missing thing and how to get them."""
    lines = list(missing())
    for line in lines:
        print(f"Missing: {line}", file=sys.stderr)
    if lines:
        print("Install them with `make test-system` (as root, on Debian), then try again.", file=sys.stderr)
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
