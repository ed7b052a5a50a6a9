"""What topics keep of a person: told, taken out, moved to another."""

from ..models import Topic
from .models import Statement, StatementVote
from .participants import nobody, participant


def export(person_id: int) -> dict:
    """A person's statements and answers in the open site. The answers are found by the person's letters alone."""
    fields = Statement.topic_id, Statement.text, Statement.state, Statement.reason, Statement.channel, Statement.at
    mine = list(Statement.select(*fields).where(Statement.person_id == person_id).order_by(Statement.id).dicts())
    answers = (StatementVote.select(StatementVote.topic_id, Statement.text, StatementVote.vote)
               .join(Statement, on=(Statement.id == StatementVote.statement_id))
               .where(StatementVote.participant.in_(_letters(person_id)))
               .order_by(StatementVote.statement_id).dicts())
    return {"statements": mine, "statement_votes": list(answers)}


def erase(person_id: int) -> None:
    """Statements become nameless; answers stay in the counts under letters that nothing leads to any more."""
    for letters in _letters(person_id):
        StatementVote.update(participant=nobody()).where(StatementVote.participant == letters).execute()
    _rename(person_id, None)


def merge(person_id: int, into_id: int) -> None:
    """Move statements and answers to another person; of two answers to one statement theirs stays."""
    for topic_id in _topics():
        old, new = participant(topic_id, person_id), participant(topic_id, into_id)
        said = StatementVote.select(StatementVote.statement_id).where(StatementVote.participant == new)
        mine = (StatementVote.topic_id == topic_id) & (StatementVote.participant == old)
        StatementVote.delete().where(mine & StatementVote.statement_id.in_(said)).execute()
        StatementVote.update(participant=new).where(mine).execute()
    _rename(person_id, into_id)


def _topics() -> list[int]:
    return [n for n, in Topic.select(Topic.id).order_by(Topic.id).tuples()]


def _letters(person_id: int) -> list[str]:
    return [participant(topic_id, person_id) for topic_id in _topics()] or [""]


def _rename(person_id: int, to: int | None) -> None:
    for field in (Statement.actor_id, Statement.person_id, Statement.decided_by, Topic.actor_id, Topic.person_id):
        field.model.update({field: to}).where(field == person_id).execute()
