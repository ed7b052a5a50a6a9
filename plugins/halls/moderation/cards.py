"""What moderation shows elsewhere."""

from portal import Link, NoticeKind, _, may

from . import acts

N_ = str
NOTICES = (NoticeKind(acts.KIND, N_("What became of what you wrote or reported")),)


def desk(waiting: int) -> list[Link]:
    """The queue, for who may look at it."""
    if not may("halls.moderate"):
        return []
    return [Link("halls/desk/moderation", _("Reports and appeals"), "shield-check", 14, waiting)]
