"""Every file that adds pages to the blueprint, imported once."""

from .pages import pages
from .polls import views as polls
from .promises import views as promises

PARTS = (polls, promises)

__all__ = ["PARTS", "pages"]
