"""A conversation, a budget and an election that others have published, for the demo, where they lie on this machine.

Read from the folder that PORTAL_OPEN_DATA names; what is not there, or cannot be read, is left out.
"""

import os
from pathlib import Path
from random import Random

import portal

from .polls import importing
from .tally import NotAnElection
from .tally.formats import read
from .topics import mapping, polis

CONVERSATION = "polis/vtaiwan.uberx"
FILES = ("pabulib/Poland_Gdynia_2023_Grabowek__small.pb", "stv/Calton-2007.blt")


def folder() -> Path | None:
    """Where the open data lie, if anywhere."""
    named = os.environ.get("PORTAL_OPEN_DATA")
    return Path(named) if named and Path(named).is_dir() else None


def fill(there: Path, random: Random) -> None:
    """One of each kind in the open site. Runs in a writing unit."""
    try:
        mapping.changed(polis.take_in(polis.read(there / CONVERSATION), portal.now()))
    except polis.NotPolis:
        pass
    for name in FILES:
        try:
            importing.take_in(read(there / name), random=random)
        except (NotAnElection, OSError):
            pass
