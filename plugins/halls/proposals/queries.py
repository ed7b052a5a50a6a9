"""What the pages of proposals read."""

from typing import NamedTuple

from peewee import Case, Tuple, fn

from portal import packed, param, prepared, unpacked

from .. import marks, subject
from ..models import Poll, Topic
from ..subject import SEEN, Subject
from ..topics.models import Statement
from .models import Attachment, Proposal, ProposalAuthor, ProposalVersion

PAGE = 20
FIRST = (2**31 - 1, 2**31 - 1)


class Row(NamedTuple):
    """A proposal as its page shows it; title and text are empty while it is hidden."""

    id: int
    topic_id: int
    statement_id: int | None
    title: str
    text: str
    standing: str
    merged_into_id: int | None
    answered: str
    signatures: int
    reached_at: int | None
    version: int
    state: str
    rule: str
    reason: str
    created_at: int
    changed_at: int


class Line(NamedTuple):
    """A proposal in a list."""

    id: int
    title: str
    standing: str
    answered: str
    signatures: int
    state: str
    reached_at: int | None


class Waiting(NamedTuple):
    """A proposal on the desk, with the topic it is of; `waits`: 1 where its answer is due, else 0."""

    waits: int
    id: int
    title: str
    signatures: int
    answered: str
    topic: str


def _shown(field):
    return Case(None, [(Proposal.state == "shown", field)], "")


def attached(number):
    """What is attached to the proposal of a number."""
    return Attachment.select(Attachment.id, Attachment.file, Attachment.title, Attachment.size).where(
        Attachment.proposal_id == number).order_by(Attachment.id)


COLUMNS = (Proposal.id, Proposal.topic_id, Proposal.statement_id, _shown(Proposal.title), _shown(Proposal.text),
           Proposal.standing, Proposal.merged_into_id, Proposal.answered, Proposal.signatures, Proposal.reached_at,
           Proposal.version, Proposal.state, Proposal.rule, Proposal.reason, Proposal.created_at, Proposal.changed_at)


def _lines():
    return (Proposal.select(Proposal.id, _shown(Proposal.title).alias("title"), Proposal.standing, Proposal.answered,
                            Proposal.signatures, Proposal.state, Proposal.reached_at)
            .order_by(Proposal.signatures.desc(), Proposal.id.desc()))


def most_signed(limit: int):
    """A packed column: so many proposals of param("topic"), those with the most signatures first."""
    return packed(_lines().where(Proposal.topic_id == param("topic")).limit(limit), *Line._fields)


def _after():
    here = Tuple(Proposal.signatures, Proposal.id) < Tuple(param("signatures"), param("id"))
    return _lines().where((Proposal.topic_id == param("topic")) & here).limit(param("limit"))


_one = prepared(lambda: Proposal.select(*COLUMNS).join(Topic, on=(Topic.id == Proposal.topic_id)).where(
    (Proposal.id == param("id")) & SEEN))
_listed = prepared(_after)
_sign = prepared(lambda: Topic.select(*subject.COLUMNS, marks.of_topic()).where(
    (Topic.id == param("topic")) & SEEN))
_authors = prepared(lambda: ProposalAuthor.select(ProposalAuthor.person_id).where(
    ProposalAuthor.proposal_id == param("id")).order_by(ProposalAuthor.id))
_statement = prepared(lambda: Statement.select(Statement.text).where(
    (Statement.id == param("id")) & (Statement.topic_id == param("topic")) & (Statement.state == "shown")))
_files = prepared(lambda: attached(param("id")))
_versions = prepared(lambda: ProposalVersion.select(ProposalVersion.version, ProposalVersion.title,
                                                    ProposalVersion.text, ProposalVersion.at).where(
    ProposalVersion.proposal_id == param("id")).order_by(ProposalVersion.version.desc()).limit(51))
_drafts = prepared(lambda: Poll.select(Poll.id, Poll.title).where(
    (Poll.topic_id == param("topic")) & (Poll.state == "draft")).order_by(Poll.id))
def _waits():
    return Case(None, [(Proposal.reached_at.is_null(False) & (Proposal.answered == ""), 1)], 0)


_at_desk = prepared(lambda: (
    Proposal.select(_waits(), Proposal.id, Proposal.title, Proposal.signatures, Proposal.answered, Topic.title)
    .join(Topic, on=(Topic.id == Proposal.topic_id))
    .where((Proposal.standing == "open") & (Proposal.state == "shown") & (Topic.state != "draft")
           & (Tuple(_waits(), Proposal.signatures, Proposal.id)
              < Tuple(param("waits"), param("signatures"), param("id"))))
    .order_by(_waits().desc(), Proposal.signatures.desc(), Proposal.id.desc()).limit(param("limit"))))
TOP = (2, *FIRST)


def at_desk(after: tuple[int, int, int] = TOP, limit: int = PAGE + 1) -> list[Waiting]:
    """Proposals of all topics after a place (waits, signatures, id): those whose answer is due, then by support."""
    rows = _at_desk(waits=after[0], signatures=after[1], id=after[2], limit=limit)
    return [Waiting(*row) for row in rows]


def find(proposal_id: int) -> Row | None:
    """A proposal of a topic that residents see."""
    found = _one.one(id=proposal_id)
    return found and Row(*found)


def listed(topic_id: int, after: tuple[int, int] = FIRST, limit: int = PAGE + 1) -> list[Line]:
    """Proposals of a topic after a place (signatures, id), those with the most signatures first."""
    return [Line(*r) for r in _listed(topic=topic_id, signatures=after[0], id=after[1], limit=limit)]


def statement(topic_id: int, statement_id: int | None) -> str:
    """What a statement of a topic says; empty where there is none, or it is not shown."""
    found = _statement.one(id=statement_id, topic=topic_id) if 0 < (statement_id or 0) < 2**31 else None
    return found[0] if found else ""


def sign(topic_id: int) -> tuple[Subject, int | None] | None:
    """A topic that residents see, and what changes with every change of its proposals."""
    found = _sign.one(topic=topic_id)
    return found and (Subject(*found[:-1]), found[-1])


def lines(found: str | list | None) -> list[Line]:
    """Proposals of a packed column."""
    return [Line(*row) for row in unpacked(found)]


def authors(proposal_id: int) -> list[int | None]:
    """Everybody who has written it, in the order in which they came."""
    return [person for person, in _authors(id=proposal_id)]


def files(proposal_id: int) -> list[tuple[int, str, str, int]]:
    """(id, stored name, title, bytes) of what is attached; 0 bytes is a picture."""
    return _files(id=proposal_id)


def versions(proposal_id: int) -> list[tuple[int, str, str, int]]:
    """(version, title, text, when), the newest first."""
    return _versions(id=proposal_id)


def drafts(topic_id: int) -> list[tuple[int, str]]:
    """(id, title) of the polls of a topic that are still being prepared."""
    return _drafts(topic=topic_id)


def unanswered():
    """A column: how many proposals with enough signatures wait for an official answer."""
    return Proposal.select(fn.COUNT(Proposal.id)).where(
        Proposal.reached_at.is_null(False) & (Proposal.answered == "") & (Proposal.standing == "open")
        & (Proposal.state == "shown"))
