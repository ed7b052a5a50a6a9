"""What the pages of comments read: a page of a thread, and the first replies of each, in two queries."""

from typing import NamedTuple

from peewee import JOIN, Case, Tuple, fn

from portal import Person, param, prepared

from ..models import Topic
from .models import Comment, CommentSupport

PAGE = 20
FIRST_REPLIES = 3  # shown below a comment in a list
FIRST = (2**31 - 1, 2**31 - 1)
MOST = 1000  # counted; beyond it says “more than”


class Row(NamedTuple):
    """A comment as pages show it; `text` is empty unless it is shown."""

    id: int
    person_id: int | None
    name: str | None
    stance: str
    text: str
    support: int
    replies: int
    state: str
    rule: str
    reason: str
    at: int
    parent_id: int | None
    place: int
    topic_id: int
    proposal_id: int | None


def _rows():
    return (Comment.select(
        Comment.id, Comment.person_id, Person.name, Comment.stance,
        Case(None, [(Comment.state == "shown", Comment.text)], ""), Comment.support, Comment.replies, Comment.state,
        Comment.rule, Comment.reason, Comment.at, Comment.parent_id, Comment.place, Comment.topic_id,
        Comment.proposal_id)
        .join(Person, JOIN.LEFT_OUTER, on=(Person.id == Comment.person_id)))


def _in_thread():
    return Comment.thread == param("thread")


_new = prepared(lambda: _rows().where(_in_thread() & (Comment.id < param("id"))).order_by(Comment.id.desc())
                .limit(param("limit")))
_top = prepared(lambda: (
    _rows().where(_in_thread() & (Tuple(Comment.support, Comment.id) < Tuple(param("support"), param("id"))))
    .order_by(Comment.support.desc(), Comment.id.desc()).limit(param("limit"))))
_replies = prepared(lambda: (
    _rows().where((Comment.parent_id == param("parent")) & (Comment.place > param("after")))
    .order_by(Comment.place).limit(param("limit"))))
_first_replies = prepared(lambda: (
    _rows().where(Comment.parent_id.in_([param(f"n{n}") for n in range(PAGE)]) & (Comment.place <= FIRST_REPLIES))
    .order_by(Comment.parent_id, Comment.place)))
_one = prepared(lambda: (
    _rows().join(Topic, on=(Topic.id == Comment.topic_id))
    .where((Comment.id == param("id")) & (Topic.state != "draft"))))
_mine = prepared(lambda: (
    CommentSupport.select(CommentSupport.comment_id)
    .where((CommentSupport.person_id == param("person"))
           & CommentSupport.comment_id.in_([param(f"n{n}") for n in range(PAGE)]))))


def _capped():
    some = Comment.select(Comment.id).where(_in_thread()).limit(MOST + 1)
    return Comment.select(fn.COUNT(some.c.id)).from_(some)


_number = prepared(_capped)


def listed(thread: str, top: bool = False, after: tuple[int, int] = FIRST, limit: int = PAGE + 1) -> list[Row]:
    """Comments of a thread after a place (support, id): the newest first, or those with the most support."""
    support, number = after
    found = _top(thread=thread, support=support, id=number, limit=limit) if top else _new(
        thread=thread, id=number, limit=limit)
    return [Row(*r) for r in found]


def replies(parent_id: int, after: int = 0) -> list[Row]:
    """Replies to a comment after the one at a place, in the order in which they were written; one more than a page."""
    return [Row(*r) for r in _replies(parent=parent_id, after=after, limit=PAGE + 1)]


def first_replies(rows: list[Row]) -> tuple[Row, ...]:
    """The first few replies of each of these comments."""
    asked = [row.id for row in rows if row.replies]
    return tuple(Row(*r) for r in _first_replies(**_padded(asked))) if asked else ()


def supported(person_id: int, numbers: list[int]) -> tuple[int, ...]:
    """Which of these comments, of one page at most, a person supports."""
    return tuple(sorted(n for n, in _mine(person=person_id, **_padded(numbers)))) if numbers else ()


def _padded(numbers: list[int]) -> dict[str, int]:
    return {f"n{n}": numbers[n] if n < len(numbers) else 0 for n in range(PAGE)}


def find(comment_id: int) -> Row | None:
    """A comment of a topic that residents see."""
    found = _one.one(id=comment_id)
    return found and Row(*found)


def number(thread: str) -> int:
    """How many comments a thread has, replies left out; at most one more than MOST."""
    return _number.one(thread=thread)[0]
