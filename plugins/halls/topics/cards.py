"""What topics show elsewhere: front page, staff desk, feed, search engines; and what is due."""

from portal import Due, Link, News, NoticeKind, _, may, unpacked

from . import mapping, moving, queries, show
from .queries import Line

N_ = str
HOME = 3
DUE = {mapping.KIND: mapping.run, moving.KIND: moving.run}
NOTICES = (NoticeKind("halls.statement", N_("What became of your statement")),)


def home(rows: str | None) -> list[tuple]:
    """The topics that go on, those that moved last first, as lists show them; `rows` are packed."""
    return show.lines(map(Line._make, unpacked(rows)))


def desk(waiting: int) -> list[Link]:
    """Entries of the staff desk: topics, and the statements that wait."""
    found = [Link("halls/desk/topics", _("Topics"), "messages-square", 12)] if may("halls.edit") else []
    if may("halls.moderate"):
        found.append(Link("halls/desk/statements", _("Statements"), "inbox", 13, waiting))
    return found


def addresses() -> list[str]:
    """Every page of topics that is for everybody."""
    return ["halls/", *(f"halls/topics/{n}" for n, in queries.addresses())]


def news() -> list[News]:
    """Topics that go on, each as it moved last."""
    return [News(row.changed_at, row.title, f"halls/topics/{row.id}", row.summary)
            for row in queries.listed("open", limit=20)]


def run(row: Due) -> bool:
    """Do a due row that belongs to topics; False where it is another part's."""
    if row.kind not in DUE:
        return False
    DUE[row.kind](row)
    return True
