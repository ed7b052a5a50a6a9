"""Where the code of a borrower leads."""

from portal import answer, may, see_other, viewer

from .. import borrowers, codes
from ..pages import pages
from . import rows


@pages.get("/b/<code>")
def borrower(code: str):
    """What a borrower's code leads to. It only shows, and never whose it is: the counter looks it up."""
    if viewer and borrowers.person_of(code) == viewer.person_id:
        return see_other("huts/mine#code")
    read = codes.read(code, codes.OF_BORROWERS) or ""
    return answer("huts/borrower.html", code=read, huts=rows.huts() if read and may("huts.desk") else ())
