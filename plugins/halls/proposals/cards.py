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
    writes = topic.open and rules.writes(topic.stage, topic.template)
    if not rows and not writes:
        return ""
    return render("halls/proposals/section.html", topic=topic, rows=rows[:FIRST], more=len(rows) > FIRST,
                  writes=writes, answers=rules.ANSWERS, standings=rules.STANDINGS)


def desk() -> list[Link]:
    """How many proposals wait for an answer, for who gives it."""
    waiting = queries.unanswered() if may("halls.edit") else 0
    return [Link("halls/", _("Proposals to answer"), "messages-square", 13, waiting)] if waiting else []
