"""Every file that adds pages to the blueprint, imported once."""

from .moderation import views as moderation
from .pages import pages
from .promises import views as promises

PARTS = (moderation, promises)

__all__ = ["PARTS", "pages"]
