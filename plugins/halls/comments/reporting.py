"""How a comment is found, hidden and shown again when somebody has reported it."""

from collections.abc import Iterable

from ..models import Topic
from ..moderation.kinds import Kind, Thing
from .models import Comment

N_ = str


def _find(numbers: Iterable[int]) -> dict[int, Thing]:
    rows = (Comment.select(Comment.id, Comment.topic_id, Comment.person_id, Comment.text, Comment.state, Comment.at)
            .join(Topic, on=(Topic.id == Comment.topic_id))
            .where(Comment.id.in_(list(numbers)) & (Topic.state != "draft")).tuples())
    return {n: Thing("comment", n, topic, author, text, f"halls/comments/{n}", state, at)
            for n, topic, author, text, state, at in rows}


def _hide(number: int, rule: str, reason: str) -> bool:
    shown = (Comment.id == number) & (Comment.state == "shown")
    return bool(Comment.update(state="hidden", rule=rule, reason=reason).where(shown).execute())


def _show(number: int) -> bool:
    hidden = (Comment.id == number) & (Comment.state == "hidden")
    return bool(Comment.update(state="shown", rule="", reason="").where(hidden).execute())


COMMENT = Kind("comment", N_("Comment"), _find, _hide, _show)
