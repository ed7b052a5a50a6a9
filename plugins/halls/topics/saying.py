"""Answers to statements, and statements of one's own."""

from portal import now, param, prepared

from . import mapping, stages
from .models import Statement, StatementVote
from .queries import TopicRow

LONGEST = 140  # signs of a statement
A_DAY = 10  # statements of one person in a topic
VOTES = {"1": 1, "0": 0, "-1": -1}
N_ = str
WORDS = {1: N_("Agree"), -1: N_("Disagree"), 0: N_("Pass")}

_there = prepared(lambda: Statement.select(Statement.id).where(
    (Statement.id == param("id")) & (Statement.topic_id == param("topic")) & (Statement.state == "shown")))


def hears(row: TopicRow) -> bool:
    """Whether a topic takes answers and statements now."""
    return stages.answers(row.state, row.steps, row.stage, now())


def vote(topic_id: int, statement_id: int, participant: str, value: int) -> bool:
    """Keep what a participant thinks of a statement, in the place of what they thought before; False where no such
    statement is shown in the topic."""
    if _there.one(id=statement_id, topic=topic_id) is None:
        return False
    mine = (StatementVote.statement_id == statement_id) & (StatementVote.participant == participant)
    if not StatementVote.update(vote=value).where(mine).execute():
        target = [StatementVote.site, StatementVote.statement_id, StatementVote.participant]
        StatementVote.insert(topic_id=topic_id, statement_id=statement_id, participant=participant, vote=value) \
            .on_conflict(conflict_target=target, update={StatementVote.vote: value}).execute()
        Statement.update(seen=Statement.seen + 1).where(Statement.id == statement_id).execute()
    mapping.changed(topic_id)
    return True


def say(topic_id: int, text: str, who: dict) -> Statement | None:
    """Keep a statement for staff to look at; None where the topic has the same words already."""
    there = Statement.select().where((Statement.topic_id == topic_id) & (Statement.text == text)
                                     & (Statement.state != "hidden")).exists()
    return None if there else Statement.create(topic_id=topic_id, text=text, **who)
