"""Every file that adds pages to the blueprint, imported once."""

from .comments import views as comments
from .moderation import views as moderation
from .pages import pages
from .promises import views as promises
from .proposals import desk as proposals

PARTS = (comments, moderation, promises, proposals)

__all__ = ["PARTS", "pages"]
