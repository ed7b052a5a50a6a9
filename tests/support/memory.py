"""Folders that are memory, where tests keep their databases: most of the time of a write is waiting for the disk."""

import os
import shutil
import tempfile
from pathlib import Path

MEMORY, ROOM = Path("/dev/shm"), 4 * 2 ** 30  # bytes that have to be free


def folder() -> Path:
    """A new folder, in memory where the machine has enough of it. Whoever asks for it removes it."""
    roomy = MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= ROOM
    return Path(tempfile.mkdtemp(prefix="xiaowu-", dir=MEMORY if roomy else None))
