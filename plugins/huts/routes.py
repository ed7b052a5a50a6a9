"""Every file that adds pages to the blueprint, imported once."""

from .borrowing import views as borrowing
from .pages import pages
from .sheets import labels, lists
from .sheets import views as sheets
from .shelf import desk_huts, desk_items
from .shelf import views as shelf

PARTS = (borrowing, desk_huts, desk_items, labels, lists, sheets, shelf)

__all__ = ["PARTS", "pages"]
