"""Prints the ranges that the lock files are made from, one a line (see `make lock`)."""

import configparser
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]


def ranges(extra: str | None = None) -> list[str]:
    """What the portal needs, what builds it, and what one extra adds."""
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    text = config["options"]["install_requires"]
    if extra:
        text += config["options.extras_require"][extra]
    build = tomllib.loads((ROOT / "pyproject.toml").read_text())["build-system"]["requires"]
    return [line for line in text.splitlines() if line.strip()] + build


if __name__ == "__main__":
    print("\n".join(ranges(*sys.argv[1:2])))
