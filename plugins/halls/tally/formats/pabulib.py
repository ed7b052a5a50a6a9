"""Pabulib's `.pb`: participatory budgets with their ballots (Stolicki, Szufa, Talmon: pabulib.org/format).

Three tables under the titles META, PROJECTS and VOTES; cells part at `;`, quoted as in CSV. What is done with files
that do not keep to the format:

- BOM, CRLF, blank lines, blanks around cells, capitals in titles, short lines (their last cells are empty): read.
- costs and budget with decimals (`.` or `,`): all money is multiplied so that it is whole; `Budget.unit` says by what.
- an empty vote is a ballot of a voter who wants nothing; it counts where money is divided among the voters.
- num_votes or num_projects that are not what the file holds: read; the note is in `facts["note"]`.
- points of 0 are no support. A `points` column is read in cumulative, scoring and ordinal votes; `default_score` holds
  for projects that a scoring vote does not name. An ordinal vote without that column gives Borda points as Pabulib's
  checker counts them: to the first as many as the vote names projects, one less to each after. (pabutools gives one
  less to everybody.)
- a quotation mark within a cell: read as CSV has it; one that runs over the end of a line of VOTES is refused, since it
  would swallow the votes below.
- refused, with the line: a missing table, column, budget or kind of vote; what is no number; negative costs, points
  or budgets; a project or a voter that is there twice; in a vote a project that is unknown or named twice, more
  projects than max_length, more points than max_sum_points, or not one point figure for each project.
"""

import csv
import re
from collections.abc import Iterator
from io import StringIO

from ..election import Budget, NotAnElection, Project
from .reading import shown

POINTED = ("cumulative", "scoring", "ordinal")  # votes with points
VOTE_TYPES = ("approval", "choose-1", "cumulative", "scoring", "ordinal")
N_ = str
_MONEY = re.compile(r"\d{1,15}(?:[.,](\d{1,6}))?", re.ASCII)
_WHOLE = re.compile(r"(\d{1,15})(?:[.,]0+)?", re.ASCII)
_TABLES = {"meta": ("key", "value"), "projects": ("project_id", "cost"), "votes": ("voter_id", "vote")}

Row = tuple[int, list[str]]


def read(text: str) -> Budget:
    """The budget vote in a `.pb` file. NotAnElection: a sentence with the line of what cannot be read."""
    rows = _rows(text)
    tables: dict[str, tuple[list[str], list[Row]]] = {}
    _next_title(rows)
    meta = _meta(_table(rows, tables, "meta"))
    _table(rows, tables, "projects")
    kind = meta.get("vote_type", "").lower()
    if kind not in VOTE_TYPES:
        raise NotAnElection(f"META: vote_type is {kind or 'missing'}; it can be {', '.join(VOTE_TYPES)}")
    unit = _unit(meta, *tables["projects"])
    projects, selected = _projects(*tables["projects"], unit)
    counted, voters = _votes(rows, kind, meta, projects)
    facts = _facts(meta, len(projects), voters) | ({"selected": ",".join(selected)} if selected is not None else {})
    return Budget(projects, counted, _money(meta.get("budget", ""), unit, "META: budget"), kind,
                  _whole(meta.get("min_project_score_threshold") or "0", "META: min_project_score_threshold"),
                  meta.get("description", ""), facts, unit)


def _rows(text: str) -> Iterator[Row]:
    """Lines with the number of their first; blank ones are left out."""
    reader = csv.reader(StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=";")
    line, voting = 1, False
    try:
        for row in reader:
            if row and (len(row) > 1 or row[0].strip()):
                voting = voting or len(row) == 1 and _title(row) == "votes"
                if voting and reader.line_num > line:
                    raise NotAnElection(f"line {line}: a quotation mark that is not closed before the line ends")
                yield line, row
            line = reader.line_num + 1
    except csv.Error as error:
        raise NotAnElection(f"line {reader.line_num}: {error}") from error


def _next_title(rows: Iterator[Row]) -> None:
    line, row = next(rows, (1, [""]))
    if _title(row) != "meta":
        raise NotAnElection(f"line {line}: a Pabulib file begins with META")


def _title(row: list[str]) -> str:
    word = row[0].strip().lower()
    return word if word in _TABLES and not any(cell.strip() for cell in row[1:]) else ""


def _header(rows: Iterator[Row], name: str) -> list[str]:
    line, row = next(rows, (0, []))
    columns = [cell.strip().lower() for cell in row]
    for needed in _TABLES[name]:
        if needed not in columns:
            raise NotAnElection(f"line {line}: the table {name.upper()} has no column {needed}")
    return columns


def _table(rows: Iterator[Row], tables: dict, name: str) -> list[Row]:
    """Reads one table and the title of the next."""
    columns, lines = _header(rows, name), []
    tables[name] = columns, lines
    for line, row in rows:
        title = _title(row)
        if title:
            wanted = "projects" if name == "meta" else "votes"
            if title != wanted:
                raise NotAnElection(f"line {line}: {title.upper()} stands where {wanted.upper()} belongs")
            return lines
        lines.append((line, row))
    raise NotAnElection(f"The file has no table {'PROJECTS' if name == 'meta' else 'VOTES'}")


def _meta(lines: list[Row]) -> dict[str, str]:
    return {row[0].strip().lower(): ";".join(row[1:]).strip() for _line, row in lines}


def _cells(columns: list[str], line: int, row: list[str]) -> dict[str, str]:
    if len(row) > len(columns) and any(cell.strip() for cell in row[len(columns):]):
        raise NotAnElection(f"line {line}: {len(row)} cells where the table has {len(columns)} columns")
    return dict(zip(columns, map(str.strip, row), strict=False))


def _unit(meta: dict[str, str], columns: list[str], lines: list[Row]) -> int:
    """By what money is multiplied, so that all of it is whole."""
    where = columns.index("cost")
    cells = [row[where].strip() for _line, row in lines if len(row) > where] + [meta.get("budget", "")]
    matches = (_MONEY.fullmatch(cell) for cell in cells)
    return 10 ** max((len(m[1] or "") for m in matches if m), default=0)


def _money(cell: str, unit: int, where: str) -> int:
    if not _MONEY.fullmatch(cell):
        said = "is missing" if not cell else "is negative" if cell.startswith("-") else "is no amount of money"
        raise NotAnElection(f"{where}: {shown(cell)} {said}" if cell else f"{where} {said}")
    whole, _, part = cell.replace(",", ".").partition(".")
    return int(whole) * unit + int((part or "0").ljust(len(str(unit)) - 1, "0"))


def _whole(cell: str, where: str) -> int:
    match = _WHOLE.fullmatch(cell)
    if not match:
        raise NotAnElection(f"{where}: {shown(cell)} is no whole number of 0 or more, of 15 digits at most")
    return int(match[1])


def _projects(columns: list[str], lines: list[Row], unit: int) -> tuple[tuple[Project, ...], list[str] | None]:
    """The projects, and the ids of those with `selected` 1 where there is such a column."""
    found: dict[str, Project] = {}
    selected = []
    for line, row in lines:
        cells = _cells(columns, line, row)
        key = cells["project_id"]
        if not key or "," in key or key in found:
            raise NotAnElection(f"line {line}: {f'the project {key} is there twice' if key in found else 'no id'}")
        found[key] = Project(key, cells.get("name") or key, _money(cells.get("cost", ""), unit, f"line {line}: cost"))
        if cells.get("selected") == "1":
            selected.append(key)
    if not found:
        raise NotAnElection("PROJECTS: there is no project")
    return tuple(found.values()), selected if "selected" in columns else None


def _votes(rows: Iterator[Row], kind: str, meta: dict[str, str], projects: tuple[Project, ...]) -> tuple[tuple, int]:
    """Distinct ballots in the order of their first, with their numbers; and how many voters there are."""
    columns = _header(rows, "votes")
    who, vote = columns.index("voter_id"), columns.index("vote")
    pointed = kind in POINTED and (kind != "ordinal" or "points" in columns)
    if pointed and "points" not in columns:
        raise NotAnElection(f"VOTES: a {kind} vote needs the column points")
    points = columns.index("points") if pointed else len(columns)
    seen: set[str] = set()
    alike: dict[tuple[str, str], list[int]] = {}
    for line, row in rows:
        if len(row) != len(columns):
            _cells(columns, line, row)
            row = row + [""] * (len(columns) - len(row))
        voter = row[who].strip()
        if voter in seen:
            raise NotAnElection(f"line {line}: the voter {voter} is there twice")
        if voter:
            seen.add(voter)
        key = row[vote], row[points] if pointed else ""
        if key in alike:
            alike[key][0] += 1
        else:
            alike[key] = [1, line]
    return _merged(alike, _Reader(kind, pointed, meta, projects)), sum(n for n, _line in alike.values())


def _merged(alike: dict[tuple[str, str], list[int]], reader: "_Reader") -> tuple[tuple[int, dict[int, int]], ...]:
    """The same for ballots that are alike but written otherwise."""
    found: dict[tuple, list] = {}
    for (vote, points), (number, line) in alike.items():
        ballot = reader.ballot(vote, points, f"line {line}")
        found.setdefault(tuple(sorted(ballot.items())), [0, ballot])[0] += number
    return tuple((number, ballot) for number, ballot in found.values())


class _Reader:
    """What one cell `vote`, with its points, says."""

    def __init__(self, kind: str, pointed: bool, meta: dict[str, str], projects: tuple[Project, ...]):
        self.kind, self.pointed = kind, pointed
        self.number = {project.id: n for n, project in enumerate(projects)}
        self.longest = self._limit(meta, "max_length") or len(projects)
        self.most = self._limit(meta, "max_sum_points") if kind == "cumulative" else 0
        self.default = self._limit(meta, "default_score") if kind == "scoring" else 0

    @staticmethod
    def _limit(meta: dict[str, str], key: str) -> int:
        return _whole(meta.get(key) or "0", f"META: {key}")

    def ballot(self, vote: str, points: str, where: str) -> dict[int, int]:
        """{project: points}; NotAnElection with the line."""
        chosen = self._chosen([key.strip() for key in vote.split(",")] if vote.strip() else [], where)
        given = self._points(len(chosen), points, where)
        ballot = dict.fromkeys(self.number.values(), self.default) if self.default else {}
        ballot.update(zip(chosen, given, strict=True))
        return {project: n for project, n in ballot.items() if n}

    def _chosen(self, keys: list[str], where: str) -> list[int]:
        for key in keys:
            if key not in self.number:
                raise NotAnElection(f"{where}: there is no project {shown(key)}")
        if len(set(keys)) != len(keys):
            raise NotAnElection(f"{where}: a project is named twice in one vote")
        longest = 1 if self.kind == "choose-1" else self.longest
        if len(keys) > longest:
            raise NotAnElection(f"{where}: {len(keys)} projects in one vote, where {longest} may be chosen")
        return [self.number[key] for key in keys]

    def _points(self, chosen: int, points: str, where: str) -> list[int]:
        if self.kind == "ordinal" and not self.pointed:
            return list(range(chosen, 0, -1))
        if self.kind in ("approval", "choose-1"):
            return [1] * chosen
        cells = points.split(",") if points.strip() else []
        if len(cells) != chosen:
            raise NotAnElection(f"{where}: {len(cells)} figures of points for {chosen} projects")
        given = [_whole(cell.strip(), f"{where}: points") for cell in cells]
        if self.most and sum(given) > self.most:
            raise NotAnElection(f"{where}: {sum(given)} points in one vote, where {self.most} may be given")
        return given


def _facts(meta: dict[str, str], projects: int, voters: int) -> dict[str, str]:
    """META as it stands, and a note where its numbers are not those of the file."""
    notes = [f"{key} says {meta[key]}, the file holds {held}" for key, held in
             (("num_projects", projects), ("num_votes", voters)) if meta.get(key) and meta[key] != str(held)]
    return meta | ({"note": "; ".join(notes)} if notes else {})


def write(budget: Budget) -> str:
    """The budget vote as a `.pb` file that `read` takes; voters are numbered from 1, equal ballots in a row."""
    out = StringIO(newline="")
    put = csv.writer(out, delimiter=";", lineterminator="\n").writerow
    put(["META"])
    put(["key", "value"])
    for key, value in _meta_of(budget).items():
        put([key, value])
    _put_projects(put, budget)
    pointed = budget.vote_type in POINTED
    put(["VOTES"])
    put(["voter_id", "vote", "points"] if pointed else ["voter_id", "vote"])
    voter = 0
    for number, ballot in budget.ballots:
        chosen = sorted(ballot, key=lambda project: (-ballot[project], project))
        cells = [",".join(budget.projects[p].id for p in chosen)]
        cells += [",".join(str(ballot[p]) for p in chosen)] if pointed else []
        for _ in range(number):
            voter += 1
            put([voter, *cells])
    return out.getvalue()


def _meta_of(budget: Budget) -> dict[str, str]:
    own = {"description": budget.title, "num_projects": str(len(budget.projects)),
           "num_votes": str(sum(n for n, _ in budget.ballots)), "budget": _said(budget.money, budget.unit),
           "vote_type": budget.vote_type}
    if budget.threshold:
        own["min_project_score_threshold"] = str(budget.threshold)
    kept = {k: v for k, v in budget.facts.items() if k not in ("note", "selected", "default_score")}
    return kept | own


def _put_projects(put, budget: Budget) -> None:
    votes, score = [0] * len(budget.projects), [0] * len(budget.projects)
    for number, ballot in budget.ballots:
        for project, points in ballot.items():
            votes[project] += number
            score[project] += number * points
    selected = budget.facts.get("selected")
    won = set(selected.split(",")) if selected is not None else set()
    put(["PROJECTS"])
    put(["project_id", "cost", "votes", "score", "name"] + (["selected"] if selected is not None else []))
    for n, project in enumerate(budget.projects):
        put([project.id, _said(project.cost, budget.unit), votes[n], score[n], project.name]
            + ([int(project.id in won)] if selected is not None else []))


def _said(money: int, unit: int) -> str:
    places = len(str(unit)) - 1
    return f"{money // unit}.{money % unit:0{places}}" if places else str(money)
