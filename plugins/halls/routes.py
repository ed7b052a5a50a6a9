"""Every file that adds pages to the blueprint, imported once."""

from .pages import pages
from .polls import desk as polls_desk
from .polls import desk_texts, desk_vote, proxy_views, sheets
from .polls import views as polls
from .promises import views as promises
from .topics import desk, desk_statements
from .topics import views as topics

PARTS = (desk, desk_statements, desk_texts, desk_vote, polls, polls_desk, promises, proxy_views, sheets, topics)

__all__ = ["PARTS", "pages"]
