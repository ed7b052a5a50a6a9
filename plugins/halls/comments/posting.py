"""Comments as people write, support and take them back."""

from typing import Any

from portal import clock, notify, site

from .models import Comment, CommentSupport

N_ = str

KIND = "halls.reply"  # of the notices
LONGEST = 1000  # signs
STANCES = {"": N_("A remark"), "for": N_("For"), "against": N_("Against"), "question": N_("Question")}
STAFF = {"staff": N_("Staff")}


def say(topic_id: int, proposal_id: int | None, stance: str, text: str, who: dict[str, Any]) -> Comment:
    """A comment under a topic, or under a proposal of it."""
    thread = f"proposal {proposal_id}" if proposal_id else f"topic {topic_id}"
    return Comment.create(topic_id=topic_id, proposal_id=proposal_id, thread=thread, stance=stance, text=text, **who)


def reply(parent_id: int, stance: str, text: str, who: dict[str, Any]) -> Comment | None:
    """A reply to a comment that is shown and is no reply itself; None where there is none.

    The comment's own row is counted up first, so that two replies never get the same place.
    """
    here = (Comment.id == parent_id) & (Comment.state == "shown") & Comment.parent_id.is_null()
    if not Comment.update(replies=Comment.replies + 1).where(here).execute():
        return None
    parent = Comment.get_by_id(parent_id)
    made = Comment.create(topic_id=parent.topic_id, proposal_id=parent.proposal_id, parent_id=parent_id,
                          thread=f"comment {parent_id}", place=parent.replies, stance=stance, text=text, **who)
    if parent.person_id not in (None, who["person_id"]):
        today = clock.local_date(clock.now(), site.zone).isoformat()
        notify(parent.person_id, KIND, f"reply {parent_id} {today}", N_("Somebody has answered your comment"),
               N_("“%(text)s”"), {"text": text[:120]}, f"halls/comments/{parent_id}")
    return made


def support(comment_id: int, on: bool, who: dict[str, Any]) -> bool:
    """Support a comment of somebody else, or no longer; whether that has changed anything."""
    others = (Comment.id == comment_id) & (Comment.state == "shown") & (
        Comment.person_id.is_null() | (Comment.person_id != who["person_id"]))
    if not Comment.select().where(others).exists():
        return False
    if on:
        target = [CommentSupport.site, CommentSupport.comment_id, CommentSupport.person_id]
        changed = CommentSupport.insert(comment_id=comment_id, **who).on_conflict(
            conflict_target=target, action="IGNORE").as_rowcount().execute()
    else:
        changed = CommentSupport.delete().where((CommentSupport.comment_id == comment_id)
                                                & (CommentSupport.person_id == who["person_id"])).execute()
    if changed:
        Comment.update(support=Comment.support + (1 if on else -1)).where(Comment.id == comment_id).execute()
    return bool(changed)


def take_back(comment_id: int, person_id: int) -> bool:
    """An author takes a comment back: its words go, a line in its place stays."""
    mine = (Comment.id == comment_id) & (Comment.person_id == person_id) & (Comment.state == "shown")
    return bool(Comment.update(state="withdrawn", text="").where(mine).execute())
