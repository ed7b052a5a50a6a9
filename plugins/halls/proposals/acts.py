"""What people do with proposals. Each begins by holding the proposal itself, so that signatures are counted truly."""

from typing import Any

from portal import Viewer, audit, notify, now

from ..models import Option, Poll, Topic
from ..polls.drafts import MOST_OPTIONS
from . import finding
from .models import Answer, Attachment, Proposal, ProposalAuthor, ProposalVersion, Signature

N_ = str

ANSWERED, REACHED = "halls.answer", "halls.threshold"  # kinds of notices
TITLE = 160  # of an option
MOST_FILES = 5  # pictures and files of a proposal


def take(proposal_id: int) -> Proposal | None:
    """The proposal for this transaction alone, as everybody before has left it."""
    Proposal.update(signatures=Proposal.signatures).where(Proposal.id == proposal_id).execute()
    return Proposal.get_or_none(Proposal.id == proposal_id)


def write(topic_id: int, title: str, text: str, who: dict[str, Any], statement_id: int | None = None) -> Proposal:
    """A new proposal with its first version, its author and their signature."""
    row = Proposal.create(topic_id=topic_id, title=title, text=text, statement_id=statement_id, **who)
    ProposalVersion.create(proposal_id=row.id, version=1, title=title, text=text, **who)
    ProposalAuthor.create(proposal_id=row.id, person_id=who["person_id"])
    sign(row.id, who)
    finding.refresh(row.id)
    return row


def change(proposal_id: int, version: int, title: str, text: str, who: dict[str, Any]) -> bool:
    """A new version over `version`; False where somebody else was quicker or it is no longer open."""
    row = take(proposal_id)
    if row is None or row.version != version or row.standing != "open" or row.state != "shown":
        return False
    if (row.title, row.text) == (title, text):
        return True
    Proposal.update(title=title, text=text, version=version + 1, changed_at=now()).where(
        Proposal.id == proposal_id).execute()
    ProposalVersion.create(proposal_id=proposal_id, version=version + 1, title=title, text=text, **who)
    finding.refresh(proposal_id)
    return True


def sign(proposal_id: int, who: dict[str, Any]) -> bool:
    """Sign an open proposal once; staff hear of it when that makes enough."""
    row = take(proposal_id)
    if row is None or row.standing != "open" or row.state != "shown":
        return False
    new = Signature.insert(proposal_id=proposal_id, version=row.version, at=now(), **who)
    if not new.on_conflict(conflict_target=[Signature.site, Signature.proposal_id, Signature.person_id],
                           action="IGNORE").as_rowcount().execute():
        return False
    _counted(row)
    return True


def unsign(proposal_id: int, person_id: int) -> bool:
    """Take a signature back."""
    row = take(proposal_id)
    mine = (Signature.proposal_id == proposal_id) & (Signature.person_id == person_id)
    if row is None or row.standing != "open" or not Signature.delete().where(mine).execute():
        return False
    _counted(row)
    return True


def _counted(row: Proposal) -> None:
    """Store how many have signed a proposal that is held, and that it is enough, once it is."""
    number = Signature.select().where(Signature.proposal_id == row.id).count()
    topic = Topic.get_by_id(row.topic_id)
    reached = row.reached_at is None and number >= topic.threshold
    Proposal.update(signatures=number, reached_at=now() if reached else row.reached_at).where(
        Proposal.id == row.id).execute()
    if reached and topic.threshold and topic.actor_id is not None:
        notify(topic.actor_id, REACHED, f"reached {row.id}", N_("A proposal has enough signatures: %(title)s"),
               N_("It gets an official answer now."), {"title": row.title}, f"halls/proposals/{row.id}")


def attach(proposal_id: int, values: dict[str, Any]) -> bool:
    """Attach a picture or file to an open proposal; False where it is full."""
    row = take(proposal_id)
    there = Attachment.select().where(Attachment.proposal_id == proposal_id).count()
    if row is None or row.standing != "open" or row.state != "shown" or there >= MOST_FILES:
        return False
    Attachment.create(proposal_id=proposal_id, **values)
    return True


def withdraw(proposal_id: int) -> bool:
    """Its authors take a proposal back; it stays to be read."""
    row = take(proposal_id)
    if row is None or row.standing != "open":
        return False
    Proposal.update(standing="withdrawn", changed_at=now()).where(Proposal.id == proposal_id).execute()
    finding.refresh(proposal_id)
    return True


def answer(proposal_id: int, status: str, text: str, viewer: Viewer) -> bool:
    """Say officially what becomes of a proposal; its authors are told. A later answer stands above the earlier."""
    row = take(proposal_id)
    if row is None:
        return False
    made = Answer.create(proposal_id=proposal_id, status=status, text=text, **viewer.who)
    Proposal.update(answered=status).where(Proposal.id == proposal_id).execute()
    audit(viewer, "halls.answer", row.title, status)
    people = (ProposalAuthor.select(ProposalAuthor.person_id)
              .where((ProposalAuthor.proposal_id == proposal_id) & ProposalAuthor.person_id.is_null(False)))
    for person_id, in people.order_by(ProposalAuthor.person_id).tuples():
        notify(person_id, ANSWERED, f"answer {made.id}", N_("Your proposal has an answer: %(title)s"), "",
               {"title": row.title}, f"halls/proposals/{proposal_id}")
    return True


def merge(proposal_id: int, into_id: int, viewer: Viewer) -> bool:
    """Let a double go up in another proposal of the same topic: all authors and signatures count there, each person
    once. Both rows are held, the lower number first."""
    held = {n: take(n) for n in sorted({proposal_id, into_id})}
    row, into = held.get(proposal_id), held.get(into_id)
    if None in (row, into) or row is into or row.topic_id != into.topic_id or {row.standing, into.standing} != {"open"}:
        return False
    _copy(ProposalAuthor, row.id, into.id, ProposalAuthor.person_id)
    _copy(Signature, row.id, into.id, Signature.person_id, Signature.actor_id, Signature.channel, Signature.at,
          version=into.version)
    Proposal.update(standing="merged", merged_into_id=into.id, changed_at=now()).where(Proposal.id == row.id).execute()
    _counted(into)
    audit(viewer, "halls.merge", row.title, into.title)
    return True


def _copy(model, from_id: int, to_id: int, *fields, **values) -> None:
    """Rows of one proposal for another, but for people who stand there already."""
    rows = list(model.select(*fields).where(model.proposal_id == from_id).order_by(model.id).dicts())
    for row in rows:
        model.insert(proposal_id=to_id, **row, **values).on_conflict(
            conflict_target=[model.site, model.proposal_id, model.person_id], action="IGNORE").execute()


def put_on_ballot(row, poll_id: int, viewer: Viewer) -> bool:
    """An option for a proposal, at the end of a poll of its topic that is still being prepared; once."""
    draft = (Poll.id == poll_id) & (Poll.topic_id == row.topic_id) & (Poll.state == "draft")
    if not Poll.update(version=Poll.version).where(draft).execute():  # held, until it is stored
        return False
    numbers = [n for n, in Option.select(Option.number).where(Option.poll_id == poll_id).tuples()]
    if len(numbers) >= MOST_OPTIONS or Option.select().where(
            (Option.poll_id == poll_id) & (Option.proposal_id == row.id)).exists():
        return False
    Option.create(poll_id=poll_id, number=max(numbers, default=-1) + 1, title=row.title[:TITLE], text=row.text,
                  proposal_id=row.id)
    Poll.update(version=Poll.version + 1, flight="{}").where(draft).execute()
    audit(viewer, "halls.on_ballot", row.title, str(poll_id))
    return True
