"""Every file that adds pages to the blueprint, imported once."""

from . import agenda
from .comments import views as comments
from .moderation import views as moderation
from .pages import pages
from .polls import desk as desk_polls
from .polls import desk_texts, desk_vote, proxy_views, sheets
from .polls import views as polls
from .promises import views as promises
from .proposals import desk as proposals
from .topics import desk as desk_topics
from .topics import desk_statements
from .topics import views as topics

PARTS = (agenda, comments, desk_polls, desk_statements, desk_texts, desk_topics, desk_vote, moderation, polls, promises,
         proposals, proxy_views, sheets, topics)

__all__ = ["PARTS", "pages"]
