"""Every file that adds pages to the blueprint, imported once."""

from .pages import pages
from .topics import desk, desk_statements, views  # noqa: F401 - they add their pages

__all__ = ["pages"]
