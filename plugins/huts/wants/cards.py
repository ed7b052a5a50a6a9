"""Wants elsewhere: among what is somebody's."""

from markupsafe import Markup

from portal import render

from . import queries, show


def section(person_id: int) -> Markup | str:
    """What somebody wants, for the page of what is theirs; nothing where there is nothing."""
    rows = queries.mine(person_id)
    return render("huts/wants/mine.html", lines=show.lines(rows, own=True)) if rows else ""
