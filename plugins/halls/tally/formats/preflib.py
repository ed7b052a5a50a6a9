"""PrefLib's orders (preflib.org): soc and soi strict, toc and toi with ties; the header of today and that before 2022.

Complete lists (soc, toc) rank every candidate; incomplete ones (soi, toi) may leave some out.
"""

import re
from collections.abc import Iterator
from itertools import chain

from ..election import Ballot, Election, NotAnElection
from .reading import MOST_CANDIDATES, MOST_PAPERS, Ranking, fault, lines_of, merged, named, shown, tight, whole

SAID = re.compile(r"#\s*([A-Z ]+?)\s*(\d+)?\s*:\s*(.*)")
TIED = re.compile(r"(?<![^,])\{([^{}=]*)\}(?![^,])")  # between two commas: 2{1,3} is nothing
KINDS = ("soc", "soi", "toc", "toi")


def read(text: str, kind: str = "") -> Election:
    """The election of a PrefLib file; `kind` (soc, soi, toc, toi) where the file does not say it itself.

    Errors: NotAnElection, a sentence with the number of the line.
    """
    lines = lines_of(text)
    rows = ((at, line) for at, line in enumerate(lines, 1) if line)
    first = next(rows, (1, ""))
    rows = chain([first], rows)
    if first[1].startswith("#"):
        return _new(rows, kind, len(lines))
    return _old(rows, kind, len(lines))


def _new(rows: Iterator[tuple[int, str]], kind: str, end: int) -> Election:
    said: dict[str, tuple[int, str]] = {}
    names: dict[int, tuple[int, str]] = {}
    papers: Iterator[tuple[int, str]] = rows
    for at, line in rows:
        if not line.startswith("#"):
            papers = chain([(at, line)], rows)
            break
        found = SAID.fullmatch(line)
        if found and found[1] == "ALTERNATIVE NAME" and found[2]:
            _name(names, whole(found[2], at, "a candidate's number", 1, MOST_CANDIDATES), at, found[3])
        elif found:
            said[found[1]] = (at, found[3])
    if "NUMBER ALTERNATIVES" not in said:
        fault(end, "NUMBER ALTERNATIVES is not said: how many candidates there are.")
    line, word = said["NUMBER ALTERNATIVES"]
    candidates = whole(word, line, "NUMBER ALTERNATIVES", 1, MOST_CANDIDATES)
    voters = said.get("NUMBER VOTERS", (0, ""))
    line, kind = said.get("DATA TYPE", (end, kind))
    if kind and kind not in KINDS:
        fault(line, f"the data type has to be {', '.join(KINDS)}, not {shown(kind)}.")
    return _election(_names(names, candidates, end), papers, ":", kind, voters, said.get("TITLE", (0, ""))[1])


def _old(rows: Iterator[tuple[int, str]], kind: str, end: int) -> Election:
    line, word = next(rows)
    candidates = whole(word, line, "the number of candidates", 1, MOST_CANDIDATES)
    names: dict[int, tuple[int, str]] = {}
    for _, (at, row) in zip(range(candidates), rows, strict=False):
        number, _, name = row.partition(",")
        _name(names, whole(number, at, "a candidate's number", 1, candidates), at, name.strip())
    said = _names(names, candidates, end)
    at, sums = next(rows, (end, ""))
    if len(sums.split(",")) != 3:
        fault(at, f"three sums have to stand here: voters, ballots, different ballots; not {shown(sums)}.")
    return _election(said, rows, ",", kind, (at, sums.split(",")[1]), "")


def _name(names: dict[int, tuple[int, str]], number: int, line: int, name: str) -> None:
    if number in names:
        fault(line, f"candidate {number} has a name already.")
    names[number] = (line, name)


def _names(names: dict[int, tuple[int, str]], candidates: int, end: int) -> tuple[str, ...]:
    if len(names) != candidates or max(names) > candidates:
        fault(end, f"there are {candidates} candidates, but {len(names)} names for them.")
    return named([names[n] for n in range(1, candidates + 1)])


def _election(names: tuple[str, ...], rows: Iterator[tuple[int, str]], mark: str, kind: str, voters: tuple[int, str],
              title: str) -> Election:
    ranking = Ranking(len(names), gaps=())
    complete = len(names) if kind in ("soc", "toc") else 0
    found = merged(_papers(rows, mark))
    ballots = tuple((n, _ballot(ranking, paper, line, complete)) for paper, (n, line) in found.items())
    if voters[1]:
        _as_many(sum(n for n, _ in ballots), *voters)
    return Election(names, ballots, title=title)


def _papers(rows: Iterator[tuple[int, str]], mark: str) -> Iterator[tuple[int, str, str]]:
    for at, row in rows:
        if not row.startswith("#"):
            many, found, paper = row.partition(mark)
            if not found:
                fault(at, f"a ballot begins with how many are alike and a {mark!r}, not with {shown(row)}.")
            yield at, many, tight(paper)


def _ballot(ranking: Ranking, paper: str, line: int, complete: int) -> Ballot:
    if "{" in paper:
        paper = TIED.sub(lambda tied: tied[1].replace(",", "="), paper)
    ballot = ranking(paper.split(",") if paper else (), line)
    if complete and sum(map(len, ballot.ranks)) != complete:
        fault(line, "this kind of file ranks every candidate on every ballot, and here some are missing.")
    return ballot


def _as_many(found: int, line: int, word: str) -> None:
    said = whole(word, line, "the number of voters", 0, MOST_PAPERS)
    if found != said:
        raise NotAnElection(f"Line {line}: {said} voters are announced, but there are ballots of {found}.")
