"""Proposals elsewhere: below a topic, and for the staff."""

from typing import Any

from portal import Link, NoticeKind, _, may

from ..subject import Subject
from . import acts, queries, rules

N_ = str
FIRST = 5  # below a topic
NOTICES = (NoticeKind(acts.ANSWERED, N_("A proposal of yours has an official answer")),
           NoticeKind(acts.REACHED, N_("A proposal has enough signatures")))


def column():
    """The proposals of param("topic") with the most signatures, as a column of its page's statement."""
    return queries.most_signed(FIRST + 1)


def section(topic: Subject, found: list) -> dict[str, Any] | None:
    """These proposals, with the way to all of them; None where there are none and none are taken."""
    taken = writes(topic)
    if not found and not taken:
        return None
    return {"rows": queries.lines(found[:FIRST]), "more": len(found) > FIRST, "writes": taken,
            "answers": rules.ANSWERS, "standings": rules.STANDINGS}


def writes(topic: Subject) -> bool:
    """Whether a topic takes new proposals."""
    return topic.open and rules.writes(topic.stage, topic.template)


def desk(unanswered: int) -> list[Link]:
    """The list of proposals, with how many wait for an answer, for who gives it."""
    if not may("halls.edit"):
        return []
    return [Link("halls/desk/proposals", _("Proposals"), "messages-square", 13, unanswered)]
