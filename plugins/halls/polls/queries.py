"""What pages read of polls: prepared once, as tuples."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from peewee import JOIN, Case, Select, fn

from portal import packed, param, prepared

from .. import speech
from ..models import Ballot, Option, Paper, Poll, Voter
from . import choices


class PollRow(NamedTuple):
    """A poll as pages and counts see it; `parameters` is a mapping, `turnout`, `result` and `flight` are JSON."""

    id: int
    topic_id: int | None
    title: str
    text: str
    rule: str
    parameters: Mapping[str, Any]
    seed: str
    money_fen: int
    shown: str
    proxies: bool
    wanted: str
    state: str
    opens_at: int | None
    closes_at: int | None
    roll_size: int | None
    roll_hash: str
    frozen_at: int | None
    opened_at: int | None
    closed_at: int | None
    ballots_hash: str
    turnout: str
    result: str
    flight: str
    supersedes_id: int | None
    why: str
    version: int
    texts: str = "{}"
    paper_hours: int = 0
    typing_until: int | None = None

    @property
    def kind(self) -> str:
        """How its ballot looks, see `choices.kind_of`."""
        return choices.kind_of(self.rule, self.parameters)


class OptionRow(NamedTuple):
    """What a poll can choose; of a yes/no question the titles are msgids."""

    number: int
    title: str
    text: str = ""
    cost_fen: int | None = None
    code: str = ""
    proposal_id: int | None = None
    statement_id: int | None = None
    id: int | None = None


class Mine(NamedTuple):
    """What a person has in a poll: the line of the roll, and the ballot if it was cast."""

    voter_id: int
    number: int
    name: str
    address: str
    receipt: str | None
    road: str | None
    changed: int | None


class Head(NamedTuple):
    """What the pages of a poll are kept for, and what its reader has in it: a line of the roll, the ballot's receipt
    and road, and once it is counted what the ballot says."""

    id: int
    version: int
    state: str
    closes_at: int | None
    rule: str
    proxies: bool
    has_result: bool
    typing_until: int | None
    voter_id: int | None
    receipt: str | None
    road: str | None
    choice: str | None

    @property
    def seen(self) -> tuple:
        """What changes with every change of what everybody sees of the poll."""
        return *self[:4], self.typing_until


class Listed(NamedTuple):
    """A poll in a list."""

    id: int
    topic_id: int | None
    title: str
    rule: str
    state: str
    opens_at: int | None
    closes_at: int | None
    roll_size: int | None


def _columns():
    return (speech.title() if name == "title" else getattr(Poll, name) for name in Listed._fields)


COLUMNS = tuple(getattr(Poll, name) for name in PollRow._fields)
_poll = prepared(lambda: Poll.select(*COLUMNS).where(Poll.id == param("id")))
_options = prepared(lambda: (
    Option.select(*(getattr(Option, name) for name in OptionRow._fields))
    .where(Option.poll_id == param("id")).order_by(Option.number)))
_mine = prepared(lambda: (
    Voter.select(Voter.id, Voter.number, Voter.name, Voter.address, Ballot.receipt, Ballot.road, Ballot.changed)
    .join(Ballot, JOIN.LEFT_OUTER, on=((Ballot.poll_id == Voter.poll_id) & (Ballot.voter_id == Voter.id)))
    .where((Voter.poll_id == param("id")) & (Voter.person_id == param("person")))))
_head = prepared(lambda: (
    Poll.select(Poll.id, Poll.version, Poll.state, Poll.closes_at, Poll.rule, Poll.proxies, Poll.result != "",
                Poll.typing_until, Voter.id, Ballot.receipt, Ballot.road,
                Case(None, [(Poll.state == "counted", Ballot.choice)]))
    .join(Voter, JOIN.LEFT_OUTER, on=((Voter.poll_id == Poll.id) & (Voter.person_id == param("person"))))
    .join(Ballot, JOIN.LEFT_OUTER, on=((Ballot.poll_id == Poll.id) & (Ballot.voter_id == Voter.id)))
    .where(Poll.id == param("id"))))


def _public():
    return (Poll.select(*_columns())
            .where(Poll.state.not_in(("draft", "withdrawn"))).order_by(Poll.id.desc()).limit(param("limit")))


def _waiting():
    return (Poll.select(Poll.id, speech.title(), Poll.closes_at)
            .join(Voter, on=((Voter.poll_id == Poll.id) & (Voter.person_id == param("person"))))
            .join(Ballot, JOIN.LEFT_OUTER, on=((Ballot.poll_id == Poll.id) & (Ballot.voter_id == Voter.id)))
            .where((Poll.state == "open") & (Poll.closes_at > param("now")) & Ballot.id.is_null())
            .order_by(Poll.closes_at, Poll.id).limit(20))


def waiting_column():
    """A packed column: (id, title, when it closes) of open polls in which param("person") can vote and has not, at
    param("now")."""
    return packed(_waiting(), "id", "title", "closes_at")


_listed = prepared(_public)
_waits = prepared(lambda: Select(columns=[waiting_column()]))
_drafts = prepared(lambda: (
    Poll.select(*_columns()).order_by(Poll.id.desc()).limit(param("limit"))))
_open_for = prepared(_waiting)
_roll = prepared(lambda: (
    Voter.select(Voter.number, Voter.name, Voter.address).where(Voter.poll_id == param("id")).order_by(Voter.number)))
_papers = prepared(lambda: (
    Paper.select(Paper.state, fn.COUNT(Paper.id)).where(Paper.poll_id == param("id")).group_by(Paper.state)))


def poll(poll_id: int) -> PollRow | None:
    """A poll of the open site, whatever its state: who may see a draft is for the page to say."""
    row = _poll.one(id=poll_id)
    return row and _unpacked(PollRow(*row))


def head(poll_id: int, person_id: int) -> Head | None:
    """A poll of the open site as its pages are kept, for a person, 0 for a guest; whatever its state."""
    row = _head.one(id=poll_id, person=person_id)
    return row and Head(*row)


def _unpacked(row: PollRow) -> PollRow:
    return row._replace(parameters=json.loads(row.parameters), proxies=bool(row.proxies))


def options(row: PollRow) -> list[OptionRow]:
    """What the poll can choose; yes, no and abstain where it is one question (without `abstain`, two of them)."""
    if row.rule == "yesno":
        titles = choices.YESNO if row.parameters.get("abstain", True) else choices.YESNO[:2]
        return [OptionRow(n, title) for n, title in enumerate(titles)]
    return [OptionRow(*found) for found in _options(id=row.id)]


def mine(poll_id: int, person_id: int) -> Mine | None:
    """A person's line of the roll; None for who is not on it."""
    row = _mine.one(id=poll_id, person=person_id)
    return row and Mine(*row)


def listed(limit: int = 100, drafts: bool = False) -> list[Listed]:
    """Polls of the site in the reader's words, the newest first; with `drafts` those that only staff see, too."""
    return [Listed(*row) for row in (_drafts if drafts else _listed)(limit=limit, locale=speech.locale())]


def waits(person_id: int, now: int) -> str | None:
    """What waits for a person, as `waiting_column` has it."""
    return _waits.one(person=person_id, now=now, locale=speech.locale())[0]


def waiting(person_id: int, now: int) -> list[tuple[int, str, int]]:
    """(Id, title, when it closes) of open polls in which a person can vote and has not."""
    return [tuple(row) for row in _open_for(person=person_id, now=now, locale=speech.locale())]


def turnout(row: PollRow) -> dict[str, Any]:
    """How many voted, by road, for after the close; {} before: while a poll is open nobody is told."""
    return json.loads(row.turnout) if row.turnout else {}


def papers(poll_id: int) -> dict[str, int]:
    """How many paper ballots are in which state of being typed in: first, differs, agreed. For staff."""
    return dict(_papers(id=poll_id))


def roll(poll_id: int) -> list[tuple[int, str, str]]:
    """(Number, name, address) of everybody on the roll; who was erased has no name."""
    return [tuple(row) for row in _roll(id=poll_id)]


def ballots(poll_id: int) -> list[tuple[int, str, str, str]]:
    """(Number on the roll, name, choice, road) of every ballot, in the order of the roll."""
    rows = (Ballot.select(Voter.number, Voter.name, Ballot.choice, Ballot.road)
            .join(Voter, on=(Voter.id == Ballot.voter_id)).where(Ballot.poll_id == poll_id).order_by(Voter.number))
    return list(rows.tuples())
