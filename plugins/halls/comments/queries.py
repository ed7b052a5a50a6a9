"""What the pages of comments read: a page of a thread, the first replies of each with it, in one column."""

from functools import cache
from typing import NamedTuple

from peewee import JOIN, Case, Select, Tuple, Value, fn

from portal import Person, packed, param, prepared, unpacked

from .. import marks
from ..models import Topic
from ..proposals.models import Proposal
from ..subject import COLUMNS, SEEN, Subject
from .models import Comment, CommentSupport

PAGE = 20
FIRST_REPLIES = 3  # shown below a comment in a list
FIRST = (2**31 - 1, 2**31 - 1)
MOST = 1000  # counted; beyond it says “more than”


class Row(NamedTuple):
    """A comment as pages show it; `text` is empty unless it is shown. `own` and `liked` are its reader's."""

    id: int
    name: str | None
    stance: str
    text: str
    support: int
    replies: int
    state: str
    rule: str
    reason: str
    at: int
    place: int
    own: bool | None
    liked: bool
    below: str | None  # its first replies, packed

    @property
    def first_replies(self) -> list["Row"]:
        """The first few replies."""
        return rows(self.below)


class Found(NamedTuple):
    """A comment that is asked for: where it stands, and who has written it."""

    id: int
    parent_id: int | None
    topic_id: int
    proposal_id: int | None
    person_id: int | None
    state: str
    replies: int


class Place(NamedTuple):
    """Where comments stand: under a topic, or under a proposal of it."""

    topic: Subject
    proposal_id: int | None
    title: str

    @property
    def thread(self) -> str:
        """What its comments stand under."""
        return f"proposal {self.proposal_id}" if self.proposal_id else f"topic {self.topic.id}"

    @property
    def path(self) -> str:
        """Its page, below `halls/`."""
        return f"proposals/{self.proposal_id}" if self.proposal_id else f"topics/{self.topic.id}"


class Sign(NamedTuple):
    """Where comments stand, and all that their pages depend on: `seen`, and the reader where something of theirs is
    among the topic's comments, else 0."""

    place: Place
    seen: tuple[int | None, ...]
    reader: int


def rows(text: str | list | None) -> list[Row]:
    """Comments of a packed column."""
    return [Row(*row) for row in unpacked(text)]


def _comments(which, below=None):
    """Comments as their reader, param("me"), sees them: a query of Row; `which` and `below` are given an alias."""
    one, author = Comment.alias(), Person.alias()
    mine = CommentSupport.select(CommentSupport.id).where(
        (CommentSupport.comment_id == one.id) & (CommentSupport.person_id == param("me")))
    return (one.select(
        one.id, author.name, one.stance, Case(None, [(one.state == "shown", one.text)], "").alias("text"),
        one.support, one.replies, one.state, one.rule, one.reason, one.at, one.place,
        (one.person_id == param("me")).alias("own"),
        Case(None, [(Value(0) < param("me"), fn.EXISTS(mine))]).alias("liked"),
        Case(None, [(one.replies > 0, below(one))] if below else [(one.id == 0, "")]).alias("below"))
        .join(author, JOIN.LEFT_OUTER, on=(author.id == one.person_id)).where(which(one)), one)


def _first_replies(parent):
    found, one = _comments(lambda one: (one.parent_id == parent.id) & (one.place <= FIRST_REPLIES))
    return packed(found.order_by(one.place).limit(FIRST_REPLIES), *Row._fields)


def listed(top: bool = False):
    """A packed column: comments of param("thread") after a place (support, id), param("limit") of them; the newest
    first, or those with the most support."""
    def which(one):
        place = Tuple(one.support, one.id) < Tuple(param("support"), param("id")) if top else one.id < param("id")
        return (one.thread == param("thread")) & place
    found, one = _comments(which, _first_replies)
    order = (one.support.desc(), one.id.desc()) if top else (one.id.desc(),)
    return packed(found.order_by(*order).limit(param("limit")), *Row._fields)


def newest(limit: int):
    """A packed column: so many of the newest comments of param("thread")."""
    found, one = _comments(lambda one: one.thread == param("thread"), _first_replies)
    return packed(found.order_by(one.id.desc()).limit(limit), *Row._fields)


def number():
    """A column: how many comments param("thread") has, replies left out; at most one more than MOST."""
    some = Comment.select(Comment.id).where(Comment.thread == param("thread")).limit(MOST + 1)
    return Select([some], [fn.COUNT(some.c.id)])


def _placed(under: str, *columns):
    """A query of a place, and of further columns, each given as a function."""
    if under == "topic":
        return Topic.select(*COLUMNS, Topic.title, *(column() for column in columns)).where(
            (Topic.id == param("of")) & SEEN)
    return (Proposal.select(*COLUMNS, Proposal.title, *(column() for column in columns))
            .join(Topic, on=(Topic.id == Proposal.topic_id))
            .where((Proposal.id == param("of")) & (Proposal.state == "shown") & SEEN))


def _active():
    """A column: whether param("me") has written or supports a comment of the topic."""
    wrote = Comment.select(Comment.id).where((Comment.topic_id == Topic.id) & (Comment.person_id == param("me")))
    liked = (CommentSupport.select(CommentSupport.id).join(Comment, on=(Comment.id == CommentSupport.comment_id))
             .where((CommentSupport.person_id == param("me")) & (Comment.topic_id == Topic.id)))
    return Case(None, [(Value(0) < param("me"), fn.EXISTS(wrote) | fn.EXISTS(liked))])


@cache
def _sign(under: str):
    return prepared(lambda: _placed(under, marks.of_topic, marks.renamings, _active))


@cache
def _page(top: bool):
    return prepared(lambda: Select(columns=[listed(top), number()]))


@cache
def _place(under: str):
    return prepared(lambda: _placed(under))


def sign(under: str, of: int, me: int) -> Sign | None:
    """The comments of a topic or a proposal (`under`) for the person `me`, 0 for a guest."""
    found = _sign(under).one(of=of, me=me)
    return found and Sign(_as_place(under, of, found), found[-3:-1], me if found[-1] else 0)


def page(thread: str, me: int, top: bool = False, after: tuple[int, int] = FIRST) -> tuple[list[Row], int]:
    """A page of a thread after a place, and one more; how many there are in all."""
    found, n = _page(top).one(thread=thread, me=me, support=after[0], id=after[1], limit=PAGE + 1)
    return rows(found), n


def place(under: str, of: int) -> Place | None:
    """A topic that residents see, or a proposal of one that is shown."""
    found = _place(under).one(of=of)
    return found and _as_place(under, of, found)


def _as_place(under: str, of: int, found: tuple) -> Place:
    *topic, title = found[:len(COLUMNS) + 1]
    return Place(Subject(*topic), None if under == "topic" else of, title)


def _alone(which):
    found, one = _comments(which)
    return packed(found.order_by(one.place).limit(PAGE + 1), *Row._fields)


def _of_comment():
    return Select(columns=[_alone(lambda one: one.id == param("id")),
                           _alone(lambda one: (one.parent_id == param("id")) & (one.place > param("after")))])


_one = prepared(lambda: (
    Comment.select(*(getattr(Comment, name) for name in Found._fields)).join(Topic, on=(Topic.id == Comment.topic_id))
    .where((Comment.id == param("id")) & SEEN)))
_with_replies = prepared(_of_comment)


def find(comment_id: int) -> Found | None:
    """A comment of a topic that residents see."""
    found = _one.one(id=comment_id)
    return found and Found(*found)


def with_replies(comment_id: int, me: int, after: int = 0) -> tuple[list[Row], list[Row]]:
    """A comment, and its replies after the one at a place in the order in which they were written; one more than a
    page."""
    one, below = _with_replies.one(id=comment_id, me=me, after=after)
    return rows(one), rows(below)
