"""What is kept of comments."""

from peewee import SQL, BigIntegerField, CharField, IntegerField, TextField

from portal import Owned, now, same_site


class Comment(Owned):
    """What somebody says under a topic, under a proposal, or in reply to another comment."""

    topic_id = IntegerField()
    proposal_id = IntegerField(null=True)
    parent_id = IntegerField(null=True)  # of a reply; replies have none of their own
    thread = CharField(max_length=20)  # what it stands under: "topic 3", "proposal 5", "comment 7"
    place = IntegerField(default=0)  # of a reply: the how-manieth it is, from 1
    stance = CharField(max_length=8, default="")  # for, against, question
    text = TextField()
    support = IntegerField(default=0)
    replies = IntegerField(default=0)
    state = CharField(max_length=10, default="shown")  # shown, hidden, withdrawn
    rule = CharField(max_length=12, default="")  # by which it was hidden
    reason = CharField(max_length=200, default="")
    actor_id = IntegerField(null=True)
    person_id = IntegerField(null=True)
    channel = CharField(max_length=8, default="web")
    at = BigIntegerField(default=now)

    class Meta:
        table_name = "halls_comment"
        indexes = ((("site", "thread", "id"), False),
                   (("site", "thread", "support", "id"), False), (("site", "parent_id", "place"), False),
                   (("site", "topic_id"), False), (("site", "person_id"), False))
        constraints = [SQL('UNIQUE ("site_id", "id")'), same_site("topic_id", "halls_topic"),
                       same_site("proposal_id", "halls_proposal"),
                       same_site("parent_id", "halls_comment")]


class CommentSupport(Owned):
    """That a person supports a comment: once."""

    comment_id = IntegerField()
    actor_id = IntegerField(null=True)
    person_id = IntegerField(null=True)
    channel = CharField(max_length=8, default="web")

    class Meta:
        table_name = "halls_comment_support"
        indexes = ((("site", "comment_id", "person_id"), True), (("site", "person_id"), False))
        constraints = [same_site("comment_id", "halls_comment")]


MODELS = (Comment, CommentSupport)
