"""The code that somebody shows at the counter: on their own page, and where its address leads."""

from portal import _, answer, may, public_url, require_viewer, say, see_other, viewer

from ..pages import pages
from ..sheets.labels import qr
from ..shelf.queries import desk_houses
from . import known


def of(person_id: int) -> dict:
    """The code of somebody as it is shown, and as a scanner reads it; empty while there is none."""
    code = known.code_of(person_id)
    return {"code": known.codes.shown(code), "qr": qr(public_url(f"huts/b/{code}"))} if code else {}


@pages.post("/mine/code")
def code_new():
    """Have a code, or another one in place of it."""
    known.renew(require_viewer().person_id)
    say(_("This is your code. Show it at the counter of any hut."))
    return see_other("huts/mine#code")


@pages.get("/b/<code>")
def borrower(code: str):
    """What a borrower's code leads to. It only shows, and never whose it is: the counter looks it up."""
    if viewer and known.person_of(code) == viewer.person_id:
        return see_other("huts/mine#code")
    read = known.codes.read(code, known.codes.OF_BORROWERS) or ""
    return answer("huts/borrower.html", code=read, huts=desk_houses() if read and may("huts.desk") else ())
