"""What is kept of proposals: as they are, as they were, who wrote and signed them, and what was answered."""

from peewee import SQL, BigIntegerField, CharField, IntegerField, TextField

from portal import Owned, now, same_site


class Proposal(Owned):
    """What residents propose to do. Its title and text are those of its newest version."""

    topic_id = IntegerField()
    statement_id = IntegerField(null=True)  # that it grew out of
    title = CharField(max_length=120)
    text = TextField()  # Markdown
    standing = CharField(max_length=10, default="open")  # open, withdrawn, merged
    merged_into_id = IntegerField(null=True)
    answered = CharField(max_length=10, default="")  # the newest answer: accepted, partly, work, rejected
    signatures = IntegerField(default=0)
    reached_at = BigIntegerField(null=True)  # when it had the topic's threshold
    version = IntegerField(default=1)
    state = CharField(max_length=10, default="shown")  # shown, hidden
    rule = CharField(max_length=12, default="")  # by which it was hidden
    reason = CharField(max_length=200, default="")
    actor_id = IntegerField(null=True)
    person_id = IntegerField(null=True)
    channel = CharField(max_length=8, default="web")
    created_at = BigIntegerField(default=now)
    changed_at = BigIntegerField(default=now)

    class Meta:
        table_name = "halls_proposal"
        indexes = ((("site", "topic_id", "signatures", "id"), False),
                   (("site", "person_id"), False))
        constraints = [SQL('UNIQUE ("site_id", "id")'), same_site("topic_id", "halls_topic"),
                       same_site("merged_into_id", "halls_proposal")]


class ProposalVersion(Owned):
    """A proposal as it was written once; the newest is what it says now."""

    proposal_id = IntegerField()
    version = IntegerField()
    title = CharField(max_length=120)
    text = TextField()
    actor_id = IntegerField(null=True)
    person_id = IntegerField(null=True)
    channel = CharField(max_length=8, default="web")
    at = BigIntegerField(default=now)

    class Meta:
        table_name = "halls_proposal_version"
        indexes = ((("site", "proposal_id", "version"), True), (("site", "person_id"), False))
        constraints = [same_site("proposal_id", "halls_proposal")]


class ProposalAuthor(Owned):
    """Who has written a proposal, or one that was merged into it."""

    proposal_id = IntegerField()
    person_id = IntegerField(null=True)

    class Meta:
        table_name = "halls_proposal_author"
        indexes = ((("site", "proposal_id", "person_id"), True), (("site", "person_id"), False))
        constraints = [same_site("proposal_id", "halls_proposal")]


class Signature(Owned):
    """That a person signs a proposal: once, under what it said then."""

    proposal_id = IntegerField()
    version = IntegerField()  # of the proposal when it was signed
    actor_id = IntegerField(null=True)
    person_id = IntegerField(null=True)
    channel = CharField(max_length=8, default="web")
    at = BigIntegerField(default=now)

    class Meta:
        table_name = "halls_signature"
        indexes = ((("site", "proposal_id", "person_id"), True), (("site", "person_id"), False))
        constraints = [same_site("proposal_id", "halls_proposal")]


class Answer(Owned):
    """What the community officially says to a proposal. A later one stands above the earlier."""

    proposal_id = IntegerField()
    status = CharField(max_length=10)  # accepted, partly, work, rejected
    text = TextField()  # Markdown
    actor_id = IntegerField(null=True)
    person_id = IntegerField(null=True)
    channel = CharField(max_length=8, default="desk")
    at = BigIntegerField(default=now)

    class Meta:
        table_name = "halls_answer"
        indexes = ((("site", "proposal_id", "id"), False),)
        constraints = [same_site("proposal_id", "halls_proposal")]


class Attachment(Owned):
    """A picture or a PDF file of a proposal."""

    proposal_id = IntegerField()
    file = CharField(max_length=120)  # the name that it is stored under
    title = CharField(max_length=120)  # what it shows
    size = IntegerField(default=0)  # bytes of a PDF file; 0 for a picture
    actor_id = IntegerField(null=True)
    person_id = IntegerField(null=True)
    channel = CharField(max_length=8, default="web")
    at = BigIntegerField(default=now)

    class Meta:
        table_name = "halls_attachment"
        indexes = ((("site", "proposal_id", "id"), False),)
        constraints = [same_site("proposal_id", "halls_proposal")]


MODELS = (Proposal, ProposalVersion, ProposalAuthor, Signature, Answer, Attachment)
