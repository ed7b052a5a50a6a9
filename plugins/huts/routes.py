"""Every file that adds pages to the blueprint, imported once."""

from .borrowing import card
from .borrowing import views as borrowing
from .desk import borrower, loans, papers, ticket_views
from .desk import views as counter
from .figures import views as figures
from .lent import desk as desk_lent
from .lent import views as lent
from .out import views as out
from .pages import pages
from .reports import views as reports
from .sheets import labels, lists
from .sheets import views as sheets
from .shelf import around, desk_huts, desk_items, desk_pictures
from .shelf import views as shelf
from .skills import asks
from .skills import desk as desk_skills
from .skills import views as skills
from .terms import views as terms
from .wants import desk as desk_wants
from .wants import desk_misses
from .wants import views as wants

PARTS = (around, asks, borrower, borrowing, card, counter, desk_huts, desk_items, desk_lent, desk_misses, desk_pictures,
         desk_skills, desk_wants, figures, labels, lent, lists, loans, out, papers, reports, sheets, shelf, skills,
         terms, ticket_views, wants)

__all__ = ["PARTS", "pages"]
