"""The project's files, as git sees them."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]


def tracked(*folders: str) -> list[Path]:
    """All files, or those of some folders, that are in the repository or would be with the next commit."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *folders]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / n for n in sorted(set(done.stdout.split("\0"))) if n and (ROOT / n).is_file()]
