"""The inbox: what was sent to a person, newest first. Looking changes nothing; a button opens and marks as read."""

from urllib.parse import quote

from flask import Blueprint, abort, g, request

from ..base.prepared import param, prepared
from ..base.sites import Site
from ..pages import notices
from ..pages.here import require_oneself
from ..pages.templates import answer, see_other
from ..people.models import Notice

pages = Blueprint("inbox", __name__, url_prefix="/inbox")

A_PAGE = 24

_newest = prepared(lambda: Notice.select(
    Notice.id, Notice.title, Notice.text, Notice.sent_at, Notice.read_at, Notice.url)
    .where((Notice.person == param("person")) & ((Notice.sent_at < param("at"))
           | ((Notice.sent_at == param("same")) & (Notice.id < param("id")))))
    .order_by(Notice.sent_at.desc(), Notice.id.desc()).limit(A_PAGE + 1))

LATEST = 2 ** 62


@pages.get("")
def index():
    """A page of notices; `before` is where the page above ended."""
    viewer = require_oneself()
    at, n = _place(request.args.get("before", ""))
    rows = _newest(person=viewer.person_id, at=at, same=at, id=n)
    last = rows[A_PAGE - 1] if len(rows) > A_PAGE else None
    return answer("inbox.html", "notices", rows=rows[:A_PAGE], more=f"{last[3]}-{last[0]}" if last else "",
                  first=at == LATEST)


def _place(text: str) -> tuple[int, int]:
    at, _dash, n = text.partition("-")
    return (int(at), int(n)) if at.isdecimal() and n.isdecimal() and len(text) < 36 else (LATEST, 0)


@pages.get("/<int:notice_id>")
def show(notice_id: int):
    """One notice."""
    return answer("inbox-notice.html", notice=_mine(notice_id))


@pages.post("/<int:notice_id>/open")
def open_notice(notice_id: int):
    """Marks a notice as read and goes to what it is about."""
    notice = _mine(notice_id)
    notices.read(g.viewer.person_id, notice.id)
    if not notice.url:
        return see_other(f"inbox/{notice.id}")
    slug = Site.select(Site.slug).where(Site.id == notice.site_id).scalar()
    elsewhere = slug and notice.site_id != g.site.id
    return see_other(f"go/{slug}?next={quote('/' + notice.url)}" if elsewhere else notice.url)


@pages.post("/read")
def read_all():
    """Marks all as read."""
    notices.read_all(require_oneself().person_id)
    return see_other("inbox")


def _mine(notice_id: int) -> Notice:
    mine = (Notice.id == notice_id) & (Notice.person == require_oneself().person_id)
    return Notice.get_or_none(mine) or abort(404)
