"""Comments elsewhere: below a topic and below a proposal."""

from typing import Any

from markupsafe import Markup

from portal import NoticeKind, in_one, kept, names, unpacked

from . import posting, queries, show

N_ = str
NEWEST = 3  # below a topic or a proposal
TEMPLATE = "halls/comments/section.html"
NOTICES = (NoticeKind(posting.KIND, N_("Somebody answers your comment"), email=False),)


def column():
    """The newest comments of param("thread") and how many there are, as a column of another statement."""
    return in_one(queries.newest(NEWEST), queries.number())


def section(path: str, found: list, speaks: bool) -> dict[str, Any] | None:
    """The newest comments, the way to all of them and to one's own; `path` is below halls/, `speaks`: whether comments
    are still taken. None where there is nothing to show."""
    packed_rows, number = found or (None, 0)
    if not number and not speaks:
        return None
    return {"number": number, "most": queries.MOST, "path": f"{path}/comments", "speaks": speaks,
            **show.made(queries.rows(packed_rows))}


def piece(path: str, seen: str | None, speaks: bool) -> Markup:
    """The section by itself, of the column as it was read."""
    made = section(path, unpacked(seen), speaks)
    return kept(TEMPLATE, lambda: made, of=path, seen=seen, open=speaks, whole=names.whole()) if made else Markup()
