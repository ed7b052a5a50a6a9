"""Every file that adds pages to the blueprint, imported once."""

from .pages import pages
from .polls import views as polls
from .topics import desk, desk_statements, views

__all__ = ["desk", "desk_statements", "pages", "polls", "views"]
