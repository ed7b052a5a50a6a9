"""The site's mark: how often what pages show of huts has changed. Triggers count what rows say, see
migrations/0004_marks.py; what the search knows is counted here.
"""

from .models import ShelfMark


def hold() -> None:
    """Have the mark for oneself until the unit ends."""
    ShelfMark.update(n=ShelfMark.n).execute()


def count() -> None:
    """Count one more change. Before the search is told, so that all take the mark first and its rows after it."""
    ShelfMark.insert(n=1).on_conflict(conflict_target=[ShelfMark.site, ShelfMark.what],
                                      update={ShelfMark.n: ShelfMark.n + 1}).execute()
