"""Every file that adds pages to the blueprint, imported once."""

from .pages import pages
from .polls import sheets, views

__all__ = ["pages", "sheets", "views"]
