"""A table of ballots (CSV), one line a ballot, that spreadsheets open: what polls of the portal are exported to.

The first line says what the cells hold (ticks, ranks, scores or points) and the options. Lines with a key follow:
title, seats, and of a budget money, unit, vote_type, threshold, id and cost. After a line `ballots` each line is a
voter, by number or name, and a cell for each option; an empty ballot has empty cells.
"""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

from ..election import Ballot, Budget, Election, NotAnElection, Project
from .reading import fault, named, whole

HOLDS = ("ticks", "ranks", "scores", "points")
FORMULA = "=+-@\t\r"  # what a spreadsheet would run


def is_table(text: str) -> bool:
    """Whether the file begins as such a table does."""
    return text.removeprefix("\ufeff").lstrip().partition(",")[0].strip('" ') in HOLDS


def read(text: str) -> Election | Budget:
    """The ballots of the table. Errors: NotAnElection, a sentence with the line."""
    rows = [(line, row) for line, row in _rows(text) if any(cell.strip() for cell in row)]
    holds, options = rows[0][1][0], named([(1, _plain(cell)) for cell in rows[0][1][1:]])
    keys, at = {}, 1
    while at < len(rows) and rows[at][1][0] != "ballots":
        keys[rows[at][1][0]] = rows[at]
        at += 1
    if at == len(rows):
        raise NotAnElection("The table has no line that says: ballots.")
    cells = [(line, _cells(line, row[1:], len(options))) for line, row in rows[at + 1:]]
    ballots = _alike(_paper(holds, found, line) for line, found in cells)
    return _budget(options, keys, ballots) if holds == "points" else _election(options, keys, ballots)


def _rows(text: str):
    reader = csv.reader(StringIO(text.removeprefix("\ufeff"), newline=""))
    try:
        for row in reader:
            yield reader.line_num, row
    except csv.Error as e:
        fault(reader.line_num, f"{e}.")


def _cells(line: int, row: Sequence[str], size: int) -> dict[int, int]:
    if len(row) > size:
        fault(line, f"there are {len(row)} cells for {size} options.")
    return {n: whole(cell, line, "what stands in a cell") for n, cell in enumerate(row) if cell.strip()}


def _paper(holds: str, cells: dict[int, int], line: int) -> Ballot | tuple[tuple[int, int], ...]:
    if holds == "points":
        return tuple(cells.items())
    if holds == "scores":
        return Ballot(scores=tuple(cells.items()))
    if holds == "ticks":
        return Ballot((tuple(cells),) if cells else ())
    if any(rank < 1 or rank > 10_000 for rank in cells.values()):
        fault(line, "ranks go from 1 on.")
    return Ballot(tuple(tuple(n for n, rank in cells.items() if rank == place)
                        for place in range(1, max(cells.values(), default=0) + 1)))


def _alike(papers: Iterable) -> list[tuple[int, object]]:
    found: dict[object, int] = {}
    for paper in papers:
        found[paper] = found.get(paper, 0) + 1
    return [(n, paper) for paper, n in found.items()]


def _number(keys: dict, name: str, otherwise: int, least: int = 0) -> int:
    if name not in keys:
        return otherwise
    line, row = keys[name]
    return whole(row[1] if len(row) > 1 else "", line, name, least, 10**15)


def _text(keys: dict, name: str, otherwise: str = "") -> str:
    return _plain(keys[name][1][1]) if name in keys and len(keys[name][1]) > 1 else otherwise


def _election(options: tuple[str, ...], keys: dict, ballots: list) -> Election:
    named = (int(n) for n in keys.get("withdrawn", (0, []))[1][1:] if n.isdecimal() and len(n) < 9)
    gone = frozenset(n for n in named if n < len(options))
    return Election(options, tuple(ballots), _number(keys, "seats", 1, 1), gone, _text(keys, "title"))


def _budget(options: tuple[str, ...], keys: dict, ballots: list) -> Budget:
    for needed in ("money", "cost"):
        if needed not in keys:
            raise NotAnElection(f"The table of a budget has no line that says: {needed}.")
    line, row = keys["cost"]
    costs = [whole(cell, line, "a cost", 0, 10**15) for cell in row[1:len(options) + 1]]
    ids = [_plain(cell) for cell in keys.get("id", (0, ["id"]))[1][1:]] or [str(n + 1) for n in range(len(options))]
    if len(costs) != len(options) or len(ids) != len(options):
        fault(line, "there is not one cost and one id for each option.")
    projects = tuple(Project(*found) for found in zip(ids, options, costs, strict=True))
    return Budget(projects, tuple((n, dict(paper)) for n, paper in ballots), _number(keys, "money", 0),
                  _text(keys, "vote_type", "approval"), _number(keys, "threshold", 0), _text(keys, "title"), {},
                  _number(keys, "unit", 1, 1))


def write(given: Election | Budget, voters: Sequence[str] = ()) -> str:
    """The table, which `read` takes. `voters` are the names of the ballots in their order; else they are numbered."""
    out = StringIO(newline="")
    put = csv.writer(out, lineterminator="\r\n").writerow
    budget = isinstance(given, Budget)
    holds = "points" if budget else _holds(given)
    put([holds, *map(_safe, (p.name for p in given.projects) if budget else given.candidates)])
    for row in _keys_of(given):
        put(row)
    put(["ballots"])
    at = 0
    for number, paper in given.ballots:
        cells = _cells_of(holds, paper, len(given.projects) if budget else len(given.candidates))
        for _ in range(number):
            put([_safe(voters[at]) if voters else at + 1, *cells])
            at += 1
    return out.getvalue()


def _holds(election: Election) -> str:
    if any(ballot.scores for _n, ballot in election.ballots):
        return "scores"
    alone = all(len(ballot.ranks) <= 1 for _n, ballot in election.ballots)
    return "ticks" if alone else "ranks"


def _keys_of(given: Election | Budget) -> Iterable[list]:
    if given.title:
        yield ["title", _safe(given.title)]
    if isinstance(given, Election):
        yield ["seats", given.seats]
        if given.withdrawn:
            yield ["withdrawn", *sorted(given.withdrawn)]
        return
    yield from (["money", given.money], ["unit", given.unit], ["vote_type", given.vote_type],
                ["threshold", given.threshold], ["id", *(_safe(p.id) for p in given.projects)],
                ["cost", *(p.cost for p in given.projects)])


def _cells_of(holds: str, paper, size: int) -> list[int | str]:
    if holds == "points":
        found = paper
    elif holds == "scores":
        found = dict(paper.scores)
    else:
        found = {n: 1 if holds == "ticks" else place for place, group in enumerate(paper.ranks, 1) for n in group}
    return [found.get(n, "") for n in range(size)]


def _safe(text: str) -> str:
    """A text that no spreadsheet takes for a formula; an apostrophe before it says so, and before another one."""
    plain = " ".join(str(text).split())
    return f"'{plain}" if plain[:1] in FORMULA + "'" and plain else plain


def _plain(cell: str) -> str:
    cell = cell.strip()
    return cell[1:] if cell[:1] == "'" else cell
