"""Proposals, comments, reports, hidings and promises of one community, a row of every kind."""

from portal.plugins.halls.comments.models import Comment, CommentSupport
from portal.plugins.halls.moderation.models import Hiding, Report
from portal.plugins.halls.promises.models import Promise, PromiseChange
from portal.plugins.halls.proposals import acts
from portal.plugins.halls.proposals.models import Answer, Attachment


def plant(mark: str, text: dict, who: dict, resident: int, topic: int, picture: str) -> tuple:
    """The numbers of its proposals, comments, hidings and promises."""
    by = {"actor_id": resident, "person_id": resident}
    row = acts.write(topic, text["title"], text["text"], by)
    Answer.create(proposal_id=row.id, status="work", text=mark, **who)
    Attachment.create(proposal_id=row.id, file=picture, title=mark, **by)
    Attachment.create(proposal_id=row.id, file=f"{'0' * 64}.pdf", title=mark, size=1, **by)
    said = [Comment.create(topic_id=topic, proposal_id=proposal, thread=thread, text=text["text"], **by).id
            for proposal, thread in ((None, f"topic {topic}"), (row.id, f"proposal {row.id}"))]
    CommentSupport.create(comment_id=said[0], **who)
    Report.create(kind="comment", thing_id=said[0], topic_id=topic, rule="off", text=mark, **by)
    hiding = Hiding.create(kind="comment", thing_id=said[1], topic_id=topic, rule="off", reason=mark, state="asked",
                           live=f"comment {said[1]}", author_id=resident, **who)
    promise = Promise.create(topic_id=topic, text=text["title"], who=mark, due="2030-05-01", version=2, **who)
    PromiseChange.create(promise_id=promise.id, version=1, was="{}", actor_id=who["actor_id"])
    return (row.id,), tuple(said), (hiding.id,), (promise.id,)
