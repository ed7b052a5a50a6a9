"""What proposals keep of a person: told, taken out, moved to another."""

from .models import Answer, Attachment, Proposal, ProposalAuthor, ProposalVersion, Signature

NAMED = (Proposal, ProposalVersion, Signature, Answer, Attachment)


def export(person_id: int) -> dict:
    """What a person has proposed and signed in the open site."""
    mine = (Proposal.select(Proposal.id, Proposal.title, Proposal.text, Proposal.standing, Proposal.state,
                            Proposal.channel, Proposal.created_at)
            .join(ProposalAuthor, on=(ProposalAuthor.proposal_id == Proposal.id))
            .where(ProposalAuthor.person_id == person_id).order_by(Proposal.id))
    signed = (Signature.select(Signature.proposal_id, Proposal.title, Signature.version, Signature.channel,
                               Signature.at)
              .join(Proposal, on=(Proposal.id == Signature.proposal_id))
              .where(Signature.person_id == person_id).order_by(Signature.id))
    return {"proposals": list(mine.dicts()), "signatures": list(signed.dicts())}


def erase(person_id: int) -> None:
    """Proposals and signatures become nameless; they stay in the counts."""
    _rename(person_id, None)


def merge(person_id: int, into_id: int) -> None:
    """Move proposals and signatures to another person; what both have signed or written counts once."""
    for model in (ProposalAuthor, Signature):
        theirs = model.select(model.proposal_id).where(model.person_id == into_id)
        both = [n for n, in model.select(model.proposal_id).where(
            (model.person_id == person_id) & model.proposal_id.in_(theirs)).order_by(model.proposal_id).tuples()]
        model.delete().where((model.person_id == person_id) & model.proposal_id.in_(both)).execute()
        if model is Signature:
            Proposal.update(signatures=Proposal.signatures - 1).where(Proposal.id.in_(both)).execute()
    _rename(person_id, into_id)


def _rename(person_id: int, to: int | None) -> None:
    fields = [field for model in NAMED for field in (model.actor_id, model.person_id)]
    for field in (*fields, ProposalAuthor.person_id):
        field.model.update({field: to}).where(field == person_id).execute()
