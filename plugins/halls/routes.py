"""Every file that adds pages to the blueprint, imported once."""

from .pages import pages
from .polls import sheets
from .polls import views as polls
from .promises import views as promises
from .topics import desk, desk_statements
from .topics import views as topics

PARTS = (desk, desk_statements, polls, promises, sheets, topics)

__all__ = ["PARTS", "pages"]
