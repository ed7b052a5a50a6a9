"""BLT, the format of nearly all programs for single transferable votes; read with its usual extensions, and written.

Described by I. D. Hill, B. A. Wichmann, D. R. Woodall, "Algorithm 123", The Computer Journal 30 (1987); extended by
OpenSTV (comments after #, skipped ranks -, equal ranks 2=3, numbers of papers in parentheses) and by Wichmann (a
source and a comment after the title). A ballot ends with 0; several of them, and several names in quotation marks, may
stand on one line.
"""

import re
from collections.abc import Iterator

from ..election import Ballot, Election, NotAnElection
from .reading import MOST_CANDIDATES, Ranking, fault, lines_of, merged, named, shown, whole

PAPER_NUMBER = re.compile(r"^\([^()]*\)\s*")
WITHDRAWN = re.compile(r"-\d+(\s+-\d+)*")
QUOTED = re.compile(r'"(.*?)"\s*#.*')
SHARED, SHARED_LINE = re.compile(r'"[^"]*"'), re.compile(r'("[^"]*"\s*){2,}')
AFTER_NAMES = 3  # the title, a source, a comment


def read(text: str) -> Election:
    """The election of a BLT file. Errors: NotAnElection, a sentence with the number of the line."""
    lines = lines_of(text)
    rows = _rows(lines)
    candidates, seats = _header(rows)
    withdrawn: set[int] = set()
    ranking = Ranking(candidates)
    found = merged(_papers(rows, withdrawn, candidates))
    ballots = tuple((n, ranking(_ended(paper, line), line)) for paper, (n, line) in found.items())
    names, title = _names(lines, next(rows)[0], candidates)
    return Election(names, ballots, seats, frozenset(withdrawn), title)


def _rows(lines: list[str]) -> Iterator[tuple[int, str]]:
    """(Line, what it says) without comments, numbers of papers, and empty lines; then (where names begin, "0")."""
    for at, line in enumerate(lines, 1):
        if "#" in line:
            line = line[:line.index("#")].strip()
        if line.startswith("("):
            line = PAPER_NUMBER.sub("", line)
        for row in _parted(line) if " 0" in line[:-2] or "\t" in line else (line,):
            if row == "0":
                yield at, row
                yield at, row
                return
            if row:
                yield at, row
    raise NotAnElection(f"Line {len(lines)}: the ballots have no end; a line that says only 0 has to follow them.")


def _parted(line: str) -> Iterator[str]:
    """Ballots that share a line: each ends with a 0 of its own."""
    ballot: list[str] = []
    for word in line.split():
        ballot.append(word)
        if word == "0":
            yield " ".join(ballot)
            ballot = []
    yield " ".join(ballot)


def _header(rows: Iterator[tuple[int, str]]) -> tuple[int, int]:
    line, row = next(rows)
    words = row.split()
    if len(words) != 2:
        fault(line, f"it has to say how many candidates there are, and how many seats, not {shown(row)}.")
    return (whole(words[0], line, "the number of candidates", 1, MOST_CANDIDATES),
            whole(words[1], line, "the number of seats", 1, MOST_CANDIDATES))


def _papers(rows: Iterator[tuple[int, str]], withdrawn: set[int], candidates: int) -> Iterator[tuple[int, str, str]]:
    """(Line, how many, the paper) up to the end; notes who withdrew, which is said before all papers."""
    first = True
    for line, row in rows:
        if row == "0":
            return
        if row.startswith("-") and first:
            withdrawn |= _gone(row, line, candidates)
            continue
        first = False
        many, _, paper = row.partition(" ") if "\t" not in row else row.replace("\t", " ").partition(" ")
        yield line, many, paper


def _gone(row: str, line: int, candidates: int) -> set[int]:
    if not WITHDRAWN.fullmatch(row):
        fault(line, "who withdrew stands on a line of its own, each number after a minus sign.")
    return {whole(word[1:], line, "the number of who withdrew", 1, candidates) - 1 for word in row.split()}


def _ended(paper: str, line: int) -> list[str]:
    words = paper.split()
    if not words or words.pop() != "0":
        fault(line, "a ballot has to end with 0.")
    return words


def _names(lines: list[str], end: int, candidates: int) -> tuple[tuple[str, ...], str]:
    told = [(at, line) for at, line in enumerate(lines[end:], end + 1) if line and not line.startswith("#")]
    if len(told) < candidates:
        told = [(at, name) for at, line in told
                for name in (SHARED.findall(line) if SHARED_LINE.fullmatch(line) else (line,))]
    said = [(at, _unquoted(line)) for at, line in told]
    if len(said) < candidates:
        fault(len(lines), f"there are {candidates} candidates, but only {len(said)} names.")
    if len(said) > candidates + AFTER_NAMES:
        fault(said[candidates + AFTER_NAMES][0], f"there are {candidates} candidates, but more names than that.")
    return named(said[:candidates]), said[candidates][1] if len(said) > candidates else ""


def _unquoted(line: str) -> str:
    """The name that stands between the first and the last quotation mark: quotation marks within belong to it."""
    if line.startswith('"') and line.endswith('"') and len(line) > 1:
        return line[1:-1].strip()
    commented = QUOTED.fullmatch(line)
    return commented[1].strip() if commented else line


def write(election: Election) -> str:
    """The election as a BLT file: reading it gives the same election, its ballots perhaps in another order.

    Points have no place in this format. Errors: NotAnElection where a ballot has points and no ranks.
    """
    rows = [f"{len(election.candidates)} {election.seats}"]
    if election.withdrawn:
        rows.append(" ".join(f"-{n + 1}" for n in sorted(election.withdrawn)))
    rows += [" ".join([str(n), *map(_rank, _ranks(ballot)), "0"]) for n, ballot in election.ballots]
    said = [*election.candidates, election.title] if election.title else election.candidates
    return "\n".join([*rows, "0", *(f'"{" ".join(name.split())}"' for name in said), ""])


def _ranks(ballot: Ballot) -> tuple[tuple[int, ...], ...]:
    if ballot.scores and not ballot.ranks:
        raise NotAnElection("A BLT file holds ranks, not points.")
    return ballot.ranks


def _rank(group: tuple[int, ...]) -> str:
    return "=".join(str(n + 1) for n in group) or "-"
