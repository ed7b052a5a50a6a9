"""What is kept of statements. No row leads from a vote to a person."""

from peewee import BigIntegerField, CharField, IntegerField, TextField

from portal import Owned, now, same_site


class Statement(Owned):
    """One thing that somebody says on a topic, for others to agree or disagree with."""

    topic_id = IntegerField()
    text = TextField()
    state = CharField(max_length=8, default="waiting")  # waiting, shown, hidden
    rule = CharField(max_length=12, default="")  # of moderating.RULES, by which it was hidden
    reason = CharField(max_length=200, default="")
    decided_by = IntegerField(null=True)
    seen = IntegerField(default=0)  # how many have answered: those seen least come first
    code = CharField(max_length=12, default="")  # its number in a file that it came from
    actor_id = IntegerField(null=True)
    person_id = IntegerField(null=True)
    channel = CharField(max_length=8, default="web")
    at = BigIntegerField(default=now)

    class Meta:
        table_name = "halls_statement"
        indexes = ((("site", "id"), True), (("site", "topic_id", "state", "seen"), False),
                   (("site", "person_id"), False))
        constraints = [same_site("topic_id", "halls_topic")]


class StatementVote(Owned):
    """What a participant thinks of a statement: 1 agree, -1 disagree, 0 pass. It has neither a person nor a time."""

    topic_id = IntegerField()
    statement_id = IntegerField()
    participant = CharField(max_length=16)  # see participants.py
    vote = IntegerField()

    class Meta:
        table_name = "halls_statement_vote"
        indexes = ((("site", "statement_id", "participant"), True), (("site", "topic_id", "participant"), False))
        constraints = [same_site("topic_id", "halls_topic"), same_site("statement_id", "halls_statement")]


class OpinionMap(Owned):
    """The newest opinion map of a topic, as the worker has stored it."""

    topic_id = IntegerField()
    found = TextField()  # JSON: opinions.Map.to_dict(people=False)
    people = TextField(default="")  # where each participant stands, see mapping.packed
    participants = IntegerField(default=0)
    votes = IntegerField(default=0)
    version = IntegerField(default=1)
    at = BigIntegerField(default=now)

    class Meta:
        table_name = "halls_map"
        indexes = ((("site", "topic_id"), True),)
        constraints = [same_site("topic_id", "halls_topic")]


MODELS = (Statement, StatementVote, OpinionMap)
