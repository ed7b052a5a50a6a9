"""How the name of a person stands on a page: whole for neighbours and staff, the family name for everybody else."""

from flask import g

from .i18n import _


def whole() -> bool:
    """Whether the reader sees whole names: those who are signed in and live here, and staff."""
    who = g.viewer
    return who is not None and bool(who.roles)


def shown(name: str | None, whole: bool) -> str:
    """A name for a page: “陈桂英” or “Ada Lovelace” where `whole`, else “陈**” and “Ada L.”."""
    if not name:
        return _("Somebody who has left")
    if whole:
        return name
    first, _space, last = name.partition(" ")
    return f"{first} {last[:1]}." if last else f"{name[:1]}**"
