"""Proposals elsewhere: below a topic, and for the staff."""

from markupsafe import Markup

from portal import Link, NoticeKind, _, may, render

from ..subject import Subject
from . import acts, queries, rules

N_ = str
FIRST = 5  # below a topic
NOTICES = (NoticeKind(acts.ANSWERED, N_("A proposal of yours has an official answer")),
           NoticeKind(acts.REACHED, N_("A proposal has enough signatures")))


def section(topic: Subject) -> Markup | str:
    """The proposals of a topic with the most signatures; nothing where there are none and none are taken."""
    rows = queries.listed(topic.id, limit=FIRST + 1)
    taken = writes(topic)
    if not rows and not taken:
        return ""
    return render("halls/proposals/section.html", topic=topic, rows=rows[:FIRST], more=len(rows) > FIRST,
                  writes=taken, answers=rules.ANSWERS, standings=rules.STANDINGS)


def writes(topic: Subject) -> bool:
    """Whether a topic takes new proposals."""
    return topic.open and rules.writes(topic.stage, topic.template)


def desk() -> list[Link]:
    """The list of proposals, with how many wait for an answer, for who gives it."""
    if not may("halls.edit"):
        return []
    return [Link("halls/desk/proposals", _("Proposals"), "messages-square", 13, queries.unanswered())]
