"""Reports elsewhere: in the menu of staff."""

from portal import Link, _

from . import queries


def desk() -> list[Link]:
    """Reports and appeals that wait; nothing where there are none."""
    n = queries.count()
    return [Link("huts/desk/reports", _("Reported skills and wants"), "shield-check", 15, n)] if n else []
