"""What comments keep of a person: told, taken out, moved to another."""

from .models import Comment, CommentSupport


def export(person_id: int) -> dict:
    """A person's comments in the open site, and those that they support."""
    fields = Comment.topic_id, Comment.proposal_id, Comment.stance, Comment.text, Comment.state, Comment.at
    mine = Comment.select(*fields, Comment.channel).where(Comment.person_id == person_id)
    liked = CommentSupport.select(CommentSupport.comment_id).where(CommentSupport.person_id == person_id)
    return {"comments": list(mine.order_by(Comment.id).dicts()),
            "supported_comments": [n for n, in liked.order_by(CommentSupport.comment_id).tuples()]}


def erase(person_id: int) -> None:
    """What others have answered stays to be understood: comments lose their author, support its person."""
    _rename(person_id, None)


def merge(person_id: int, into_id: int) -> None:
    """Move comments and support to another person; a comment that both support counts once."""
    theirs = CommentSupport.select(CommentSupport.comment_id).where(CommentSupport.person_id == into_id)
    both = [n for n, in CommentSupport.select(CommentSupport.comment_id).where(
        (CommentSupport.person_id == person_id) & CommentSupport.comment_id.in_(theirs))
        .order_by(CommentSupport.comment_id).tuples()]
    CommentSupport.delete().where((CommentSupport.person_id == person_id)
                                  & CommentSupport.comment_id.in_(both)).execute()
    Comment.update(support=Comment.support - 1).where(Comment.id.in_(both)).execute()
    _rename(person_id, into_id)


def _rename(person_id: int, to: int | None) -> None:
    for field in (Comment.actor_id, Comment.person_id, CommentSupport.actor_id, CommentSupport.person_id):
        field.model.update({field: to}).where(field == person_id).execute()
