"""The opinion map: who thinks alike, what each group holds, and what all groups share.

It knows neither Flask nor the database. `chart` is for the jobs worker and the command: numpy is loaded when it is
called. `svg.draw` and `Map` are for pages and never load it.
"""

from typing import TYPE_CHECKING

from .found import Map

if TYPE_CHECKING:
    from .votes import Votes

__all__ = ["Map", "chart"]


def chart(votes: "Votes", k: int | None = None) -> Map:
    """The map of these votes, with `k` groups, or as many as they show; see `charting.chart`."""
    from .charting import chart
    return chart(votes, k)
