"""`make bench`: the figures of the README, measured on this machine as ratios within one run.

    python -m tests.bench.run [pages] [growth] [start] [memory] [transfer] [crowd] [waiting] [sheet] [stock] [map]
                              [tally] [votes] [huts] [seed]
"""

import sys
import time
from collections.abc import Callable, Iterable

from tests.bench import browser, crowd, huts, opinions, pages, server, sheet, stock, tally, votes, waiting
from tests.bench.seeded import Grounds
from tests.bench.tables import Figure, lines

SEEDED = 480  # seconds


def seeded(grounds: Grounds) -> list[Figure]:
    """How long the district takes to make, by the clock."""
    found = []
    for backend in ("sqlite", "postgresql"):
        grounds.district(backend)
        wall = grounds.walls.get((backend, "district"))
        said = f"{wall:.0f} s" if wall else "kept from earlier today"
        found.append(Figure(f"{backend} · seed of the district", said, f"≤ {SEEDED} s", (wall or 0) / SEEDED,
                            not wall or wall <= SEEDED))
    return found


PARTS: dict[str, tuple[str, Callable[[Grounds], list[Figure]]]] = {
    "pages": ("CPU of the worker for a page, signed in, beside bare Flask", pages.cost),
    "growth": ("The same list in a small and a large portal", pages.growth),
    "start": ("First answer after start, beside bare Flask under the same server", server.start),
    "memory": ("Memory of two workers after 1,000 mixed requests", server.memory),
    "transfer": ("What Chromium fetches, without pictures", browser.transfer),
    "crowd": ("2,000 sign-ups for 20 places over 64 connections", crowd.crowd),
    "waiting": ("2,000 on a waitlist; 64 who join, leave and answer for a minute", waiting.waiting),
    "sheet": ("Import of 10,000 XLSX rows while people sign up", sheet.sheet),
    "stock": ("Import of 10,000 things while the counter lends and takes back", stock.stock),
    "map": ("Opinion maps, best of 3, in processes of their own", opinions.maps),
    "seed": ("The district's seed", seeded),
    "tally": ("Counting, best of three", tally.tally),
    "votes": ("5,000 votes over 64 connections, closed and counted", votes.votes),
    "huts": ("Pages of huts, their growth, and 2,000 who want 20 units on the same days", huts.huts),
}


def main(names: Iterable[str]) -> int:
    """Measure the named parts, or all; 2 for a name that there is not."""
    names = list(names) or list(PARTS)
    unknown = [n for n in names if n not in PARTS]
    if unknown:
        print(f"There is no part {unknown[0]}; there are {', '.join(PARTS)}.", file=sys.stderr)
        return 2
    with Grounds(lambda line: print(line, flush=True)) as grounds:
        for name in names:
            words, measure = PARTS[name]
            began = time.monotonic()
            print(f"\n{words} ({name})", flush=True)
            found = measure(grounds)
            print("\n".join(lines(found)), flush=True)
            print(f"  measured in {time.monotonic() - began:.0f} s", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
