"""ABIF, the Aggregated Ballot Information Format of electorama.com: `12: A>B=C`, points as `A/5`, names in brackets.

Where a ballot ranks (> and =), the ranks are what it says, with points beside them; where commas part its candidates,
the ranks follow from the points, and who has none counts as left out; without any points all are equal.
"""

import re
from collections import Counter
from collections.abc import Iterator

from ..election import Ballot, Election, NotAnElection
from .reading import MOST_PAPERS, fault, lines_of, merged, named, shown, whole

TOKEN = r'\[[^\[\]]*\]|"[^"]*"|[^\s>=,/\[\]"#:*{}]+'
DECLARED = re.compile(rf"=\s*({TOKEN})\s*:\s*(.+)")
CHOICE = re.compile(rf"\s*({TOKEN})\s*(?:/\s*([^\s>=,/]+))?\s*([>=,]|$)")
COMMENT = re.compile(r'(\[[^\[\]]*\]|"[^"]*")|#.*')
TITLE = re.compile(r'\{\s*"?title"?\s*:\s*"((?:[^"\\]|\\.)*)"')
PAPER = re.compile(r"([^:*\s]+)\s*[:*]\s*(.*?)(?:\s*:\s*\{.*\})?")  # what may follow in braces is no vote


def read(text: str) -> Election:
    """The election of an ABIF file: who is declared, then who is only voted for, in the order of the file.

    A candidate's name is the declared one, else the token itself. Errors: NotAnElection with the number of the line.
    """
    rows = list(_rows(lines_of(text)))
    names = _declared(rows)
    title = next((found[1] for _, row in rows if (found := TITLE.match(row))), "")
    found = merged(_papers(rows))
    known = _known(names)
    ballots = tuple((n, _plain(paper, known) or _ballot(paper, line, names, known))
                    for paper, (n, line) in found.items())
    if not names:
        raise NotAnElection("There is no candidate in this file.")
    return Election(named([(1, name) for name in names.values()]), ballots, title=title)


def _rows(lines: list[str]) -> Iterator[tuple[int, str]]:
    for at, line in enumerate(lines, 1):
        if "#" in line and not line.startswith("{"):
            line = COMMENT.sub(lambda part: part[1] or "", line).strip()
        if line:
            yield at, line


def _declared(rows: list[tuple[int, str]]) -> dict[str, str]:
    """Token → name, in the order of the file."""
    names: dict[str, str] = {}
    for at, row in rows:
        if row.startswith("="):
            found = DECLARED.fullmatch(row)
            if not found:
                fault(at, f"a candidate is declared as =token:[Name], not as {shown(row)}.")
            token, name = _bare(found[1]), _bare(found[2])
            if token in names:
                fault(at, f"{shown(token)} is declared twice.")
            if not name:
                fault(at, "a candidate has no name.")
            names[token] = name
    return names


def _known(names: dict[str, str]) -> dict[str, int]:
    """Number by token; and by name, where that is no token and nobody else's."""
    known = {token: n for n, token in enumerate(names)}
    alike = Counter(names.values())
    for n, name in enumerate(names.values()):
        if alike[name] == 1:
            known.setdefault(name, n)
    return known


def _bare(token: str) -> str:
    token = token.strip()
    return token[1:-1].strip() if token[:1] + token[-1:] in ("[]", '""') and len(token) > 1 else token


def _papers(rows: list[tuple[int, str]]) -> Iterator[tuple[int, str, str]]:
    for at, row in rows:
        if row[0] not in "={":
            found = PAPER.fullmatch(row)
            if not found:
                fault(at, f"a ballot begins with how many are alike and a colon, not with {shown(row)}.")
            yield at, found[1], found[2]


def _plain(paper: str, known: dict[str, int]) -> Ballot | None:
    """The ballot, where it only ranks known tokens, as nearly all do."""
    try:
        numbers = [known[token] for token in paper.split(">")]
    except KeyError:
        return None
    return Ballot(tuple([(n,) for n in numbers])) if len(set(numbers)) == len(numbers) else None


def _ballot(paper: str, line: int, names: dict[str, str], known: dict[str, int]) -> Ballot:
    ranks: list[list[int]] = [[]]
    scores: dict[int, int] = {}
    commas, seen = False, set()
    for token, points, mark in _choices(paper, line):
        n = _number(token, line, names, known)
        if n in seen:
            fault(line, f"{shown(token)} stands on this ballot more than once.")
        seen.add(n)
        ranks[-1].append(n)
        if points:
            scores[n] = whole(points, line, "points", 0, MOST_PAPERS)
        commas |= mark == ","
        if mark == ">":
            ranks.append([])
    if commas:
        ranks = _by_points(sorted(n for group in ranks for n in group), scores, len(ranks), line)
    return Ballot(tuple(tuple(sorted(group)) for group in ranks if group), tuple(sorted(scores.items())))


def _choices(paper: str, line: int) -> Iterator[tuple[str, str, str]]:
    """(Token, points, the mark after it); the last one has no mark."""
    at, mark = 0, ""
    while at < len(paper):
        found = CHOICE.match(paper, at)
        if not found:
            fault(line, f"this cannot be read: {shown(paper[at:])}.")
        at, mark = found.end(), found[3]
        yield _bare(found[1]), found[2] or "", mark
    if mark:
        fault(line, f"a candidate has to follow the last {mark!r}.")


def _number(token: str, line: int, names: dict[str, str], known: dict[str, int]) -> int:
    n = known.get(token)
    if n is None:
        if not token:
            fault(line, "a candidate has no name.")
        n = known[token] = len(names)
        names[token] = token
    return n


def _by_points(numbers: list[int], scores: dict[int, int], groups: int, line: int) -> list[list[int]]:
    if groups > 1:
        fault(line, "where commas part the candidates, > has no place.")
    return [[n for n in numbers if scores.get(n) == points] for points in sorted({*scores.values()}, reverse=True)] \
        or [numbers]
