"""How the name of a person stands on a page: whole for neighbours and staff, the family name for everybody else."""

from .here import viewer
from .i18n import _


def whole() -> bool:
    """Whether the reader sees whole names: those who are signed in and live here, and staff."""
    return bool(viewer) and bool(viewer.roles)


def shown(name: str | None, whole: bool) -> str:
    """A name for a page: “陈桂英” or “Ada Lovelace” where `whole`, else “陈**” and “Ada L.”."""
    if not name:
        return _("Somebody who has left")
    if whole:
        return name
    first, _space, last = name.partition(" ")
    return f"{first} {last[:1]}." if last else f"{name[:1]}**"
