"""What staff did: a line for each thing, kept in the site."""

from .models import Audit
from .roles import Viewer


def audit(viewer: Viewer | None, action: str, thing: str = "", detail: str = "") -> None:
    """Note that `viewer` did `action` (e.g. "activities.cancel") to `thing` in the open site."""
    who = viewer.who if viewer else {"actor_id": None, "person_id": None, "channel": "import"}
    Audit.create(action=action, thing=thing[:120], detail=detail[:300], **who)
