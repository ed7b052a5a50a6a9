"""Every file that adds pages to the blueprint, imported once."""

from .borrowing import views as borrowing
from .figures import views as figures
from .out import views as out
from .pages import pages
from .shelf import desk_huts, desk_items
from .shelf import views as shelf

PARTS = (borrowing, desk_huts, desk_items, figures, out, shelf)

__all__ = ["PARTS", "pages"]
