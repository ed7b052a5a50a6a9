"""Every file that adds pages to the blueprint, imported once."""

from .pages import pages
from .polls import desk, desk_vote, proxy_views, sheets, views

__all__ = ["desk", "desk_vote", "pages", "proxy_views", "sheets", "views"]
