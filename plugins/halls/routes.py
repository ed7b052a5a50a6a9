"""Every file that adds pages to the blueprint, imported once."""

from .pages import pages

__all__ = ["pages"]
