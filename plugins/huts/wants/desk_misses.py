"""What staff see of what nobody had: counts by kind, never by person."""

from portal import _, answer, dates, require

from .. import categories, misses
from ..pages import pages


@pages.get("/desk/misses")
def desk_misses():
    """What was looked for in vain in the last eight weeks, and what could not be held."""
    require("huts.edit")
    rows = misses.counted()
    return answer("huts/wants/misses.html", parts=[
        (_("Looked for and not found"), _bars(rows, "search")), (_("Wanted while none was free"), _bars(rows, "hold"))])


def _bars(rows: list[tuple[str, str, str, int]], reason: str) -> list[tuple[str, int]]:
    return [(categories.name(kind, dates.locale) if kind else f"“{word}”", n)
            for why, kind, word, n in rows if why == reason]
