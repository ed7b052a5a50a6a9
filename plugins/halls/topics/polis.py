"""Statements and answers as files in the form of Polis, out and in. Files carry letters, never a person or a time."""

import csv
import io
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from portal import bulk, plain

from ..models import Topic
from . import moving, stages
from .models import Statement, StatementVote
from .participants import imported

COMMENTS = ("timestamp", "datetime", "comment-id", "author-id", "agrees", "disagrees", "moderated", "comment-body")
PEOPLE = ("participant", "group-id", "n-comments", "n-votes", "n-agree", "n-disagree")
HIDDEN = "-1"
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what spreadsheets take for one
TITLE, SUMMARY = 120, 400
DIGITS = 12  # of a statement's number


def votes_csv(statements: list[int], votes: Iterable[tuple[str, int, int]]) -> str:
    """participants-votes.csv: a line for each participant by their letters, a column for each statement."""
    said: dict[str, dict[int, int]] = {}
    for participant, statement, vote in votes:
        said.setdefault(participant, {})[statement] = vote
    lines = []
    for name, given in sorted(said.items()):
        chosen = list(given.values())
        lines.append([name, "", "", len(chosen), chosen.count(1), chosen.count(-1),
                      *(given.get(n, "") for n in statements)])
    return _csv([*PEOPLE, *statements], lines)


def comments_csv(statements: Iterable[tuple[int, str]], votes: Iterable[tuple[str, int, int]]) -> str:
    """comments.csv: a line for each statement. Who wrote it is not told: it would lead to all they think."""
    agreed: dict[int, int] = {}
    disagreed: dict[int, int] = {}
    for _participant, statement, vote in votes:
        counted = {1: agreed, -1: disagreed}.get(vote, {})
        counted[statement] = counted.get(statement, 0) + 1
    return _csv(COMMENTS, [["", "", n, "", agreed.get(n, 0), disagreed.get(n, 0), 1, _cell(text)]
                           for n, text in statements])


def _cell(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in FORMULA else text


def _text(cell: str) -> str:
    """The text of such a cell."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in FORMULA else cell


def _csv(header: Iterable, lines: Iterable[Iterable]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(lines)
    return out.getvalue()


class NotPolis(ValueError):
    """Something in a folder that is no conversation of Polis; the message is a sentence."""


class Conversation(NamedTuple):
    """What a folder holds: (number, text, moderated) of its statements, and (participant, number, vote)."""

    title: str
    about: str
    statements: list[tuple[str, str, str]]
    votes: list[tuple[str, str, int]]


def read(folder: Path) -> Conversation:
    """The conversation of a folder with comments.csv, participants-votes.csv and, where there is one, summary.csv."""
    from ..opinions import votes as reader
    try:
        read = reader.read(folder / "participants-votes.csv")
    except reader.NotVotes as e:
        raise NotPolis(f"participants-votes.csv: {e}") from None
    except OSError:
        raise NotPolis("There is no participants-votes.csv in this folder.") from None
    summary = _summary(folder / "summary.csv")
    statements = _comments(folder / "comments.csv")
    if any(len(number) > DIGITS for number in read.statements):
        raise NotPolis("participants-votes.csv: the number of a statement is too long.")
    known = {number for number, _text, _moderated in statements}
    missing = [number for number in read.statements if number not in known]
    statements += [(number, f"#{number}", "1") for number in missing]
    votes = [(read.participants[p], read.statements[s], int(read.matrix[p, s]))
             for p, s in zip(*(read.matrix != reader.UNSEEN).nonzero(), strict=True)]
    return Conversation(summary.get("topic") or folder.resolve().name, summary.get("conversation-description", ""),
                        statements, votes)


def _rows(file: Path) -> list[list[str]]:
    try:
        with open(file, encoding="utf-8-sig", newline="") as lines:
            rows = list(csv.reader(lines, strict=True))
    except UnicodeDecodeError:
        raise NotPolis(f"{file.name}: This is no text in UTF-8.") from None
    except csv.Error as e:
        raise NotPolis(f"{file.name}: {e}.") from None
    if any("\0" in cell for row in rows for cell in row):
        raise NotPolis(f"{file.name}: There is a byte 0 in it; this is no file of text.")
    return rows


def _summary(file: Path) -> dict[str, str]:
    return {row[0]: row[1] for row in _rows(file) if len(row) == 2} if file.is_file() else {}


def _comments(file: Path) -> list[tuple[str, str, str]]:
    if not file.is_file():
        raise NotPolis("There is no comments.csv in this folder.")
    header, *rows = [row for row in _rows(file) if row] or [[]]
    if not {"comment-id", "comment-body"} <= set(header):
        raise NotPolis("comments.csv: line 1 needs the columns comment-id and comment-body.")
    found, seen = [], set()
    for n, row in enumerate(rows, 2):
        if len(row) != len(header):
            raise NotPolis(f"comments.csv: row {n} has {len(row)} cells under {len(header)} columns.")
        cells = dict(zip(header, row, strict=True))
        number, text = cells["comment-id"].strip(), cells["comment-body"].strip()
        if not number.isdecimal() or len(number) > DIGITS or number in seen:
            raise NotPolis(f"comments.csv: row {n} has no comment-id of its own.")
        seen.add(number)
        found.append((number, _text(text) or f"#{number}", cells.get("moderated", "1").strip()))
    return sorted(found, key=lambda row: int(row[0]))


def take_in(given: Conversation, at: int) -> int:
    """A topic of the open site made of a conversation that has ended, with its statements and answers; its id."""
    steps = [stages.Step("listen", None, at), stages.Step("discuss"), stages.Step("result")]
    topic = Topic.create(title=given.title.strip()[:TITLE], summary=plain(given.about)[:SUMMARY], text=given.about,
                         template="map", stages=stages.write(steps), stage="result", state="open", channel="import")
    ids = bulk(Statement, ("topic_id", "text", "state", "code", "seen", "channel"), [
        (topic.id, text, "hidden" if moderated == HIDDEN else "shown", number, 0, "import")
        for number, text, moderated in given.statements])
    by_number = {number: i for (number, _t, _m), i in zip(given.statements, ids, strict=True)}
    letters = {name: imported(topic.id, name) for name in sorted({vote[0] for vote in given.votes})}
    rows = [(topic.id, by_number[statement], letters[name], vote) for name, statement, vote in given.votes]
    bulk(StatementVote, ("topic_id", "statement_id", "participant", "vote"), sorted(rows, key=lambda row: row[2]))
    moving.settle(topic.id)
    return topic.id
