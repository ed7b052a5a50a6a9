"""All that the page of a proposal shows, in one statement; and what it is kept for, in a short one."""

from typing import NamedTuple

from peewee import JOIN, Case, fn

from portal import Person, packed, param, prepared

from .. import beneath, marks
from ..models import Topic
from ..subject import COLUMNS, SEEN, Subject
from ..topics.models import Statement
from .models import Answer, Proposal, ProposalAuthor, Signature
from .queries import COLUMNS as ROW
from .queries import Row, attached

MOST = 20  # answers that are shown
FILES = 20


class Parts(NamedTuple):
    """What stands on a proposal's page beside itself; lists are packed columns.

    `authors` (name), `answers` (status, text, when), `files` (number, stored name, title, bytes), `comments` as
    `beneath` has them, `earlier`: how many have signed before the last change, `statement`: that it grew out of, while
    it is shown.
    """

    authors: str | None
    answers: str | None
    files: str | None
    comments: str | None
    earlier: int | None
    statement: str | None


class Sign(NamedTuple):
    """What a proposal's page depends on; `signed` and `wrote` are the reader's own."""

    topic: Subject
    state: str
    standing: str
    seen: tuple[int | None, ...]
    signed: bool
    wrote: bool


def _authors():
    by = (ProposalAuthor.select(Person.name).join(Person, JOIN.LEFT_OUTER, on=(Person.id == ProposalAuthor.person_id))
          .where(ProposalAuthor.proposal_id == Proposal.id).order_by(ProposalAuthor.id).limit(500))
    return packed(by, "name")


def _answers():
    return packed(Answer.select(Answer.status, Answer.text, Answer.at).where(Answer.proposal_id == Proposal.id)
                  .order_by(Answer.id.desc()).limit(MOST), "status", "text", "at")


def _files():
    return packed(attached(Proposal.id).limit(FILES), "id", "file", "title", "size")


def _earlier():
    before = Signature.select(fn.COUNT(Signature.id)).where(
        (Signature.proposal_id == Proposal.id) & (Signature.version < Proposal.version))
    return Case(None, [(Proposal.version > 1, before)], 0)


def _statement():
    return Statement.select(Statement.text).where(
        (Statement.id == Proposal.statement_id) & (Statement.topic_id == Proposal.topic_id)
        & (Statement.state == "shown"))


def _mine(model):
    return fn.EXISTS(model.select(model.id).where((model.proposal_id == Proposal.id)
                                                  & (model.person_id == param("me"))))


_sign = prepared(lambda: (
    Proposal.select(*COLUMNS, Proposal.state, Proposal.standing, marks.of_topic(), marks.renamings(),
                    _mine(Signature), _mine(ProposalAuthor))
    .join(Topic, on=(Topic.id == Proposal.topic_id)).where((Proposal.id == param("id")) & SEEN)))
_whole = prepared(lambda: (
    Proposal.select(*ROW, *COLUMNS, _authors(), _answers(), _files(), beneath.column(), _earlier(), _statement())
    .join(Topic, on=(Topic.id == Proposal.topic_id)).where(Proposal.id == param("id"))))
TOPIC, PARTS = len(ROW), len(ROW) + len(COLUMNS)


def sign(proposal_id: int, me: int) -> Sign | None:
    """A proposal of a topic that residents see, for the person `me`, 0 for a guest."""
    found = _sign.one(id=proposal_id, me=me)
    if found is None:
        return None
    *topic, state, standing, changes, renamings, signed, wrote = found
    return Sign(Subject(*topic), state, standing, (changes, renamings), bool(signed), bool(wrote))


def find(proposal_id: int) -> tuple[Row, Subject, Parts]:
    """A proposal that there is, with its topic and parts; a hidden one has no parts."""
    found = _whole.one(id=proposal_id, thread=f"proposal {proposal_id}", me=0)
    row = Row(*found[:TOPIC])
    return row, Subject(*found[TOPIC:PARTS]), Parts(*found[PARTS:]) if row.state == "shown" else NOTHING


NOTHING = Parts(None, None, None, None, None, None)
