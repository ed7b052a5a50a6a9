"""Every file that adds pages to the blueprint, imported once."""

from .pages import pages
from .shelf import desk_huts, desk_items, views

PARTS = (desk_huts, desk_items, views)

__all__ = ["PARTS", "pages"]
