"""Residents' things elsewhere: among what is theirs, and in the menu of staff."""

from markupsafe import Markup

from portal import Link, _, render

from . import queries, show


def section(person_id: int) -> Markup | str:
    """What somebody lends and gives, for the page of what is theirs; nothing where there is nothing."""
    rows = queries.mine(person_id)
    return render("huts/lent/mine.html", lines=show.lines(rows)) if rows else ""


def desk(n: int) -> list[Link]:
    """Things to take in or give back; nothing where there are none."""
    return [Link("huts/desk/offers/", _("Residents' things"), "package-open", 16, n)] if n else []
