"""Every file that adds pages to the blueprint, imported once."""

from .pages import pages
from .promises import views as promises

PARTS = (promises,)

__all__ = ["PARTS", "pages"]
