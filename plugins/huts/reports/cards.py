"""Reports elsewhere: in the menu of staff."""

from portal import Link, _


def desk(n: int) -> list[Link]:
    """Reports and appeals that wait; nothing where there are none."""
    return [Link("huts/desk/reports", _("Reported skills and wants"), "shield-check", 15, n)] if n else []
