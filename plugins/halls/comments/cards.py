"""Comments elsewhere: below a topic and below a proposal."""

from markupsafe import Markup

from portal import NoticeKind, render

from ..subject import Subject
from . import posting, queries, show

N_ = str
NEWEST = 3  # below a topic or a proposal
NOTICES = (NoticeKind(posting.KIND, N_("Somebody answers your comment"), email=False),)


def section(topic: Subject) -> Markup | str:
    """The newest comments of a topic, with the way to all of them and to one's own."""
    return _section(f"topic {topic.id}", f"topics/{topic.id}/comments", topic.open)


def of_proposal(proposal_id: int, speaks: bool) -> Markup | str:
    """The same below a proposal; `speaks`: whether comments are still taken."""
    return _section(f"proposal {proposal_id}", f"proposals/{proposal_id}/comments", speaks)


def _section(thread: str, path: str, speaks: bool) -> Markup | str:
    rows = tuple(queries.listed(thread, limit=NEWEST))
    if not rows and not speaks:
        return ""
    number = queries.number(thread) if rows else 0
    return render("halls/comments/section.html", number=number, most=queries.MOST, path=path, speaks=speaks,
                  rows=show.piece(rows, acts=False) if rows else "")
