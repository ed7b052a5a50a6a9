"""Scottish elections as github.com/mggg/scot-elex keeps them: tables (.csv) of ballots, then names, then the ward."""

import csv
from collections.abc import Iterator

from ..election import Election, NotAnElection
from .reading import MOST_CANDIDATES, Ranking, fault, lines_of, merged, named, tight, whole


def read(text: str) -> Election:
    """The election of such a table; nothing between two commas is a gap. Errors: NotAnElection with the line."""
    lines = lines_of(text)
    end = next((at for at, line in enumerate(lines) if line.startswith('"')), len(lines))
    rows = ((at, line) for at, line in enumerate(lines[:end], 1) if line)
    line, header = next(rows, (1, ""))
    words = header.rstrip(",").split(",")
    if len(words) != 2:
        fault(line, "it has to say how many candidates there are, and how many seats.")
    candidates = whole(words[0], line, "the number of candidates", 1, MOST_CANDIDATES)
    seats = whole(words[1], line, "the number of seats", 1, MOST_CANDIDATES)
    ranking = Ranking(candidates, gaps=("",))
    ballots = tuple((n, ranking(paper.rstrip(",").split(",") if paper.rstrip(",") else (), line))
                    for paper, (n, line) in merged(_papers(rows)).items())
    names, title = _names(lines, end, candidates)
    return Election(names, ballots, seats, title=title)


def _papers(rows: Iterator[tuple[int, str]]) -> Iterator[tuple[int, str, str]]:
    for line, row in rows:
        many, _, paper = row.partition(",")
        yield line, many, tight(paper)


def _names(lines: list[str], end: int, candidates: int) -> tuple[tuple[str, ...], str]:
    names, title = [], ""
    for at, line in enumerate(lines[end:], end + 1):
        cells = next(csv.reader([line]), [])
        if len(cells) > 2 and cells[0].startswith("Candidate"):
            names.append((at, cells[1].strip()))
        elif cells:
            title = cells[0].strip()
    if len(names) != candidates:
        raise NotAnElection(f"Line {len(lines)}: there are {candidates} candidates, but {len(names)} names.")
    return named(names), title
