"""How long an opinion map takes, and how much memory: each in a process of its own, without its start."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.bench.seeded import Grounds
from tests.bench.tables import Figure

SIZES = (
    ("map · 1,921 people × 197 statements", 1921, 197, 2.0),
    ("map · 100,000 people × 200 statements", 100_000, 200, 60.0),
)
MEMORY = 1024  # MB
RUNS = 3
MEASURED = """
import json, sys, time
from pathlib import Path
from portal.plugins.halls.opinions import chart
from portal.plugins.halls.opinions.votes import read
began = time.perf_counter()
found = chart(read(Path(sys.argv[1])))
took = time.perf_counter() - began
# What getrusage says of a new process includes the one that has begun it.
most = next(line for line in open("/proc/self/status") if line.startswith("VmHWM:"))
print(json.dumps([took, int(most.split()[1]) / 1024, found.k]))
"""


def maps(grounds: Grounds) -> list[Figure]:
    """Three camps, one vote in seven given; the smaller one is the real conversation where there is open data."""
    with tempfile.TemporaryDirectory() as folder:
        return [figure for what, people, statements, most in SIZES
                for figure in measured(what, _file(Path(folder), people, statements), most)]


def measured(what: str, path: Path, most: float) -> list[Figure]:
    """Reading the file and making its map: the best of three by the clock, the largest resident memory."""
    runs = [json.loads(subprocess.run([sys.executable, "-c", MEASURED, path], check=True, capture_output=True,
                                      text=True).stdout) for _ in range(RUNS)]
    seconds, memory = min(run[0] for run in runs), max(run[1] for run in runs)
    return [Figure(f"{what}, {runs[0][2]} groups", f"{seconds:.2f} s", f"≤ {most:.0f} s", seconds / most,
                   seconds <= most),
            Figure(f"{what}, memory", f"{memory:.0f} MB", f"≤ {MEMORY} MB", memory / MEMORY, memory <= MEMORY)]


def _file(folder: Path, people: int, statements: int) -> Path:
    real = Path(os.environ.get("PORTAL_OPEN_DATA", "")) / "polis" / "vtaiwan.uberx" / "participants-votes.csv"
    if people == 1921 and real.is_file():
        return real
    path = folder / f"{people}.csv"
    write(path, people, statements)
    return path


def write(path: Path, people: int, statements: int, camps: int = 3) -> None:
    """A file of votes: camps with opposite opinions, each vote as the camp's in five of six, one in seven given."""
    import numpy as np
    dice = np.random.RandomState(1)
    lines = dice.choice([-1, 1], size=(camps, statements))
    words = {-1: "-1", 0: "0", 1: "1", 2: ""}
    with open(path, "w", encoding="utf-8") as file:
        file.write("participant,group-id," + ",".join(map(str, range(statements))) + "\n")
        for n in range(people):
            said = np.where(dice.random_sample(statements) < 5 / 6, lines[n % camps], dice.randint(-1, 2, statements))
            said = np.where(dice.random_sample(statements) < 1 / 7, said, 2)
            file.write(f"{n},{n % camps}," + ",".join(words[v] for v in said.tolist()) + "\n")
