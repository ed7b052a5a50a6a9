"""The code that somebody shows at the counter, on the page of what is theirs."""

from portal import _, public_url, require_viewer, say, see_other

from .. import borrowers, codes
from ..pages import pages
from ..sheets.labels import qr


def of(person_id: int) -> dict:
    """The code of somebody as it is shown, and as a scanner reads it; empty while there is none."""
    code = borrowers.code_of(person_id)
    return {"code": codes.shown(code), "qr": qr(public_url(f"huts/b/{code}"))} if code else {}


@pages.post("/mine/code")
def code_new():
    """Have a code, or another one in place of it."""
    borrowers.renew(require_viewer().person_id)
    say(_("This is your code. Show it at the counter of any hut."))
    return see_other("huts/mine#code")
