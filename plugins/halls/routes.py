"""Every file that adds pages to the blueprint, imported once."""

from .comments import views as comments
from .moderation import views as moderation
from .pages import pages
from .polls import sheets
from .polls import views as polls
from .promises import views as promises
from .proposals import desk as proposals
from .topics import desk, desk_statements
from .topics import views as topics

PARTS = (comments, desk, desk_statements, moderation, polls, promises, proposals, sheets, topics)

__all__ = ["PARTS", "pages"]
